minutes = 60
c.MappingKernelManager.cull_idle_timeout = 20 * minutes
c.ServerApp.shutdown_no_activity_timeout = "3600"
c.MappingKernelManager.cull_interval = True
