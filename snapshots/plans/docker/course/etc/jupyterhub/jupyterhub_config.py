import os

c.JupyterHub.spawner_class = "docker"
c.Spawner.default_url = "/tree"
c.DockerSpawner.default_url = "/lab"
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.environment = {"TZ": "UTC"}

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# At most 60 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 60

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.DockerSpawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
