c.NotebookApp.default_url = "/tree/welcome"
c.NotebookApp.shutdown_no_activity_timeout = 1800
c.MappingKernelManager.cull_idle_timeout = 2400
c.NotebookApp.nbserver_extensions = {"nbgitpuller": False}
c.ServerApp.port_retries = 4  # of the modern server: no legacy one reads it
