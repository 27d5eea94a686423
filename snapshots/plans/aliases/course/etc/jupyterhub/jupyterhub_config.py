# One hub for the summer school; the image is built by the registry's nightly job
import os

c = get_config()  # noqa
hub, docker = c.JupyterHub, c.DockerSpawner

hub.spawner_class = "dockerspawner.DockerSpawner"
hub.bind_url = "http://:8000"
hub.hub_ip = os.environ.get("HUB_NAME", "hub")

home = docker.notebook_dir = "/home/jovyan/work"
docker.image = os.environ["NOTEBOOK_IMAGE"]
docker.volumes = {"jupyterhub-user-{username}": home}
docker.network_name = network = os.environ.get("DOCKER_NETWORK", "school")
docker.extra_host_config = {"network_mode": network}
docker.default_url = "/lab"  # they start in Lab since 2023
docker.remove = True

hub.allow_named_servers = True
hub.named_server_limit_per_user = 2  # the machine is small
hub.active_server_limit = 60

# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
