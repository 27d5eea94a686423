c.MappingKernelManager.cull_idle_timeout = 6000
c.ServerApp.default_url = "/nbclassic/tree"
