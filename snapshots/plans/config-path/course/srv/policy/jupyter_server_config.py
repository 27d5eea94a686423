c.MappingKernelManager.cull_idle_timeout = 2400
