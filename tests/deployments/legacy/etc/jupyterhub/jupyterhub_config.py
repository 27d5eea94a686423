c.JupyterHub.bind_url = "http://:8000"
c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook", "EDITOR": "vi"}
