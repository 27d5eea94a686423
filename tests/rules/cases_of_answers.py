"""For each rule of a step that looks at what files say: one that fires it, and a near-miss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from case import Case, Pair, etc, hub
from cases_of_lines import CULLER, ENV_D, LABCONFIG, LEGACY, ROLE, culler
from machines import ENV, ETC, HUB, PREFIX

from jhwizard.facts import Facts
from jhwizard.installed import Kernelspec
from jhwizard.understand import understand

IPYTHON = PurePosixPath("/etc/ipython/ipython_config.py")
KERNEL = "c.MappingKernelManager.cull_"
TERMINAL = "c.TerminalManager.cull_"
ALLOW = "c.JupyterHub.allow_named_servers = True\n"
LIMIT = "c.JupyterHub.named_server_limit_per_user = {}\n"
DOCKER = "c.JupyterHub.spawner_class = 'docker'\n"
KUBE = "c.JupyterHub.spawner_class = 'kubespawner'\n"
SPECS = "c.KernelSpecManager."
LAB_OFF = '{{"disabledExtensions": {{"{}": true}}}}'
LIMIT_BY_FUNCTION = """def limit(handler):
    user = handler.current_user
    if user and user.admin:
        return 0
    return 3
c.JupyterHub.named_server_limit_per_user = limit
"""
OURS = "# >>> jhwizard >>>\n{}# <<< jhwizard <<<\n"


def _python(facts: Facts) -> Facts:
    directory = PREFIX / "share/jupyter/kernels/python3"
    argv = (str(PREFIX / "bin/python3"), "-m", "ipykernel_launcher")
    spec = Kernelspec("python3", directory, "Python 3", "python", argv)
    return understand(replace(facts, kernelspecs=(spec,)))


def _image(facts: Facts) -> Facts:
    return understand(replace(facts, user=None))


def _no_hub(facts: Facts) -> Facts:
    return understand(replace(facts, hub=None))


def _writable(facts: Facts) -> Facts:
    assert facts.user is not None
    return understand(replace(facts, user=replace(facts.user, writable=PREFIX / "lib")))


def _refusing(facts: Facts) -> Facts:
    assert facts.user is not None
    return understand(replace(facts, user=replace(facts.user, refuses_user="it is a venv")))


def with_python(text: str, line: int | None = None) -> Case:
    """Return a machine with Python's own kernel, and a servers' file."""
    return replace(etc(text, line), change=_python)


def variable(name: str, value: str) -> Case:
    return hub(f"c.Spawner.environment = {{'{name}': '{value}'}}\n", 1)


def _and(text: str, case: Case) -> Case:
    """Return a case with more lines at the end of the hub's file, which move no other one."""
    return replace(case, files={HUB: case.files[HUB] + text})


def _renamed(facts: Facts, name: str) -> Facts:
    return understand(replace(facts, kernelspecs=(replace(facts.kernelspecs[0], name=name),)))


def our_culler(*flags: str) -> str:
    """Return jhwizard's own culler and its role."""
    words = ", ".join(f"'{word}'" for word in ("/opt/x/bin/python3", "-m", *flags))
    name = "jhwizard-idle-culler"
    scopes = "['list:users', 'read:users:activity', 'read:servers', 'delete:servers']"
    return OURS.format(
        f"c.JupyterHub.services.append({{'name': '{name}', 'command': [{words}]}})\n"
        f"c.JupyterHub.load_roles.append({{'name': '{name}', 'services': ['{name}'], "
        f"'scopes': {scopes}}})\n"
    )


OURS_RUNS = our_culler("jupyterhub_idle_culler", "--timeout=1200")

INTERFACE: dict[str, Pair] = {
    "interface-not-installed": (
        hub("c.Spawner.default_url = '/lab'\n", 1, jupyterlab="3.0.0"),
        hub("c.Spawner.default_url = '/lab'\n", jupyterlab="3.1.0"),
    ),
    "interface-starts-nothing": (
        Case(packages={"jupyterhub": "3.1.1"}),
        Case(packages={"jupyterhub": "4.0.2"}),
    ),
    "interface-classic-cannot-start": (
        hub(
            LEGACY + "c.Spawner.environment.update({'JUPYTERHUB_SINGLEUSER_EXTENSION': '1'})\n",
            1,
            notebook="6.5.7",
        ),
        hub(
            LEGACY + "c.Spawner.environment.update({'JUPYTERHUB_SINGLEUSER_EXTENSION': '0'})\n",
            notebook="6.5.7",
        ),
    ),
    "interface-classic-in-an-image": (
        replace(hub(LEGACY + DOCKER, 1), change=_image),
        replace(hub(DOCKER), change=_image),
    ),
    "interface-nothing-answers": (
        hub("c.Spawner.default_url = '/voila'\n", 1),
        hub("c.Spawner.default_url = '/voila'\n", voila="0.5.8"),
    ),
    "interface-fields-nobody-fills": (
        hub("c.Spawner.default_url = '/lab/tree/{nobody}'\n", 1),
        hub("c.Spawner.default_url = '/lab/tree/{username}'\n"),
    ),
    "interface-not-known": (
        hub("c.Spawner.default_url = '/my/page'\n", 1),
        hub("c.Spawner.default_url = '/lab/tree/my/page'\n"),
    ),
}

CULLING: dict[str, Pair] = {
    "culling-kernels-keep-server": (
        etc("c.ServerApp.shutdown_no_activity_timeout = 3600\n", 1),
        etc(f"c.ServerApp.shutdown_no_activity_timeout = 3600\n{KERNEL}idle_timeout = 600\n"),
    ),
    "culling-interval-is-long": (
        etc(f"{KERNEL}idle_timeout = 60\n{KERNEL}interval = 120\n", 2),
        etc(f"{KERNEL}idle_timeout = 120\n{KERNEL}interval = 120\n"),
    ),
    "culling-nothing-to-stop": (
        etc(f"{KERNEL}idle_timeout = 0\n{KERNEL}connected = True\n", 1),
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}connected = True\n"),
    ),
    "culling-work-is-lost": (
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}busy = True\n", 2),
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}busy = False\n"),
    ),
    "culling-terminal-interval-is-long": (
        etc(f"{TERMINAL}inactive_timeout = 60\n{TERMINAL}interval = 120\n", 2),
        etc(f"{TERMINAL}inactive_timeout = 120\n{TERMINAL}interval = 120\n"),
    ),
    "culling-kernel-idle-of-seconds": (
        etc(f"{KERNEL}idle_timeout = 20\n", 1),
        etc(f"{KERNEL}idle_timeout = 60\n"),
    ),
    "culling-kernel-interval-of-seconds": (
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}interval = 5\n", 2),
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}interval = 60\n"),
    ),
    "culling-server-idle-of-seconds": (
        etc("c.ServerApp.shutdown_no_activity_timeout = 30\n", 1),
        etc("c.ServerApp.shutdown_no_activity_timeout = 60\n"),
    ),
    "culling-terminal-idle-of-seconds": (
        etc(f"{TERMINAL}inactive_timeout = 30\n", 1),
        etc(f"{TERMINAL}inactive_timeout = 0\n"),
    ),
    "culling-terminal-interval-of-seconds": (
        etc(f"{TERMINAL}inactive_timeout = 600\n{TERMINAL}interval = 5\n", 2),
        etc(f"{TERMINAL}inactive_timeout = 600\n{TERMINAL}interval = 300\n"),
    ),
    "culling-open-tabs": (
        etc(f"{KERNEL}idle_timeout = 600\n", 1),
        etc(f"{KERNEL}idle_timeout = 600\n{KERNEL}connected = True\n"),
    ),
    "culling-terminals": (
        etc("c.ServerApp.shutdown_no_activity_timeout = 3600\n", 1),
        etc("c.ServerApp.shutdown_no_activity_timeout = 0\n"),
    ),
    "culling-silent-jobs": (
        etc(f"{TERMINAL}inactive_timeout = 600\n", 1),
        etc(f"{TERMINAL}interval = 600\n"),
    ),
    "culling-hub-unknown": (
        replace(hub(OURS_RUNS, 2), change=_no_hub),
        replace(culler("--timeout=1200"), change=_no_hub),
    ),
    "culling-not-installed": (hub(OURS_RUNS, 2), hub(OURS_RUNS, jupyterhub_idle_culler="2.0.0")),
    "culling-no-roles": (
        hub(OURS_RUNS, 2, jupyterhub="1.5.1", jupyterhub_idle_culler="1.4.0"),
        hub(OURS_RUNS, jupyterhub="2.0.0", jupyterhub_idle_culler="1.4.0"),
    ),
    "culling-stops-work": (culler("--timeout=300"), culler("--timeout=600")),
    "culling-second-culler": (
        hub(
            f"c.JupyterHub.spawner_class = 'x.UserCreatingSpawner'\n{ROLE}"
            f"c.JupyterHub.services = [{CULLER}]}}]\n",
            3,
            jupyterhub_idle_culler="1.4.0",
        ),
        culler("--timeout=1200", version="1.4.0"),
    ),
    "culling-looks-late": (
        culler("--timeout=1200", "--cull-every=3600"),
        culler("--timeout=1200", "--cull-every=1200"),
    ),
    "culling-stops-all": (culler("--max-age=43200"), culler("--max-age=0")),
    "culling-deletes-users": (culler("--cull-users=True"), culler("--cull-users=False")),
    "culling-deletes-volumes": (
        _and(KUBE, culler("--remove-named-servers=True")),
        culler("--remove-named-servers=True"),
    ),
    "culling-silent-work": (culler("--timeout=1200"), hub("c.JupyterHub.services = []\n")),
}

EXTENSIONS: dict[str, Pair] = {
    "extensions-interface-switched-off": (
        Case(
            {
                HUB: "c.Spawner.default_url = '/lab'\n",
                ENV: "c.ServerApp.jpserver_extensions = {'jupyterlab': False}\n",
            },
            where=f"{ENV}:1",
        ),
        Case(
            {
                HUB: "c.Spawner.default_url = '/tree'\n",
                ENV: "c.ServerApp.jpserver_extensions = {'jupyterlab': False}\n",
            },
        ),
    ),
    "extensions-unknown-extension": (
        Case(
            {
                ETC: "c.ServerApp.jpserver_extensions = {'nbgitpuler': True}\n",
                ENV_D / "nbgitpuller.json": '{"ServerApp": {"jpserver_extensions": '
                '{"nbgitpuller": true}}}',
            },
            where=f"{ETC}:1",
        ),
        Case(
            {
                ETC: "c.ServerApp.jpserver_extensions = {'nbgitpuller': True}\n",
                ENV_D / "nbgitpuller.json": '{"ServerApp": {"jpserver_extensions": '
                '{"nbgitpuller": true}}}',
            }
        ),
    ),
    "extensions-cython-missing": (
        Case(
            {IPYTHON: "c.InteractiveShellApp.extensions = ['cython']\n"},
            where=f"{IPYTHON}:1",
            change=_python,
        ),
        Case(
            {IPYTHON: "c.InteractiveShellApp.extensions = ['cython']\n"},
            {"cython": "3.2.0"},
            change=_python,
        ),
    ),
    "extensions-needed": (
        Case(
            {LABCONFIG: LAB_OFF.format("@jupyterlab/application-extension")},
            where=f"{LABCONFIG}:1",
        ),
        Case({LABCONFIG: LAB_OFF.format("@jupyterlab/terminal-extension")}),
    ),
    "extensions-manager-still-installs": (
        Case(
            {LABCONFIG: LAB_OFF.format("@jupyterlab/extensionmanager-extension")},
            where=f"{LABCONFIG}:1",
        ),
        Case(
            {
                LABCONFIG: LAB_OFF.format("@jupyterlab/extensionmanager-extension"),
                ETC: "c.LabApp.extension_manager = 'readonly'\n",
            }
        ),
    ),
    "extensions-own-files-win": (
        Case({LABCONFIG: '{"lockedExtensions": {"@x/y": true}}'}, where=f"{LABCONFIG}:1"),
        Case(
            {
                LABCONFIG: '{"lockedExtensions": {"@x/y": true}}',
                HUB: "c.Spawner.environment = {'JUPYTER_CONFIG_PATH': '/etc/jupyter'}\n",
            }
        ),
    ),
}

KERNELS: dict[str, Pair] = {
    "kernels-default-not-offered": (
        with_python(
            f"{SPECS}allowed_kernelspecs = {{'ir'}}\n"
            "c.MultiKernelManager.default_kernel_name = 'python3'\n",
            2,
        ),
        with_python(
            f"{SPECS}allowed_kernelspecs = {{'python3'}}\n"
            "c.MultiKernelManager.default_kernel_name = 'python3'\n"
        ),
    ),
    "kernels-unknown-kernel": (
        with_python(f"{SPECS}allowed_kernelspecs = {{'python3', 'ir'}}\n", 1),
        with_python(f"{SPECS}allowed_kernelspecs = {{'python3'}}\n"),
    ),
    "kernels-unknown-default": (
        with_python("c.MultiKernelManager.default_kernel_name = 'ir'\n", 1),
        with_python("c.MultiKernelManager.default_kernel_name = 'Python3'\n"),
    ),
    "kernels-native-stays": (
        with_python(f"{SPECS}ensure_native_kernel = False\n", 1),
        etc(f"{SPECS}ensure_native_kernel = False\n"),
    ),
    "kernels-default-is-gone": (
        replace(
            etc(f"{SPECS}ensure_native_kernel = False\n", 1),
            change=lambda facts: _renamed(_python(facts), "ir"),
        ),
        with_python(f"{SPECS}ensure_native_kernel = False\n"),
    ),
    "kernels-refuse-to-start": (
        replace(
            etc(
                "c.MappingKernelManager.transport_encryption = 'required'\n",
                1,
                jupyter_server="2.20.0",
                jupyter_client="8.9.0",
            ),
            change=_python,
        ),
        with_python("c.MappingKernelManager.transport_encryption = 'auto'\n"),
    ),
    "kernels-no-security": (
        with_python(f"{SPECS}allowed_kernelspecs = {{'python3'}}\n", 1),
        with_python(f"{SPECS}allowed_kernelspecs = set()\n"),
    ),
}

NAMED: dict[str, Pair] = {
    "named-servers-nothing-known": (
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab-{user}'\n", 2),
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab-{username}'\n"),
    ),
    "named-servers-same-for-all": (
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab'\n", 2),
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab-{username}'\n"),
    ),
    "named-servers-same-for-servers": (
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab-{username}'\n" + ALLOW, 2),
        hub(DOCKER + "c.DockerSpawner.name_template = 'lab-{username}'\n"),
    ),
    "named-servers-ambiguous": (
        hub(DOCKER + "c.DockerSpawner.name_template = '{username}-{servername}'\n" + ALLOW, 2),
        hub(DOCKER + "c.DockerSpawner.name_template = '{username}--{servername}'\n" + ALLOW),
    ),
    "named-servers-limit-without-servers": (
        hub("c.JupyterHub.allow_named_servers = False\n" + LIMIT.format(3), 1),
        hub(ALLOW + LIMIT.format(3)),
    ),
    "named-servers-spawner-knows-one": (
        hub(ALLOW + "c.JupyterHub.spawner_class = 'systemd'\n", 1),
        hub("c.JupyterHub.spawner_class = 'systemd'\n"),
    ),
    "named-servers-no-functions": (
        hub(ALLOW + LIMIT_BY_FUNCTION, 7, jupyterhub="3.0.0"),
        hub(ALLOW + LIMIT_BY_FUNCTION, jupyterhub="3.1.0"),
    ),
    "named-servers-no-limit": (hub(ALLOW + LIMIT.format(0), 2), hub(ALLOW + LIMIT.format(1))),
    "named-servers-less-for-all": (
        hub(ALLOW + LIMIT.format(3) + "c.JupyterHub.active_server_limit = 4\n", 3),
        hub(ALLOW + LIMIT.format(3) + "c.JupyterHub.active_server_limit = 5\n"),
    ),
    "named-servers-stopped-ones-count": (
        hub(ALLOW + LIMIT.format(3), 2),
        hub(ALLOW + LIMIT.format(0)),
    ),
    "named-servers-volume-goes": (hub(ALLOW + KUBE, 1), hub(ALLOW + DOCKER)),
    "named-servers-all-count": (
        hub("c.JupyterHub.active_server_limit = 4\n", 1),
        hub("c.JupyterHub.active_server_limit = 0\n"),
    ),
}

ENVIRONMENT: dict[str, Pair] = {
    "environment-people-win": (
        variable("JUPYTER_CONFIG_PATH", "/srv/more"),
        variable("JUPYTER_CONFIG_PATH", "/etc/jupyter:/srv/more"),
    ),
    "environment-system-still-loses": (
        variable("JUPYTER_PREFER_ENV_PATH", "1"),
        variable("JUPYTER_PREFER_ENV_PATH", "0"),
    ),
    "environment-changes-nothing": (
        replace(variable("JUPYTER_PREFER_ENV_PATH", "0"), packages={"jupyter-core": "5.9.1"}),
        replace(variable("JUPYTER_PREFER_ENV_PATH", "0"), packages={"jupyter-core": "5.0.0"}),
    ),
    "environment-others-write": (
        replace(variable("PYTHONNOUSERSITE", "1"), change=_writable),
        variable("PYTHONNOUSERSITE", "1"),
    ),
    "environment-not-looked-at": (
        replace(variable("PYTHONNOUSERSITE", "1"), change=_image),
        variable("PYTHONNOUSERSITE", "1"),
    ),
    "environment-others-write-too": (
        replace(variable("PYTHONNOUSERSITE", ""), change=_writable),
        replace(variable("PYTHONNOUSERSITE", "1"), change=_writable),
    ),
    "environment-refuses": (
        replace(variable("PYTHONNOUSERSITE", ""), change=_refusing),
        variable("PYTHONNOUSERSITE", ""),
    ),
    "environment-no-security": (
        variable("PYTHONNOUSERSITE", "1"),
        variable("PYTHONNOUSERSITE", ""),
    ),
    "environment-means-nothing": (
        replace(variable("PYTHONNOUSERSITE", "1"), change=_refusing),
        variable("PYTHONNOUSERSITE", "1"),
    ),
}

CASES: dict[str, Pair] = {
    **INTERFACE,
    **CULLING,
    **EXTENSIONS,
    **KERNELS,
    **NAMED,
    **ENVIRONMENT,
}
