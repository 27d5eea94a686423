"""What the installed classes of real environments say, and what real hubs and servers do then."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import ETC, HUB
from machines import machine as made_of

from jhwizard.check import check
from jhwizard.detect import Options, detect
from jhwizard.examination.examine import examine
from jhwizard.examination.trait_help import help_of
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.rules.installed import RULES
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import HubTrait, ServerTrait
from jhwizard.understand import understand
from real.hub import Hub
from real.machine import Machine

pytestmark = pytest.mark.real

NAMES = {rule.name for rule in RULES}

HEALTHY_HUB = """
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "x"
c.Authenticator.allowed_users = {"al"}
c.Authenticator.admin_users = set()
c.Authenticator.whitelist = {"bo"}
c.PAMAuthenticator.open_sessions = False
c.LocalAuthenticator.create_system_users = True
c.JupyterHub.active_server_limit = 0
c.JupyterHub.named_server_limit_per_user = 3
c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}
c.JupyterHub.services = [{"name": "x", "command": ["x"]}]
c.JupyterHub.spawner_class = "simple"
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 2
c.Spawner.cmd = ["jupyterhub-singleuser"]
c.LocalProcessSpawner.shell_cmd = ["bash", "-l", "-c"]
c.Spawner.environment = {"A": "1"}
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.ConfigurableHTTPProxy.should_start = True
c.ConfigurableHTTPProxy.command = "configurable-http-proxy"
c.CryptKeeper.n_threads = 2
c.Application.log_level = "DEBUG"
c.JupyterHub.log_level = 10
c.DockerSpawner.image = "x"
c.KubeSpawner.image = 5
c.GenericOAuthenticator.client_id = "x"
c.OAuthenticator.client_id = "x"
c.LDAPAuthenticator.server_address = "x"
c.MyOwnThing.whatever = 5
"""
HEALTHY_SERVER = """
c.ServerApp.shutdown_no_activity_timeout = 3600
c.ServerApp.root_dir = "/srv"
c.ServerApp.terminado_settings = {"shell_command": ["/bin/bash"]}
c.ServerApp.tornado_settings = {"headers": {}}
c.ServerApp.jpserver_extensions = {"nbgitpuller": True}
c.MappingKernelManager.cull_idle_timeout = 1200
c.AsyncMappingKernelManager.cull_interval = 60
c.MultiKernelManager.default_kernel_name = "python3"
c.KernelSpecManager.whitelist = {"python3"}
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
c.ContentsManager.allow_hidden = True
c.FileContentsManager.delete_to_trash = False
c.LargeFileManager.hide_globs = ["*.pyc"]
c.TerminalManager.cull_inactive_timeout = 600
c.LabApp.news_url = None
c.LabApp.extension_manager = "readonly"
c.LabApp.port = 8888
c.NotebookApp.port = 8888
c.NotebookApp.whatever_it_is = 8888
c.Session.keyfile = "x"
c.NBConvertBase.display_data_priority = []
c.ResourceUseDisplay.mem_limit = 5
"""
WRONG_HUB = {
    "c.JupyterHub.allow_nmaed_servers = True": "misspelt-trait",
    "c.JupyterHub.debug = True": "misspelt-trait",
    'c.Spanwer.default_url = "/lab"': "misspelt-class",
    "c.Jupyterhub.port = 1": "misspelt-class",
    'c.Spawner.defualt_url = "/lab"': "misspelt-trait",
    'c.Spawner.imagee = "x"': "misspelt-trait",
    "c.JupyterHub.log = 1": "not-for-config",
    'c.JupyterHub.active_user_window = "81"': "wrong-value",
    "c.JupyterHub.concurrent_spawn_limit = 20.5": "wrong-value",
    'c.Authenticator.delete_invalid_users = "yes"': "wrong-value",
    'c.Spawner.http_timeout = "60"': "wrong-value",
    'c.Spawner.mem_limit = "1X"': "wrong-value",
    'c.Spawner.environment = ["A=1"]': "wrong-value",
    "c.JupyterHub.activity_resolution = True": "truth-for-number",
}
WRONG_SERVER = {
    "c.ServerApp.shutdown_no_activty_timeout = 60": "misspelt-trait",
    "c.MapingKernelManager.cull_interval = 60": "misspelt-class",
    "c.MappingKernelManager.cull_idle_timout = 60": "misspelt-trait",
    'c.KernelSpecManager.alowed_kernelspecs = {"a"}': "misspelt-trait",
    'c.ServerApp.iopub_msg_rate_limit = "1"': "wrong-value",
    'c.MappingKernelManager.kernel_info_timeout = "1"': "wrong-value",
    "c.ServerApp.port_retries = True": "truth-for-number",
}


def environment(prefix: PurePosixPath) -> Environment:
    python = Path(prefix / "bin/python")
    found = detect(Host(), Options(hub_config=HUB, hub_python=python)).hub
    assert found
    return found


@pytest.fixture(scope="module")
def installed(hub6: PurePosixPath) -> Environment:
    return environment(hub6)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


def examined(files: dict[PurePosixPath, str], installed: Environment, state: Path) -> Facts:
    facts = understand(replace(made_of(files), hub=installed, user=installed))
    return examine(facts, Host(), state, None, lambda _words: None)


def found(facts: Facts) -> dict[tuple[str, int | None], str]:
    return {(str(f.file), f.line): f.rule for f in check(facts) if f.rule in NAMES}


def test_a_healthy_config_is_healthy_and_quick_the_second_time(
    installed: Environment, state: Path
) -> None:
    files = {HUB: HEALTHY_HUB, ETC: HEALTHY_SERVER}
    facts = examined(files, installed, state)
    assert facts.examined
    assert facts.examined.unasked == ()
    assert [f for f in check(facts) if f.rule in NAMES] == []
    start = time.monotonic()
    again = examined(files, installed, state)
    check(again)
    assert time.monotonic() - start < 1
    assert again.examined == facts.examined


def test_each_wrong_line_is_found_and_named_for_what_it_is(
    installed: Environment, state: Path
) -> None:
    files = {HUB: "\n".join(WRONG_HUB), ETC: "\n".join(WRONG_SERVER)}
    facts = examined(files, installed, state)
    wanted = {(str(HUB), n): rule for n, rule in enumerate(WRONG_HUB.values(), 1)}
    wanted |= {(str(ETC), n): rule for n, rule in enumerate(WRONG_SERVER.values(), 1)}
    assert found(facts) == wanted
    hints = {f.fix.words for f in check(facts) if f.fix}
    assert {
        "write c.JupyterHub.allow_named_servers",
        "write c.Spawner.default_url",
        "write c.MappingKernelManager.cull_interval",
        "write c.ServerApp.shutdown_no_activity_timeout",
    } <= hints


@pytest.mark.parametrize(
    "text",
    [
        # Classes that this file defines, or that lie where only the running hub finds them.
        (
            "from jupyterhub.spawner import LocalProcessSpawner\n"
            "class Spanwer(LocalProcessSpawner):\n    own = 1\n"
            "c.JupyterHub.spawner_class = Spanwer\nc.Spanwer.own = 2\nc.Spawner.own = 2\n"
        ),
        "c.JupyterHub.spawner_class = 'mine.Spanwer'\nc.Spanwer.own = 2\nc.Spawner.other = 2\n",
        "import mine\nmine.setup(c)\nc.Spawner.http_timeout = '60'\nmine.setup(c)\n",
        # A value that the class in force takes otherwise, or that another section beats.
        "c.Spawner.http_timeout = '60'\nc.LocalProcessSpawner.http_timeout = 60\n",
        "c.JupyterHub.spawner_class = 'mine.X'\nc.Spawner.http_timeout = '60'\n",
        "c.JupyterHub.authenticator_class = 'dummy'\nc.PAMAuthenticator.service = 5\n",
        # Sections inside others.
        "c.JupyterHub.Spawner.default_url = '/lab'\n",
    ],
)
def test_what_is_not_certain_is_not_said(text: str, installed: Environment, state: Path) -> None:
    assert found(examined({HUB: text}, installed, state)) == {}


def test_the_legacy_notebook_is_asked_for_classes_of_its_own(
    notebook6: PurePosixPath, state: Path
) -> None:
    variable = "c.Spawner.environment = {'JUPYTERHUB_SINGLEUSER_APP': 'notebook'}\n"
    file = ETC.with_name("jupyter_notebook_config.py")
    text = "c.NotebookApp.tornado_settings = {}\nc.NotebookApp.port_retires = 1\n"
    facts = examined({HUB: variable, file: text}, environment(notebook6), state)
    assert facts.legacy
    assert found(facts) == {(str(file), 2): "misspelt-trait"}


def test_every_trait_of_a_setting_has_help_from_the_installed_version(
    hub6: PurePosixPath, state: Path
) -> None:
    options = Options(hub_config=HUB, hub_python=Path(hub6 / "bin/python"))
    facts = examine(detect(Host(), options), Host(), state, None, lambda _words: None)
    for record in SETTINGS.values():
        if isinstance(record.lands, HubTrait | ServerTrait):
            known = help_of(record, facts)
            assert known, record.key
            assert known.type
            assert known.help.strip()
            assert known.link.startswith("https://")


@pytest.mark.parametrize(
    "line",
    [line for line, rule in WRONG_HUB.items() if rule == "wrong-value" and "Spawner" not in line],
)
def test_a_hub_does_not_start_where_that_is_said(
    line: str, machine: Machine, hub6: PurePosixPath
) -> None:
    machine.write("/etc/jupyterhub/jupyterhub_config.py", line + "\n")
    with pytest.raises(AssertionError, match="The hub ended"), Hub(machine, hub6):
        pass


@pytest.mark.parametrize(
    "line",
    [line for line, rule in WRONG_HUB.items() if rule == "wrong-value" and "Spawner" in line],
)
def test_no_server_starts_where_that_is_said(
    line: str, machine: Machine, hub6: PurePosixPath
) -> None:
    machine.write("/etc/jupyterhub/jupyterhub_config.py", line + "\n")
    with Hub(machine, hub6) as hub:
        assert hub.api("POST", "/users/al").status == 201
        assert hub.api("POST", "/users/al/servers/", user="al").status == 500


@pytest.mark.parametrize("line", [x for x, rule in WRONG_SERVER.items() if rule == "wrong-value"])
def test_a_servers_file_stops_it_where_that_is_said(
    line: str, machine: Machine, hub6: PurePosixPath
) -> None:
    machine.write("/etc/jupyter/jupyter_server_config.py", line + "\n")
    with Hub(machine, hub6) as hub, pytest.raises(AssertionError):
        hub.start_server("al")


def test_a_json_file_that_may_not_be_read_stops_every_server(
    machine: Machine, hub6: PurePosixPath
) -> None:
    file = "/etc/jupyter/jupyter_server_config.d/x.json"
    machine.write(file, '{"ServerApp": {"jpserver_extensions": {}}}', mode=0o600)
    with Hub(machine, hub6) as hub:
        with pytest.raises(AssertionError):
            hub.start_server("al")
        assert f"Permission denied: '{file}'" in hub.log


def test_a_python_file_that_may_not_be_read_counts_for_nothing_and_a_page_config_fails_pages(
    machine: Machine, hub6: PurePosixPath
) -> None:
    machine.write("/etc/jupyter/jupyter_server_config.py", "raise SystemExit\n", mode=0o600)
    machine.write("/etc/jupyter/labconfig/page_config.json", "{}", mode=0o600)
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        assert hub.server_api("al", "GET", "/lab").status == 500
