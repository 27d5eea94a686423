"""Edits change what they should, come back equal, and leave every other byte alone."""

from __future__ import annotations

import ast
import codecs
import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jhwizard.errors import RefusedError
from jhwizard.facts import AdminExempt, Write
from jhwizard.jupyter.python_editing import (
    Entry,
    remove,
    render_value,
    same_statements,
    splice,
    with_block,
)
from jhwizard.jupyter.python_reading import read_python

URL = Entry("Spawner", "default_url", "=", "/lab", ("Users start in JupyterLab.",))
CULL = Entry("MappingKernelManager", "cull_idle_timeout", "=", 1200, ("Idle kernels.", "See docs."))
LIMIT = Entry("JupyterHub", "named_server_limit_per_user", "=", AdminExempt(3))

_SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.characters()
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_KEYS = _SCALARS | _FLOATS
PLAIN = st.recursive(
    _KEYS | st.sets(st.text(max_size=3) | st.integers()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(_KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)
NASTY = [
    '"',
    "'\"",
    "\\",
    "\n# c.X.y = 1\r",
    "\x1b]52;c;x\x07",
    "\u202e",
    "\u200b",
    "\u2028",
    "\ud800",
    "\0",
    '"""',
    "{username}",
    "%s",
    "\ufeff",
    "\ufe0f",
    "𐍈",
    "# <<< jhwizard <<<",
    "\U000e0100",
]
FILES = st.sampled_from(
    [
        *(b"", b"\n", b"# words", b"c.A.x = 1", b"c.A.x = 1\n", b"c.A.x = 1\n\n\n", b"a = 1\n  "),
        *(b"c.A.x = 1\r\n", b"a = 1\r\nb = 2\nc.A.x = 3", b"\xef\xbb\xbfc.A.x = 1\n"),
        *(b"\xef\xbb\xbf", b"# coding: latin-1\nc.A.x = '\xe9'", b"if a:\n    c.A.x = 1"),
        *(b"def f(): pass", b"a = '''\n'''", b"\x0c\n", b"# ends in \\", b"c.A.x = (\n    1\n)\n"),
    ]
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        cls=st.sampled_from(["Spawner", "ServerApp"]),
        trait=st.sampled_from(["a", "b", "some_trait"]),
        op=st.sampled_from(["=", "append"]),
        value=PLAIN,
        comment=st.lists(st.text() | st.sampled_from(NASTY), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=3,
)


def only(content: bytes) -> Write:
    (write,) = read_python(content).writes
    return write


def typed(value: object) -> object:
    """Return something that is equal only for values of equal types, in equal order."""
    if isinstance(value, dict):
        return "dict", [(typed(key), typed(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [typed(item) for item in value]
    if isinstance(value, set):
        return "set", sorted(map(repr, value))
    return type(value), repr(value)


@given(value=PLAIN, ascii_only=st.booleans())
@example(value=NASTY, ascii_only=False)
@example(value=-0.0, ascii_only=True)
@example(value=(1,), ascii_only=False)
@example(value={True, 2}, ascii_only=False)
def test_a_rendered_value_is_one_safe_line_and_comes_back_equal(
    value: object, *, ascii_only: bool
) -> None:
    text = render_value(value, ascii_only=ascii_only)
    assert typed(ast.literal_eval(text)) == typed(value)
    assert text.isprintable()
    assert not set(text) & set("\ufe0f\u3164\u115f\U000e0100")
    assert text.isascii() or not ascii_only


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("/lab", '"/lab"'),
        ('say "a"', "'say \"a\"'"),
        ("'\"", '"\'\\""'),
        ("é\x1b\u202e", '"é\\x1b\\u202e"'),
        ({"b", "a"}, '{"a", "b"}'),
        ({10, 9}, "{9, 10}"),
        (set(), "set()"),
        ({"b": True, "a": None}, '{"b": True, "a": None}'),
    ],
)
def test_values_are_written_as_an_admin_would(value: object, text: str) -> None:
    assert render_value(value) == text


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, [-math.inf], b"x", object(), {1: frozenset()}, [10**5000], ast.Add],
)
def test_what_is_no_plain_data_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        render_value(value)


def test_a_value_in_itself_is_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(RefusedError, match="deeply"):
        render_value(value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a = 1\nc.X.y = 'v'  # why\nb = 2", b"a = 1\nc.X.y = 7  # why\nb = 2"),
        (b"c.X.y=60*60;b=2\r\n", b"c.X.y=7;b=2\r\n"),
        (b"c.X.y = (\n  'a'\n  'b'\n)\n", b"c.X.y = (\n  7\n)\n"),
        (b"\xef\xbb\xbfc.X.y = 1", b"\xef\xbb\xbfc.X.y = 7"),
        (b"c.X.y = 1, 2 # \xc3\xa9\n", b"c.X.y = 7 # \xc3\xa9\n"),
    ],
)
def test_a_splice_changes_the_bytes_of_the_value_alone(before: bytes, after: bytes) -> None:
    write = only(before)
    assert splice(before, write, 7) == after
    assert same_statements(before, after, except_for=[write])
    assert not same_statements(before, after, except_for=[])


@given(
    value=PLAIN,
    head=FILES.filter(lambda text: b"c.A.x" not in text and text.endswith(b"\n")),
    tail=st.sampled_from([b"", b"  # why\n", b"\r\nb = 1\r\n", b"; b = 1"]),
)
def test_a_spliced_value_reads_back_and_every_other_byte_stays(
    value: object, head: bytes, tail: bytes
) -> None:
    before = head + b"c.X.y = 'old'" + tail
    after = splice(before, only(before), value)
    assert typed(only(after).value) == typed(value)
    assert after.startswith(head + b"c.X.y = ")
    assert after.endswith(tail)
    assert splice(after, only(after), value) == after


def test_a_splice_in_a_latin_1_file_escapes_what_is_not_ascii() -> None:
    before = b"# coding: latin-1\na = '\xe9'; c.X.y = '\xe9'\n"
    after = splice(before, only(before), "é€")
    assert after == b"# coding: latin-1\na = '\xe9'; c.X.y = \"\\xe9\\u20ac\"\n"
    assert only(after).value == "é€"


@pytest.mark.parametrize("edit", [remove, lambda content, write: splice(content, write, 1)])
def test_an_edit_of_a_line_that_is_not_spliceable_is_refused_with_the_line(edit: object) -> None:
    content = b"\nc.X.y = f()\n"
    assert callable(edit)
    with pytest.raises(RefusedError) as refused:
        edit(content, only(content))
    assert refused.value.line == 2


def test_a_splice_into_a_file_that_changed_meanwhile_is_refused() -> None:
    write = only(b"c.X.y = 1\n")
    with pytest.raises(RefusedError):
        splice(b"# new\nc.X.y = 1\n", write, 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a = 1\nc.X.y = 1  # why\nb = 2\n", b"a = 1\nb = 2\n"),
        (b"a = 1\r\nc.X.y = [\r\n 1,\r\n]\r\n", b"a = 1\r\n"),
        (b"a = 1\nc.X.y = 1", b"a = 1\n"),
        (b"\xef\xbb\xbfc.X.y = 1\nb = 2\n", b"\xef\xbb\xbfb = 2\n"),
        (b"# c\n\nc.X.y = 1\n\n# d\n", b"# c\n\n\n# d\n"),
    ],
)
def test_a_removed_statement_takes_its_whole_lines_along(before: bytes, after: bytes) -> None:
    assert remove(before, only(before)) == after
    assert same_statements(before, after, except_for=[only(before)])


@pytest.mark.parametrize(
    "content",
    [b"a = 1; c.X.y = 1\n", b"c.X.y = 1; a = 1\n", b"a = 1; \\\nc.X.y = 1\n", b"c.X.y = 1;\n"],
)
def test_a_statement_that_shares_its_line_is_not_removed(content: bytes) -> None:
    with pytest.raises(RefusedError, match="another statement") as refused:
        remove(content, only(content))
    assert refused.value.line == only(content).line


def test_the_block_has_the_layout_that_the_documentation_shows() -> None:
    extra = Entry("Spawner", "environment", "update", {"A": "1"}, ("a\n\x1b[0m\u202e",))
    assert with_block(b"# mine\n", [URL, CULL, extra, LIMIT]).decode() == (
        "# mine\n"
        "\n"
        "# >>> jhwizard >>>\n"
        "# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.\n"
        "\n"
        "# Users start in JupyterLab.\n"
        'c.Spawner.default_url = "/lab"\n'
        "\n"
        "# Idle kernels.\n"
        "# See docs.\n"
        "c.MappingKernelManager.cull_idle_timeout = 1200\n"
        "\n"
        "# a\\n\\x1b[0m\\u202e\n"
        'c.Spawner.environment.update({"A": "1"})\n'
        "\n"
        "def jhwizard_named_server_limit(handler):\n"
        "    user = handler.current_user\n"
        "    if user and user.admin:\n"
        "        return 0\n"
        "    return 3\n"
        "\n"
        "\n"
        "c.JupyterHub.named_server_limit_per_user = jhwizard_named_server_limit\n"
        "# <<< jhwizard <<<\n"
    )


def test_a_new_file_holds_the_block_alone_and_is_empty_without() -> None:
    new = with_block(None, [URL])
    assert new.startswith(b"# >>> jhwizard >>>\n")
    assert with_block(new, []) == b""
    assert with_block(None, []) == b""


@given(FILES, ENTRIES, ENTRIES)
def test_a_block_comes_back_equal_twice_the_same_and_goes_without_a_trace(
    content: bytes, first: list[Entry], second: list[Entry]
) -> None:
    once = with_block(content, first)
    assert once.startswith(content)
    assert with_block(once, first) == once
    assert with_block(once, []) == content
    other = with_block(once, second)
    assert other == with_block(content, second)
    ours = [write for write in read_python(other).writes if write.ours]
    assert [typed(write.value) for write in ours] == [typed(entry.value) for entry in second]
    assert [w for w in read_python(once).writes if not w.ours and w.op == "unknown"] == [
        w for w in read_python(content).writes if w.op == "unknown"
    ]
    assert same_statements(content, other, except_for=[])


@given(st.text() | st.sampled_from(NASTY))
@example(">>> jhwizard >>>")
@example("<<< jhwizard <<<")
@example("coding: latin-1")
@example("Ansible managed")
@example("(the file had no line end here)")
def test_hostile_words_stay_inside_comment_and_value(words: str) -> None:
    entry = Entry("Spawner", "default_url", "=", words, (words,))
    for content in (b"", b"a = 1", b"a = 1\r\n"):
        after = with_block(content, [entry])
        reading = read_python(after)
        assert reading.problem is None
        assert [write.value for write in reading.writes] == [words]
        assert len(after.splitlines()) == len(with_block(content, [URL]).splitlines())
        assert with_block(after, []) == content


def test_the_block_uses_the_files_own_line_ends() -> None:
    after = with_block(b"a = 1\r\nb = 2", [URL, CULL])
    assert after.count(b"\n") == after.count(b"\r\n")
    assert b"\r" not in with_block(b"a = 1\nb = 2\r\n", [URL]).partition(b"# >>>")[2]


def test_what_the_admin_wrote_around_the_block_stays() -> None:
    content = with_block(b"a = 1", [URL]) + b"b = 2\r\n"
    after = with_block(content, [CULL])
    head, tail = content.split(b"# >>>")[0], b"# <<< jhwizard <<<\nb = 2\r\n"
    assert after.startswith(head)
    assert after.endswith(tail)
    assert with_block(after, []) == b"a = 1\nb = 2\r\n"


def test_only_a_blank_line_goes_with_the_block() -> None:
    block = with_block(None, [URL])
    assert with_block(b"a = 1\n" + block, []) == b"a = 1\n"
    assert with_block(b"\n" + block, []) == b"\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a = 1\nsys.exit(0)\n", 2),
        (b"raise SystemExit\n", 1),
        (b"exit()\na = 1\n", 1),
        (b"quit()\n", 1),
        (b"a = 1\nc = Config()\n", 2),
        (b"from x import *\n", 1),
        (b"def f():\n    global c\n    c = 1\nf()\n", 3),
        (b"a = = 1\n", 1),
        (b"\n# >>> jhwizard >>>\n", 2),
        (b"# Ansible managed\n", 1),
        (b"a = 1\r", 1),
        (b"a = 1\n\\\n", None),
        (b"a = 1\n\\", None),
        (b"a = [\n", None),
        (b'a = """\n', None),
        (b"def jhwizard_named_server_limit(h): pass\n", None),
    ],
)
def test_a_file_where_a_block_would_not_count_is_refused(content: bytes, line: int | None) -> None:
    with pytest.raises(RefusedError) as refused:
        with_block(content, [URL, LIMIT])
    assert refused.value.text
    assert refused.value.fix
    assert line in {None, refused.value.line}


def test_a_conditional_exit_does_not_stand_in_the_way() -> None:
    assert b"default_url" in with_block(b"if a:\n    sys.exit(1)\n", [URL])


def test_a_block_can_be_taken_out_where_it_has_lost_its_effect() -> None:
    content = with_block(b"a = 1\n", [URL]) + b"c = Config()\n"
    assert with_block(content, []) == b"a = 1\nc = Config()\n"


@pytest.mark.parametrize(
    "entry",
    [
        Entry("X.y", "z", "=", 1),
        Entry("X", "y = 1; import os #", "=", 1),
        Entry("X", "if", "=", 1),
        Entry("x", "y", "=", 1),
        Entry("X", "update", "=", 1),
        Entry("X", "y", "unknown", 1),
        Entry("X", "y", "extend", "ab"),
        Entry("X", "y", "update", 3),
        Entry("X", "y", "=", object()),
        Entry("Spawner", "pre_spawn_hook", "=", AdminExempt(1)),
        Entry("JupyterHub", "named_server_limit_per_user", "append", AdminExempt(1)),
    ],
)
def test_an_entry_that_cannot_be_said_is_refused(entry: Entry) -> None:
    with pytest.raises(RefusedError):
        with_block(b"", [entry])


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (b"a = 1\n", b"a  =  1 # b\n", True),
        (b"a = 1\n", b"a = 2\n", False),
        (b"a = 1\n", b"a = 1\nb = 2\n", False),
        (b"a = 1\nb = 2\n", b"b = 2\na = 1\n", False),
        (b"a = 1\n", b"a = True\n", False),
        (b"a = 1\n", b"a = = 1\n", False),
        (b"c.X.y = 1\na = 1\n", b"a = 1\nc.X.y = 2\n", True),
        (b"c.X.y = 1\nc.X.z = 1\n", b"c.X.y = 1\nc.X.z = 2\n", False),
    ],
)
def test_statements_are_compared_by_what_they_mean(
    before: bytes, after: bytes, *, same: bool
) -> None:
    assert same_statements(before, after, except_for=[Write("X", "y", "=", 1, 1)]) is same


def test_a_deeply_nested_file_is_refused_and_not_a_crash() -> None:
    content = b"a = " + b"-" * (sys.getrecursionlimit() * 100) + b"1\n"
    with pytest.raises(RefusedError):
        with_block(content, [URL])
    assert not same_statements(content, content, except_for=[])


def test_a_byte_order_mark_stays_first() -> None:
    assert with_block(codecs.BOM_UTF8, [URL]).startswith(codecs.BOM_UTF8 + b"\n\n# >>>")


DOCUMENTED = """\
def limit(handler):
    user = handler.current_user
    if user and user.admin:
        return 0
    return 3  # agreed


c.JupyterHub.named_server_limit_per_user = limit
"""


@pytest.mark.parametrize(
    ("text", "trait", "value", "before", "after"),
    [
        (
            "h = c.JupyterHub\nh.active_server_limit = 2  # few\n",
            "active_server_limit",
            5,
            "2",
            "5",
        ),
        (
            "h = c.JupyterHub\nc.JupyterHub.active_server_limit = 2\nh.port = 1\n",
            "active_server_limit",
            5,
            "= 2",
            "= 5",
        ),
        (DOCUMENTED, "named_server_limit_per_user", AdminExempt(12), "return 3", "return 12"),
    ],
)
def test_a_value_behind_another_name_is_changed_where_it_stands(
    text: str, trait: str, value: object, before: str, after: str
) -> None:
    (write,) = [w for w in read_python(text.encode()).writes if w.trait == trait]
    assert write.spliceable
    assert splice(text.encode(), write, value).decode() == text.replace(before, after)


@pytest.mark.parametrize(
    "text",
    [
        "h = c.JupyterHub\nh.active_server_limit = 2\nprint(c.JupyterHub.active_server_limit)\n",
        "h = c.JupyterHub\nh.active_server_limit = 2\nsetattr(h, 'active_server_limit', 3)\n",
        "h = c.JupyterHub\nh.active_server_limit = 2\nf(h)\n",
        "h = c.JupyterHub\nh.active_server_limit = n = 2\nc.JupyterHub.port = n\n",
        DOCUMENTED + "print(limit)\n",
        DOCUMENTED + "c.Spawner.args = limit\n",
        "limit = 2\n" + DOCUMENTED,
    ],
)
def test_a_value_that_something_else_may_use_or_change_stays(text: str) -> None:
    found = [w for w in read_python(text.encode()).writes if w.trait.endswith(("limit", "user"))]
    assert [w for w in found if w.spliceable] == []
