c.ServerApp.shutdown_no_activity_timeout = 60 * 60  # an hour
c.KernelSpecManager.allowed_kernelspecs = {
    "python3",
    "ir",
}
