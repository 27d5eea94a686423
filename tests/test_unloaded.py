"""Files that nobody reads are said, with who does not; the same file where it is read is not."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

import machines
import pytest
from running import document, verb

from jhwizard.check import check
from jhwizard.detect import Options, detect
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.summary import oddities

ETC = "etc/jupyter"
ENV = "opt/jupyterhub/etc/jupyter"
HUB = "etc/jupyterhub/jupyterhub_config.py"
SRV = "srv/jupyterhub/jupyterhub_config.py"
UNIT = "etc/systemd/system/jupyterhub.service"
PLAIN = "c.Spawner.debug = True\n"
TRAIT = "c.MappingKernelManager.cull_idle_timeout = 600\n"
LOADED = "c.InteractiveShellApp.extensions = ['autoreload']\n"


def started(config: str, directory: str = "/") -> str:
    return (
        f"[Service]\nWorkingDirectory={directory}\n"
        f"ExecStart=/opt/jupyterhub/bin/jupyterhub -f {config}\n"
    )


def facts_with(tmp_path: Path, files: dict[str, str], deployment: str = "bare") -> Facts:
    """Return a recorded machine with further files."""
    root = tmp_path / "machine"
    shutil.copytree(machines.DEPLOYMENTS / deployment, root, symlinks=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return detect(Host(root), Options())


def unread(tmp_path: Path, files: dict[str, str], deployment: str = "bare") -> dict[str, str]:
    facts = facts_with(tmp_path, files, deployment)
    return {str(path).lstrip("/"): reason for path, reason in facts.unloaded.items()}


def test_a_hub_config_beside_the_one_that_is_started_with(tmp_path: Path) -> None:
    files = {HUB: PLAIN, SRV: PLAIN, UNIT: started("/srv/jupyterhub/jupyterhub_config.py")}
    reason = "the hub does not read this file: it loads /srv/jupyterhub/jupyterhub_config.py"
    assert unread(tmp_path, files) == {HUB: reason}


def test_a_hub_config_in_the_directory_that_the_hub_is_started_in(tmp_path: Path) -> None:
    here = "opt/hub/jupyterhub_config.py"
    files = {HUB: PLAIN, here: PLAIN, UNIT: started(f"/{HUB}", "/opt/hub")}
    assert list(unread(tmp_path, files)) == [here]


def test_without_a_start_command_it_is_said_to_be_a_guess(tmp_path: Path) -> None:
    reasons = unread(tmp_path, {HUB: PLAIN, SRV: PLAIN})
    assert list(reasons) == [SRV]
    assert reasons[SRV].startswith("it is not known whether the hub reads this file")


@pytest.mark.parametrize(
    "text",
    [f"load_subconfig('/{SRV}')\n", f"exec(open('/{SRV}').read())\n"],
)
def test_a_hub_config_that_the_loaded_one_may_load_is_not_called_unread(
    tmp_path: Path, text: str
) -> None:
    files = {HUB: text, SRV: PLAIN, UNIT: started(f"/{HUB}")}
    assert unread(tmp_path, {**files, "etc/jupyterhub/jupyterhub_config.d/a.py": PLAIN}) == {}


def test_the_only_hub_config_is_read_and_so_is_its_json_file(tmp_path: Path) -> None:
    files = {SRV: PLAIN, SRV.replace(".py", ".json"): "{}", UNIT: started(f"/{SRV}")}
    assert unread(tmp_path, files) == {}


def test_a_directory_of_hub_configs_that_only_other_distributions_load(tmp_path: Path) -> None:
    name = "etc/jupyterhub/jupyterhub_config.d/culler.py"
    assert "knows no jupyterhub_config.d" in unread(tmp_path, {HUB: PLAIN, name: PLAIN})[name]


def test_the_legacy_notebook_s_file_where_no_modern_interface_reads_it(tmp_path: Path) -> None:
    name = f"{ETC}/jupyter_notebook_config.py"
    assert unread(tmp_path / "read", {name: TRAIT}) == {}
    root = tmp_path / "machine"
    shutil.copytree(machines.DEPLOYMENTS / "bare", root, symlinks=True)
    packages = root / "opt/jupyterhub/lib/python3.11/site-packages"
    for package in [*packages.glob("notebook-*"), *packages.glob("nbclassic-*")]:
        shutil.rmtree(package)
    (root / ETC).mkdir(parents=True)
    (root / name).write_text(TRAIT)
    facts = detect(Host(root), Options())
    assert facts.unloaded == {
        PurePosixPath("/", name): "people's servers do not read this file: neither Notebook 7 nor "
        "nbclassic is installed"
    }
    (root / name).write_text("# c.NotebookApp.port = 8888\n")
    assert detect(Host(root), Options()).unloaded == {}


def test_the_modern_servers_files_where_people_have_the_legacy_notebook(tmp_path: Path) -> None:
    files = {
        f"{ETC}/jupyter_server_config.json": '{"ServerApp": {"port": 1}}',
        f"{ETC}/jupyter_server_config.d/mine.json": '{"ServerApp": {"jpserver_extensions": '
        '{"x": true}}}',
        f"{ENV}/jupyter_server_config.d/package.json": '{"ServerApp": {"jpserver_extensions": '
        '{"x": true}}}',
        f"{ETC}/jupyter_config.py": TRAIT,
    }
    assert sorted(unread(tmp_path, files, "legacy")) == [
        f"{ETC}/jupyter_server_config.d/mine.json",
        f"{ETC}/jupyter_server_config.json",
        f"{ETC}/jupyter_server_config.py",
    ]


def test_switches_of_old_that_the_modern_server_takes_over_are_not_called_unread(
    tmp_path: Path,
) -> None:
    switches = '{"NotebookApp": {"nbserver_extensions": {"x": true}}}'
    assert unread(tmp_path, {f"{ETC}/jupyter_notebook_config.d/x.json": switches}) == {}


def test_python_files_where_only_json_is_read(tmp_path: Path) -> None:
    name = f"{ETC}/jupyter_server_config.d/limits.py"
    read = f"{ETC}/jupyter_server_config.py"
    assert unread(tmp_path, {name: TRAIT, read: TRAIT}) == {
        name: f"nothing reads this file: in /{ETC}/jupyter_server_config.d only .json files are "
        "read"
    }


def test_traits_among_the_switches_of_extensions(tmp_path: Path) -> None:
    name, good = (f"{ETC}/jupyter_server_config.d/{n}.json" for n in ("limits", "good"))
    traits = '"MappingKernelManager": {"cull_idle_timeout": 600}'
    switches = '"ServerApp": {"jpserver_extensions": {"x": true}}'
    files = {name: f"{{{traits}, {switches}}}", good: f"{{{switches}}}"}
    assert unread(tmp_path, files) == {
        name: "of this file only the switches of extensions are read, and not "
        "MappingKernelManager.cull_idle_timeout"
    }


def test_config_in_root_s_home_reaches_root_alone(tmp_path: Path) -> None:
    server, kernel = "root/.jupyter/jupyter_server_config.py", "root/.ipython/profile_default"
    files = {server: TRAIT, f"{kernel}/ipython_config.py": LOADED}
    files["root/.jupyter/jupyter_lab_config.py"] = "# all comments\n"
    reasons = unread(tmp_path / "one", files)
    assert list(reasons) == [server, f"{kernel}/ipython_config.py"]
    assert "root's own" in reasons[server]
    as_root = {**files, HUB: 'c.Spawner.args = ["--allow-root"]\n'}
    assert unread(tmp_path / "two", as_root) == {}
    told = 'c.Spawner.environment = {"JUPYTER_CONFIG_PATH": "/root/.jupyter"}\n'
    assert unread(tmp_path / "three", {server: TRAIT, HUB: told}) == {}


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("etc/ipython/ipython_config.py", "read"),
        ("opt/jupyterhub/etc/ipython/ipython_config.py", "read"),
        ("usr/local/etc/ipython/ipython_kernel_config.json", "read"),
        (f"{ETC}/ipython_config.py", "astray"),
        (f"{ENV}/ipython_kernel_config.py", "astray"),
        ("etc/ipython/profile_default/ipython_config.py", "astray"),
    ],
)
def test_ipython_config_is_read_only_where_kernels_look(
    tmp_path: Path, name: str, where: str
) -> None:
    text = LOADED if name.endswith(".py") else '{"IPKernelApp": {"exec_lines": ["1"]}}'
    reasons = unread(tmp_path, {name: text})
    assert list(reasons) == ([] if where == "read" else [name])
    assert where == "read" or "/opt/jupyterhub/etc/ipython" in reasons[name]


def test_config_in_the_hubs_environment_where_people_have_another(tmp_path: Path) -> None:
    name = f"{ENV}/jupyter_server_config.py"
    theirs = "opt/people/bin/jupyterhub-singleuser"
    cmd = f'c.Spawner.cmd = ["/{theirs}"]\n'
    other = {theirs: "#!/opt/people/bin/python3\n", "opt/people/bin/python3": ""}
    reasons = unread(tmp_path / "two", {name: TRAIT, HUB: cmd, **other})
    assert reasons == {
        name: "people's servers do not read this file: they run in the environment /opt/people"
    }
    assert unread(tmp_path / "one", {name: TRAIT, HUB: PLAIN}) == {}


def test_of_servers_in_images_nothing_is_claimed(tmp_path: Path) -> None:
    files = {f"{ETC}/jupyter_server_config.d/x.py": TRAIT, f"{ETC}/jupyter_notebook_config.py": ""}
    assert unread(tmp_path, files, "docker") == {}


def test_it_is_said_by_show_and_among_what_is_odd(tmp_path: Path) -> None:
    name = f"{ETC}/jupyter_server_config.d/limits.py"
    facts = facts_with(tmp_path, {name: TRAIT})
    [odd] = [each for each in oddities(facts) if "nothing reads this file" in each.text]
    assert odd.file == PurePosixPath("/", name)
    shown = verb("show", "culling.kernel_idle", "--root", tmp_path / "machine")
    assert f"note: /{name}: nothing reads this file" in shown.stderr
    told = document(verb("show", "--root", tmp_path / "machine", "--json"))
    assert list(told["deployment"]["unloaded"]) == [f"/{name}"]  # type: ignore[index]


def test_a_config_file_of_the_culler_where_the_hub_is_started_is_found(tmp_path: Path) -> None:
    culler = (
        "import sys\nc.JupyterHub.services = [{'name': 'cull', 'command': [sys.executable, '-m', "
        "'jupyterhub_idle_culler'], 'admin': True}]\n"
    )
    files = {HUB: culler, UNIT: started(f"/{HUB}", "/srv/hub"), "srv/hub/idle_culler_config.py": ""}
    found = [
        f for f in check(facts_with(tmp_path, files, "culler")) if f.rule == "culler-config-file"
    ]
    assert [finding.where for finding in found] == ["/srv/hub/idle_culler_config.py"]
