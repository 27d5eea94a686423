from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from jhwizard.evaluated import Additions, Loaded, Pair, Section, combined, settled
from jhwizard.facts import Missing, Source
from jhwizard.jupyter.json_config import read_json
from jhwizard.jupyter.python_reading import read_python
from jhwizard.layers import Rung, folded, trait_of
from jhwizard.settings.setting import HubTrait, SpawnerVariable
from jhwizard.variables import Variables

HUB = PurePosixPath("/hub.py")
BLOCK = "# >>> jhwizard >>>\nc.X.y = 9\n# <<< jhwizard <<<\n"


def source(text: str, path: PurePosixPath = HUB) -> Source:
    content = text.encode()
    read = read_json(content) if path.suffix == ".json" else read_python(content, Variables())
    return Source(path, "hub", read, None)


def after(
    text: str, values: dict[Pair, object], *asked: str, later: str = ""
) -> tuple[Source, list[Rung]]:
    """Return the file with what loading it gave, and what that contradicts."""
    evaluation, wrong = settled([source(text)], Loaded(values, asked))
    (found,) = combined((source(later or text),), evaluation)
    return found, list(wrong)


def of(found: Source, pair: Pair = ("X", "y")) -> object:
    """Return a trait's value; the kind where it is not known."""
    rungs = [Rung(found, w) for w in found.reading.writes if w.cls in (pair[0], "*")]
    rungs = [rung for rung in rungs if rung.write.trait in (pair[1], "*")]
    fold = folded(rungs, HubTrait(*pair))
    return fold.raw if fold.kind == "exact" else fold.kind


def lines(found: Source) -> list[tuple[int, object, bool]]:
    return [(w.line, w.value, w.evaluated) for w in found.reading.writes if w.trait == "y"]


def test_what_was_not_known_is_exact_and_cannot_be_exchanged() -> None:
    found, wrong = after("import a\nc.X.y = a.b()\n", {("X", "y"): 5})
    (write,) = found.reading.writes
    assert (write.value, write.kind, write.line) == (5, "exact", 2)
    assert write.evaluated
    assert not write.spliceable
    assert wrong == []


def test_what_code_nobody_reads_has_set_stands_at_the_line_of_that_code() -> None:
    found, _wrong = after("import a\nexec(a.b)\nc.X.z = 1\n", {("X", "y"): 5, ("X", "z"): 1})
    assert lines(found) == [(2, 5, True)]
    assert of(found, ("X", "z")) == 1
    assert of(found, ("Q", "other")) == "default"


def test_a_value_that_is_set_with_no_line_to_be_seen_stands_below_the_admins_lines() -> None:
    found, _wrong = after(f"c.X.z = 1\n{BLOCK}", {("X", "z"): 1, ("X", "y"): 5, ("X", "new"): 2})
    assert (of(found), of(found, ("X", "new"))) == (9, 2)


def test_where_both_agree_what_was_read_stays_with_its_place() -> None:
    text = "c.X.y = {'b', 'a'}\nc.X.z = 1\n"
    found, wrong = after(text, {("X", "y"): {"a", "b"}, ("X", "z"): 1})
    assert found == source(text)
    assert [write.spliceable for write in found.reading.writes] == [True, True]
    assert wrong == []


@pytest.mark.parametrize("given", [2, True, 1.0, "1", [1], Missing("it is `len`", 1, "function")])
def test_where_they_contradict_the_evaluation_wins_and_the_line_is_named(given: object) -> None:
    found, wrong = after("c.X.y = 1\n", {("X", "y"): given})
    assert [rung.write.line for rung in wrong] == [1]
    (write,) = found.reading.writes
    assert not write.spliceable
    assert of(found) == ("function" if isinstance(given, Missing) else given)


def test_a_line_that_set_nothing_when_it_was_run_is_gone() -> None:
    found, wrong = after("import a\nif a.b:\n    c.X.y = 1\n", {})
    assert found.reading.writes == ()
    assert wrong == []
    found, wrong = after("c.X.y = 1\n", {})
    assert found.reading.writes == ()
    assert len(wrong) == 1


def test_jhwizards_own_lines_count_above_what_was_run_without_them() -> None:
    text = f"import a\nc.X.y = a.b\nexec(a.c)\n{BLOCK}"
    found, _wrong = after(text, {("X", "y"): 5})
    assert of(found) == 9
    gone, _wrong = after(text, {("X", "y"): 5}, later="import a\nc.X.y = a.b\nexec(a.c)\n")
    assert of(gone) == 5


def test_what_jhwizard_changes_in_place_is_not_undone_by_what_was_run_before() -> None:
    text = "import a\nc.X.y = 1\nc.X.z = a.b\n"
    found, _wrong = after(
        text, {("X", "y"): 1, ("X", "z"): 3}, later=text.replace("y = 1", "y = 2")
    )
    assert (of(found), of(found, ("X", "z"))) == (2, 3)


def test_additions_stay_additions() -> None:
    text = "import a\nc.X.y.extend(a.b)\n"
    found, _wrong = after(text, {("X", "y"): Additions((("extend", [1, 2]),))})
    assert [(w.op, w.value) for w in found.reading.writes] == [("extend", [1, 2])]
    for odd in ((("prepend", [1]),), (("extend", [1]), ("prepend", [2])), (("extend", [LEN]),)):
        found, _wrong = after(text, {("X", "y"): Additions(odd)})
        assert of(found) == "computed"
    plain = "c.X.y.append(1)\nc.X.y.append(2)\n"
    found, wrong = after(plain, {("X", "y"): Additions((("extend", [1, 2]),))})
    assert found == source(plain)
    assert wrong == []
    nothing = "c.X.y.update({})\n"
    assert after(nothing, {}) == (source(nothing), [])


LEN = Missing("it is `len`", 1, "function", refers="len")


def test_parts_that_are_no_data_leave_the_others_known() -> None:
    found, _wrong = after("import a\nc.X.y = a.b\n", {("X", "y"): {"a": 1, "b": LEN}})
    (write,) = found.reading.writes
    assert (write.op, write.kind, write.parts) == ("unknown", "computed", {"a": 1, "b": LEN})


def test_the_function_of_a_line_is_named_as_it_was_read() -> None:
    text = "def mine(handler):\n    pass\nc.X.y = mine\n"
    assert after(text, {("X", "y"): LEN}) == (source(text), [])
    exempt = (
        "def named_server_limit(handler):\n    user = handler.current_user\n"
        "    return 0 if user and user.admin else 3\n"
        "c.JupyterHub.named_server_limit_per_user = named_server_limit\n"
    )
    pair = ("JupyterHub", "named_server_limit_per_user")
    assert after(exempt, {pair: LEN}) == (source(exempt), [])


def test_a_section_inside_another_one_is_left_to_the_reading() -> None:
    text = "c.A.B.x = 1\n"
    assert after(text, {("A", "B"): Section()}) == (source(text), [])
    text = "import a\nc.A.y = 1\nexec(a.b)\n"
    found, _wrong = after(text, {("A", "y"): 1, ("A", "B"): Section()})
    assert [(w.trait, w.kind, w.line) for w in found.reading.writes] == [
        ("y", "exact", 2),
        ("*", "unknown", 3),
    ]


def test_with_variables_that_nobody_told_nothing_is_claimed_to_be_so() -> None:
    text = (
        "import a, os\n"
        "c.X.y = a.b\n"  # 2
        "c.X.e = os.environ.get('E', 1)\n"
        "if a.b:\n    c.X.maybe = 1\n"
        "c.X.sure = 1\n"
        "exec(a.c)\n"
    )
    values: dict[Pair, object] = {("X", "y"): 5, ("X", "e"): 1, ("X", "sure"): 1}
    found, wrong = after(text, values, "E", "MORE")
    by_trait = {w.trait: w for w in found.reading.writes}
    assert by_trait["y"].parts == Missing(
        "it may hang on the environment", 2, "env", fallback=5, unset=("E", "MORE")
    )
    assert {w.kind for w in found.reading.writes} == {"env", "unknown", "computed"}
    assert by_trait["maybe"].kind == "computed"
    # What `exec` may have set besides is not known, and that holds for all the rest.
    assert by_trait["*"].kind == "unknown"
    assert wrong == []


def test_the_json_file_beside_it_was_not_run_and_still_wins() -> None:
    json_file = source('{"X": {"y": 7}}', HUB.with_suffix(".json"))
    python = source("import a\nc.X.y = a.b\n")
    evaluation, wrong = settled([python, json_file], Loaded({("X", "y"): 5}))
    found = combined((python, json_file), evaluation)
    assert [w.value for s in found for w in s.reading.writes] == [5, 7]
    assert wrong == ()


def test_without_an_evaluation_nothing_changes() -> None:
    there = (source("import a\nc.X.y = a.b\n"),)
    assert combined(there, None) is there


def test_a_value_found_in_two_files_stands_in_the_last_one_that_names_it() -> None:
    sub = source("import a\nc.X.y = a.b\n", PurePosixPath("/sub.py"))
    main = source("import a\nc.X.z = a.b\n")
    values: dict[Pair, object] = {("X", "y"): 1, ("X", "z"): 2}
    evaluation, _wrong = settled([sub, main], Loaded(values))
    found = combined((sub, main), evaluation)
    assert [[(w.trait, w.value) for w in s.reading.writes] for s in found] == [
        [("y", 1)],
        [("z", 2)],
    ]


def said(text: str, values: dict[Pair, object], *asked: str) -> dict[str, str]:
    """Return what is said of each trait of class X and each variable of people's servers."""
    (found, _wrong) = after(text, values, *asked)
    told = {t: _told(found, HubTrait(cls, t)) for cls, t in values if cls == "X"}
    return {**told, **{name: _told(found, SpawnerVariable(name)) for name in ("A", "OTHER")}}


def _told(found: Source, landing: HubTrait | SpawnerVariable) -> str:
    cls, trait = trait_of(landing)
    # What the file was run for is known, and stands above lines that may set anything.
    lines = sorted(found.reading.writes, key=lambda w: "*" not in (w.cls, w.trait))
    rungs = [Rung(found, w) for w in lines if w.cls in (cls, "*") and w.trait in (trait, "*")]
    return folded(rungs, landing).reason


def test_a_value_is_never_said_to_be_that_of_a_variable_that_something_else_asked_for() -> None:
    text = (
        "import os, a\n"
        "c.Spawner.environment = {'A': os.environ.get('A', ''), 'TOKEN': 'secret'}\n"
        "c.X.named = True\n"
        "c.X.page = '/lab'\n"
        "c.X.most = int(os.environ.get('MOST', 80))\n"
        "def how_many(handler):\n    return a.b(handler)\n"
        "c.X.limit = how_many\n"
        "exec(a.b)\n"
    )
    values: dict[Pair, object] = {
        ("X", "named"): True,
        ("X", "page"): "/lab",
        ("X", "most"): 80,
        ("X", "limit"): Missing("it is `how_many`", 1, "function", refers="how_many"),
        ("Spawner", "environment"): {"A": "", "TOKEN": "secret"},
    }
    told = said(text, values, "A", "MOST")
    assert told["named"] == "True, if none of $A, $MOST is set"
    assert told["page"] == "/lab, if none of $A, $MOST is set"
    assert told["most"] == "80 or $MOST"
    assert told["limit"] == "it is the function `how_many` of line 6"
    assert told["A"] == "'' or $A"
    assert not any("secret" in words for words in told.values())


def test_of_the_environment_of_servers_only_the_variable_in_question_is_told() -> None:
    text = "import a\nc.Spawner.environment = a.b()\n"
    values: dict[Pair, object] = {("Spawner", "environment"): {"A": "1", "TOKEN": "secret"}}
    told = said(text, values, "E")
    assert told == {"A": "1, if $E is not set", "OTHER": "not set, if $E is not set"}


def test_a_command_that_reading_knows_stays_whatever_else_asked_for_variables() -> None:
    text = "import sys\nc.X.y = [{'command': [sys.executable, '--timeout=%d' % 7200]}]\n"
    there = source(text)
    assert after(text, {("X", "y"): [{"command": ["/py", "--timeout=7200"]}]}, "E") == (there, [])


def test_words_that_reading_knows_stay_known_beside_one_that_hangs_on_the_environment() -> None:
    text = "import a, os\nc.X.y = ['cull', '--timeout=%d' % 7200, a.b]\n"
    found, _wrong = after(text, {("X", "y"): ["cull", "--timeout=7200", "x"]}, "E")
    (write,) = found.reading.writes
    assert isinstance(write.parts, list)
    assert write.parts[:2] == ["cull", "--timeout=7200"]
