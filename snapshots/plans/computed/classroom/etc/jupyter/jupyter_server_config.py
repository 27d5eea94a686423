minutes = 60
c.MappingKernelManager.cull_idle_timeout = 20 * minutes
c.ServerApp.shutdown_no_activity_timeout = 5400
c.MappingKernelManager.cull_interval = 120

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A kernel that is idle for 20m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 1200

# Server extensions switched on or off for everybody.
# https://jupyter-server.readthedocs.io/en/latest/operators/configuring-extensions.html
c.ServerApp.jpserver_extensions.update({"nbgitpuller": False})

# Only these kernels are offered: python3.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
# <<< jhwizard <<<
