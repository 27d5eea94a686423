"""Every rule of the doctor fires where it should, at that line, and not where it only looks so."""

from __future__ import annotations

import importlib
from pathlib import Path

import machines
import pytest
from case import Case, Pair
from test_examined_rules import FIRES as EXAMINED

from jhwizard.answers import Answers
from jhwizard.check import check
from jhwizard.errors import RefusedError
from jhwizard.make_plan import make_plan
from jhwizard.rules import RULES, answers
from jhwizard.rules.rule import Finding
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.words import is_name

CASES: dict[str, Pair] = {
    name: pair
    for path in sorted(Path(__file__).parent.glob("cases_*.py"))
    for name, pair in importlib.import_module(path.stem).CASES.items()
}
SOUND = (
    "aliases",
    "bare",
    "config-path",
    "culler",
    "culler-old",
    "docker",
    "notebook6",
    "tljh",
    "values",
)


def found(case: Case, name: str) -> list[Finding]:
    return [finding for finding in check(case.facts()) if finding.rule == name]


def test_every_rule_has_a_case_and_a_name_of_its_own() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names)) >= 35
    assert set(CASES) | EXAMINED.keys() == set(names)
    assert not set(CASES) & EXAMINED.keys()
    for name in names:
        assert is_name(name)
        assert name == name.lower().replace("_", "-")


@pytest.mark.parametrize("name", CASES)
def test_a_rule_fires_where_it_should(name: str) -> None:
    case = CASES[name][0]
    there = found(case, name)
    assert there, [f"{f.rule}: {f.where}: {f.text}" for f in check(case.facts())]
    assert case.where in {finding.where for finding in there}
    rule = next(rule for rule in RULES if rule.name == name)
    assert rule.level in {finding.level for finding in there}


@pytest.mark.parametrize("name", CASES)
def test_a_rule_does_not_fire_at_what_only_looks_so(name: str) -> None:
    assert found(CASES[name][1], name) == []


@pytest.mark.parametrize("name", CASES)
def test_a_fix_with_answers_is_a_change_like_any_other(name: str) -> None:
    """An answer of a fix is one that its question takes, and that has a place in the files."""
    case = CASES[name][0]
    for finding in found(case, name):
        facts = case.facts()
        wanted = Answers(facts)
        for key, value in finding.fix.answers.items() if finding.fix else ():
            assert key in SETTINGS
            wanted.give(key, value)
        try:
            make_plan(facts, wanted)
        except RefusedError as error:
            pytest.fail(f"{finding.fix}: {error.text}")


@pytest.mark.parametrize("name", SOUND)
def test_a_healthy_deployment_has_no_error(name: str) -> None:
    said = [f"{f.rule}: {f.where}: {f.text}" for f in check(machines.facts_of(name))]
    assert [f for f in check(machines.facts_of(name)) if f.level == "error"] == [], said


def test_each_rule_of_a_step_is_the_doctors_too_or_about_answers_alone() -> None:
    rules = {rule.name for step in STEPS for rule in step.rules}
    assert rules == set(answers.TEXTS) | answers.OF_ANSWERS_ALONE
    assert not set(answers.TEXTS) & answers.OF_ANSWERS_ALONE
