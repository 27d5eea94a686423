c.Spawner.default_url = "/lab\x1b[2J\u202e"
c.JupyterHub.allow_named_servers = 1
c.JupyterHub.named_server_limit_per_user = -7
