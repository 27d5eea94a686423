c.Spawner.environment = {"TZ": "UTC", "JUPYTER_CONFIG_PATH": "/srv/policy:/etc/jupyter/"}
