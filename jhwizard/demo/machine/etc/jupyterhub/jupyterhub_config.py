# JupyterHub of the physics department. Restart with: systemctl restart jupyterhub
c = get_config()  # noqa

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "pam"
c.Authenticator.allowed_groups = {"staff", "students"}
c.Authenticator.admin_users = {"ada"}

# People start in their own notebooks.
c.Spawner.default_url = "/lab"  # since the move to Lab
c.Spawner.notebook_dir = "~/notebooks"
c.Spawner.environment = {"TZ": "Europe/Berlin"}
