minutes = 60
c.MappingKernelManager.cull_idle_timeout = 20 * minutes
c.ServerApp.shutdown_no_activity_timeout = 5400
c.MappingKernelManager.cull_interval = 120
