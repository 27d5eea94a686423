c.KernelSpecManager.allowed_kernelspecs = {"python3"}
c.MultiKernelManager.default_kernel_name = "python3"
c.MappingKernelManager.cull_idle_timeout = 10**400
c.ServerApp.shutdown_no_activity_timeout = 5400

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A kernel that is idle for 20m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 1200
# <<< jhwizard <<<
