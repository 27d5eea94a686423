"""Edits of a Python config file, as bytes: in place, or in jhwizard's block at its end.

Everything outside the edit stays byte for byte. Nothing is run, and no file is opened or written.
"""

from __future__ import annotations

import ast
import keyword
import math
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jhwizard.errors import RefusedError
from jhwizard.facts import AdminExempt, Op, Problem, Write
from jhwizard.jupyter.python_elements import changed_elements
from jhwizard.jupyter.python_mentions import chain, is_trait
from jhwizard.jupyter.python_reading import block_obstacle, read_python
from jhwizard.jupyter.python_source import CLOSING, OPENING, PythonSource, find_block, parse_python
from jhwizard.language import _

_HEADER: Final = (
    "# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back."
)
_NO_LINE_END: Final = "# (the file had no line end here)"
_LIMIT_FUNCTION: Final = "jhwizard_named_server_limit"
_MOST_LEVELS: Final = 50
# Printable to Python, yet nothing is seen: joiners and fillers, and below variation selectors.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
_SHORT_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_BY_HAND: Final = _("edit the file by hand")


@dataclass(frozen=True)
class Entry:
    """One thing that jhwizard's block says."""

    cls: str
    trait: str
    op: Op
    value: object
    comment: tuple[str, ...] = ()
    """What stands above it, without the `#`."""


def render_value(value: object, *, ascii_only: bool = False) -> str:
    """Return the value as one line of Python that means an equal value of the same type.

    Nothing in it can act on a terminal: what is not printable is escaped. Raises RefusedError for
    what is not plain data.
    """
    return _rendered(value, _escape_to_ascii if ascii_only else _escape, _MOST_LEVELS)


def splice(content: bytes, write: Write, value: object) -> bytes:
    """Return the file with another value for `write`; raise RefusedError if it is not safe.

    Of a list, set or dict only the elements that differ are touched, where that can be done.
    """
    source = _source_of(content, write)
    start, end = write.span
    if isinstance(value, AdminExempt):
        value = value.limit
    whole = render_value(value, ascii_only=not source.is_utf8).encode()
    part = changed_elements(content[start:end], value, render_value) if source.is_utf8 else None
    return content[:start] + (whole if part is None else part) + content[end:]


def remove(content: bytes, write: Write) -> bytes:
    """Return the file without the lines of `write`.

    Raises RefusedError if something else stands on them, or if the line is not spliceable.
    """
    _source_of(content, write)
    start, end = write.statement
    if not (end == len(content) or content[:end].endswith(b"\n")) or not _starts_line(
        content, start
    ):
        raise RefusedError(
            _("line {line} holds another statement too").format(line=write.line),
            line=write.line,
            fix=_("give each statement a line of its own"),
        )
    return content[:start] + content[end:]


def with_block(content: bytes | None, entries: Sequence[Entry]) -> bytes:
    """Return the file with a block that says just `entries`, and without one if there are none.

    `content` is None when there is no file yet. Raises RefusedError when the block would have no
    effect, or when the file is not understood.
    """
    before = content or b""
    source = _sound(before)
    if not entries:
        return _dropped(source)
    obstacle = block_obstacle(source)
    if obstacle is not None:
        text = _("a line at the end of this file would have no effect: {reason}")
        raise RefusedError(text.format(reason=obstacle.text), line=obstacle.line, fix=_BY_HAND)
    after = _placed(source, entries)
    _check_block(before, after, entries)
    return after


def same_statements(before: bytes, after: bytes, *, except_for: Sequence[Write]) -> bool:
    """Return whether the statements outside the block and `except_for` are equal."""
    left, right = parse_python(before), parse_python(after)
    if isinstance(left, Problem) or isinstance(right, Problem):
        return False
    apart = {(write.cls, write.trait) for write in except_for}
    try:
        return list(_dumps(left, apart)) == list(_dumps(right, apart))
    except RecursionError:
        return False


def _rendered(value: object, escape: Callable[[str], str], levels: int) -> str:
    if levels == 0:
        raise RefusedError(_("a value is nested too deeply to be written to a file"))
    if type(value) is str:
        return _quoted(value, escape)
    if value is None or isinstance(value, bool | int | float):
        return _number(value)
    return _container(value, lambda item: _rendered(item, escape, levels - 1))


def _number(value: float | None) -> str:
    if type(value) not in {bool, int, float, type(None)}:
        raise _wrong_type(value)
    if isinstance(value, float) and not math.isfinite(value):
        text = _("{number} is no number that can be written to a file").format(number=value)
        raise RefusedError(text)
    try:
        return repr(value)
    except ValueError as error:
        raise RefusedError(_("a number is too long to be written to a file")) from error


def _container(value: object, render: Callable[[object], str]) -> str:
    if type(value) is dict:
        return "{" + ", ".join(f"{render(k)}: {render(v)}" for k, v in value.items()) + "}"
    if type(value) is set:
        return "{" + ", ".join(map(render, _ordered(value, render))) + "}" if value else "set()"
    if type(value) is list:
        return "[" + ", ".join(map(render, value)) + "]"
    if type(value) is tuple:
        return "(" + ", ".join(map(render, value)) + ("," if len(value) == 1 else "") + ")"
    raise _wrong_type(value)


def _ordered(value: set[object], render: Callable[[object], str]) -> list[object]:
    if all(type(item) is str for item in value) or all(type(item) is int for item in value):
        return sorted(value)  # type: ignore[type-var]  # all of one kind, just checked
    return sorted(value, key=render)


def _wrong_type(value: object) -> RefusedError:
    text = _("a value of type {type} cannot be written to a file")
    return RefusedError(text.format(type=type(value).__name__))


def _quoted(text: str, escape: Callable[[str], str]) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    inside = "".join(f"\\{char}" if char == quote else escape(char) for char in text)
    return f"{quote}{inside}{quote}"


def _escape(char: str) -> str:
    code = ord(char)
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    selects = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF  # noqa: PLR2004
    if char.isprintable() and char not in _INVISIBLE and not selects:
        return char
    return _numbered(code)


def _escape_to_ascii(char: str) -> str:
    return _escape(char) if char.isascii() else _numbered(ord(char))


def _numbered(code: int) -> str:
    if code <= 0xFF:  # noqa: PLR2004  # what \x, \u and \U can say
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _source_of(content: bytes, write: Write) -> PythonSource:
    reading = read_python(content)
    if not write.spliceable or write not in reading.writes:
        if reading.problem is not None and not reading.writes:
            raise RefusedError(reading.problem.text, line=reading.problem.line, fix=_BY_HAND)
        text = _("line {line} cannot be changed where it stands").format(line=write.line)
        raise RefusedError(text, line=write.line, fix=_BY_HAND)
    return _parsed(content)


def _starts_line(content: bytes, start: int) -> bool:
    return content[:start] in {b"", BOM_UTF8} or content[:start].endswith(b"\n")


def _sound(content: bytes) -> PythonSource:
    # Reading comes first: what is hostile to the parser ends there, in a process of its own.
    problem = read_python(content).problem
    if problem is not None:
        raise RefusedError(problem.text, line=problem.line, fix=_BY_HAND)
    return _parsed(content)


def _parsed(content: bytes) -> PythonSource:
    source = parse_python(content)
    if isinstance(source, Problem):
        raise RefusedError(source.text, line=source.line, fix=_BY_HAND)
    return source


def _block_span(source: PythonSource) -> tuple[int, int] | None:
    """Return the bytes from the opening marker to the end of the closing one, without line end."""
    block = find_block(source)
    if not isinstance(block, tuple):
        return None
    start, last = source.starts[block[0] - 1], source.starts[block[1] - 1]
    return start, last + len(source.line(block[1]).rstrip(b"\r\n"))


def _placed(source: PythonSource, entries: Sequence[Entry]) -> bytes:
    content = source.content
    eol = _line_end(content)
    span = _block_span(source)
    bare = bool(content) and not content.endswith(b"\n")
    if span is not None:
        bare = _says_no_line_end(content, span[0])
    lines = _block_lines(entries, _escape if source.is_utf8 else _escape_to_ascii, bare=bare)
    text = eol.join(line.encode() for line in lines)  # ASCII alone, unless the file is UTF-8
    if span is not None:
        return content[: span[0]] + text + content[span[1] :]
    gap = (eol if bare else b"") + (eol if content else b"")
    return content + gap + text + eol


def _dropped(source: PythonSource) -> bytes:
    content, span = source.content, _block_span(source)
    if span is None:
        return content
    tail = _without_leading_line_end(content[span[1] :])
    head = content[: span[0]]
    without_gap = _without_line_end(head)
    if without_gap.endswith(b"\n"):
        head = without_gap
    if _says_no_line_end(content, span[0]) and not tail:
        head = _without_line_end(head)
    return head + tail


def _line_end(content: bytes) -> bytes:
    return b"\r\n" if content.partition(b"\n")[0].endswith(b"\r") else b"\n"


def _without_line_end(text: bytes) -> bytes:
    return text.removesuffix(b"\n").removesuffix(b"\r") if text.endswith(b"\n") else text


def _without_leading_line_end(text: bytes) -> bytes:
    return text.removeprefix(b"\r\n") if text.startswith(b"\r") else text.removeprefix(b"\n")


def _says_no_line_end(content: bytes, start: int) -> bool:
    head = content[start : start + 500].split(b"\n")[:3]
    return head[2:] != [] and head[2].rstrip(b"\r") == _NO_LINE_END.encode()


def _block_lines(
    entries: Sequence[Entry], escape: Callable[[str], str], *, bare: bool
) -> Iterator[str]:
    yield OPENING
    yield _HEADER
    if bare:
        yield _NO_LINE_END
    for entry in entries:
        yield ""
        yield from (_comment(text, escape) for text in entry.comment)
        yield from _entry_lines(entry, escape)
    yield CLOSING


def _comment(text: str, escape: Callable[[str], str]) -> str:
    line = f"# {''.join(map(escape, text)).strip()}".rstrip()
    # No text may pass for a marker.
    return f"#: {line[2:]}" if line in {OPENING, CLOSING} else line


def _entry_lines(entry: Entry, escape: Callable[[str], str]) -> Iterator[str]:
    target = _target(entry)
    if isinstance(entry.value, AdminExempt):
        yield f"def {_LIMIT_FUNCTION}(handler):"
        yield "    user = handler.current_user"
        yield "    if user and user.admin:"
        yield "        return 0"
        yield f"    return {_rendered(entry.value.limit, escape, _MOST_LEVELS)}"
        yield from ("", "")
        yield f"{target} = {_LIMIT_FUNCTION}"
        return
    value = _rendered(entry.value, escape, _MOST_LEVELS)
    yield f"{target} = {value}" if entry.op == "=" else f"{target}.{entry.op}({value})"


def _target(entry: Entry) -> str:
    names = (entry.cls, entry.trait)
    plain = all(n.isascii() and n.isidentifier() and not keyword.iskeyword(n) for n in names)
    if entry.op == "unknown" or not plain or not is_trait(*names):
        text = _("{names} cannot be set in a Python config file").format(names=ascii(names))
        raise RefusedError(text)
    return f"c.{entry.cls}.{entry.trait}"


def _check_block(before: bytes, after: bytes, entries: Sequence[Entry]) -> None:
    """Raise RefusedError unless the block reads back as what it was made of, and nothing else."""
    reading = read_python(after)
    if reading.problem is not None:
        raise RefusedError(reading.problem.text, line=reading.problem.line, fix=_BY_HAND)
    said = [(w.cls, w.trait, w.op, _comparable(w.value)) for w in reading.writes if w.ours]
    wanted = [(e.cls, e.trait, e.op, _comparable(e.value)) for e in entries]
    if said != wanted or not same_statements(before, after, except_for=()):
        raise RefusedError(_("a block in this file would not say what it should"), fix=_BY_HAND)


def _comparable(value: object) -> object:
    return value if isinstance(value, AdminExempt) else render_value(value)


def _dumps(source: PythonSource, apart: set[tuple[str, str]]) -> Iterator[str]:
    block = find_block(source)
    first, last = block if isinstance(block, tuple) else (0, 0)
    for node in source.tree.body:
        if not first < node.lineno < last and _written(node) not in apart:
            yield ast.dump(node)


def _written(node: ast.stmt) -> tuple[str, ...] | None:
    match node:
        case ast.Assign(targets=[target]):
            return chain(target)
    return None
