c.MappingKernelManager.cull_idle_timeout = 3000
