"""Conda environments as conda 26.7.1 lays them out: who looks after them, what is in them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter import conda, installer

SITE = "lib/python3.11/site-packages"
HISTORY = """\
==> 2026-11-23 17:00:20 <==
# cmd: {program} create --yes -p {prefix} python=3.11
# conda version: 26.7.1
+conda-forge/linux-64::python-3.11.7-0
"""


class Here(Host):
    """A machine that takes its root for `/`, so that its programs count as ones to start."""

    is_this_machine = True


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "srv/conda/bin/conda", 0o755)
    put(tmp_path, "srv/conda/bin/python3.11", 0o755)
    put(tmp_path, "srv/conda/conda-meta/history")
    put(tmp_path, "srv/conda/envs/jh/conda-meta/history")
    put(tmp_path, f"srv/conda/envs/jh/{SITE}/x.py")
    return tmp_path


def put(root: Path, path: str, mode: int = 0o644, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    for above in file.relative_to(root).parents:
        (root / above).chmod(0o755)


def seen(root: Path, prefix: str = "/srv/conda/envs/jh", **packages: str) -> Environment:
    python = PurePosixPath(prefix) / "bin/python3"
    known = Environment(PurePosixPath(prefix), python, "3.11", {"pip": "23.0", **packages})
    found = installer.with_installer(Here(root), known)
    assert found is not None
    return found


@pytest.mark.parametrize("prefix", ["/srv/conda", "/srv/conda/envs/jh"])
def test_an_environment_is_looked_after_by_the_conda_it_belongs_to(root: Path, prefix: str) -> None:
    put(root, "srv/conda/envs/jh/bin/conda", 0o755)
    assert seen(root, prefix).conda == PurePosixPath("/srv/conda/bin/conda")
    assert seen(root, prefix).obstacle == ""


@pytest.mark.parametrize("name", ["condabin/conda", "bin/mamba", "bin/micromamba"])
def test_other_programs_do_it_where_there_is_no_conda(root: Path, name: str) -> None:
    put(root, f"srv/conda/{name}", 0o755)
    (root / "srv/conda/bin/conda").chmod(0o644)
    assert seen(root).conda == PurePosixPath("/srv/conda") / name


@pytest.mark.parametrize("program", ["bin/conda", "condabin/conda", "bin/conda-env"])
def test_an_environment_elsewhere_names_its_conda_in_its_history(root: Path, program: str) -> None:
    text = HISTORY.format(program=f"/srv/conda/{program}", prefix="/srv/jh")
    put(root, "srv/jh/conda-meta/history", text=text)
    assert seen(root, "/srv/jh").conda == PurePosixPath("/srv/conda/bin/conda")


@pytest.mark.parametrize("text", ["", "# cmd: conda create -n jh\n", "# cmd: /gone/bin/conda x\n"])
def test_where_no_conda_is_named_that_is_said(root: Path, text: str) -> None:
    put(root, "srv/jh/conda-meta/history", text=text)
    assert seen(root, "/srv/jh").conda is None
    assert "its conda was not found" in seen(root, "/srv/jh").obstacle


def test_a_history_that_others_may_write_is_not_believed(root: Path) -> None:
    text = HISTORY.format(program="/srv/conda/bin/conda", prefix="/srv/jh")
    put(root, "srv/jh/conda-meta/history", 0o666, text)
    assert seen(root, "/srv/jh").conda is None


def test_a_conda_that_others_may_change_is_not_started_by_another_name(root: Path) -> None:
    put(root, "srv/conda/condabin/conda", 0o755)
    (root / "srv/conda/bin").chmod(0o777)
    assert seen(root).conda is None
    assert seen(root).obstacle.startswith("other people than root may change /srv/conda/bin/conda")


def test_condas_records_are_read_by_their_own_names(root: Path) -> None:
    for name in ("foo_bar-2.0-py_0", "ruamel.yaml-0.18.6-py311h1_0", "r-base-4.4.1-hc_2", "odd"):
        put(root, f"srv/conda/envs/jh/conda-meta/{name}.json")
    put(root, "srv/conda/envs/jh/conda-meta/pinned")
    found = conda.records(Host(root), PurePosixPath("/srv/conda/envs/jh"))
    assert found == {"foo_bar": "2.0", "ruamel.yaml": "0.18.6", "r-base": "4.4.1"}


def test_what_pip_put_there_is_told_from_what_conda_did(root: Path) -> None:
    env = "srv/conda/envs/jh"
    put(root, f"{env}/conda-meta/tool-1.0-0.json")
    put(root, f"{env}/conda-meta/pytorch-2.4.0-py311_0.json")
    put(root, f"{env}/conda-meta/other_one-1.0-0.json")
    put(root, f"{env}/{SITE}/tool-1.0.dist-info/INSTALLER", text="conda\n")
    put(root, f"{env}/{SITE}/torch-2.4.0.dist-info/INSTALLER", text="conda\n")
    put(root, f"{env}/{SITE}/other_one-2.0.dist-info/INSTALLER", text="pip\n")
    put(root, f"{env}/{SITE}/by_uv-1.0.dist-info/INSTALLER", text="uv")
    assert seen(root).by_others == {"other-one", "by-uv"}
