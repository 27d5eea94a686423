c.MappingKernelManager.cull_idle_timeout = 1200
if True
    pass
