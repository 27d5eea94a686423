from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.host import Host
from jhwizard.installed import Environment, Kernelspec
from jhwizard.jupyter.kernelspecs import kernelspecs, prefix_of

PREFIX = PurePosixPath("/opt/env")
USER = Environment(PREFIX, None, "3.11", {"ipykernel": "7.4.0"})
SHARED = "usr/local/share/jupyter/kernels"
GOOD = {"argv": ["/usr/bin/R", "{connection_file}"], "display_name": "R", "language": "R"}
PYTHON = {"argv": ["python", "-m", "ipykernel_launcher"], "display_name": "Python 3"}

Put = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("usr/bin/R", "opt/env/bin/python3", "opt/env/pyvenv.cfg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        path.chmod(0o755)
    (tmp_path / "opt/env/lib/python3.11/site-packages/ipykernel").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def put(root: Path) -> Put:
    def place(name: str, spec: object = GOOD, where: str = SHARED) -> Path:
        path = root / where / name / "kernel.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(spec if isinstance(spec, bytes) else json.dumps(spec).encode())
        return path

    return place


def found(root: Path) -> dict[str, Kernelspec]:
    return {spec.name: spec for spec in kernelspecs(Host(root), USER)}


def test_a_kernel_is_found_under_its_lower_case_name(root: Path, put: Put) -> None:
    put("R-Four")
    assert found(root) == {
        "r-four": Kernelspec(
            "r-four",
            PurePosixPath("/", SHARED, "R-Four"),
            "R",
            "R",
            ("/usr/bin/R", "{connection_file}"),
        )
    }


def test_the_environment_comes_before_the_machine(root: Path, put: Put) -> None:
    put("python3", PYTHON | {"display_name": "machine"})
    put("python3", PYTHON | {"display_name": "env"}, "opt/env/share/jupyter/kernels")
    assert found(root)["python3"].display_name == "env"


def test_a_broken_kernel_still_hides_the_next_of_its_name(root: Path, put: Put) -> None:
    put("r", b"{", "opt/env/share/jupyter/kernels")
    put("r")
    assert found(root)["r"].problem == "its kernel.json is not JSON"


def test_one_that_nobody_may_enter_hides_nothing(root: Path, put: Put) -> None:
    put("r", GOOD, "opt/env/share/jupyter/kernels").parent.chmod(0o700)
    put("r")
    assert found(root)["r"].problem == ""


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (b"{", "its kernel.json is not JSON"),
        (b"", "its kernel.json is not JSON"),
        (b"\xff\xfe", "its kernel.json is not JSON"),
        (b"[" * 100_000, "its kernel.json is not JSON"),
        (b"[1]", "its kernel.json holds no object"),
        ({}, "its kernel.json names no program"),
        ({"argv": []}, "its kernel.json names no program"),
        ({"argv": "R --slave"}, "its kernel.json names no program"),
        ({"argv": ["/gone/R"]}, "its program /gone/R does not exist"),
        ({"argv": ["/gone/\0R"]}, "its program /gone/\0R does not exist"),
        ({"argv": ["/usr"]}, "its program /usr cannot be started"),
        ({"argv": ["R"], "metadata": 5}, ""),
        (PYTHON, ""),
        (
            GOOD | {"metadata": {"kernel_provisioner": {"provisioner_name": "slurm"}}},
            "its provisioner slurm is not installed",
        ),
        (
            GOOD | {"metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}},
            "",
        ),
    ],
)
def test_every_fault_has_its_sentence(root: Path, put: Put, spec: object, problem: str) -> None:
    put("k", spec)
    assert found(root)["k"].problem == problem


def test_a_program_without_the_right_to_start_is_told(root: Path, put: Put) -> None:
    (root / "usr/bin/R").chmod(0o644)
    put("k")
    assert found(root)["k"].problem == "its program /usr/bin/R cannot be started"


def test_a_python_without_ipykernel_is_told(root: Path, put: Put) -> None:
    put("k", {"argv": ["/opt/env/bin/python3", "-m", "ipykernel_launcher"]})
    assert found(root)["k"].problem == ""
    (root / "opt/env/lib/python3.11/site-packages/ipykernel").rmdir()
    assert found(root)["k"].problem == "ipykernel is not installed in /opt/env"
    (root / "opt/env/pyvenv.cfg").write_text("include-system-site-packages = true\n")
    assert found(root)["k"].problem == ""


def test_an_installed_provisioner_is_no_fault(root: Path, put: Put) -> None:
    put("k", GOOD | {"metadata": {"kernel_provisioner": {"provisioner_name": "Slurm"}}})
    info = root / "opt/env/lib/python3.11/site-packages/slurm-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text("[jupyter_client.kernel_provisioners]\nSlurm = a:B\n")
    assert found(root)["k"].problem == ""


def test_a_kernel_that_people_may_not_read_is_told(root: Path, put: Put) -> None:
    put("file").chmod(0o600)
    put("directory").parent.chmod(0o700)
    put("passable").parent.chmod(0o711)
    specs = found(root)
    assert specs["file"].problem == "people may not read its kernel.json"
    assert specs["directory"].problem == "people may not read its kernel.json"
    assert specs["passable"].problem == ""


@pytest.mark.parametrize("mode", [0o700, 0o711])
def test_one_directory_that_may_not_be_listed_hides_every_kernel(
    root: Path, put: Put, mode: int
) -> None:
    put("k")
    (root / SHARED).chmod(mode)
    told = f"people may not list /{SHARED}, and all kernels vanish"
    assert found(root)["k"].problem == told


@pytest.mark.parametrize("kind", ["pipe", "directory", "large", "circle", "outside"])
def test_odd_files_are_told_and_never_followed_out(root: Path, put: Put, kind: str) -> None:
    path = put("k")
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind == "circle":
        path.symlink_to("kernel.json")
    elif kind == "outside":
        path.symlink_to("/etc/passwd")
    else:
        with path.open("wb") as stream:
            stream.truncate(1 << 30)
    specs = found(root)
    assert specs == {} if kind == "outside" else specs["k"].problem


def test_a_bad_directory_name_is_told(root: Path, put: Put) -> None:
    put("My Kernel!")
    assert "characters that Jupyter warns of" in found(root)["my kernel!"].problem


def test_what_is_no_kernel_is_none(root: Path) -> None:
    (root / SHARED / "empty").mkdir(parents=True)
    (root / SHARED / "file").touch()
    assert found(root) == {}
    assert kernelspecs(Host(root), None) == ()


@pytest.mark.parametrize(
    ("argv", "prefix"),
    [
        (("python", "-m", "ipykernel_launcher"), "/opt/env"),
        (("python3.11", "-m", "ipykernel_launcher"), "/opt/env"),
        (("/opt/a/bin/python", "-m", "ipykernel_launcher"), "/opt/a"),
        (("/usr/bin/env", "python", "-m", "ipykernel_launcher"), None),
        (("/usr/bin/R", "--slave"), None),
        ((), None),
    ],
)
def test_the_environment_a_kernel_runs_in(argv: tuple[str, ...], prefix: str | None) -> None:
    spec = Kernelspec("k", PurePosixPath("/k"), argv=argv)
    assert prefix_of(spec, USER) == (None if prefix is None else PurePosixPath(prefix))
