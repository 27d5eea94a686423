"""What the rules of a step say about answers."""

from __future__ import annotations

from jhwizard.answers import Answers
from jhwizard.facts import Facts
from jhwizard.settings import STEPS
from jhwizard.wizard import broken_rules


def said(facts: Facts, step: str, /, **given: object) -> dict[str, str]:
    """Return `level key` to text; answers are given by the last part of their keys."""
    answers = Answers(facts)
    for name, value in given.items():
        answers.give(name.replace("__", ".") if "__" in name else f"{step}.{name}", value)
    (found,) = [each for each in STEPS if each.name == step]
    return {f"{i.level} {i.key}": i.text for i in broken_rules(found, answers, facts)}
