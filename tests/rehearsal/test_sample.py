"""What a rehearsal needs of a machine, and what it says where that is missing."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from jhwizard.cli import main
from jhwizard.detect import detect
from jhwizard.errors import UsageError, WizardError
from jhwizard.facts import FileState
from jhwizard.host import Host
from jhwizard.options import Options
from jhwizard.plan import Change, Plan
from jhwizard.rehearsal import sample

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


def test_nothing_is_run_without_a_yes(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--root", str(demo)]) == 2
    assert "nothing was run" in capsys.readouterr().err
