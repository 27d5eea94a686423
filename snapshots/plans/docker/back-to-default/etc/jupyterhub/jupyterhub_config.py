import os

c.JupyterHub.spawner_class = "docker"
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.environment = {"TZ": "UTC"}
