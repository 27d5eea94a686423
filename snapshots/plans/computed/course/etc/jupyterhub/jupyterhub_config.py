import os

c = get_config()  # noqa
interface = os.environ.get("INTERFACE", "/lab")
c.Spawner.default_url = interface
if os.environ.get("PROJECTS"):
    c.JupyterHub.allow_named_servers = True
hub = c.JupyterHub
hub.named_server_limit_per_user = 2

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# At most 60 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 60

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
