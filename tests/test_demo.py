from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jhwizard import demo


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_modes_are_those_of_an_ordinary_machine(tmp_path: Path, mask: int) -> None:
    old = os.umask(mask)
    try:
        root = demo.build(tmp_path / "m")
    finally:
        os.umask(old)
    modes = {p: p.stat().st_mode & 0o7777 for p in [root, *root.rglob("*")]}
    assert {mode for p, mode in modes.items() if p.is_dir()} == {0o755}
    assert modes[root / "opt/jupyterhub/bin/python3"] == 0o755
    assert modes[root / "etc/jupyterhub/jupyterhub_config.py"] == 0o644


def test_the_copy_is_whole_and_holds_no_bytecode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = shutil.copytree(demo.MACHINE, tmp_path / "installed")
    # pip compiles every .py file of a package, config files of the machine too.
    (source / "etc/jupyterhub/__pycache__").mkdir(exist_ok=True)
    (source / "etc/jupyterhub/__pycache__/jupyterhub_config.cpython-311.pyc").touch()
    monkeypatch.setattr(demo, "MACHINE", source)
    root = demo.build(tmp_path / "m")
    found = {str(p.relative_to(root)) for p in root.rglob("*")}
    wanted = {str(p.relative_to(source)) for p in source.rglob("*") if "__pycache__" not in str(p)}
    assert found == wanted
