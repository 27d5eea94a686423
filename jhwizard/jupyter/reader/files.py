"""Files that the config opens and reads: what they hold, where somebody has read them beforehand.

Nothing is opened here. What a file holds comes in with `Run.opened`; a path that is not among it is
asked for (`Run.wanted`), and what is read from it is not known. Text is known where it does not
depend on the hub's locale: plain ASCII, or in an encoding that the config names.
"""

from __future__ import annotations

import ast
import io
import posixpath
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final

from jhwizard.facts import Problem
from jhwizard.jupyter.reader.budget import MOST_ITEMS
from jhwizard.jupyter.reader.file_changes import READ
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box, Known, Undecided, Unknown
from jhwizard.language import _
from jhwizard.printable import shown

OPENED: Final = "io.TextIOWrapper"
"""What `open` gives, as the name of something imported."""
_PARAMETERS: Final = ("file", "mode", "buffering", "encoding", "errors", "newline")
_ENCODINGS: Final = {None: "ascii", "utf-8": "utf-8", "utf8": "utf-8", "utf-8-sig": "utf-8-sig"}
_LONGEST_PATH: Final = 200

Given = list[object]
Named = dict[str, object]


def open_file(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    """Return what `open` gives: a box of its lines, or an unknown that says why there is none."""
    run.risks += 1  # it may be gone by then, or the hub not be allowed to read it
    said: dict[str, object] = {**dict(zip(_PARAMETERS, given, strict=False)), **named}
    path, mode = _name(said.pop("file", None)), said.pop("mode", "r")
    encoding = said.pop("encoding", None)
    if mode not in READ:
        run.change_files(path, node.lineno)
    is_plain = mode in READ and not said and len(given) <= len(_PARAMETERS)
    lines = _lines(run, path if is_plain else "", mode, encoding, node.lineno)
    if isinstance(lines, Unknown):
        lines.dotted = OPENED
        return lines
    box = run.box("file", [lines, 0, "b" in str(mode)])
    run.files.append(box)
    return box


def _name(path: object) -> str:
    return str(path) if isinstance(path, str | PurePosixPath) else ""


def _lines(
    run: Run, path: str, mode: object, encoding: object, line: int
) -> tuple[str | bytes, ...] | Unknown:
    content = _content(run, path)
    if isinstance(content, Problem):
        return Unknown(content.text, line, path=path)
    if "b" in str(mode):
        return tuple(io.BytesIO(content).readlines())
    name = _ENCODINGS.get(encoding) if isinstance(encoding, str | None) else None
    if name is None:
        return Unknown(_reason(path, _("its encoding is not followed")), line, path=path)
    try:
        # Line ends become "\n", and nothing else ends a line.
        return tuple(io.TextIOWrapper(io.BytesIO(content), name).readlines())
    except UnicodeDecodeError:
        why = _("it is no plain ASCII, and no encoding is named that it has")
        return Unknown(_reason(path, why), line, path=path)


def _content(run: Run, path: str) -> bytes | Problem:
    if not path:
        return Problem(_("the value is computed from a file"))
    if not path.startswith("/"):
        return Problem(_reason(path, _("where that is depends on where the hub is started")))
    changed = run.changed_files.get("") or run.changed_files.get(posixpath.normpath(path))
    if changed:
        text = _("line {line} may have changed it by then")
        return Problem(_reason(path, text.format(line=changed)))
    content = run.opened.get(path)
    if content is None:
        run.wanted[path] = None
        return Problem(_reason(path, ""))
    if isinstance(content, Problem):
        return Problem(_reason(path, content.text))
    if content.count(b"\n") + content.count(b"\r") >= MOST_ITEMS:
        return Problem(_reason(path, _("it has too many lines")))
    run.budget.spend(1 + len(content) // 200)
    run.taken[path] = None
    return content


def _reason(path: str, why: str) -> str:
    text = _("it comes from the file `{path}`").format(path=shown(path, _LONGEST_PATH))
    return f"{text}: {why}" if why else text


def of_path(run: Run, path: PurePosixPath, name: str, given: Given, node: ast.AST) -> object:
    """Return what `Path.read_text` or `Path.read_bytes` gives; `given` is the encoding, if any."""
    run.risks += 1
    mode = "r" if name == "read_text" else "rb"
    encoding = given[0] if given else None
    lines = _lines(run, str(path), mode, encoding, getattr(node, "lineno", 1))
    return lines if isinstance(lines, Unknown) else _joined(lines, is_binary=mode == "rb")


def load_json(run: Run, given: Given, named: Named, node: ast.Call) -> object:
    """Return what `json.load` gives of a file. Raises Undecided for anything else."""
    match given:
        case [Box(sort="file", doubt=None) as box] if not named:
            return run.apply(Known("json.loads"), [_read(run, box, [], node.lineno)], node)
    raise Undecided


def next_line(run: Run, box: Box, line: int) -> str | bytes | None:
    """Take the next line off an open file; None at its end. Raises Undecided if not known."""
    lines, place, _is_binary = _parts(box)
    if place >= len(lines):
        return None
    _move(run, box, place + 1, line)
    return lines[place]


def rest_of(run: Run, box: Box, line: int) -> tuple[str | bytes, ...]:
    """Take all the lines that are left. Raises Undecided where the file is unknown."""
    lines, place, _is_binary = _parts(box)
    run.budget.spend(1 + (len(lines) - place) // 4)
    _move(run, box, len(lines), line)
    return lines[place:]


def each_line(run: Run, box: Box, line: int) -> Iterator[object]:
    """Yield line after line, as a loop over an open file takes them."""
    while (found := next_line(run, box, line)) is not None:
        yield found


def close(run: Run, box: Box, line: int) -> None:
    """Close a file: what is done with it from here on is not followed."""
    run.distrust(box, Unknown(_("the file is closed"), line))


def _parts(box: Box) -> tuple[tuple[str | bytes, ...], int, bool]:
    if box.doubt is not None or not isinstance(box.data, list):
        raise Undecided
    lines, place, is_binary = box.data
    return lines, place, is_binary  # type: ignore[return-value]  # what `open_file` put there


def _move(run: Run, box: Box, place: int, line: int) -> None:
    run.change(box, line)
    if isinstance(box.data, list):
        box.data[1] = place


def _joined(lines: tuple[str | bytes, ...], *, is_binary: bool) -> str | bytes:
    if is_binary:
        return b"".join(one for one in lines if isinstance(one, bytes))
    return "".join(one for one in lines if isinstance(one, str))


def _read(run: Run, box: Box, given: Given, line: int) -> object:
    if given:
        raise Undecided
    is_binary = _parts(box)[2]
    return _joined(rest_of(run, box, line), is_binary=is_binary)


def _read_line(run: Run, box: Box, given: Given, line: int) -> object:
    if given:
        raise Undecided
    found = next_line(run, box, line)
    return _joined((), is_binary=_parts(box)[2]) if found is None else found


def _read_lines(run: Run, box: Box, given: Given, line: int) -> object:
    if given:
        raise Undecided
    return run.box("list", list(rest_of(run, box, line)))


def _close(run: Run, box: Box, given: Given, line: int) -> None:
    close(run, box, line)


METHODS: Final[dict[tuple[str, str], Callable[[Run, Box, Given, int], object]]] = {
    ("file", "read"): _read,
    ("file", "readline"): _read_line,
    ("file", "readlines"): _read_lines,
    ("file", "close"): _close,
}
