"""A Python config file as bytes, syntax tree and places of statements, values and markers.

Nothing in the file is ever run. `python_reading` says what the statements mean.
"""

from __future__ import annotations

import ast
import bisect
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jhwizard.facts import Problem
from jhwizard.language import _

OPENING: Final = "# >>> jhwizard >>>"
CLOSING: Final = "# <<< jhwizard <<<"

_MOST_BYTES: Final = 1 << 20
_LONGEST_LINE_NOT_UTF8: Final = 10_000
_KNOWN_ENCODINGS: Final = re.compile(r"utf-8(-sig)?|ascii|iso8859-\d+|cp125\d|koi8-[ru]")
_MANAGED: Final = re.compile(r"ansible[ _]managed", re.IGNORECASE)
_REST_OF_LINE: Final = re.compile(rb"[ \t\f]*(?:#[^\n]*)?(?:\r?\n|\Z)")


@dataclass(frozen=True)
class PythonSource:
    """A file that Python can parse."""

    content: bytes
    encoding: str
    """As `codecs` names it; every one here maps ASCII to itself, byte for byte."""
    tree: ast.Module
    starts: tuple[int, ...]
    """First byte of each line, after a byte order mark."""

    @property
    def is_utf8(self) -> bool:
        """Whether characters outside ASCII can be written as they are."""
        return self.encoding.startswith("utf-8")

    def line(self, number: int) -> bytes:
        """Return a line, counted from 1, with its line end."""
        stop = self.starts[number] if number < len(self.starts) else len(self.content)
        return self.content[self.starts[number - 1] : stop]

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return the first byte of a node and the byte after its last."""
        end_line, end_column = node.end_lineno or 1, node.end_col_offset or 0
        start = self._offset(node.lineno, node.col_offset)
        return start, self._offset(end_line, end_column)

    def statement(self, node: ast.stmt) -> tuple[int, int]:
        """Return the bytes of a statement: whole lines, if it has them for itself."""
        start, end = self.span(node)
        rest = _REST_OF_LINE.match(self.content, end)
        if node.col_offset or rest is None or self._continues_a_line(node.lineno):
            return start, end
        return start, rest.end()

    def comments(self) -> Iterator[tuple[int, str]]:
        """Yield the line and text of every comment; slow, so ask only when it matters."""
        text = self.content.decode(self.encoding)
        lines = iter(text.split("\n"))
        try:
            for token in tokenize.generate_tokens(lambda: f"{next(lines)}\n"):
                if token.type == tokenize.COMMENT:
                    yield token.start[0], token.string
        except (tokenize.TokenError, SyntaxError):  # ast is the judge of what is valid
            return

    def _continues_a_line(self, line: int) -> bool:
        return line > 1 and self.line(line - 1).rstrip(b"\r\n").endswith(b"\\")

    def _offset(self, line: int, column: int) -> int:
        # ast counts columns in UTF-8 bytes of the decoded line.
        start = self.starts[line - 1]
        if self.is_utf8:
            return start + column
        decoded = self.line(line).decode(self.encoding).encode()
        return start + len(decoded[:column].decode())


def parse_python(content: bytes) -> PythonSource | Problem:
    """Return the file with its syntax tree, or why nothing can be done with it."""
    problem = _unfit(content)
    if problem is not None:
        return problem
    try:
        encoding = _encoding(content)
        content.decode(encoding)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        text = _("the file is not the {encoding} text it should be")
        return Problem(text.format(encoding=error.encoding), line)
    except SyntaxError as error:
        return _syntax_problem(content, error)
    except (RecursionError, MemoryError, ValueError, LookupError):
        return Problem(
            _("the file is not understood: it is nested too deeply, or a number is too long")
        )
    source = PythonSource(content, encoding, tree, _line_starts(content))
    return _too_long_a_line(source) or source


def find_block(source: PythonSource) -> tuple[int, int] | Problem | None:
    """Return the lines of the opening and the closing marker; None when there is no block."""
    opening, closing = _marker_lines(source, OPENING), _marker_lines(source, CLOSING)
    if not opening and not closing:
        return None
    found = sorted(opening + closing)
    if len(opening) != 1 or len(closing) != 1:
        how = _("{opening} opening and {closing} closing")
        return _damaged(how.format(opening=len(opening), closing=len(closing)), found[0])
    if closing < opening:
        return _damaged(_("the closing one comes first"), found[0])
    for line in found:
        exact = source.line(line).rstrip(b"\r\n").decode(source.encoding) in (OPENING, CLOSING)
        if not exact or _covered(source, line):
            return _damaged(_("one is indented or inside a statement"), line)
    return opening[0], closing[0]


def managed_elsewhere(source: PythonSource) -> Problem | None:
    """Return a problem when a comment outside the block says that Ansible writes this file."""
    if not _MANAGED.search(source.content.decode(source.encoding)):
        return None
    block = find_block(source)
    first, last = block if isinstance(block, tuple) else (0, 0)
    for line, text in source.comments():
        if _MANAGED.search(text) and not first < line < last:
            return _generated("Ansible", line)
    return None


def _unfit(content: bytes) -> Problem | None:
    if len(content) > _MOST_BYTES:
        return Problem(_("the file is larger than 1 MiB; jhwizard does not read it"))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Problem(
            _("the file is UTF-16 text, which Python does not load; save it as UTF-8"), 1
        )
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        return Problem(_("the file contains a NUL byte, so it is not Python text"), line)
    lone = re.search(rb"\r(?!\n)", content)
    if lone:
        line = content.count(b"\n", 0, lone.start()) + 1
        return Problem(
            _("the file has bare carriage returns as line ends; save it with Unix line ends"), line
        )
    return None


def _encoding(content: bytes) -> str:
    name = codecs.lookup(tokenize.detect_encoding(io.BytesIO(content).readline)[0]).name
    if not _KNOWN_ENCODINGS.fullmatch(name):
        text = _("jhwizard does not edit files in the encoding {encoding}")
        raise SyntaxError(text.format(encoding=name))
    return name


def _too_long_a_line(source: PythonSource) -> Problem | None:
    # Finding a place costs a decoded line there, so that many places on one cost too much.
    if source.is_utf8:
        return None
    for number, line in enumerate(source.content.split(b"\n"), start=1):
        if len(line) > _LONGEST_LINE_NOT_UTF8:
            return Problem(_("the line is too long in a file that is not UTF-8"), number)
    return None


def _syntax_problem(content: bytes, error: SyntaxError) -> Problem:
    if b"{{" in content or b"{%" in content:
        return _generated(_("a template"), error.lineno)
    text = _("Python cannot read the file: {reason}").format(reason=error.msg)
    return Problem(text, error.lineno)


def _generated(by: str, line: int | None) -> Problem:
    text = _("the file is generated by {by}: an edit here would be lost, change its source instead")
    return Problem(text.format(by=by), line)


def _line_starts(content: bytes) -> tuple[int, ...]:
    first = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    return (first, *(match.end() for match in re.finditer(rb"\n", content)))


def _marker_lines(source: PythonSource, marker: str) -> list[int]:
    pattern = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t\f]*%b[ \t\r]*$" % marker.encode(), re.MULTILINE)
    hits = pattern.finditer(source.content)
    lines = [max(1, bisect.bisect_right(source.starts, hit.start())) for hit in hits]
    if not any(_covered(source, line) for line in lines):
        return lines
    comments = {line for line, _text in source.comments()}
    return [line for line in lines if line in comments]


def _covered(source: PythonSource, line: int) -> bool:
    body = source.tree.body
    index = bisect.bisect_right(body, line, key=lambda node: node.lineno) - 1
    return index >= 0 and line <= (body[index].end_lineno or 0)


def _damaged(how: str, line: int) -> Problem:
    text = _("the markers of jhwizard's block are damaged: {how}; restore or delete both lines")
    return Problem(text.format(how=how), line)
