c.ServerApp.shutdown_no_activity_timeout = 7200  # for the modern server
c.MappingKernelManager.cull_busy = True
c.ServerApp.max_body_size = 1000

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A kernel that is idle for 40m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 2400
# <<< jhwizard <<<
