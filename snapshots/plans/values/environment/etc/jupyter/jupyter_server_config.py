c.ServerApp.shutdown_no_activity_timeout = 5400  # an hour
c.MappingKernelManager.cull_interval = 120
c.KernelSpecManager.allowed_kernelspecs = {
    "python3",
}
