c.JupyterHub.bind_url = "http://:8000"

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# People land on: /tree.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html
c.Spawner.default_url = "/tree"

# People's servers are the legacy Notebook, which reads files of its own.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html
c.Spawner.environment.update({"JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"})
# <<< jhwizard <<<
