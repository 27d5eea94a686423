import os

c.JupyterHub.spawner_class = "docker"
c.Spawner.default_url = "/tree"
c.DockerSpawner.default_url = "/tree"
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.environment = {"TZ": "UTC"}

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# People's servers are the legacy Notebook, which reads files of its own.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html
c.DockerSpawner.environment.update({"JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"})
# <<< jhwizard <<<
