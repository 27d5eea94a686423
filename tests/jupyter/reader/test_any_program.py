"""Programs made up from a grammar: nothing that is read of them is wrong, missing or extra."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sized
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from loading import assert_agrees, loaded

TraceFunction = Callable[[FrameType, str, Any], Any]

START = """\
import os
import zlib
import copy
import heapq
import operator
import functools
u0 = zlib.crc32(b"0") & 1
u1 = zlib.crc32(b"1") & 1
u2 = zlib.crc32(b"2") & 1
n = m = 2
l = [1]
k = [l, 2]
d = {"a": 1}
t = {1}
s = "text"
f = g = lambda *a: 5
p = lambda *a: None
h = c.A
q = open("FILE")
"""
"""`u0` to `u2` are what a reader cannot know; the loader knows them."""
TEXT = "a\nb c\n1\n"
"""What stands in the file whenever a program starts."""

NAMES = st.sampled_from(["n", "m", "l", "k", "d", "t", "s", "f", "g", "p", "h", "i"])
TRAITS = st.sampled_from(["c.A.x", "c.A.y", "c.B.x", "h.x", "c['A'].y", "get_config().B.x"])
UNKNOWNS = st.sampled_from(["u0", "u1", "u2", "not u0", "u0 and u1", "n == u1", "u0 or n"])
ATOMS = st.sampled_from(
    [
        *("1", "2", "'a'", "None", "True", "[1, 2]", "{'a': 2}", "{1, 2}", "(1, 'b')", "[]", "{}"),
        *("n", "m", "l", "k", "d", "t", "s", "u0", "f()", "g(l)", "p(d)", "c.A.x", "c.B.x", "h.y"),
        *("len(l)", "list(t)", "sorted(t)", "dict(d)", "l[:]", "l[0]", "d.get('a')", "d['a']"),
        *("copy.copy(l)", "str(n)", "f'{n}-{s}'", "'%s' % n", "l + [n]", "{**d}", "[*l, n]"),
        *("os.environ.get('SET')", "os.environ.get('UNSET', 'z')", "int('7')", "n * 60", "(l, d)"),
        *(
            "[i for i in l]",
            "{i: n for i in l}",
            "k[0]",
            "d.setdefault('b', l)",
            "u0 or l",
            "l.pop()",
        ),
        *(
            "l if u0 else k",
            "n if u1 else 3",
            "functools.partial(l.append, 4)",
            "[l, d]",
            "d | {'q': 1}",
        ),
        *(
            "lambda *a: l.append(7)",
            "lambda *a: c.A.y",
            "[x for x in range(3) if x]",
            "sum([n, 1])",
        ),
        *("open('FILE').read()", "q.read()", "q.readline()", "[x for x in q]", "q.readlines()"),
        *("{x.strip() for x in open('FILE')}", "any(x == 'a\\n' for x in q)", "list(q)", "q"),
        *("'a\\n' in q", "sorted(q)", "[*q]", "enumerate(q)", "list(map(str.strip, q))"),
        *("(lambda: q.readline())()", "list(zip(q, q))", "dict(x.split() for x in q)"),
        *("'SET' in os.environ", "l is k[0]", "l == [1]", "1 in l", "list(d.items())", "s.upper()"),
    ]
)
SIMPLE = st.one_of(
    st.builds("{} = {}".format, TRAITS, ATOMS),
    st.builds("{} = {}".format, NAMES, ATOMS),
    st.builds("{} = {} = {}".format, TRAITS, NAMES, ATOMS),
    st.builds("{} = {}".format, TRAITS, NAMES),
    st.builds("{}.append({})".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("{}.update({})".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("{}.extend({})".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("{}['a'] = {}".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("{}[0] = {}".format, NAMES, ATOMS),
    st.builds("{} += {}".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("{} |= {}".format, st.one_of(NAMES, TRAITS), ATOMS),
    st.builds("setattr(c.A, {!r}, {})".format, st.sampled_from(["x", "y"]), ATOMS),
    st.sampled_from(
        [
            *("f()", "g(l)", "p()", "p(l)", "t.add(9)", "l.insert(0, 8)", "l.sort()", "l.clear()"),
            *("heapq.heappush(l, 0)", "operator.setitem(d, 'k', n)", "functools.reduce(f, [1, 2])"),
            *("operator.methodcaller('append', 3)(l)", "os.environ['SET'] = 'w'", "del d['a']"),
            *(
                "h = c.B",
                "del c.A.x",
                "n = n + 1",
                "pass",
                "break",
                "return l",
                "continue",
                "return",
            ),
            *("operator.attrgetter('x')(c.A)", "operator.setitem(c.A, 'x', 6)", "raise ValueError"),
            *(
                "l, m = [3], 4",
                "(n, *m) = l",
                "global n",
                "exec('n = 3')",
                "print(n)",
                "p(c)",
                "int('x')",
            ),
            *(
                "c = get_config()",
                "from os.path import join",
                "p = functools.partial(f, l)",
                "f(c.A)",
            ),
            *("h = copy.copy", "c.A.z.append(l)", "c.A.z.update({'a': n})", "c.A.z.extend([n])"),
            "functools.partial(setattr, c.A, 'y')(5)",
            *(
                "q = open('FILE')",
                "q = open('FILE', 'rb')",
                "q.close()",
                "n = next(q)",
                "q.seek(0)",
            ),
            *("open('FILE', 'a').write('z')", "os.remove('FILE')", "l.extend(q)", "t.update(q)"),
            *("l = q", "f = q.readline", "os.truncate('FILE', 2)", "q.readline()", "g = open"),
        ]
    ),
)
HEADS = st.one_of(
    st.builds("if {}:".format, UNKNOWNS),
    st.sampled_from(
        [
            *("if n:", "if l:", "if d == {'a': 1}:", "for i in l:", "for i in (1, 2):", "try:"),
            *(
                "for i in range(u0 + 1):",
                "def f(*a):",
                "def g(q=l, *a):",
                "while n < 4:",
                "class K:",
            ),
            *("for h in (c.A, c.B):", "with open(os.devnull) as i:", "def p(*a):", "if not u2:"),
            *("for i in q:", "for i in q:", "with open('FILE') as q:", "with q:", "if q:"),
            *("for i in open('FILE'):", "with open('FILE') as q, open('FILE', 'w') as i:"),
            *("for i, m in d.items():", "with copy.copy(u):", "if 'SET' in os.environ:"),
        ]
    ),
)
TAILS = {"if": ["", "else:"], "tr": ["except Exception:", "except ValueError as i:", "finally:"]}


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> str:
    """Return a few statements, some of them with blocks of their own."""
    lines = []
    for _index in range(draw(st.integers(1, 5 if depth == 0 else 3))):
        if depth > 2 or draw(st.integers(0, 3)):
            lines.append(draw(SIMPLE))
            continue
        head = draw(HEADS)
        lines.append(f"{head}\n{textwrap.indent(draw(blocks(depth + 1)), '    ')}")
        tail = draw(st.sampled_from(TAILS.get(head[:2], [""])))
        if tail:
            lines.append(f"{tail}\n{textwrap.indent(draw(blocks(depth + 1)), '    ')}")
    return "\n".join(lines)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    deadline=None,
)
@given(program=st.lists(blocks(), min_size=1, max_size=12), knows=st.booleans())
def test_nothing_read_of_any_program_is_wrong_missing_or_extra(
    tmp_path: Path, program: list[str], *, knows: bool
) -> None:
    file = tmp_path / "names"
    text, environ = START.replace("FILE", str(file)), {"SET": "value"}
    begins = text
    for block in (each.replace("FILE", str(file)) for each in program):
        longer = f"{text}{block.replace('while n < 4:', 'for _round in range(3):')}\n"
        # A file that raises is not loaded, so there would be nothing to be right about.
        file.write_text(TEXT)
        text = longer if loads(longer, tmp_path, environ) else text
    assume(text != begins)
    file.write_text(TEXT)
    opened = {str(file): TEXT.encode()} if knows else {}
    assert_agrees(text, tmp_path, environ, knows=knows, opened=opened)


class TooMuchError(BaseException):
    """A made-up program runs long, or makes something long; nothing in it can catch this."""


def loads(text: str, directory: Path, environ: dict[str, str]) -> bool:
    lines = 0

    def watch(frame: FrameType, _event: str, _value: object) -> TraceFunction:
        nonlocal lines
        lines += 1
        held = (frame.f_globals.get(name) for name in "lkdst")
        if lines > 5000 or any(isinstance(one, Sized) and len(one) > 500 for one in held):
            raise TooMuchError
        return watch

    def enter(frame: FrameType, _event: str, _value: object) -> TraceFunction | None:
        return watch if frame.f_code.co_filename.endswith("some_config.py") else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        loaded(text, directory, environ)
    except BaseException:  # noqa: BLE001  # SystemExit too
        return False
    finally:
        sys.settrace(before)
    return True
