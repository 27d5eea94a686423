"""Dicts of a list trait: where they stand, and that nothing else changes with them."""

from __future__ import annotations

import pytest

from jhwizard.errors import RefusedError
from jhwizard.facts import Problem
from jhwizard.jupyter.python_entries import Change, entries, patched, patches
from jhwizard.jupyter.python_source import PythonSource, parse_python

ONE = '{"name": "one", "command": [sys.executable, "-m", "x"]}'
TWO = '{"name": "two", **more}'


def parsed(text: str, encoding: str = "utf-8") -> PythonSource:
    source = parse_python(text.encode(encoding))
    assert not isinstance(source, Problem)
    return source


def names(text: str) -> list[object]:
    return [entry.value["name"] for entry in entries(parsed(text), "JupyterHub", "services")]


def changed(text: str, wanted: dict[object, object] | None, encoding: str = "utf-8") -> str:
    source = parsed(text, encoding)
    there = [e for e in entries(source, "JupyterHub", "services") if e.value.get("name") == "one"]
    made = patches(source, [Change(there[0], wanted and {**there[0].value, **wanted})])
    return patched(source.content, made).decode(encoding)


@pytest.mark.parametrize(
    "text",
    [
        f"c.JupyterHub.services = [{ONE}]",
        f"c.JupyterHub.services.append({ONE})",
        f"c.JupyterHub.services.extend([{ONE}, {TWO}, other])",
        f"c.JupyterHub.services += [{ONE}]",
        f"if x:\n    c.JupyterHub.services.append({ONE})",
        f"one = {ONE}\nc.JupyterHub.services = [one]",
    ],
)
def test_an_entry_is_found_and_changed_in_whichever_way_it_is_added(text: str) -> None:
    assert names(text) == ["one"]
    assert changed(text, {"name": "new"}) == text.replace('"one"', '"new"')


@pytest.mark.parametrize(
    "text",
    [
        f"c.JupyterHub.services = tuple([{ONE}])",
        f"c.JupyterHub.load_roles = [{ONE}]",
        f"c.JupyterHub.services.append([{ONE}])",
        f"one = {ONE}\nprint(one)\nc.JupyterHub.services = [one]",
        f"one = {ONE}\none = {ONE}\nc.JupyterHub.services = [one]",
        f"c.JupyterHub.services = [{TWO}]",
    ],
)
def test_what_other_code_may_hold_too_is_no_entry(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"c.JupyterHub.services = [{TWO}, {ONE}]\n", f"c.JupyterHub.services = [{TWO}]\n"),
        (f"c.JupyterHub.services = [{ONE}]\n", "c.JupyterHub.services = []\n"),
        (f"x = 1\nc.JupyterHub.services.append({ONE})  # why\ny = 2\n", "x = 1\ny = 2\n"),
        (f"c.JupyterHub.services.extend([\n    {ONE},\n])", ""),
        (f"one = {ONE}\nc.JupyterHub.services = [one]", None),
        (f"c.JupyterHub.services.append({ONE}); x = 1\n", "refused"),
        (f"if x:\n    c.JupyterHub.services.append({ONE})\n", "refused"),
    ],
)
def test_an_entry_goes_with_what_only_added_it(text: str, expected: str | None) -> None:
    if expected == "refused":
        with pytest.raises(RefusedError, match="cannot be changed where it stands"):
            changed(text, None)
        return
    after = text.replace("[one]", "[]") if expected is None else expected
    assert changed(text, None) == after


def test_other_encodings_and_line_ends_stay() -> None:
    text = f"# -*- coding: latin-1 -*-\r\nx = 'é'; c.JupyterHub.services = [{ONE}]\r\n"
    assert changed(text, {"name": "new"}, "latin-1") == text.replace('"one"', '"new"')


def test_an_entry_with_letters_of_another_encoding_is_none() -> None:
    text = f"# -*- coding: latin-1 -*-\nc.JupyterHub.services = [{ONE}]\n".replace("-m", "é")
    assert entries(parsed(text, "latin-1"), "JupyterHub", "services") == []


def test_an_entry_beside_such_letters_is_refused() -> None:
    text = f"# -*- coding: latin-1 -*-\nc.JupyterHub.services = [{ONE}, 'é']\n"
    with pytest.raises(RefusedError, match="cannot be changed where it stands"):
        changed(text, {"name": "new"}, "latin-1")


def test_jhwizards_own_block_is_left_out() -> None:
    text = f"# >>> jhwizard >>>\nc.JupyterHub.services.append({ONE})\n# <<< jhwizard <<<\n"
    assert names(text) == []
