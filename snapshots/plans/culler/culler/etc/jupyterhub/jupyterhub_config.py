# The hub of the library
import os
import sys

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.load_roles = [
    {
        "name": "jupyterhub-idle-culler-role",
        "scopes": [
            "list:users",
            "read:users:activity",
            "read:servers",
            "delete:servers",
            "admin:users",
            # "admin:users", # if using --cull-users
        ],
        # assignment of role's permissions to:
        "services": ["jupyterhub-idle-culler-service"],
    }
]

c.JupyterHub.services = [
    {
        "name": "jupyterhub-idle-culler-service",
        "command": [
            sys.executable,
            "-m", "jupyterhub_idle_culler",
            "--timeout=1200",  # the readers' council wanted an hour
            "--max-age=86400",
            "--cull-users=True",
        ],
        # "admin": True,
    },
    {"name": "catalogue", "url": "http://127.0.0.1:10101", "api_token": os.environ["CATALOGUE"]},
]
