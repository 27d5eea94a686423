"""JSON config is read with its places and edited without touching other bytes."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets.config.loader import JSONFileConfigLoader

from jhwizard.errors import RefusedError
from jhwizard.jupyter.json_config import read_json, remove_json, set_json

FILE = b"""{
  "version": 1,
  "ServerApp": {
    "port": 8888,
    "allow_origin": "\\u00e9"
  },
  "X": {"y": [1, {"a": 2}], "z": null}
}
"""


def test_every_key_of_a_class_is_exact_with_its_line_and_bytes() -> None:
    reading = read_json(FILE)
    assert reading.problem is None
    said = [(w.cls, w.trait, w.op, w.value, w.line, w.spliceable) for w in reading.writes]
    assert said == [
        ("ServerApp", "port", "=", 8888, 4, True),
        ("ServerApp", "allow_origin", "=", "é", 5, True),
        ("X", "y", "=", [1, {"a": 2}], 7, True),
        ("X", "z", "=", None, 7, True),
    ]
    assert [json.loads(FILE[slice(*w.span)]) for w in reading.writes] == [
        w.value for w in reading.writes
    ]
    assert FILE[slice(*reading.writes[0].statement)] == b'"port": 8888'


def test_what_is_read_is_what_jupyter_loads(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(FILE)
    truth = JSONFileConfigLoader("a.json", str(tmp_path)).load_config()
    for write in read_json(FILE).writes:
        assert truth[write.cls][write.trait] == write.value


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        (b'\xef\xbb\xbf{"A": {}}', "byte order mark", 1),
        (b'{"A": {"x": 1, "x": 2}}', '"x" stands twice', None),
        (b'{"A": {}, "A": {}}', '"A" stands twice', None),
        (b'{"A": {"x": NaN}}', "NaN", None),
        (b'{"A": {"x": -Infinity}}', "Infinity", None),
        (b'{\n// words\n"A": {}}', "comments", 2),
        (b'{\n"A": {} # words\n}', "comments", 2),
        (b'{\n"A": {"x": 1,}\n}', "not JSON", 2),
        (b"{\n'A': {}\n}", "not JSON", 2),
        (b"", "not JSON", 1),
        (b"[]", "no JSON object", 1),
        (b"null", "no JSON object", 1),
        (b'{"version": 2}', "version", None),
        (b'{"A": ' + b"[" * 101 + b"]" * 101 + b"}", "nested", None),
        (b'{"A": ' + b"[" * 100_000, "nested", None),
        (b'{"A": ' + b"9" * 5000 + b"}", "long a number", None),
        (b'{"A": "' + b"x" * (1 << 20) + b'"}', "1 MiB", None),
        (b'{\n"A": "\xe9"}', "UTF-8", 2),
        ('{"A": {}}'.encode("utf-16"), "UTF-8", 1),
    ],
)
def test_a_file_not_to_be_relied_on_is_a_problem_and_is_not_edited(
    content: bytes, words: str, line: int | None
) -> None:
    reading = read_json(content)
    assert reading.problem is not None
    assert words in reading.problem.text
    assert line in {None, reading.problem.line}
    assert reading.writes == ()
    with pytest.raises(RefusedError):
        set_json(content, ("A", "x"), 1)
    with pytest.raises(RefusedError):
        remove_json(content, ("A", "x"))


@pytest.mark.parametrize(
    ("before", "path", "value", "after"),
    [
        (
            None,
            ("A", "x"),
            {"b", "a"},
            '{\n  "A": {\n    "x": [\n      "a",\n      "b"\n    ]\n  }\n}\n',
        ),
        ('{"A":{"x":1}}', ("A", "x"), 2, '{"A":{"x":2}}'),
        ('{"A":{"x":1}}', ("A", "y"), [1, 2], '{"A":{"x":1,"y":[1,2]}}'),
        ('{"A": {"x": 1}}', ("B", "y"), 2, '{"A": {"x": 1}, "B": {"y": 2}}'),
        ("{}", ("A", "x"), 1, '{\n  "A": {\n    "x": 1\n  }\n}'),
        (
            '{\n\t"A": {\n\t\t"x": 1\n\t}\n}\n',
            ("A", "y"),
            [1],
            '{\n\t"A": {\n\t\t"x": 1,\n\t\t"y": [\n\t\t\t1\n\t\t]\n\t}\n}\n',
        ),
        (
            '{\r\n    "A" : {}\r\n}',
            ("A", "x"),
            1,
            '{\r\n    "A" : {\r\n        "x" : 1\r\n    }\r\n}',
        ),
        ('{\n"A": 1\n}', ("B", "x"), 1, '{\n"A": 1,\n"B": {\n"x": 1\n}\n}'),
        ('{"A": {"x": "é"}}', ("A", "x"), "é", '{"A": {"x": "é"}}'),
        ('{"A": {"é": 1}}', ("A", "é"), "ü\u202e", '{"A": {"é": "\\u00fc\\u202e"}}'),
        ('{"A": {"x": 1}}', ("A", "x"), True, '{"A": {"x": true}}'),
        ('{"A": {"x": {"b": 1 }}}', ("A", "x"), {"b": 1}, '{"A": {"x": {"b": 1 }}}'),
    ],
)
def test_a_value_is_set_in_the_files_own_style(
    before: str | None, path: tuple[str, ...], value: object, after: str
) -> None:
    content = None if before is None else before.encode()
    assert set_json(content, path, value).decode() == after
    assert set_json(after.encode(), path, value).decode() == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        (FILE.decode(), ("X", "z"), FILE.decode().replace(', "z": null', "")),
        (FILE.decode(), ("version",), FILE.decode().replace('"version": 1,\n  ', "")),
        ('{"A": {\n "x": 1\n}}', ("A", "x"), '{"A": {}}'),
        (FILE.decode(), ("X", "none"), FILE.decode()),
        (FILE.decode(), ("None", "x"), FILE.decode()),
        (FILE.decode(), ("version", "x"), FILE.decode()),
    ],
)
def test_a_removed_key_leaves_the_rest_and_its_object(
    before: str, path: tuple[str, ...], after: str
) -> None:
    assert remove_json(before.encode(), path).decode() == after


def test_members_in_another_order_are_no_change() -> None:
    content = b'{"A": {"x": {"b": 1, "a": 2}}}'
    assert set_json(content, ("A", "x"), {"a": 2, "b": 1}) == content


def test_an_edit_after_which_jupyter_would_ignore_the_file_is_refused() -> None:
    with pytest.raises(RefusedError, match="version"):
        set_json(FILE, ("version",), 2)


def test_a_value_under_something_that_is_no_object_is_refused_with_the_line() -> None:
    with pytest.raises(RefusedError, match="not an object") as refused:
        set_json(FILE, ("version", "x"), 1)
    assert refused.value.line == 2


@pytest.mark.parametrize("value", [math.nan, math.inf, {1: 2}, b"x", object(), [10**5000]])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        set_json(FILE, ("A", "x"), value)


_LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
_FINITE = _LEAVES.filter(lambda leaf: not isinstance(leaf, float) or math.isfinite(leaf))
VALUES = st.recursive(
    _FINITE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NAMES = st.sampled_from(["A", "B", "é", '"', "\\", "a b", "\n"]) | st.text(max_size=3)
DOCUMENTS = st.dictionaries(
    _NAMES, st.dictionaries(_NAMES, VALUES, max_size=3) | _FINITE, max_size=4
)
STYLES = st.tuples(
    st.sampled_from([None, 2, 4, "\t", 0]),
    st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : "), (",", ": ")]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
)


def written(document: object, style: tuple[object, ...]) -> bytes:
    indent, separators, ascii_only, eol, end = style
    text = json.dumps(
        document,
        indent=indent,  # type: ignore[arg-type]
        separators=separators,  # type: ignore[arg-type]
        ensure_ascii=bool(ascii_only),
    )
    return (text.replace("\n", str(eol)) + str(end)).encode("utf-8", "replace")


@given(DOCUMENTS, STYLES, _NAMES, _NAMES, VALUES)
def test_random_edits_give_the_wanted_object_and_touch_nothing_else(
    document: dict[str, object], style: tuple[object, ...], cls: str, trait: str, value: object
) -> None:
    before = written(document, style)
    if read_json(before).problem or not isinstance(json.loads(before).get(cls, {}), dict):
        return
    after = set_json(before, (cls, trait), value)
    wanted = copy.deepcopy(json.loads(before))
    wanted.setdefault(cls, {})[trait] = value
    if cls == "version":
        return
    assert repr(json.loads(after)) == repr(wanted)
    assert set_json(after, (cls, trait), value) == after
    _assert_one_change(before, after, trait, value)
    removed = remove_json(after, (cls, trait))
    del wanted[cls][trait]
    assert repr(json.loads(removed)) == repr(wanted)
    if json.loads(before).get(cls) and trait not in json.loads(before)[cls]:
        assert removed == before


def _assert_one_change(before: bytes, after: bytes, trait: str, value: object) -> None:
    """Check that the other values keep their bytes, and all after the change too."""
    old = {write.trait: before[slice(*write.span)] for write in read_json(before).writes}
    new = {
        write.trait: after[slice(*write.span)]
        for write in read_json(after).writes
        if write.trait != trait
    }
    assert all(old[name] == text for name, text in new.items() if name in old)
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    if start is not None:
        room = len(json.dumps(value, indent=4)) * 4 + 200
        assert after.endswith(before[start + room :]) or before[start + room :] == b""


def test_a_long_file_is_read_in_a_second() -> None:
    document = {f"A{i}": {f"x{j}": j for j in range(100)} for i in range(200)}
    assert len(read_json(json.dumps(document).encode()).writes) == 20_000
