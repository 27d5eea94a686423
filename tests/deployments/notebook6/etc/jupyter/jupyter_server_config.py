c.ServerApp.shutdown_no_activity_timeout = 7200  # for the modern server
c.MappingKernelManager.cull_busy = True
c.ServerApp.max_body_size = 1000
