from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.host import Host
from jhwizard.installed import Environment, HomeKernel
from jhwizard.jupyter.home_kernels import home_kernels

USER = Environment(PurePosixPath("/opt/env"), None, "3.11", {"ipykernel": "7.4.0"})
SPEC = {"argv": ["/usr/bin/R", "{connection_file}"], "display_name": "R of Ann", "language": "R"}
Put = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("usr/bin/R", "usr/bin/julia", "opt/env/bin/python3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o755)
    (tmp_path / "opt/env/lib/python3.11/site-packages/ipykernel").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("ann:x:1001:1001::/home/ann:/bin/sh\nx:::\nbad\n")
    return tmp_path


@pytest.fixture
def put(root: Path) -> Put:
    def place(name: str, spec: object = SPEC, home: str = "home/ann") -> Path:
        path = root / home / ".local/share/jupyter/kernels" / name / "kernel.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(spec if isinstance(spec, bytes) else json.dumps(spec).encode())
        return path

    return place


def found(root: Path) -> dict[str, HomeKernel]:
    return {kernel.answer: kernel for kernel in home_kernels(Host(root), USER)}


def test_a_kernel_of_a_home_is_shared_byte_for_byte_with_its_logos(root: Path, put: Put) -> None:
    path = put("Ann-R")
    (path.parent / "logo-64x64.png").write_bytes(b"\x89PNG\0")
    (path.parent / "notes.txt").write_text("private")
    kernel = found(root)["ann-r"]
    assert (kernel.name, kernel.owner, kernel.obstacle) == ("ann-r", "ann", "")
    assert kernel.files == {"kernel.json": path.read_bytes(), "logo-64x64.png": b"\x89PNG\0"}


@pytest.mark.parametrize(
    ("word", "program"),
    [("python3", "/opt/env/bin/python3"), ("julia", "/usr/bin/julia"), ("R", "/usr/bin/R")],
)
def test_its_program_is_named_absolutely(root: Path, put: Put, word: str, program: str) -> None:
    put("one", {"argv": [word, "{connection_file}"], "env": {"A": "b"}})
    kernel = found(root)["one"]
    assert json.loads(kernel.files["kernel.json"])["argv"] == [program, "{connection_file}"]
    assert kernel.tells


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (b"{", "not JSON"),
        (b"[]", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ({"argv": []}, "no program"),
        ({"argv": [5]}, "no program"),
        ({"argv": ["./run"]}, "not known"),
        ({"argv": ["{resource_dir}/run"]}, "not known"),
        ({"argv": ["nothing"]}, "not known"),
        ({"argv": ["/usr/bin/gone"]}, "does not exist|may not read"),
    ],
)
def test_what_cannot_be_shared_says_why(root: Path, put: Put, spec: object, why: str) -> None:
    put("one", spec)
    kernel = found(root)["one"]
    assert re.search(why, kernel.obstacle)
    assert kernel.files == {}


def test_the_directory_that_blocks_others_is_named(root: Path, put: Put) -> None:
    program = root / "home/ann/env/bin/python"
    program.parent.mkdir(parents=True)
    program.symlink_to("/usr/bin/R")
    put("one", {"argv": ["/home/ann/env/bin/python"]})
    assert found(root)["one"].obstacle == ""
    (root / "home/ann").chmod(0o711)
    assert found(root)["one"].obstacle == ""
    (root / "home/ann").chmod(0o700)
    assert "may not enter /home/ann," in found(root)["one"].obstacle
    (root / "home/ann").chmod(0o755)
    (root / "usr/bin").chmod(0o700)
    assert "may not enter /usr/bin," in found(root)["one"].obstacle


def test_a_link_out_of_the_home_is_not_followed(root: Path, put: Put) -> None:
    (root / "etc/shadow").write_text("root:hash")
    path = put("one")
    (path.parent / "logo-64x64.png").symlink_to("/etc/shadow")
    assert list(found(root)["one"].files) == ["kernel.json"]
    path.unlink()
    path.symlink_to("/etc/shadow")
    assert "is a link" in found(root)["one"].obstacle


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a file to somebody else needs root")
def test_a_file_of_somebody_else_is_not_published(root: Path, put: Put) -> None:
    path = put("one")
    os.chown(root / "home/ann", 1001, 1001)
    assert "belongs to somebody else" in found(root)["one"].obstacle
    os.chown(path, 1001, 1001)
    assert found(root)["one"].obstacle == ""


def test_one_name_in_two_homes_is_told_apart(root: Path, put: Put) -> None:
    put("one")
    put("ONE", {**SPEC, "language": "S"}, home="root")
    put("two", home="home/bob")
    put("two")
    put("bad name!")
    assert set(found(root)) == {"ann/one", "root/one", "two"}
    assert found(root)["two"].owner == "ann, bob"
