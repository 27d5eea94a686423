# The hub of the chemistry department
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.Spawner.default_url = '/tree'   # asked for by the professor
c.JupyterHub.allow_named_servers = True


def limit(handler):
    user = handler.current_user
    if user and user.admin:
        return 0
    return 3


c.JupyterHub.named_server_limit_per_user = limit
c.Spawner.environment = {"TZ": "Europe/Berlin"}

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# At most 60 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 60

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
