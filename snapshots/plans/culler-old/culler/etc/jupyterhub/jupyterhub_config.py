import sys

# from the examples of JupyterHub 0.9
c.JupyterHub.services = [
    {
        'name': 'cull-idle',
        'admin': True,
        'command': [sys.executable, '/srv/jupyterhub/cull_idle_servers.py', "--timeout=1200", '--cull_every=600', "--max-age=86400", "--cull-users=True"],
    }
]
