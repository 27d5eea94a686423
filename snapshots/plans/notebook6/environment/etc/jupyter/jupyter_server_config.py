c.ServerApp.shutdown_no_activity_timeout = 5400  # for the modern server
c.MappingKernelManager.cull_busy = False
c.ServerApp.max_body_size = 1000000
