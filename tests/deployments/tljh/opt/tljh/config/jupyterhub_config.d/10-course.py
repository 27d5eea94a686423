# What the course needs.
c.JupyterHub.active_server_limit = 40
c.Spawner.environment.update({"COURSE": "physics"})
