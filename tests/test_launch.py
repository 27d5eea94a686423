from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import launch
from jhwizard.host import Host
from jhwizard.running import Command, running

NOBODY = 65534

UNIT = "[Service]\nExecStart={start}\n{more}\n"


def unit(root: Path, start: str, more: str = "", directory: str = "etc/systemd/system") -> None:
    path = root / directory / "jupyterhub.service"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(UNIT.format(start=start, more=more))


def hub(root: Path, prefix: str, first: str = "") -> Path:
    program = root / prefix / "bin/jupyterhub"
    program.parent.mkdir(parents=True, exist_ok=True)
    (program.parent / "python3").touch()
    program.write_text(f"#!{first or f'/{prefix}/bin/python3'}\n")
    return program


def test_a_unit_names_interpreter_and_config(tmp_path: Path) -> None:
    hub(tmp_path, "opt/hub")
    unit(tmp_path, "/opt/hub/bin/jupyterhub -f /etc/jh/config.py")
    found = launch.find(Host(tmp_path))
    assert found == launch.Launch(
        PurePosixPath("/opt/hub/bin/python3"),
        PurePosixPath("/etc/jh/config.py"),
        cwd=PurePosixPath("/"),  # as systemd starts it
        directories=(PurePosixPath("/"),),
    )


@pytest.mark.parametrize(
    ("start", "more", "config"),
    [
        ('"/opt/hub/bin/jupyterhub" "--config=/etc/a b.py"', "", "/etc/a b.py"),
        ("-@/opt/hub/bin/jupyterhub \\\n  --debug \\\n  -f /x.py", "", "/x.py"),
        ("/opt/hub/bin/jupyterhub -f x.py", "WorkingDirectory=-/srv/jh", "/srv/jh/x.py"),
        ("/opt/hub/bin/jupyterhub -f/x.py", "", "/x.py"),
        ("/opt/hub/bin/jupyterhub -f=/x.py", "", "/x.py"),
        ("/opt/hub/bin/jupyterhub -f x.py", "", "/x.py"),
        ("/opt/hub/bin/jupyterhub", "WorkingDirectory=/srv/here", "/srv/here/jupyterhub_config.py"),
        ("/opt/hub/bin/jupyterhub", "WorkingDirectory=/srv/empty", None),
        ("/opt/hub/bin/jupyterhub -f x.py", "WorkingDirectory=~", None),
        ("/opt/hub/bin/jupyterhub -f ${CONFIG}", "", None),
        ("/opt/hub/bin/python3 -m jupyterhub -f /x.py", "", "/x.py"),
        ("/opt/hub/bin/python3 -m jupyterhub.app -f /x.py", "", "/x.py"),
        ("/usr/bin/env jupyterhub -f /x.py", "", "/x.py"),
        ("/usr/bin/vim jupyterhub -f /x.py", "", None),
        ("'/opt/hub/bin/jupyterhub -f /x.py", "", None),
        ("/bin/old\nExecStart=\nExecStart=/opt/hub/bin/jupyterhub -f /x.py", "", "/x.py"),
    ],
)
def test_the_config_file_of_a_unit(
    tmp_path: Path, start: str, more: str, config: str | None
) -> None:
    hub(tmp_path, "opt/hub")
    (tmp_path / "srv/here").mkdir(parents=True)
    (tmp_path / "srv/here/jupyterhub_config.py").touch()
    unit(tmp_path, start, more)
    found = launch.find(Host(tmp_path))
    assert found.config == (None if config is None else PurePosixPath(config))
    assert found.python == PurePosixPath("/opt/hub/bin/python3")


def test_a_drop_in_has_the_last_word_and_etc_hides_lib(tmp_path: Path) -> None:
    hub(tmp_path, "opt/hub")
    unit(tmp_path, "/opt/hub/bin/jupyterhub -f /lib.py", directory="lib/systemd/system")
    assert launch.find(Host(tmp_path)).config == PurePosixPath("/lib.py")
    unit(tmp_path, "/opt/hub/bin/jupyterhub -f /etc.py")
    assert launch.find(Host(tmp_path)).config == PurePosixPath("/etc.py")
    drop_in = tmp_path / "etc/systemd/system/jupyterhub.service.d/override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nExecStart=\nExecStart=/opt/hub/bin/jupyterhub -f /drop.py\n")
    assert launch.find(Host(tmp_path)).config == PurePosixPath("/drop.py")


@pytest.mark.parametrize("damage", ["binary", "pipe", "masked", "directory"])
def test_a_unit_that_cannot_be_read_is_passed_over(tmp_path: Path, damage: str) -> None:
    unit(tmp_path, "x")
    path = tmp_path / "etc/systemd/system/jupyterhub.service"
    path.unlink()
    if damage == "binary":
        path.write_bytes(bytes(range(256)))
    elif damage == "pipe":
        subprocess.run(["mkfifo", path], check=True)
    elif damage == "masked":
        path.symlink_to("/dev/null")
    else:
        path.mkdir()
    assert launch.find(Host(tmp_path)) == launch.Launch()


def test_two_hubs_are_told_and_the_started_one_is_used(tmp_path: Path) -> None:
    hub(tmp_path, "opt/a")
    hub(tmp_path, "opt/b")
    unit(tmp_path, "/opt/b/bin/jupyterhub -f /x.py")
    found = launch.find(Host(tmp_path))
    assert found.python == PurePosixPath("/opt/b/bin/python3")
    assert found.remarks == (
        "JupyterHub is installed more than once (/opt/b, /opt/a): the first is used",
    )


@pytest.mark.parametrize(
    ("first", "python"),
    [
        ("/opt/hub/bin/python3", "/opt/hub/bin/python3"),
        ("/opt/conda/bin/python3.12 -s", "/opt/conda/bin/python3.12"),
        ("/usr/bin/env python3", "/opt/hub/bin/python3"),
        (
            '/bin/sh\n\'\'\'exec\' "/opt/conda/bin/python3.12" "$0" "$@"',
            "/opt/conda/bin/python3.12",
        ),
        ("/bin/bash", "/opt/hub/bin/python3"),
        ("/gone/bin/python3", "/opt/hub/bin/python3"),
    ],
)
def test_the_interpreter_of_a_program(tmp_path: Path, first: str, python: str) -> None:
    hub(tmp_path, "opt/hub", first)
    other = tmp_path / "opt/conda/bin/python3.12"
    other.parent.mkdir(parents=True)
    other.touch()
    found = launch.python_of(Host(tmp_path), PurePosixPath("/opt/hub/bin/jupyterhub"))
    assert found == PurePosixPath(python)


def test_a_shell_script_of_the_admin_says_nothing_of_its_neighbours(tmp_path: Path) -> None:
    hub(tmp_path, "usr/local")
    (tmp_path / "usr/local/bin/start.sh").write_text(
        "#!/bin/sh\n/opt/x/bin/jupyterhub-singleuser\n"
    )
    assert launch.python_of(Host(tmp_path), PurePosixPath("/usr/local/bin/start.sh")) is None
    assert launch.python_of(Host(tmp_path), PurePosixPath("/missing")) is None


def test_a_unit_and_a_file_at_the_usual_place_disagree_aloud(tmp_path: Path) -> None:
    unit(tmp_path, "/opt/b/bin/jupyterhub -f /x.py")
    (tmp_path / "etc/jupyterhub").mkdir()
    (tmp_path / "etc/jupyterhub/jupyterhub_config.py").touch()
    (said,) = launch.find(Host(tmp_path)).remarks
    assert said == (
        "/x.py is taken for the hub's config file, as jupyterhub.service names it, and not "
        "/etc/jupyterhub/jupyterhub_config.py; --hub-config names another"
    )
    assert not launch.find(Host(tmp_path), config=PurePosixPath("/x.py")).remarks


def test_of_two_units_the_one_of_the_named_python_says_the_file(tmp_path: Path) -> None:
    hub(tmp_path, "opt/a")
    hub(tmp_path, "opt/b")
    unit(tmp_path, "/opt/a/bin/jupyterhub -f /a.py")
    found = launch.find(Host(tmp_path), PurePosixPath("/opt/b/bin/python"))
    assert found.config is None
    (said,) = found.remarks
    assert said == (
        "jupyterhub.service is another hub than that of --hub-python: its file /a.py does not count"
    )
    assert launch.find(Host(tmp_path), PurePosixPath("/opt/a/bin/python")).config == PurePosixPath(
        "/a.py"
    )


def test_that_there_are_several_hubs_is_not_said_where_a_python_is_named(tmp_path: Path) -> None:
    hub(tmp_path, "opt/a")
    hub(tmp_path, "opt/b")
    assert launch.find(Host(tmp_path)).remarks
    assert not launch.find(Host(tmp_path), PurePosixPath("/opt/c/bin/python")).remarks


def test_a_running_hub_with_a_relative_config_is_found_by_its_directory(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf/hub.py").touch()
    with started(tmp_path, "conf/hub.py") as command:
        assert command.cwd == PurePosixPath(tmp_path)
        found = judged(command)
    assert found.config == PurePosixPath(tmp_path / "conf/hub.py")
    assert found.python == PurePosixPath(sys.executable)


def test_the_file_of_a_running_hub_that_is_not_there_is_never_created(tmp_path: Path) -> None:
    with started(tmp_path, "/nowhere/hub.py") as command:
        said = launch._judged(Host(), command, None)  # noqa: SLF001
    assert isinstance(said, str)
    assert said.endswith("the config file /nowhere/hub.py, which is not there: it does not count")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start programs as somebody else")
def test_the_file_of_somebody_elses_hub_is_never_the_hubs() -> None:
    own = Path(tempfile.mkdtemp(dir="/var/tmp"))
    try:
        (own / "own.py").touch()
        for path in (own, own / "own.py"):
            os.chown(path, NOBODY, NOBODY)
        with started(own, str(own / "own.py"), user=NOBODY) as command:
            said = launch._judged(Host(), command, None)  # noqa: SLF001
    finally:
        shutil.rmtree(own)
    assert isinstance(said, str)
    assert f"other people may change {own}/own.py: it does not count" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_the_file_of_a_hub_among_other_mounts_counts_where_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "hidden").mkdir()
    for name in ("hidden/hub.py", "hub.py"):
        (tmp_path / name).touch()
    hide = 'mount -t tmpfs x "$0"/hidden && touch "$0"/hidden/hub.py && exec "$@"'
    apart = ("unshare", "-m", "sh", "-c", hide, str(tmp_path))
    with started(tmp_path, "hidden/hub.py", apart) as command:
        assert launch._judged(Host(), command, None) == ""  # noqa: SLF001
    with started(tmp_path, "hub.py", apart) as command:
        assert judged(command).config == PurePosixPath(tmp_path / "hub.py")


def judged(command: Command) -> launch.Launch:
    found = launch._judged(Host(), command, None)  # noqa: SLF001
    assert not isinstance(found, str)
    return found.launch


@contextmanager
def started(
    root: Path, config: str, through: tuple[str, ...] = (), user: int | None = None
) -> Iterator[Command]:
    """Run a program that looks like a hub, and yield how it is seen."""
    program = root / "env/bin/jupyterhub"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!{sys.executable}\nimport time\nprint(flush=True)\ntime.sleep(60)\n")
    program.chmod(0o755)
    argv = [*through, str(program), "-f", config]
    with subprocess.Popen(argv, cwd=root, stdout=subprocess.PIPE, user=user) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            (found,) = [c for c in running() if str(program) in c.argv]
            yield found
        finally:
            process.kill()


def test_looking_at_every_process_takes_no_time() -> None:
    start = time.monotonic()
    list(running())
    assert time.monotonic() - start < 1
