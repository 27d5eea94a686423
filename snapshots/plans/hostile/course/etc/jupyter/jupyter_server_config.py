c.KernelSpecManager.allowed_kernelspecs = {"IR", "python3"}
c.MultiKernelManager.default_kernel_name = "py\n# <<< jhwizard <<<"
c.MappingKernelManager.cull_idle_timeout = 10**400
c.ServerApp.shutdown_no_activity_timeout = 99999999999999

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A kernel that is idle for 40m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 2400
# <<< jhwizard <<<
