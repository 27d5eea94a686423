import os

c.JupyterHub.spawner_class = "docker"
c.Spawner.default_url = "/tree"
c.DockerSpawner.default_url = "/lab"
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.environment = {"TZ": "UTC"}
