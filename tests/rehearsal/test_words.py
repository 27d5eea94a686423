"""What a rehearsal says before it runs anything."""

from __future__ import annotations

from dataclasses import replace

from machines import HUB, machine

from jhwizard.facts import Facts
from jhwizard.rehearsal.words import what_is_run


def of_mode(mode: int) -> Facts:
    facts = machine({HUB: "c.JupyterHub.cookie_secret = b'x'\n"})
    sources = tuple(
        replace(s, state=replace(s.state, mode=mode)) if s.path == HUB and s.state else s
        for s in facts.sources
    )
    return replace(facts, sources=sources)


def test_whoever_it_runs_as_could_read_a_closed_hub_config_meanwhile_and_that_is_said() -> None:
    said = what_is_run(of_mode(0o600), "ana")
    assert f"other programs of ana could read what is closed to them: {HUB}" in said
    assert "other programs of nobody" in what_is_run(of_mode(0o640), "sample")


def test_of_a_hub_config_that_is_open_to_all_nothing_more_is_said() -> None:
    assert "other programs" not in what_is_run(of_mode(0o644), "ana")
