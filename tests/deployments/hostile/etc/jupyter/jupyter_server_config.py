c.KernelSpecManager.allowed_kernelspecs = {"IR", "python3"}
c.MultiKernelManager.default_kernel_name = "py\n# <<< jhwizard <<<"
c.MappingKernelManager.cull_idle_timeout = 10**400
c.ServerApp.shutdown_no_activity_timeout = 99999999999999
