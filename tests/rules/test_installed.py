"""Names and values as the installed classes know them: what is said, and what is not certain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import ETC, HUB, machine

from jhwizard.check import check
from jhwizard.examined import Examination, Side, Uncompiled, Verdict
from jhwizard.facts import Facts
from jhwizard.rules.installed import RULES

NAMES = {rule.name for rule in RULES}
CLASS = Verdict(unknown="class", near="Spawner")
TRAIT = Verdict(unknown="trait", near="default_url")
SETTING = Verdict(unknown="setting", near="logo_file")
OF_THE_HUB = Verdict(used="application", refused="expected an int, not a str", expects="an int")
OF_THE_SPAWNER = replace(OF_THE_HUB, used="spawner_class")
BOUNDS = replace(OF_THE_HUB, refused="The value should not be less than 1.")
BOOL = Verdict(used="application", refused="bool", expects="an int")


def hub(text: str, verdict: Verdict, *, trait: str = "", value: str = "", cls: str = "") -> Facts:
    """Return a hub's file, one of whose lines the classes said something of."""
    facts = machine({HUB: text})
    first = facts.sources[0].reading.writes[-1]
    key: tuple[Side, str, str, str] = ("hub", cls or first.cls, trait or first.trait, value)
    return replace(facts, examined=Examination(verdicts={key: verdict}))


def server(text: str, verdict: Verdict, value: str = "") -> Facts:
    facts = machine({ETC: text})
    write = next(s for s in facts.sources if s.path == ETC).reading.writes[-1]
    key: tuple[Side, str, str, str] = ("server", write.cls, write.trait, value)
    return replace(facts, examined=Examination(verdicts={key: verdict}))


def uncompiled(text: str, path: PurePosixPath, side: Side) -> Facts:
    said = Uncompiled(path, "3.8.10", "invalid syntax", 1, side)
    return replace(machine({path: text}), examined=Examination(uncompiled=(said,)))


def found(facts: Facts) -> list[str]:
    return [f"{f.rule} {f.where}: {f.text}" for f in check(facts) if f.rule in NAMES]


FIRES = {
    "misspelt-class": [
        (
            hub("\nc.Spanwer.default_url = '/lab'\n", CLASS, value="'/lab'"),
            (
                f"{HUB}:2: c.Spanwer.default_url: there is no class Spanwer, so this line means "
                "nothing at all"
            ),
        )
    ],
    "misspelt-trait": [
        (
            hub("c.Spawner.defualt_url = '/lab'\n", TRAIT, value="'/lab'"),
            (
                f"{HUB}:1: c.Spawner.defualt_url: the installed Spawner has no such trait, so this "
                "line means nothing at all"
            ),
        ),
        (
            server("c.ServerApp.defualt_url = compute()\n", TRAIT),
            (
                f"{ETC}:1: c.ServerApp.defualt_url: the installed ServerApp has no such trait, so "
                "this line means nothing at all"
            ),
        ),
    ],
    "not-for-config": [
        (
            hub("c.JupyterHub.log = 3\n", SETTING, value="3"),
            (
                f"{HUB}:1: c.JupyterHub.log: the installed JupyterHub lets no config file set it, "
                "so this line means nothing at all"
            ),
        )
    ],
    "wrong-value": [
        (
            hub("c.JupyterHub.hub_port = '81'\n", OF_THE_HUB, value="'81'"),
            (
                f"{HUB}:1: c.JupyterHub.hub_port = '81' stops JupyterHub from starting: it "
                "expects an int"
            ),
        ),
        (
            hub("c.Spawner.start_timeout = '60'\n", OF_THE_SPAWNER, value="'60'"),
            (
                f"{HUB}:1: c.Spawner.start_timeout = '60' stops every server from starting: it "
                "expects an int"
            ),
        ),
        (
            server("c.ServerApp.iopub_msg_rate_limit = 'x'\n", OF_THE_HUB, "'x'"),
            (
                f"{ETC}:1: c.ServerApp.iopub_msg_rate_limit = 'x' stops every server from "
                "starting: it expects an int"
            ),
        ),
        (
            hub("c.JupyterHub.x = 0\n", BOUNDS, value="0"),
            (
                f"{HUB}:1: c.JupyterHub.x = 0 stops JupyterHub from starting: The value should "
                "not be less than 1"
            ),
        ),
    ],
    "truth-for-number": [
        (
            hub("c.JupyterHub.hub_port = True\n", BOOL, value="True"),
            f"{HUB}:1: c.JupyterHub.hub_port = True is taken for the number 1",
        )
    ],
    "python-too-old": [
        (
            uncompiled("match 1:\n    case _: pass\n", HUB, "hub"),
            (
                f"{HUB}:1: Python 3.8.10, which JupyterHub runs in, cannot read this file: invalid "
                "syntax"
            ),
        ),
        (
            uncompiled("match 1:\n    case _: pass\n", ETC, "server"),
            (
                f"{ETC}:1: Python 3.8.10, which people's servers run in, cannot read this file, "
                "and none of it counts: invalid syntax"
            ),
        ),
    ],
}
NEAR_MISSES = {
    "misspelt-class": [
        # Defined here, imported, named as the spawner; and one that is like nothing installed.
        hub("class Spanwer(Base): ...\nc.Spanwer.a = 1\n", CLASS, value="1"),
        hub("from mine import Spanwer\nc.Spanwer.a = 1\n", CLASS, value="1"),
        hub("c.JupyterHub.spawner_class = 'm.Spanwer'\nc.Spanwer.a = 1\n", CLASS, value="1"),
        hub("c.LDAPAuthenticator.a = 1\n", Verdict(unknown="class"), value="1"),
    ],
    "misspelt-trait": [
        hub("class S(Spawner):\n    own = Int()\n\nc.Spawner.own = 1\n", TRAIT, value="1"),
        # A section inside another one, and names that are passed on to other classes.
        hub("c.JupyterHub.Spawner.own = 1\n", TRAIT, cls="JupyterHub", trait="Spawner"),
        server("c.NotebookApp.tornado_setings = {}\n", TRAIT, "{}"),
        hub("c.JupyterHub.port = 1\n", Verdict(used="application"), value="1"),
    ],
    "not-for-config": [
        hub("def log(): ...\nlog = 3\nc.JupyterHub.log = 3\n", SETTING, value="3"),
    ],
    "wrong-value": [
        # A class that may never be made, a line that a later one beats, one that is said already.
        hub("c.KubeSpawner.port = '81'\n", replace(OF_THE_HUB, used=""), value="'81'"),
        hub("c.JupyterHub.x = '81'\nc.JupyterHub.x = 81\n", OF_THE_HUB, value="'81'"),
        hub("c.JupyterHub.x = '81'\nsetup(c)\n", OF_THE_HUB, value="'81'", cls="JupyterHub"),
        server("c.MappingKernelManager.cull_idle_timeout = '1h'\n", OF_THE_HUB, "'1h'"),
    ],
    "truth-for-number": [
        hub("c.KubeSpawner.port = True\n", replace(BOOL, used=""), value="True"),
        server("c.MappingKernelManager.cull_idle_timeout = True\n", BOOL, "True"),
        hub("c.JupyterHub.debug_proxy = True\n", Verdict(used="application"), value="True"),
    ],
    "python-too-old": [
        # What no Python reads is said of the file already.
        uncompiled("if True\n", HUB, "hub"),
    ],
}


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_a_line_that_means_nothing_or_stops_something_is_named(rule: str) -> None:
    for facts, said in FIRES[rule]:
        assert found(facts) == [f"{rule} {said}"]


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_what_is_not_certain_is_not_said(rule: str) -> None:
    for facts in NEAR_MISSES[rule]:
        assert [text for text in found(facts) if text.startswith(rule)] == []


def test_the_fix_is_the_name_that_exists() -> None:
    facts = hub("c.Spanwer.default_url = '/lab'\n", CLASS, value="'/lab'")
    assert [f.fix.words for f in check(facts) if f.fix and f.rule in NAMES] == [
        "write c.Spawner.default_url"
    ]


def test_a_value_with_a_password_in_it_is_not_shown() -> None:
    address = "'postgresql://hub:hunter2@db/'"
    facts = hub(f"c.JupyterHub.db_url = {address}\n", BOUNDS, value=address)
    (said,) = found(facts)
    assert "hunter2" not in said
    assert "postgresql://hub:…@db/" in said


def test_nothing_is_said_where_nothing_was_asked() -> None:
    facts = machine({HUB: "c.Spanwer.default_url = '/lab'\nc.JupyterHub.hub_port = '1'\n"})
    assert found(facts) == []
