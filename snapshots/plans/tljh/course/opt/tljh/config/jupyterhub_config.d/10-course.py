# What the course needs.
c.JupyterHub.active_server_limit = 60
c.Spawner.environment.update({"COURSE": "physics"})
