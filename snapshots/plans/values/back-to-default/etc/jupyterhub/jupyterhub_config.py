# The hub of the chemistry department
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.allow_named_servers = True


def limit(handler):
    user = handler.current_user
    if user and user.admin:
        return 0
    return 3


c.Spawner.environment = {"TZ": "Europe/Berlin"}
