from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

import pytest

from jhwizard import launch
from jhwizard.host import Host

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


def test_a_running_hub_with_a_relative_config_is_found_by_its_directory(tmp_path: Path) -> None:
    program = tmp_path / "env/bin/jupyterhub"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\nimport time\nprint(flush=True)\ntime.sleep(60)\n")
    program.chmod(0o755)
    command = [str(program), "-f", "conf/hub.py"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            commands = [c for c in launch._running() if str(program) in c.argv]  # noqa: SLF001
        finally:
            process.kill()
    assert [c.cwd for c in commands] == [PurePosixPath(tmp_path)]
    found = launch._launch(Host(), commands[0])  # noqa: SLF001
    assert found.config == PurePosixPath(tmp_path / "conf/hub.py")
    assert found.python == PurePosixPath(sys.executable)


def test_looking_at_every_process_takes_no_time() -> None:
    start = time.monotonic()
    list(launch._running())  # noqa: SLF001
    assert time.monotonic() - start < 1
