"""`docs/checks.md` says what the records say, and names rules and tests that are there.

JHWIZARD_DOCS_UPDATE=1 writes the table of rules anew; read the diff before you commit it.
"""

from __future__ import annotations

import ast
import os
import re

from running import CHECKOUT
from test_rules import CASES, found

from jhwizard.rules import RULES
from jhwizard.rules.page import table

PAGE = CHECKOUT / "docs/checks.md"
BEGIN, END = "pytest tests/rules/test_page.py -->\n", "<!-- end -->"


def fixes() -> dict[str, str]:
    """Return what mends the first finding of each rule in the deployment that fires it."""
    there = {name: [f.fix for f in found(pair[0], name) if f.fix] for name, pair in CASES.items()}
    return {name: fix[0].words for name, fix in there.items() if fix}


def test_the_page_has_every_rule_with_what_mends_it() -> None:
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    page = f"{before}{begin}{table(fixes())}\n{end}{after}"
    if os.environ.get("JHWIZARD_DOCS_UPDATE"):
        PAGE.write_text(page)
    assert begin
    assert end
    assert PAGE.read_text() == page


def rows(title: str) -> list[str]:
    part = PAGE.read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [line for line in part.splitlines() if re.match(r"\| \d+ \|", line)]


def test_every_trap_and_every_pain_is_a_rule_or_made_impossible_by_what_a_test_says() -> None:
    rules = {rule.name for rule in RULES}
    assert [len(rows("Traps")), len(rows("Pains"))] == [20, 25]
    for row in rows("Traps") + rows("Pains"):
        answer = row.split("|")[3]
        names = set(re.findall(r"`([a-z0-9-]+)`", answer)) & rules
        tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", answer)
        assert names or tests, row
        for word in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", answer):
            assert word in rules, word
        for path, name in tests:
            assert not name or name in _functions(path), f"{path}::{name}"
            assert (CHECKOUT / path).exists()


def _functions(path: str) -> set[str]:
    tree = ast.parse((CHECKOUT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
