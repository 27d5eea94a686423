"""Which line wins, with values that a real JupyterHub 6.1 and Jupyter Server 2.21 gave."""

from __future__ import annotations

from pathlib import PurePosixPath

import machines
import pytest
from machines import ENV, ETC, HUB, found
from traitlets.config import Application
from traitlets.config.loader import Config

from jhwizard.facts import Found

JSON = ETC.with_suffix(".json")
LAB = machines.PREFIX / "etc/jupyter/jupyter_lab_config.py"
CULL = "culling.kernel_idle"
APP = "interface.app"


def cull(seconds: object, cls: str = "MappingKernelManager") -> str:
    return f"c.{cls}.cull_idle_timeout = {seconds!r}\n"


@pytest.mark.parametrize(
    ("weak", "strong"),
    [
        ({ETC: cull(1)}, {JSON: '{"MappingKernelManager": {"cull_idle_timeout": 2}}'}),
        ({JSON: '{"MappingKernelManager": {"cull_idle_timeout": 1}}'}, {ENV: cull(2)}),
        ({ENV.with_name("jupyter_config.py"): cull(1)}, {ETC: cull(2)}),
        ({LAB: cull(1)}, {ETC.with_name("jupyter_config.py"): cull(2)}),
        ({LAB.with_name("jupyter_notebook_config.py"): cull(1)}, {LAB: cull(2)}),
        ({LAB: cull(1)}, {ETC: cull(2)}),
        ({ENV: cull(1)}, {ETC: cull(2, "AsyncMappingKernelManager")}),
        ({ENV: cull(1, "MultiKernelManager")}, {ETC: cull(2)}),
        ({ENV: cull(1, "LoggingConfigurable")}, {ETC: cull(2)}),
    ],
)
def test_the_stronger_file_or_class_decides(
    weak: dict[PurePosixPath, str], strong: dict[PurePosixPath, str]
) -> None:
    value = found(CULL, weak | strong)
    assert (value.value, value.file) == (2, next(iter(strong)))
    assert [shadow.value for shadow in value.shadows] == [1]


def test_five_layers_are_all_shown_strongest_first() -> None:
    value = machines.facts_of("shadowed").found[CULL]
    assert value.value == 4000
    assert [shadow.value for shadow in value.shadows] == [6000, 2000, 1000, 3000, 5000]


def test_the_variable_of_the_hub_puts_its_directories_on_top() -> None:
    value = machines.facts_of("config-path").found[CULL]
    assert value.value == 900
    assert [shadow.value for shadow in value.shadows] == [600]


@pytest.mark.parametrize(
    ("value", "seconds"), [(True, 1), (20.0, 20), (-5, 0), (0, 0), (10**9, None), ("1200", None)]
)
def test_a_timeout_is_what_the_server_makes_of_it(value: object, seconds: int | None) -> None:
    known = found(CULL, {ETC: cull(value)})
    assert known.value == seconds
    assert bool(known.reason) == (seconds is None)


@pytest.mark.parametrize(("value", "seconds"), [(0, 300), (-1, 300), (60, 60)])
def test_an_interval_of_nothing_is_the_default_one(value: int, seconds: int) -> None:
    text = f"c.MappingKernelManager.cull_interval = {value}\n"
    assert found("culling.kernel_interval", {ETC: text}).value == seconds


def test_terminals_are_read_from_their_own_file_and_as_the_server_takes_them() -> None:
    own = ENV.with_name("jupyter_jupyter_server_terminals_config.py")
    installed = {"jupyter-server-terminals": "0.5.4"}
    weak = {own: "c.TerminalManager.cull_inactive_timeout = 60\n"}
    key = "culling.terminal_idle"
    assert found(key, weak).kind == "default"
    assert found(key, weak, **installed).origin == f"{own}:1"
    strong = found(key, weak | {ETC: "c.TerminalManager.cull_inactive_timeout = 90\n"}, **installed)
    assert (strong.value, [shadow.value for shadow in strong.shadows]) == (90, [60])
    nested = {ETC: "c.ServerApp.TerminalManager.cull_interval = 8\n"}
    assert found("culling.terminal_interval", nested).kind == "unknown"
    never = {ETC: "c.TerminalManager.cull_interval = 0\n"}
    assert found("culling.terminal_interval", never).value == 300
    misnamed = {ETC: "c.TerminalManager.cull_idle_timeout = 60\n"}
    assert found(key, misnamed).kind == "default"


@pytest.mark.parametrize(("value", "known"), [(True, True), (1, True), (0, False), ("no", None)])
def test_yes_and_no_are_what_traitlets_makes_of_them(value: object, known: object) -> None:
    for key in ("connected", "busy"):
        text = f"c.MappingKernelManager.cull_{key} = {value!r}\n"
        assert found(f"culling.kernel_{key}", {ETC: text}).value is known


def test_a_nested_section_or_a_line_not_understood_makes_the_value_unknown() -> None:
    nested = found(CULL, {ETC: f"c.ServerApp{cull(8)[1:]}" + cull(9)})
    assert (nested.value, nested.kind) == (None, "unknown")
    computed = found(CULL, {ETC: cull(9), ENV: "c.MappingKernelManager.cull_idle_timeout = x()\n"})
    assert (computed.kind, computed.file, computed.line) == ("computed", ENV, 1)
    assert (computed.value, computed.raw) == (None, None)


def test_a_computed_command_line_and_deaf_servers_make_the_value_unknown() -> None:
    args = {HUB: 'c.Spawner.args = f(["--MappingKernelManager.cull_idle_timeout=5"])\n'}
    assert "command line" in found(CULL, {ETC: cull(9)} | args).reason
    other = {HUB: 'c.Spawner.args = ["--TerminalManager.cull_interval=5"]\n'}
    assert found("culling.kernel_interval", other).value == 300
    legacy = {HUB: 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'}
    assert "legacy" in found(CULL, {ETC: cull(9)} | legacy).reason


def test_the_servers_landing_page_beats_the_spawners_but_not_from_an_extensions_file() -> None:
    hub = {HUB: 'c.Spawner.default_url = "/tree"\n'}
    assert found(APP, hub | {ETC: 'c.ServerApp.default_url = "/lab"\n'}).value == "lab"
    assert found(APP, hub | {LAB: 'c.ServerApp.default_url = "/lab"\n'}).value == "notebook"


@pytest.mark.parametrize(
    ("url", "app"),
    [
        ("/lab", "lab"),
        ("/lab/tree/{username}?reset", "lab"),
        ("/tree/", "notebook"),
        ("/nbclassic/tree", "nbclassic"),
        ("", "lab"),
        ("/", None),
        ("/voila", None),
        (5, None),
    ],
)
def test_a_landing_page_is_read_as_the_interface_it_shows(url: object, app: str | None) -> None:
    assert found(APP, {HUB: f"c.Spawner.default_url = {url!r}\n"}).value == app


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("/lab/tree/%U?reset", "/lab/tree/{username}?reset"),
        ("", "/lab"),
        ("/", "/"),
        ("lab", None),
        ("/a b", None),
        (5, None),
    ],
)
def test_a_landing_page_is_read_exactly(url: object, page: str | None) -> None:
    known = found("interface.default_url", {HUB: f"c.Spawner.default_url = {url!r}\n"})
    assert known.value == page
    assert (known.file, known.line, bool(known.reason)) == (HUB, 1, page is None)


def test_without_notebook_7_the_classic_pages_are_at_tree() -> None:
    tree = {HUB: 'c.Spawner.default_url = "/tree"\n'}
    assert found(APP, tree, notebook="6.5.7").value == "nbclassic"
    lost = found(APP, {HUB: 'c.Spawner.default_url = "/nbclassic"\n'}, notebook="6.5.7")
    assert (lost.value, lost.reason[:22]) == (None, "/nbclassic is a 404 pa")


def test_switching_lab_off_moves_the_landing_page() -> None:
    switch = 'c.ServerApp.jpserver_extensions.update({"jupyterlab": False})\n'
    assert found(APP, {ETC: switch}).value == "nbclassic"


@pytest.mark.parametrize(
    ("hub", "value", "kind"),
    [
        ('c.JupyterHub.spawner_class = "docker"\n', "lab", "exact"),
        ('c.JupyterHub.spawner_class = "Docker"\n', "lab", "exact"),
        ('c.JupyterHub.spawner_class = "simple"\n', "notebook", "exact"),
        ('c.JupyterHub.spawner_class = "my.own.Spawner2"\n', None, "unknown"),
        ("c.JupyterHub.spawner_class = MySpawner\n", None, "unknown"),
    ],
)
def test_a_spawners_section_counts_where_the_spawner_is_one(
    hub: str, value: str | None, kind: str
) -> None:
    text = 'c.DockerSpawner.default_url = "/lab"\nc.Spawner.default_url = "/tree"\n'
    known = found(APP, {HUB: hub + text})
    assert (known.value, known.kind) == (value, kind)


def test_additions_of_several_files_and_classes_add_up_as_in_traitlets() -> None:
    first = 'c.InteractiveShellApp.extensions.append("a")\n'
    second = 'c.InteractiveShellApp.extensions.extend(["b", "c"])\n'
    low, high = PurePosixPath("/etc/ipython"), PurePosixPath("/usr/local/etc/ipython")
    files = {low / "ipython_config.py": first, high / "ipython_config.py": second}
    assert found("extensions.ipython", files).value == ("a", "b", "c")
    wiped = {high / "ipython_kernel_config.py": "c.InteractiveShellApp.extensions = []\n"}
    assert found("extensions.ipython", files | wiped).value == ()
    own = {low / "ipython_config.py": first + 'c.IPKernelApp.extensions = ["k"]\n'}
    assert found("extensions.ipython", own).value == ("k",)


def test_the_order_of_sections_is_that_of_traitlets() -> None:
    """Merge the same sections by traitlets itself, for a class with bases of these names."""
    names = machines.facts_of("docker")
    config = Config()
    config.Spawner.environment = {"A": "1"}
    config.DockerSpawner.environment.update({"JUPYTER_CONFIG_PATH": "/x"})
    spawner = type("Spawner", (Application,), {})
    docker = type("DockerSpawner", (spawner,), {})
    merged = docker()._find_my_config(config)  # noqa: SLF001 - the truth this test is about
    assert merged.environment == {"A": "1", "JUPYTER_CONFIG_PATH": "/x"}
    assert names.spawner == "DockerSpawner"


def test_a_trait_of_extensions_is_replaced_whole_but_json_files_still_switch_by_name() -> None:
    low = 'c.ServerApp.jpserver_extensions = {"nbgitpuller": False}\n'
    high = 'c.ServerApp.jpserver_extensions = {"jupyterlab": True}\n'
    package = {
        ENV.parent / "jupyter_server_config.d/nbgitpuller.json": (
            '{"ServerApp": {"jpserver_extensions": {"nbgitpuller": true}}}'
        )
    }
    key = "extensions.server"
    assert found(key, package | {ETC: low, ENV: high}).value == {
        "jupyterlab": True,
        "nbgitpuller": True,
    }
    adding = high.replace(" = ", ".update(").replace("}\n", "})\n")
    on = found(key, package | {ETC: low, ENV: adding}).value
    assert on == {"jupyterlab": True, "nbgitpuller": False}
    root = {
        ENV.with_suffix(".json"): '{"ServerApp": {"jpserver_extensions": {"nbgitpuller": false}}}'
    }
    by_json = found(key, package | root | {PurePosixPath("/usr/local") / str(ETC)[1:]: high}).value
    assert by_json == {"nbgitpuller": False}
    assert found(key, package | {LAB: low}).value == {"nbgitpuller": True}


@pytest.mark.parametrize(
    ("value", "allowed"),
    [({"ir", "python3"}, ("ir", "python3")), (["ir"], ("ir",)), ({"IR"}, None), ("ir", None)],
)
def test_kernels_on_offer_are_lower_case_names(
    value: object, allowed: tuple[str, ...] | None
) -> None:
    text = f"c.KernelSpecManager.allowed_kernelspecs = {value!r}\n"
    known = found("kernels.allowed", {ETC: text})
    assert known.value == allowed
    assert bool(known.reason) == (allowed is None)


@pytest.mark.parametrize(("value", "limit"), [(-7, 0), (0, 0), (3, 3), (True, 1), ("5", None)])
def test_a_limit_is_what_the_hub_makes_of_it(value: object, limit: int | None) -> None:
    text = f"c.JupyterHub.named_server_limit_per_user = {value!r}\n"
    assert found("named_servers.limit", {HUB: text}).value == limit


def test_an_old_name_in_an_extensions_own_file_loses_to_the_servers_files_only() -> None:
    """Every expectation was tried on a started server of jupyter_server 2.21."""
    key, notebook = "culling.server_idle", ENV.with_name("jupyter_notebook_config.py")
    old = {notebook: "c.NotebookApp.shutdown_no_activity_timeout = 7\n"}
    new = "c.ServerApp.shutdown_no_activity_timeout = 9\n"
    assert found(key, old).value == 7
    assert found(key, {**old, ETC: new}).value == 9
    assert found(key, {**old, ETC.with_name("jupyter_config.py"): new}).value == 9
    assert found(key, {**old, ETC.with_name("jupyter_lab_config.py"): new}).value == 9
    assert found(key, {notebook: old[notebook] + new}).value == 7
    assert found(key, {ETC.with_name(notebook.name): old[notebook], notebook: new}).value == 7


def test_the_landing_page_under_its_old_name_comes_too_late() -> None:
    hub = {HUB: 'c.Spawner.default_url = "/lab"\n'}
    for file in (ETC, ENV.with_name("jupyter_notebook_config.py")):
        assert found(APP, hub | {file: 'c.NotebookApp.default_url = "/tree"\n'}).value == "lab"


LEGACY_HUB = {HUB: 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'}
LEGACY_ETC = ETC.with_name("jupyter_notebook_config.py")


def legacy(key: str, files: dict[PurePosixPath, str]) -> Found:
    return found(key, LEGACY_HUB | files, notebook="6.5.7")


def test_the_legacy_notebook_reads_other_files_and_another_class() -> None:
    assert legacy(CULL, {ETC: cull(9)}).value == 0
    assert legacy(CULL, {LEGACY_ETC: cull(9)}).value == 9
    assert legacy(CULL, {ETC.with_name("jupyter_config.py"): cull(9)}).value == 9
    asynchronous = cull(9).replace("Mapping", "AsyncMapping")
    assert legacy(CULL, {LEGACY_ETC: cull(8) + asynchronous}).value == 8
    nested = "c.NotebookApp.MappingKernelManager.cull_idle_timeout = 5\n"
    assert legacy(CULL, {LEGACY_ETC: nested}).kind == "unknown"
    idle = "c.{}.shutdown_no_activity_timeout = {}\n"
    key = "culling.server_idle"
    assert legacy(key, {LEGACY_ETC: idle.format("ServerApp", 5)}).value == 0
    assert legacy(key, {LEGACY_ETC: idle.format("NotebookApp", 5)}).value == 5
    both = idle.format("SingleUserNotebookApp", 6) + idle.format("NotebookApp", 5)
    assert legacy(key, {LEGACY_ETC: both}).value == 6
    assert legacy(key, {}).trait == "c.NotebookApp.shutdown_no_activity_timeout"


def test_the_legacy_notebooks_switches_are_merged_name_by_name_and_the_trait_wins() -> None:
    directory = ENV.with_name("jupyter_notebook_config.d")
    switch = '{{"NotebookApp": {{"nbserver_extensions": {{"{}": {}}}}}}}'
    files = {
        directory / "a.json": switch.format("one", "true"),
        directory / "b.json": switch.format("two", "true"),
        ENV.with_name("jupyter_notebook_config.json"): switch.format("one", "false"),
        ETC: 'c.ServerApp.jpserver_extensions = {"two": False}\n',
        ENV.with_name("jupyter_server_config.d") / "c.json": switch.format("three", "true"),
    }
    there = legacy("extensions.server", files)
    assert there.value == {"one": False, "two": True}
    trait = {LEGACY_ETC: 'c.NotebookApp.nbserver_extensions.update({"two": False})\n'}
    del files[ENV.with_name("jupyter_notebook_config.json")]
    assert legacy("extensions.server", files | trait).value == {"one": True, "two": False}


def test_the_hubs_landing_page_beats_that_of_the_legacy_notebooks_file() -> None:
    own = {LEGACY_ETC: 'c.NotebookApp.default_url = "/tree/a"\n'}
    page = "interface.default_url"
    assert legacy(page, {}).value == "/tree"
    assert legacy(page, own).value == "/tree/a"
    hub = LEGACY_HUB[HUB] + "c.Spawner.default_url = "
    assert found(page, own | {HUB: f'{hub}"/tree/b"\n'}, notebook="6.5.7").value == "/tree/b"
    assert found(page, own | {HUB: f'{hub}""\n'}, notebook="6.5.7").value == "/tree/a"


def test_the_legacy_notebook_is_read_back_with_the_line_of_its_variable() -> None:
    there = legacy(APP, {})
    assert (there.value, there.file, there.line) == ("classic", HUB, 1)
    assert there.trait == "c.Spawner.environment['JUPYTERHUB_SINGLEUSER_APP']"
    lab = 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "jupyter-server"}\n'
    assert found(APP, {HUB: lab}, notebook="6.5.7").value == "lab"
    labhub = LEGACY_HUB[HUB] + 'c.Spawner.cmd = ["/opt/jupyterhub/bin/jupyter-labhub"]\n'
    assert found(CULL, {HUB: labhub, ETC: cull(9)}, notebook="6.5.7").value == 9


def test_the_program_of_jupyterlab_shows_it_where_no_page_is_set() -> None:
    cmd = {HUB: "c.Spawner.cmd = ['jupyter-labhub']\n"}
    app = found(APP, cmd)
    assert (app.kind, app.value, app.origin, app.trait) == (
        "exact",
        "lab",
        f"{HUB}:1",
        "c.Spawner.cmd",
    )
    assert found("interface.default_url", cmd).value == "/lab"
    path = {HUB: "c.DockerSpawner.cmd = '/opt/bin/jupyter-labhub'\n"}
    docker = {HUB: path[HUB] + "c.JupyterHub.spawner_class = 'docker'\n"}
    assert found(APP, docker).origin == f"{HUB}:1"
    page = {HUB: cmd[HUB] + "c.Spawner.default_url = '/tree'\n"}
    assert (found(APP, page).value, found(APP, page).origin) == ("notebook", f"{HUB}:2")
    empty = {HUB: cmd[HUB] + "c.Spawner.default_url = ''\n"}
    assert found(APP, empty).origin == f"{HUB}:1"
    servers = {ETC: "c.ServerApp.default_url = '/tree'\n"}
    assert found(APP, cmd | servers).origin == f"{ETC}:1"


def test_another_interface_than_that_of_the_program_needs_only_a_page() -> None:
    text = "c.Spawner.cmd = ['jupyter-labhub']\n"
    facts = machines.after(machines.machine({HUB: text}), '[interface]\napp = "notebook"\n')
    assert facts.found[APP].value == "notebook"
    assert machines.text_of(facts, HUB).startswith(text)
    again = machines.after(facts, '[interface]\napp = "default"\n')
    assert machines.text_of(again, HUB) == text
