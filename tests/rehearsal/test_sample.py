"""What a rehearsal needs of a machine, and what it says where that is missing."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jhwizard import own_program
from jhwizard.cli import main
from jhwizard.detect import detect
from jhwizard.errors import UsageError, WizardError
from jhwizard.facts import FileState
from jhwizard.host import Host
from jhwizard.options import Options
from jhwizard.plan import Change, Plan
from jhwizard.rehearsal import sample
from jhwizard.rehearsal.sentences import cannot

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="asks what root may be")


@needs_root
def test_root_becomes_nobody_without_a_home_and_never_root() -> None:
    nobody = sample.person(None)
    assert nobody.uid not in {0, os.geteuid()}
    assert nobody.home == ""
    with pytest.raises(UsageError, match="not started as root"):
        sample.person("root")
    with pytest.raises(UsageError, match="no user nobody-at-all"):
        sample.person("nobody-at-all")


def test_a_missing_proxy_is_told_with_the_places_and_the_line_that_installs_it(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere/bin")
    facts = detect(Host(demo), Options())
    with pytest.raises(WizardError) as refused:
        sample.proxy(facts)
    assert "/nowhere/bin" in refused.value.text
    assert refused.value.fix == "install it: npm install -g configurable-http-proxy"


def test_files_of_the_hub_that_only_root_reads_are_laid_out_for_who_runs_it(demo: Path) -> None:
    facts = detect(Host(demo), Options())
    secret = FileState(b"c.Spawner.default_url = '/lab'\n", 0o600, 0, 0)
    facts = dataclasses.replace(facts, files={**facts.files, facts.hub_config: secret})
    told = {file["path"]: file for file in sample.files(Plan(), facts)}
    assert told[str(facts.hub_config)]["for_hub"] is True
    path = next(path for path in facts.files if path.name == "jupyter_server_config.py")
    change = Change(path, None, b"# new\n", 0o600, None, "next server start")
    told = {file["path"]: file for file in sample.files(Plan((change,)), facts)}
    # A server's file keeps its mode: one that people cannot read must show.
    assert told[str(path)]["for_hub"] is False
    assert told[str(path)]["mode"] == 0o600


def test_under_another_root_nothing_is_started(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rehearse", "--root", str(demo), "--yes"]) == 2
    assert "under another root are not started" in capsys.readouterr().err


def test_nothing_is_run_without_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proxy and a hub are there, which would tell if they were started."""
    for name in ("bin/configurable-http-proxy", "bin/node", "bin/jupyterhub"):
        program = tmp_path / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        program.chmod(0o755)
    (tmp_path / "bin/python3").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    config = tmp_path / "jupyterhub_config.py"
    config.write_text("import os; os.system('true')\n")
    words = ["--hub-python", f"{tmp_path}/bin/python3", "--hub-config", str(config)]
    assert main(["rehearse", *words]) == 2
    said = capsys.readouterr().err
    assert "nothing was run" in said
    assert f"{config}:1: " in said
    assert not (tmp_path / "started").exists()


POOR = ("setpriv", "--bounding-set=-sys_admin", "--")
"""Root as in most containers: it may not leave the machine's mounts."""


@needs_root
def test_where_no_namespaces_are_allowed_nothing_is_started() -> None:
    command = [*POOR, *own_program.command("jhwizard.rehearsal.cage")]
    done = subprocess.run(command, input="{}\n", capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"what": "cannot", "why": "namespaces"}
    assert "allows no namespaces" in cannot("namespaces").text
