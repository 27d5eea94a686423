from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path, PurePosixPath

import machines
import pytest

from jhwizard.detect import Options, detect
from jhwizard.errors import RefusedError, UsageError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.probe import MARK

SITE = "lib/python3.11/site-packages"


def interpreter(directory: Path, text: str) -> Path:
    """Make an environment whose interpreter is a shell script; its files name one package."""
    python = directory / "bin/python3"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{text}\n")
    python.chmod(0o755)
    (directory / SITE / "jupyterhub-6.1.1.dist-info").mkdir(parents=True)
    return python


def asked(tmp_path: Path, text: str, patience: float = 0.5) -> tuple[Facts, Environment]:
    python = interpreter(tmp_path / "env", text)
    facts = detect(Host(), Options(tmp_hub(tmp_path), python, patience=patience))
    assert facts.hub is not None
    return facts, facts.hub


def tmp_hub(tmp_path: Path, text: str = "") -> PurePosixPath:
    (tmp_path / "hub.py").write_text(text)
    return PurePosixPath(tmp_path / "hub.py")


def test_the_demonstration_machine(demo: Path) -> None:
    facts = detect(Host(demo), Options())
    assert facts.hub is not None
    assert facts.hub == facts.user
    assert facts.hub.prefix == PurePosixPath("/opt/jupyterhub")
    assert facts.hub.packages["jupyterhub-idle-culler"] == "2.0.0"
    assert facts.hub.packages["cython"] == "3.2.1"
    assert facts.hub.python_version == "3.11"
    assert facts.hub.spawners["localprocess"] == "jupyterhub.spawner:LocalProcessSpawner"
    assert facts.spawner == "LocalProcessSpawner"
    assert [s.name for s in facts.kernelspecs] == ["ir", "julia-1.11", "physics-2019", "python3"]
    assert {s.name: s.problem for s in facts.kernelspecs if s.problem} == {
        "physics-2019": "its program /opt/physics-2019/bin/python does not exist"
    }
    assert facts.found["interface.app"].origin == "/etc/jupyterhub/jupyterhub_config.py:10"
    assert facts.remarks == ()


def test_how_packages_come_into_the_environment_is_known(demo: Path, tmp_path: Path) -> None:
    recorded = detect(Host(demo), Options()).user
    assert recorded is not None
    assert "cannot be started here" in recorded.obstacle
    said = {"packages": {}, "spawners": {}, "prefix": str(tmp_path / "env")}
    text = f"echo '{MARK}{json.dumps({**said, 'python_version': '3.11'})}'"
    _facts, bare = asked(tmp_path, text, patience=10)
    assert bare.obstacle.startswith("pip is missing")
    (tmp_path / "env" / SITE).chmod(0o777)
    assert detect(Host(demo), Options()).user == recorded
    theirs = detect(Host(), Options(tmp_hub(tmp_path), tmp_path / "env/bin/python3")).user
    assert theirs is not None
    assert theirs.writable == PurePosixPath(tmp_path / "env" / SITE)


def test_progress_comes_before_the_work(tmp_path: Path) -> None:
    python = interpreter(tmp_path / "env", "sleep 60")
    seen: list[tuple[str, float]] = []
    start = time.monotonic()
    options = Options(tmp_hub(tmp_path), python, patience=0.5)
    detect(Host(), options, lambda words: seen.append((words, time.monotonic() - start)))
    assert seen[0][0] == "Looking for JupyterHub and its config file"
    assert seen[0][1] < 0.1
    assert seen[1][0] == f"Hub config: {tmp_path}/hub.py"
    assert "packages" in seen[2][0]
    assert seen[2][1] + 0.5 <= seen[3][1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sleep 60", "it gave no answer within 0.5 seconds"),
        ("exit 3", "it ended with status 3"),
        ("echo 'ImportError: no' >&2; exit 1", "it ended with status 1: ImportError: no"),
        ("echo hello", "it printed no inventory"),
        ("echo 'jhwizard-inventory:{nonsense'", "its inventory makes no sense"),
        ("echo 'jhwizard-inventory:[1]'", "its inventory makes no sense"),
        (
            (
                "echo 'jhwizard-inventory:"
                """{"packages":{},"spawners":{},"prefix":"x","python_version":""}'"""
            ),
            "its inventory makes no sense",
        ),
        ("printf '\\377\\376\\n'", "it printed no inventory"),
    ],
)
def test_the_files_are_read_where_an_interpreter_fails(
    tmp_path: Path, text: str, told: str
) -> None:
    facts, hub = asked(tmp_path, text)
    assert hub.problem == told
    assert hub.packages == {"jupyterhub": "6.1.1"}
    assert hub.python is None
    assert facts.remarks[0] == f"{tmp_path}/env/bin/python3: {told}; its files were read instead"


def test_an_endless_printer_is_stopped(tmp_path: Path) -> None:
    _facts, hub = asked(tmp_path, "cat /dev/zero", patience=20)
    assert hub.problem == "it prints without end"


def test_noise_around_the_inventory_does_no_harm(tmp_path: Path) -> None:
    found = {"packages": {"x": "1"}, "spawners": {}, "prefix": "/p", "python_version": "3.9.1"}
    _facts, hub = asked(
        tmp_path, f"printf 'caf\\351\\n'; echo 'jhwizard-inventory:{json.dumps(found)}'; echo bye"
    )
    assert hub.packages == {"x": "1"}
    assert hub.prefix == PurePosixPath("/p")
    assert hub.problem == ""


def test_a_real_interpreter_describes_itself() -> None:
    facts = detect(Host(), Options(hub_python=Path(sys.executable)))
    assert facts.hub is not None
    assert facts.hub.prefix == PurePosixPath(sys.prefix)
    assert facts.hub.packages["traitlets"]
    assert facts.hub.python == PurePosixPath(sys.executable)


def test_an_interpreter_that_others_may_exchange_is_started_only_when_named(
    tmp_path: Path,
) -> None:
    python = interpreter(tmp_path / "env", f"touch {tmp_path}/started; exit 1")
    single = python.with_name("jupyterhub-singleuser")
    single.write_text(f"#!{python}\n")
    os.chown(python.parent, 65534, 65534)
    config = tmp_hub(tmp_path, f"c.Spawner.cmd = [{str(single)!r}]\n")
    facts = detect(Host(), Options(config, Path(sys.executable)))
    assert not (tmp_path / "started").exists()
    assert facts.user is not None
    assert facts.user.packages == {"jupyterhub": "6.1.1"}
    assert "other people than root may exchange it" in facts.remarks[0]
    detect(Host(), Options(config, Path(sys.executable), python))
    assert (tmp_path / "started").exists()


def test_hub_and_users_may_live_in_two_environments(demo: Path) -> None:
    users = demo / "opt/users"
    shutil.copytree(demo / "opt/jupyterhub", users)
    config = demo / "etc/jupyterhub/jupyterhub_config.py"
    with config.open("a") as stream:
        stream.write('c.Spawner.cmd = ["/opt/users/bin/jupyterhub-singleuser"]\n')
    (users / "bin/jupyterhub-singleuser").write_text("#!/opt/users/bin/python3\n")
    facts = detect(Host(demo), Options())
    assert facts.hub is not None
    assert facts.user is not None
    assert (str(facts.hub.prefix), str(facts.user.prefix)) == ("/opt/jupyterhub", "/opt/users")


def test_an_unknown_program_of_the_spawner_is_told(demo: Path) -> None:
    with (demo / "etc/jupyterhub/jupyterhub_config.py").open("a") as stream:
        stream.write('c.Spawner.cmd = ["/usr/local/bin/start.sh"]\n')
    facts = detect(Host(demo), Options())
    assert facts.remarks == (
        (
            "The Python behind /usr/local/bin/start.sh of c.Spawner.cmd is not known: "
            "name it by --user-python"
        ),
    )


def test_hostile_paths_in_the_config_end_no_detection(demo: Path) -> None:
    with (demo / "etc/jupyterhub/jupyterhub_config.py").open("a") as stream:
        stream.write('c.Spawner.cmd = ["/a\\0b"]\n')
        stream.write('c.Spawner.environment = {"JUPYTER_CONFIG_PATH": "/c\\0d:/e\\ud800"}\n')
    facts = detect(Host(demo), Options())
    assert facts.found["culling.kernel_idle"].reason == "no file can have this name"


def test_a_venv_whose_python_leads_out_of_the_root_is_read_from_its_files(demo: Path) -> None:
    python = demo / "opt/jupyterhub/bin/python3"
    python.unlink()
    python.symlink_to("/usr/bin/python3-of-the-machine-itself")
    facts = detect(Host(demo), Options(hub_python=python))
    assert facts.hub is not None
    assert facts.hub.packages["jupyterhub"] == "6.1.1"


@pytest.mark.parametrize("name", ["missing", "directory"])
def test_an_interpreter_that_is_none_is_a_usage_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(UsageError, match="--user-python: there is no program"):
        detect(Host(), Options(user_python=tmp_path / name))


def test_an_interpreter_outside_of_the_root_is_a_usage_error(demo: Path) -> None:
    with pytest.raises(UsageError, match="not inside --root"):
        detect(Host(demo), Options(hub_python=Path(sys.executable)))


def test_an_interpreter_is_found_through_a_linked_root(demo: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(demo)
    facts = detect(Host(link), Options(hub_python=link / "opt/jupyterhub/bin/python3"))
    assert facts.hub is not None
    assert facts.hub.prefix == PurePosixPath("/opt/jupyterhub")


def test_a_relative_hub_config_is_a_usage_error(demo: Path) -> None:
    with pytest.raises(UsageError, match="whole path"):
        detect(Host(demo), Options(PurePosixPath("hub.py")))


def test_a_config_that_is_not_there_yet_is_told_with_what_to_do(tmp_path: Path) -> None:
    facts = detect(Host(tmp_path), Options())
    assert facts.hub is None
    assert facts.user is None
    assert not facts.hub_config_exists
    assert facts.remarks == (
        "No JupyterHub was found: name its interpreter with --hub-python",
        (
            "There is no /etc/jupyterhub/jupyterhub_config.py yet: once it is written, "
            "start JupyterHub with -f /etc/jupyterhub/jupyterhub_config.py"
        ),
    )


@pytest.mark.parametrize("damage", ["binary", "large", "pipe", "directory", "empty"])
def test_a_config_that_cannot_be_read_does_not_end_detection(demo: Path, damage: str) -> None:
    path = demo / "etc/jupyterhub/jupyterhub_config.py"
    path.unlink()
    if damage == "binary":
        path.write_bytes(bytes(range(256)) * 100)
    elif damage == "large":
        path.write_bytes(b"#" * (2 << 20))
    elif damage == "pipe":
        os.mkfifo(path)
    elif damage == "directory":
        path.mkdir()
    else:
        path.touch()
    found = detect(Host(demo), Options()).found["interface.app"]
    assert found.kind == ("default" if damage == "empty" else "unknown")


def test_500_kernels_and_300_extensions_take_less_than_a_second(demo: Path) -> None:
    prefix = demo / "opt/jupyterhub"
    spec = (prefix / "share/jupyter/kernels/python3/kernel.json").read_text()
    for number in range(500):
        directory = demo / f"usr/local/share/jupyter/kernels/k{number:03}"
        directory.mkdir()
        (directory / "kernel.json").write_text(spec)
    for number in range(300):
        switch = {"ServerApp": {"jpserver_extensions": {f"e{number:03}": True}}}
        path = prefix / f"etc/jupyter/jupyter_server_config.d/e{number:03}.json"
        path.write_text(json.dumps(switch))
    start = time.process_time()  # of this process alone: other tests run beside it
    facts = detect(Host(demo), Options())
    assert time.process_time() - start < 1
    assert len(facts.kernelspecs) == 504
    assert len(facts.extensions) >= 300


def test_servers_from_an_image_have_an_environment_that_is_not_the_hubs() -> None:
    facts = detect(machines.host_of("docker"), Options())
    assert facts.hub is not None
    assert facts.user is None
    assert facts.kernelspecs == ()
    assert any("image" in remark for remark in facts.remarks)


def test_the_target_env_is_refused_where_no_users_environment_is_known() -> None:
    with pytest.raises(RefusedError, match="users' environment was not found"):
        detect(machines.host_of("docker"), Options(target="env"))
