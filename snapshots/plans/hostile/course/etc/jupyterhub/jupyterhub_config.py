c.Spawner.default_url = "/lab\x1b[2J\u202e"
c.JupyterHub.allow_named_servers = 1
c.JupyterHub.named_server_limit_per_user = -7

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# At most 60 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 60

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
