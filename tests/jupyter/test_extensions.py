from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.facts import LabExtension, Source
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter.extensions import as_switches, lab_core, lab_extensions, server_extensions
from jhwizard.jupyter.json_config import read_json

USER = Environment(PurePosixPath("/env"), None, "3.11", {})
D = PurePosixPath("/env/etc/jupyter/jupyter_server_config.d")


def source(name: str, content: object, role: str = "switches") -> Source:
    reading = read_json(content if isinstance(content, bytes) else json.dumps(content).encode())
    return Source(D / name, role, as_switches(D / name, reading), None)  # type: ignore[arg-type]


def switches(**names: object) -> dict[str, object]:
    return {"ServerApp": {"jpserver_extensions": names}}


def test_the_strongest_file_decides_name_by_name() -> None:
    found = server_extensions(
        (source("a.json", switches(a=True, b=True)), source("zz_jhwizard.json", switches(b=False)))
    )
    assert [(e.name, e.enabled, e.file.name, e.ours) for e in found] == [
        ("a", True, "a.json", False),
        ("b", False, "zz_jhwizard.json", True),
    ]


@pytest.mark.parametrize(
    "content", [b"{", b"[]", {"ServerApp": 1}, switches(a="yes"), {"Other": {}}, b""]
)
def test_what_says_nothing_is_passed_over(content: object) -> None:
    assert server_extensions((source("a.json", content),)) == ()


def test_files_of_another_role_switch_nothing() -> None:
    assert server_extensions((source("a.json", switches(a=True), "server"),)) == ()


def test_lab_extensions_are_found_in_scopes_too(tmp_path: Path) -> None:
    root = tmp_path / "env/share/jupyter/labextensions"
    for name in ("plain", "@scope/inner"):
        (root / name).mkdir(parents=True)
        (root / name / "package.json").write_text(json.dumps({"name": name, "version": "1.2"}))
    assert lab_extensions(Host(tmp_path), USER) == (
        LabExtension("@scope/inner", "1.2"),
        LabExtension("plain", "1.2"),
    )


def test_the_environments_lab_extension_hides_the_machines_and_says_what_it_disables(
    tmp_path: Path,
) -> None:
    lab = {"_build": {"load": "x"}, "disabledExtensions": ["@lab/old"]}
    for root, version in (("env/share", "2"), ("usr/local/share", "1")):
        package = {"name": "new", "version": version, "jupyterlab": lab}
        directory = tmp_path / root / "jupyter/labextensions/new"
        directory.mkdir(parents=True)
        (directory / "package.json").write_text(json.dumps(package))
    assert lab_extensions(Host(tmp_path), USER) == (LabExtension("new", "2", ("@lab/old",)),)


def test_the_extensions_of_jupyterlab_itself_are_listed(tmp_path: Path) -> None:
    lab = tmp_path / "env/share/jupyter/lab"
    (lab / "static").mkdir(parents=True)
    (lab / "schemas/@jupyter-notebook/tree-extension").mkdir(parents=True)
    names = {"extensions": {"@lab/a": ""}, "mimeExtensions": {"@lab/m": "lib/mime.js"}}
    (lab / "static/package.json").write_text(json.dumps({"jupyterlab": names}))
    found = ("@jupyter-notebook/tree-extension", "@lab/a", "@lab/m")
    assert lab_core(Host(tmp_path), USER) == found
    (lab / "static/package.json").write_text('{"jupyterlab": {"extensions": 5}}')
    assert lab_core(Host(tmp_path), USER) == found[:1]
    assert lab_core(Host(tmp_path), None) == ()


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"{}", b"[" * 100_000, None])
def test_a_broken_package_is_passed_over(tmp_path: Path, content: bytes | None) -> None:
    directory = tmp_path / "env/share/jupyter/labextensions/broken"
    directory.mkdir(parents=True)
    if content is None:
        os.mkfifo(directory / "package.json")
    else:
        (directory / "package.json").write_bytes(content)
    (directory.parent / "a-file").touch()
    assert lab_extensions(Host(tmp_path), USER) == ()
    assert lab_extensions(Host(tmp_path), None) == ()
