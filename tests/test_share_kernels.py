from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from running import document, verb

from jhwizard import demo
from jhwizard.detect import Options, detect
from jhwizard.host import Host

SPEC = {"argv": ["python3", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = demo.build(tmp_path / "machine")
    for owner in ("ann", "bob"):
        for name in ("physics", owner):
            path = root / "home" / owner / ".local/share/jupyter/kernels" / name / "kernel.json"
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps({**SPEC, "display_name": f"{name} of {owner}"}))
    (root / "home/ann/.local/share/jupyter/kernels/ann/logo-svg.svg").write_bytes(b"<svg\0/>")
    return root


def answers(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(f"[kernels]\n{text}\n")
    return path


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("system", "usr/local/share/jupyter/kernels"),
        ("env", "opt/jupyterhub/share/jupyter/kernels"),
    ],
)
def test_a_kernel_is_shared_read_back_and_taken_back(
    root: Path, tmp_path: Path, target: str, where: str
) -> None:
    before = sorted(map(str, root.rglob("*")))
    wanted = answers(tmp_path, 'share = ["ann"]')
    options = ("--root", root, "--state", tmp_path / "state", "--target", target)
    done = verb("apply", wanted, "--yes", *options)
    assert done.returncode == 0, done.stderr
    kernel = root / where / "ann/kernel.json"
    assert json.loads(kernel.read_text())["argv"][0] == "/opt/jupyterhub/bin/python3"
    assert kernel.stat().st_mode & 0o777 == 0o644
    assert kernel.parent.stat().st_mode & 0o777 == 0o755
    assert (kernel.parent / "logo-svg.svg").read_bytes() == b"<svg\0/>"
    shown = document(verb("show", "kernels.share", "--json", *options))
    assert shown["settings"]["kernels.share"]["value"] == ["ann"]  # type: ignore[index]
    assert verb("plan", wanted, *options).returncode == 0
    assert verb("plan", answers(tmp_path, 'share = ["bob"]'), *options).returncode == 4
    written = verb("answers", *options).stdout
    assert 'share = ["ann"]' in written
    assert verb("plan", "-", *options, given=written).returncode == 0
    refused = verb("plan", answers(tmp_path, 'share = "default"'), *options)
    assert refused.returncode == 3
    assert "jhwizard undo" in refused.stderr
    assert verb("undo", *options).returncode == 0
    assert sorted(map(str, root.rglob("*"))) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('share = ["nobody"]', "No home has a kernel called nobody: write one of ann, ann/physics"),
        ('share = ["ann/physics", "bob/physics"]', "A kernel called physics is offered already"),
    ],
)
def test_what_cannot_be_shared_is_refused(root: Path, tmp_path: Path, text: str, why: str) -> None:
    done = verb("plan", answers(tmp_path, text), "--root", root)
    assert done.returncode == 3
    assert why in done.stderr


def test_a_name_that_is_offered_already_is_refused(root: Path, tmp_path: Path) -> None:
    there = root / "usr/local/share/jupyter/kernels/ann"
    shutil.copytree(root / "usr/local/share/jupyter/kernels/ir", there)
    done = verb("plan", answers(tmp_path, 'share = ["ann"]'), "--root", root)
    assert done.returncode == 3
    assert "offered already" in done.stderr


def test_a_shared_kernel_may_be_allowed_and_the_default_in_one_go(
    root: Path, tmp_path: Path
) -> None:
    text = 'share = ["bob/physics"]\nallowed = ["physics"]\ndefault = "physics"'
    done = verb("plan", answers(tmp_path, text), "--root", root)
    assert done.returncode == 4, done.stderr
    assert "No kernel called" not in done.stderr


def test_servers_from_an_image_are_offered_no_kernels_of_homes(root: Path) -> None:
    assert detect(Host(root), Options()).home_kernels
    config = root / "etc/jupyterhub/jupyterhub_config.py"
    config.write_text(f'{config.read_text()}\nc.JupyterHub.spawner_class = "docker"\n')
    facts = detect(Host(root), Options())
    assert facts.user is None
    assert facts.home_kernels == ()
