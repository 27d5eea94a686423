"""Kernels' own installers, asked in a directory of their own; interpreters are shell scripts."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import machine

from jhwizard.answers import Answers
from jhwizard.facts import Facts, StagedKernel
from jhwizard.host import Host
from jhwizard.stage_kernels import with_staged_kernels

SITE = "lib/python3.11/site-packages"
SPEC = {"argv": ["{python}", "-m", "ipykernel_launcher"], "display_name": "{title}"}
WRITES = """
for word; do
    case $word in
        --prefix=*) prefix=${word#*=} ;;
        --display-name=*) title=${word#*=} ;;
    esac
done
echo "$HOME $PYTHONPATH $*" >"$(dirname "$0")/../asked"
kernel=$prefix/share/jupyter/kernels/physics
mkdir -p "$kernel"
"""


@pytest.fixture
def env() -> Iterator[Path]:
    """An environment where everybody can enter, unlike those below pytest's own directory."""
    directory = Path(tempfile.mkdtemp(prefix="jhwizard-env-"))
    directory.chmod(0o755)
    (directory / "bin").mkdir()
    (directory / SITE / "ipykernel").mkdir(parents=True)
    (directory / "pyvenv.cfg").write_text("version = 3.11.2\n")
    for place in (directory, *directory.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    yield directory
    shutil.rmtree(directory)


def interpreter(env: Path, script: str = "", spec: object = SPEC) -> Path:
    """Put an interpreter there whose installer writes `spec`, and does what `script` says."""
    python = env / "bin/python"
    text = json.dumps(spec).replace("{python}", str(python)).replace("{title}", "'\"$title\"'")
    writes = f"{WRITES}echo '{text}' >$kernel/kernel.json\nprintf '\\0' >$kernel/logo-svg.svg\n"
    python.write_text(f"#!/bin/sh\n{writes}{script}\n")
    python.chmod(0o755)
    return python


def staged(python: Path, facts: Facts | None = None, host: Host | None = None) -> StagedKernel:
    facts = facts or machine({})
    answers = Answers(facts)
    answers.give("kernels.install", f'{python} as physics "Physics"')
    said: list[str] = []
    known = with_staged_kernels(facts, answers, host or Host(), said.append)
    assert said == [f"Asking {python} for its kernel"]
    (found,) = known.staged.values()
    # Asked once, until it can be installed; then for the files of both targets only.
    again = with_staged_kernels(known, answers, host or Host(), said.append)
    assert again == known
    assert len(said) == (2 if found.problem else 1)
    return found


def test_the_files_of_the_installer_are_taken_and_its_directory_is_gone(env: Path) -> None:
    python = interpreter(env)
    found = staged(python)
    assert found.problem == ""
    assert json.loads(found.files["kernel.json"]) == {
        "argv": [str(python), "-m", "ipykernel_launcher"],
        "display_name": "Physics",
    }
    assert found.files["logo-svg.svg"] == b"\0"
    home, _space, words = (env / "asked").read_text().partition(" ")
    assert not Path(home).exists()
    assert words.split()[:5] == ["-I", "-B", "-m", "ipykernel", "install"]


def test_nothing_is_asked_without_an_answer() -> None:
    facts = machine({})
    assert with_staged_kernels(facts, Answers(facts), Host(), pytest.fail) is facts


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo '/x/python: No module named ipykernel' >&2; exit 1", "pip install ipykernel` first"),
        ("echo no space left >&2; exit 1", "no space left"),
        ("rm -r $kernel", "wrote no kernel"),
        ("rm $kernel/kernel.json", "wrote no kernel.json"),
        ("ln -s /etc/passwd $kernel/x", "wrote what no kernel has"),
        ("mkdir $kernel/x", "wrote what no kernel has"),
        ("head -c 2000000 /dev/zero >$kernel/x", "wrote what no kernel has"),
        ("echo '[]' >$kernel/kernel.json", "wrote no kernel.json"),
        ("""echo '{"argv": ["python3"]}' >$kernel/kernel.json""", "no program by its whole path"),
        ("""echo '{"argv": ["/no/such"]}' >$kernel/kernel.json""", "/no/such does not exist"),
    ],
)
def test_an_installer_that_fails_says_why(env: Path, script: str, why: str) -> None:
    assert why in staged(interpreter(env, script)).problem


def test_an_environment_without_ipykernel_is_told_how_to_get_it(env: Path) -> None:
    python = interpreter(env)
    shutil.rmtree(env / SITE / "ipykernel")
    assert f"run `{python} -m pip install ipykernel` first" in staged(python).problem
    (env / "conda-meta").mkdir()
    assert f"run `conda install --prefix {env} ipykernel`" in staged(python).problem
    assert not (env / "asked").exists()


def test_an_interpreter_that_is_not_there_is_none(env: Path) -> None:
    assert "there is no program" in staged(env / "bin/python").problem


def test_an_interpreter_that_people_cannot_reach_is_not_installed(env: Path) -> None:
    python = interpreter(env)
    (env / "bin").chmod(0o700)
    assert f"other people may not enter {env}/bin" in staged(python).problem


@pytest.mark.parametrize("place", ["bin", SITE, "."])
def test_code_that_other_people_can_change_is_not_started(env: Path, place: str) -> None:
    python = interpreter(env)
    (env / place).chmod(0o777)
    assert f"may change {env / place}: let its owner" in staged(python).problem
    assert not (env / "asked").exists()


def test_an_environment_behind_a_link_is_looked_at_as_well(env: Path) -> None:
    interpreter(env)
    (env / "links/bin").mkdir(parents=True)
    (env / "links/bin/python3").symlink_to(env / "bin/python")
    assert staged(env / "links/bin/python3").problem == ""
    (env / SITE).chmod(0o777)
    assert f"may change {env / SITE}:" in staged(env / "links/bin/python3").problem


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_an_interpreter_of_somebody_else_is_not_started(env: Path) -> None:
    python = interpreter(env)
    os.chown(python, 33, 33)
    assert "may change it: let its owner" in staged(python).problem
    assert not (env / "asked").exists()


def test_under_another_root_no_program_is_started(demo: Path) -> None:
    problem = staged(Path("/opt/jupyterhub/bin/python3"), host=Host(demo)).problem
    assert problem == "programs under another root are not started"


def test_what_cannot_be_read_where_the_kernel_would_stand_is_said(env: Path) -> None:
    facts = machine({}, target="env")
    python = interpreter(env)
    (env / "share/jupyter/kernels/physics/kernel.json").mkdir(parents=True)
    assert facts.user is not None
    here = replace(facts, user=replace(facts.user, prefix=PurePosixPath(env)))
    assert "not a regular file" in staged(python, here).problem
