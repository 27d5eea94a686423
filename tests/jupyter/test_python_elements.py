"""Element by element: what stays keeps its bytes, its comments and its lines."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jhwizard.jupyter.python_editing import render_value
from jhwizard.jupyter.python_elements import Kept, changed_elements, value_of

KERNELS = """{
    "python3",  # for everybody
    "ir",       # the statistics course
}"""
CULLER = """[
    {
        "name": "cull-idle",   # see ticket 12
        "command": [
            sys_executable, "-m", "jupyterhub_idle_culler",
            "--timeout=3600",  # agreed in May
        ],
    },
]""".replace("sys_executable", '"python3"')


def changed(literal: str, wanted: object) -> str | None:
    after = changed_elements(literal.encode(), wanted, render_value)
    return None if after is None else after.decode()


@pytest.mark.parametrize(
    ("literal", "wanted", "expected"),
    [
        ('["a", "b"]', ["a", "c"], '["a", "c"]'),
        ('["a", "b"]', ["a"], '["a"]'),
        ('["a", "b"]', ["b"], '["b"]'),
        ('["a", "b", "c"]', ["a"], '["a"]'),
        ('["a",\n "b", "c", "d" ,]', ["a", "b"], '["a",\n "b"]'),
        ('["a", "b" , ]', ["a", "b", "c"], '["a", "b", "c" , ]'),
        ("['a']", ["b", "a"], "[\"b\", 'a']"),
        ("('a', 'b')", ("a", "b", "c"), "('a', 'b', \"c\")"),
        ('{"a": 1, "b": 2}', {"a": 1, "b": 3}, '{"a": 1, "b": 3}'),
        ('{"a": 1, "b": 2}', {"b": 2}, '{"b": 2}'),
        ('{"a": {"x": 1 }}', {"a": {"x": 1, "y": 2}}, '{"a": {"x": 1, "y": 2 }}'),
        ("[1, 2]", [True, 2], "[True, 2]"),
        ("[]", ["a"], '["a"]'),
        ("['a']", [], "[]"),
        ("60*20", 5, "5"),
        ("( 'a'\n 'b' )", "c", '( "c" )'),
    ],
)
def test_only_what_differs_is_touched(literal: str, wanted: object, expected: str) -> None:
    if "*" in literal:
        assert changed(literal, wanted) is None
    else:
        assert changed(literal, wanted) == expected


def test_an_element_that_goes_takes_its_line_and_its_comment_along() -> None:
    assert changed(KERNELS, {"ir"}) == '{\n    "ir",       # the statistics course\n}'


def test_a_new_element_gets_a_line_like_the_last_one() -> None:
    assert changed(KERNELS, {"python3", "ir", "bash"}) == KERNELS.replace(
        "course\n}", 'course\n    "bash",\n}'
    )


def test_a_missing_comma_is_put_behind_the_element_and_not_its_comment() -> None:
    literal = '[\n    "a"  # first\n]'
    assert changed(literal, ["a", "b"]) == '[\n    "a",  # first\n    "b",\n]'


def test_one_word_of_a_command_inside_a_service_is_changed_alone() -> None:
    wanted = ast.literal_eval(CULLER)
    wanted[0]["command"][-1] = "--timeout=7200"
    assert changed(CULLER, wanted) == CULLER.replace("=3600", "=7200")


def test_windows_line_ends_stay() -> None:
    literal = KERNELS.replace("\n", "\r\n")
    after = changed(literal, {"python3", "ir", "bash"})
    assert after == literal.replace("course\r\n}", 'course\r\n    "bash",\r\n}')


@pytest.mark.parametrize("literal", ['[("a"), "b"]', '{**{"a": 1}, "b": 2}', "[*'ab', 'b']"])
def test_a_layout_that_is_not_foreseen_is_left_to_the_caller(literal: str) -> None:
    wanted = {"b": 3} if "**" in literal else ["a", "c"]
    assert changed(literal, wanted) is None


def test_a_text_with_letters_of_several_bytes_stands_before_the_change() -> None:
    assert changed('["Übung", "é"]', ["Übung", "e"]) == '["Übung", "e"]'


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text("aü'\"#,\n\\", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc", max_size=2), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=10,
)
layouts = st.sampled_from([" ", "\n", "  # why\n", "\r\n", "\t"])


@st.composite
def sources(draw: st.DrawFn, value: object) -> str:
    """Return the source of a value, laid out in some way."""
    if not isinstance(value, list | tuple | dict) or not value:
        return repr(value)
    brackets = {list: "[]", tuple: "()", dict: "{}"}[type(value)]
    if isinstance(value, dict):
        inner = [f"{k!r}: {draw(sources(v))}" for k, v in value.items()]
    else:
        inner = [draw(sources(item)) for item in value]
    comma = [draw(st.sampled_from([",", " ,"])) for _ in inner]
    if draw(st.booleans()) and not isinstance(value, tuple):
        comma[-1] = ""
    parts = [f"{draw(layouts)}{text}{c}" for text, c in zip(inner, comma, strict=True)]
    return brackets[0] + "".join(parts) + draw(layouts) + brackets[1]


@given(st.data(), plain, plain)
def test_whatever_is_changed_means_what_is_wanted(
    data: st.DataObject, before: object, wanted: object
) -> None:
    literal = data.draw(sources(before))
    after = changed(literal, wanted)
    if after is not None:
        assert ast.literal_eval(f"({after}\n)") == wanted


@given(st.data(), st.lists(st.text("abü#'", max_size=3), min_size=1, max_size=5, unique=True))
def test_comments_of_elements_that_stay_are_kept(data: st.DataObject, names: list[str]) -> None:
    marks = [f"# about {number}" for number in range(len(names))]
    lines = [f"    {n!r},  {mark}" for n, mark in zip(names, marks, strict=True)]
    literal = "[\n" + "\n".join(lines) + "\n]"
    kept = data.draw(st.lists(st.sampled_from(range(len(names))), unique=True).map(sorted))
    after = changed(literal, [*(names[k] for k in kept), "new one"])
    assert after is not None
    for k in kept:
        assert f"    {names[k]!r},  {marks[k]}\n" in after


SCRIPTED = CULLER.replace('"python3"', "sys.executable")


def test_what_is_no_literal_stays_byte_for_byte() -> None:
    wanted = value_of(SCRIPTED.encode())
    assert isinstance(wanted, list)
    assert wanted[0]["command"][0] == Kept("sys.executable")
    wanted[0]["command"][-1] = "--timeout=7200"
    wanted[0]["command"].append("--max-age=60")
    expected = SCRIPTED.replace("=3600", "=7200").replace(
        "in May\n", 'in May\n            "--max-age=60",\n'
    )
    assert changed(SCRIPTED, wanted) == expected


@pytest.mark.parametrize("wanted", [["b", "x"], ["x"], [Kept("g( )"), "x"]])
def test_what_is_no_literal_may_go_but_is_never_written(wanted: list[object]) -> None:
    expected = '["x"]' if wanted == ["x"] else None
    assert changed('[g(), "x"]', wanted) == expected


def test_a_dict_that_takes_another_in_is_no_literal() -> None:
    assert value_of(b"[{**more, 'a': 1}]") == [Kept("{**more, 'a': 1}")]


def test_a_comment_stays_in_a_list_that_is_emptied() -> None:
    assert changed('[\n    # all of them\n    "a",\n]', []) == "[\n    # all of them\n]"
