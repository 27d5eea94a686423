"""For each rule about what files say: a deployment that fires it, and a near-miss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath

from case import Case, Pair, etc, hub
from machines import ENV, ETC, HUB, PREFIX

from jhwizard.facts import Facts
from jhwizard.installed import Environment
from jhwizard.understand import understand, with_files

SERVERS_D = ETC.with_name("jupyter_server_config.d")
ENV_D = PREFIX / "etc/jupyter/jupyter_server_config.d"
LABCONFIG = ETC.with_name("labconfig") / "page_config.json"
APP_SETTINGS = PREFIX / "share/jupyter/lab/settings/page_config.json"
LEGACY_FILE = ETC.with_name("jupyter_notebook_config.py")
LEGACY = 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'
CULLER = (
    '{"name": "cull", "command": ["/opt/jupyterhub/bin/python3", "-m", "jupyterhub_idle_culler"'
)
ROLE = (
    'c.JupyterHub.load_roles = [{"name": "cull", "services": ["cull"], "scopes": '
    '["list:users", "read:users:activity", "read:servers", "delete:servers"]}]\n'
)
DOCKER = 'c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"\n'
CWD = PurePosixPath("/srv/hub")


def culler(*words: str, roles: str = ROLE, more: str = "", version: str = "2.0.0") -> Case:
    """Return a hub whose second line starts a culler."""
    command = "".join(f', "{word}"' for word in words)
    first = roles or "#\n"
    text = f"{first}c.JupyterHub.services = [{CULLER}{command}]{more}}}]\n"
    return hub(text, 2, **({"jupyterhub-idle-culler": version} if version else {}))


def _switch(name: str, on: bool) -> str:  # noqa: FBT001 - a plain fact
    return json.dumps({"ServerApp": {"jpserver_extensions": {name: on}}})


def _fleeting(facts: Facts) -> Facts:
    return replace(facts, fleeting={ETC: "it comes from an image"})


def _in_image(facts: Facts) -> Facts:
    return understand(replace(facts, user=None))


def _unloaded(facts: Facts) -> Facts:
    return replace(facts, unloaded={PurePosixPath("/root/.jupyter/x.py"): "nobody reads it"})


def _other_users(version: str) -> Case:
    def change(facts: Facts) -> Facts:
        user = Environment(PREFIX.with_name("user"), None, "3.11", {"jupyterhub": version})
        return understand(replace(facts, user=user))

    return replace(hub("c.Spawner.cmd = ['x']\n"), change=change)


def _config_file(there: bool) -> Case:  # noqa: FBT001 - a plain fact
    def change(facts: Facts) -> Facts:
        facts = replace(facts, hub_directory=CWD)
        return with_files(facts, {CWD / "idle_culler_config.py": b"#\n" if there else None})

    return replace(culler(), change=change, where=str(CWD / "idle_culler_config.py"))


FILES: dict[str, Pair] = {
    "broken-file": (etc("if True\n", 1), etc("if True: pass\n")),
    "json-beats-py": (
        Case(
            {
                ETC: "#\nc.ServerApp.port = 1\n",
                ETC.with_suffix(".json"): '{"ServerApp": {"port": 2}}',
            },
            where=f"{ETC}:2",
        ),
        Case(
            {ETC: "c.ServerApp.port = 1\n", ENV.with_suffix(".json"): '{"ServerApp": {"port": 2}}'}
        ),
    ),
    "traits-among-switches": (
        Case(
            {SERVERS_D / "x.json": '{"MappingKernelManager": {"cull_idle_timeout": 9}}'},
            where=str(SERVERS_D / "x.json"),
        ),
        Case({SERVERS_D / "x.json": _switch("nbgitpuller", on=True)}),
    ),
    "file-beside-image": (
        Case({ETC: "#\n", HUB: DOCKER}, change=_in_image, where=str(ETC)),
        Case({HUB: DOCKER}, change=_in_image),
    ),
    "fleeting-file": (
        replace(etc("#\n"), change=_fleeting, where=str(ETC)),
        replace(hub("#\n"), change=_fleeting),
    ),
    "unloaded-file": (
        Case(change=_unloaded, where="/root/.jupyter/x.py"),
        etc("#\n"),
    ),
}

VALUES: dict[str, Pair] = {
    "unusable-value": (
        etc("c.MappingKernelManager.cull_idle_timeout = '1200'\n", 1),
        etc("c.MappingKernelManager.cull_idle_timeout = 1200.0\n"),
    ),
    "legacy-notebook-missing": (hub(LEGACY, 1), hub(LEGACY, notebook="6.5.7")),
    "page-config-list": (
        Case({LABCONFIG: '{"disabledExtensions":\n ["@x/y"]}'}, where=f"{LABCONFIG}:1"),
        Case({LABCONFIG: '{"disabledExtensions": {"@x/y": true}}'}),
    ),
    "no-config-read": (
        hub('c.Spawner.environment = {"JUPYTER_NO_CONFIG": "1"}\n', 1),
        hub('c.Spawner.environment = {"JUPYTER_NO_CONFIG": ""}\n'),
    ),
    "unknown-value": (
        hub("import os\nc.JupyterHub.allow_named_servers = bool(os.getpid())\n", 2),
        hub("c.JupyterHub.allow_named_servers = bool(1)\n"),
    ),
    "shadowed-value": (
        hub("c.Spawner.default_url = '/tree'\nc.Spawner.default_url = '/lab'\n", 1),
        hub("c.Spawner.default_url = '/tree'\nif x:\n    c.Spawner.default_url = '/lab'\n"),
    ),
    "true-for-a-number": (
        etc("c.ServerApp.shutdown_no_activity_timeout = True\n", 1),
        etc("c.MappingKernelManager.cull_connected = True\n"),
    ),
}

TRAITS: dict[str, Pair] = {
    "server-trait-in-hub-file": (
        hub("#\nc.MappingKernelManager.cull_idle_timeout = 1200\n", 2),
        hub(
            "c.ServerApp.port_retries = 0\n"
            "c.Spawner.args = ['--config=/etc/jupyterhub/jupyterhub_config.py']\n"
        ),
    ),
    "hub-trait-in-server-file": (
        etc("c.Spawner.default_url = '/lab'\n", 1),
        etc("c.JupyterHubSingleUser.hub_activity_interval = 60\nc.HubOAuth.cache_max_age = 9\n"),
    ),
    "name-of-the-other-application": (
        Case(
            {HUB: LEGACY, LEGACY_FILE: "c.ServerApp.port_retries = 0\n"},
            {"notebook": "6.5.7"},
            f"{LEGACY_FILE}:1",
        ),
        etc("c.NotebookApp.shutdown_no_activity_timeout = 1200\n"),
    ),
    "added-to-nothing": (
        hub("#\nc.JupyterHub.services += [{'name': 'a', 'url': 'http://a'}]\n", 2),
        hub("c.JupyterHub.services = []\nc.JupyterHub.services += [{'name': 'a'}]\n"),
    ),
    "variable-is-no-text": (
        hub("c.Spawner.environment = {'A': 1}\n", 1),
        hub("c.Spawner.environment = {'A': 1}\nc.Spawner.environment = {'A': '1'}\n"),
    ),
}

INTERFACE: dict[str, Pair] = {
    "impossible-application": (
        hub(
            "c.Spawner.environment = {'JUPYTERHUB_SINGLEUSER_APP': 'jupyterlab.labapp.LabApp'}\n", 1
        ),
        hub("c.Spawner.environment = {'JUPYTERHUB_SINGLEUSER_APP': 'jupyter-server'}\n"),
    ),
    "program-without-hub": (
        hub("c.Spawner.cmd = ['jupyter-lab']\n", 1),
        hub("c.Spawner.cmd = ['jupyter-labhub']\n"),
    ),
    "no-server-installed": (
        replace(_other_users("6.1.1"), files={HUB: "#\n"}),
        replace(_other_users("6.1.1"), files={HUB: "c.Spawner.cmd = ['/opt/own/start']\n"}),
    ),
    "other-jupyterhub": (_other_users("5.4.0"), _other_users("6.0.0")),
    "variable-out-of-use": (
        hub("c.Spawner.environment = {'JUPYTER_ENABLE_LAB': '1'}\n", 1),
        hub("c.Spawner.environment = {'JUPYTER_ENABLE_LAB_NOT': '1'}\n"),
    ),
}

KERNELS = "c.MappingKernelManager.cull_idle_timeout = {}\n"
SERVERS = "c.ServerApp.shutdown_no_activity_timeout = {}\n"
CULLING: dict[str, Pair] = {
    "hub-culler-comes-first": (
        Case(
            {**culler("--timeout=1200").files, ETC: KERNELS.format(7200)},
            {"jupyterhub-idle-culler": "2.0.0"},
            f"{ETC}:1",
        ),
        Case(
            {**culler("--timeout=1200").files, ETC: KERNELS.format(1300)},
            {"jupyterhub-idle-culler": "2.0.0"},
        ),
    ),
    "server-waits-for-kernels": (
        etc(SERVERS.format(600) + KERNELS.format(3600), 1),
        etc(SERVERS.format(3600) + KERNELS.format(600)),
    ),
}

CULLERS: dict[str, Pair] = {
    "culler-does-not-start": (
        culler("--cull-users"),
        culler("--cull-users", version="1.4.0"),
    ),
    "culler-word-misspelt": (culler("--timout=1200"), culler("--cull-admin-users=False")),
    "culler-not-installed": (culler(version=""), culler()),
    "culler-without-role": (culler(roles=""), culler(roles="c.JupyterHub.load_roles = roles()\n")),
    "culler-lacks-scope": (
        culler(roles=ROLE.replace('"list:users", ', "")),
        culler(roles=ROLE.replace('"list:users", ', '"admin:users", ')),
    ),
    "role-of-no-service": (
        replace(
            culler(roles=ROLE.replace('"services": ["cull"', '"services": ["cull", "gone"')),
            where=f"{HUB}:1",
        ),
        hub(ROLE + "c.JupyterHub.services = services()\n"),
    ),
    "two-cullers": (
        replace(culler(more="}, " + CULLER + "]"), where=f"{HUB}:2"),
        culler(),
    ),
    "culler-config-file": (_config_file(there=True), _config_file(there=False)),
    "culler-is-admin": (culler(roles="", more=', "admin": True'), culler(more=', "admin": False')),
}

EXTENSIONS: dict[str, Pair] = {
    "extensions-table-replaced": (
        etc("c.ServerApp.jpserver_extensions = {'a': True}\n", 1, jupyter_server="2.14.2"),
        etc("c.ServerApp.jpserver_extensions.update({'a': True})\n", jupyter_server="2.14.2"),
    ),
    "extension-off-in-vain": (
        Case(
            {
                SERVERS_D / "z.json": _switch("nbgitpuller", on=False),
                ENV_D / "nbgitpuller.json": _switch("nbgitpuller", on=True),
            },
            where=str(SERVERS_D / "z.json"),
        ),
        Case(
            {
                ENV_D / "zz.json": _switch("nbgitpuller", on=False),
                ENV_D / "nbgitpuller.json": _switch("nbgitpuller", on=True),
            },
        ),
    ),
    "package-file-edited": (
        Case(
            {ENV_D / "nbgitpuller.json": _switch("nbgitpuller", on=False)},
            where=str(ENV_D / "nbgitpuller.json"),
        ),
        Case({ENV_D / "zz_ours.json": _switch("nbgitpuller", on=False)}),
    ),
    "lab-settings-not-for-notebook": (
        Case(
            {
                HUB: "c.Spawner.default_url = '/tree'\n",
                APP_SETTINGS: '{"disabledExtensions": ["@x/y"]}',
            },
            where=str(APP_SETTINGS),
        ),
        Case(
            {
                HUB: "c.Spawner.default_url = '/lab'\n",
                APP_SETTINGS: '{"disabledExtensions": ["@x/y"]}',
            }
        ),
    ),
}

PEOPLE: dict[str, Pair] = {
    "default-server-name": (
        hub("c.JupyterHub.default_server_name = 'main'\n", 1),
        hub("c.JupyterHub.default_server_name = 'main'\nc.JupyterHub.allow_named_servers = True\n"),
    ),
    "limit-below-nothing": (
        hub(
            "c.JupyterHub.allow_named_servers = True\n"
            "c.JupyterHub.named_server_limit_per_user = -1\n",
            2,
        ),
        hub(
            "c.JupyterHub.allow_named_servers = True\n"
            "c.JupyterHub.named_server_limit_per_user = 1\n"
        ),
    ),
    "nobody-can-log-in": (
        replace(hub("c.JupyterHub.authenticator_class = 'pam'\n"), where=str(HUB)),
        hub("c.JupyterHub.authenticator_class = 'dummy'\n"),
    ),
    "own-files-still-count": (
        hub("c.Spawner.disable_user_config = True\n", 1),
        hub(
            "c.Spawner.disable_user_config = True\n"
            "c.Spawner.environment = {'JUPYTER_CONFIG_PATH': '/etc/jupyter'}\n"
        ),
    ),
}

CASES: dict[str, Pair] = {
    **FILES,
    **VALUES,
    **TRAITS,
    **INTERFACE,
    **CULLING,
    **CULLERS,
    **EXTENSIONS,
    **PEOPLE,
}
