import os

c.JupyterHub.spawner_class = "docker"
c.Spawner.default_url = "/tree"
c.DockerSpawner.default_url = "/lab"
c.DockerSpawner.image = os.environ["NOTEBOOK_IMAGE"]
c.DockerSpawner.environment = {"TZ": "UTC"}

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# People may have named servers besides the default one.
# https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-user-env.html#named-servers
c.JupyterHub.allow_named_servers = True

# At most 3 named servers for each person.
# https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-user-env.html#named-servers
c.JupyterHub.named_server_limit_per_user = 3

# What the spawner starts is named lab-{username}--{servername}.
# https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-user-env.html#named-servers
c.DockerSpawner.name_template = "lab-{username}--{servername}"
# <<< jhwizard <<<
