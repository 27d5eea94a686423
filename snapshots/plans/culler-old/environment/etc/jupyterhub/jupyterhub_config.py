import sys

# from the examples of JupyterHub 0.9
c.JupyterHub.services = [
    {
        'name': 'cull-idle',
        'admin': True,
        'command': [sys.executable, '/srv/jupyterhub/cull_idle_servers.py', '--timeout=3600', '--cull_every=600'],
    }
]

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# People land on: nbclassic.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/spawner.html
c.Spawner.default_url = "/nbclassic/tree"

# People may have named servers besides the default one.
# https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-user-env.html#named-servers
c.JupyterHub.allow_named_servers = True

# At most 2 named servers for each person, any number for admins.
# https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-user-env.html#named-servers
def jhwizard_named_server_limit(handler):
    user = handler.current_user
    if user and user.admin:
        return 0
    return 2


c.JupyterHub.named_server_limit_per_user = jhwizard_named_server_limit

# At most 40 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 40

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/opt/jupyterhub/etc/jupyter"})

# The environment's files outrank people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_PREFER_ENV_PATH": "1"})

# What people install with `pip install --user` is passed over.
# https://docs.python.org/3/using/cmdline.html#envvar-PYTHONNOUSERSITE
c.Spawner.environment.update({"PYTHONNOUSERSITE": "1"})
# <<< jhwizard <<<
