import os

c = get_config()  # noqa
interface = os.environ.get("INTERFACE", "/lab")
c.Spawner.default_url = interface
if os.environ.get("PROJECTS"):
    c.JupyterHub.allow_named_servers = True
hub = c.JupyterHub
hub.named_server_limit_per_user = 2
