"""What was seen beside what should be: each setting is spoken of, and for the right reason."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from running import CHECKOUT

from jhwizard.answers import Answers
from jhwizard.detect import detect
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.options import Options
from jhwizard.plan import Plan
from jhwizard.rehearsal import judge_idle
from jhwizard.rehearsal.judge import Judge
from jhwizard.rehearsal.proof import Proof, Skipped, Wanted
from jhwizard.rehearse import wanted_of
from jhwizard.settings import SETTINGS

INSIDE = ("cage", "staged", "hub_side", "watch_server", "visit", "visit_hub", "visit_idle")
KNOWS_NOTHING = {"plan", "answers", "settings", "facts", "make_plan", "rehearse"}


@pytest.fixture
def facts(demo: Path) -> Facts:
    return detect(Host(demo), Options())


def wanted(facts: Facts, **answers: object) -> Wanted:
    given = Answers(facts)
    for key, value in answers.items():
        given.give(key.replace("__", "."), value)
    return wanted_of(Plan(), facts, given, "sample")


@pytest.mark.parametrize("name", [*INSIDE, "browse", "talk", "trivial"])
def test_who_observes_knows_nothing_of_what_is_wanted(name: str) -> None:
    tree = ast.parse((CHECKOUT / "jhwizard/rehearsal" / f"{name}.py").read_text())
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = [module for module in modules if module.startswith("jhwizard")]
    assert KNOWS_NOTHING.isdisjoint(part for module in ours for part in module.split("."))
    assert not [module for module in ours if "judge" in module]


@pytest.mark.parametrize("name", [*INSIDE[2:], "browse", "talk", "trivial"])
def test_what_peoples_python_runs_is_understood_by_3_8(name: str) -> None:
    text = (CHECKOUT / "jhwizard/rehearsal" / f"{name}.py").read_text()
    assert "from __future__ import annotations" in text
    ast.parse(text, feature_version=(3, 8))
    assert not {"removeprefix", "removesuffix"} & set(text.replace(".", " ").split())


def test_no_setting_is_passed_over_in_silence(facts: Facts) -> None:
    judge = Judge(wanted(facts))
    said = [*judge.hear("caged", {}), *judge.rest("the lights went out")]
    assert sorted(each.key for each in said) == sorted(SETTINGS)
    assert all(isinstance(each, Skipped) and each.reason for each in said)


def test_a_server_that_does_not_start_is_red_at_the_page_and_not_seen_elsewhere(
    facts: Facts,
) -> None:
    judge = Judge(wanted(facts))
    said = {e.key: e for e in judge.hear("landing", {"ready": False, "why": "it ended"})}
    page = said["interface.app"]
    assert isinstance(page, Proof)
    assert not page.ok
    assert "it ended" in str(page.observed)
    kernels = said["kernels.default"]
    assert isinstance(kernels, Skipped)
    assert kernels.reason == "the server did not start"


def landing(**more: object) -> dict[str, object]:
    page = {"status": 200, "title": "JupyterLab", "path": "/user/sample/lab"}
    return {"ready": True, "base": "/", "config_data": True, **page, **more}


@pytest.mark.parametrize(
    ("seen", "app"),
    [
        (landing(), "lab"),
        (landing(title="Home"), "notebook"),
        (landing(title="Home", config_data=False), "nbclassic"),
        (landing(title="Home Page - Select or create a notebook"), "classic"),
        (landing(status=404, title="Jupyter Server"), "a page with status 404: Jupyter Server"),
    ],
)
def test_the_interface_is_told_by_the_page_people_see(
    facts: Facts, seen: dict[str, object], app: str
) -> None:
    judge = Judge(wanted(facts))
    found = {each.key: each for each in judge.hear("landing", seen)}
    page = found["interface.app"]
    assert isinstance(page, Proof)
    assert page.observed == app


def named(person: dict[str, object], **more: object) -> dict[str, object]:
    asked = {"person": None, "admin": None}
    return {"person": person, "admin": None, "tries": 3, "allow": True, "asked": asked, **more}


@pytest.mark.parametrize(
    ("limit", "accepted", "observed", "ok"),
    [(5, 2, 5, True), (5, 3, 5, False), (4, 2, 4, False), (0, 4, 0, False)],
)
def test_a_limit_is_what_the_hub_holds_and_keeps(
    facts: Facts, limit: int, accepted: int, observed: int, *, ok: bool
) -> None:
    judge = Judge(wanted(facts, named_servers__allow=True, named_servers__limit=5))
    seen = named({"accepted": accepted, "status": 400, "why": "maximum"}, limit=limit)
    found = {each.key: each for each in judge.hear("named", seen)}["named_servers.limit"]
    assert isinstance(found, Proof)
    assert (found.observed, found.ok) == (observed, ok)


SCOPES = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
ARGV = ["/hub/python", "-m", "jupyterhub_idle_culler", "--timeout=3600"]


@pytest.mark.parametrize(
    ("service", "ok", "note"),
    [
        ({}, True, "runs"),
        ({"alive": False}, False, "ends at once"),
        ({"scopes": SCOPES[1:]}, False, "list:users"),
        ({"argv": [*ARGV[:3], "--timeout=60"]}, False, "runs"),
    ],
)
def test_a_culler_that_is_dead_or_lacks_a_right_is_red(
    facts: Facts, service: dict[str, Any], note: str, *, ok: bool
) -> None:
    judge = Judge(wanted(facts, culling__hub_idle="1h"))
    there = {"name": "cull", "argv": ARGV, "alive": True, "scopes": SCOPES, **service}
    found = {e.key: e for e in judge.hear("culler", {"services": [there]})}["culling.hub_idle"]
    assert isinstance(found, Proof)
    assert found.ok is ok
    assert note in found.note


def test_times_are_scaled_down_in_proportion_and_never_stays_never() -> None:
    traits = {
        "MappingKernelManager.cull_idle_timeout": [1200],
        "MappingKernelManager.cull_interval": [600],
        "TerminalManager.cull_inactive_timeout": [0],
    }
    found = {"traits": traits, "lineage": ["jupyter_server.serverapp.ServerApp"]}
    assert judge_idle.words({"server": {"found": found}}) == (
        "--AsyncMappingKernelManager.cull_idle_timeout=4",
        "--AsyncMappingKernelManager.cull_interval=2",
    )
