"""A rehearsal on the wizard's own page, on a real terminal, with a real hub; and stopping it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from real.built import built
from real.machine import PATH, Machine
from terminal import Terminal, environment

pytestmark = pytest.mark.real
HUB_FILE = "/etc/jupyterhub/jupyterhub_config.py"


@pytest.fixture
def machine() -> Iterator[Machine]:
    with Machine() as machine:
        machine.write(HUB_FILE, "c.Authenticator.allow_all = True\n")
        yield machine


def wizard(machine: Machine, tmp_path: Path) -> Terminal:
    """Return the wizard in a machine, at the page of the rehearsal, with one wrong answer."""
    hub = built("hub6")
    proxy = built("proxy") / "node_modules/.bin"
    argv = [*machine.entering, sys.executable, "-m", "jhwizard", "setup", "--step", "interface"]
    argv += ["--hub-python", str(hub / "bin/python"), "--state", str(machine.tmp / "state")]
    terminal = Terminal(argv, environment(tmp_path, PATH=f"{PATH}:{proxy}:{os.environ['PATH']}"))
    terminal.see("On which page exactly")
    terminal.press("tab", "ctrl+u", " /nowhere", *["f8"] * 6)
    terminal.see("Rehearse it first")
    terminal.press("f2", "down", "enter")
    shown = terminal.see("Start the rehearsal")
    assert f"This runs JupyterHub with {HUB_FILE}" in shown
    terminal.press("enter")
    return terminal


def test_a_page_that_is_not_there_is_seen_and_leads_to_its_question(
    machine: Machine, tmp_path: Path
) -> None:
    before = machine.read(HUB_FILE)
    terminal = wizard(machine, tmp_path)
    terminal.patience = 90
    shown = terminal.see("is not as it should be")
    assert "✗ interface.default_url: it should be /nowhere, and is /nowhere: a page with" in shown
    assert "status 404" in shown
    terminal.press("enter")
    terminal.see("▌ /nowhere")
    terminal.press("ctrl+q", "y")
    assert terminal.ended() == 130
    assert machine.read(HUB_FILE) == before


def test_stopping_it_leaves_nothing_that_runs(machine: Machine, tmp_path: Path) -> None:
    terminal = wizard(machine, tmp_path)
    terminal.patience = 60
    terminal.see("✓ hub: it starts")
    assert rehearsing(machine)
    terminal.press("enter")
    terminal.see("It was stopped, and nothing of it is left.")
    assert rehearsing(machine) == []
    terminal.press("ctrl+q", "y")
    assert terminal.ended() == 130


def rehearsing(machine: Machine) -> list[str]:
    """Return what runs in the rehearsal's cage, as the machine outside sees it."""
    del machine
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(PurePosixPath("/tmp/jhwizard-rehearsal")) in said:  # noqa: S108
            found.append(said)
    return found
