c.Spawner.environment = {"TZ": "UTC", "JUPYTER_CONFIG_PATH": "/srv/policy:/etc/jupyter/"}

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# At most 60 servers run at a time, everybody's together.
# https://jupyterhub.readthedocs.io/en/stable/reference/api/app.html
c.JupyterHub.active_server_limit = 60
# <<< jhwizard <<<
