"""One thing to say in one file, and why a line that is there cannot be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from jhwizard.errors import RefusedError
from jhwizard.facts import Missing, Op, Problem, Words, Write
from jhwizard.language import _
from jhwizard.layers import Rung
from jhwizard.plan import Notice
from jhwizard.settings.setting import Setting

if TYPE_CHECKING:
    from jhwizard.jupyter.python_entries import Patch


@dataclass(frozen=True)
class Edit:
    """One thing to say in one file."""

    key: str
    path: PurePosixPath
    cls: str
    trait: str
    op: Op
    value: object
    comment: tuple[str, ...] = ()
    there: Write | None = None
    """The plain literal whose bytes are exchanged; None for the block or a JSON file."""
    takes_out: bool = False
    """Whether the line goes, so that Jupyter's own default counts."""
    inner: str = ""
    """The name inside a dict of a JSON file; empty for the whole trait."""
    notice: Notice | None = None
    patch: Patch | None = None
    """Bytes of a Python file to exchange, proved already; None for what is rendered later."""
    words: Words | None = None
    """The words of a command line in whose place `value` comes; None for anything else."""

    @property
    def span(self) -> tuple[int, int] | None:
        """Return the bytes it exchanges where they stand; None for the block or a JSON file."""
        if self.patch:
            return self.patch.start, self.patch.end
        if self.there is None:
            return None
        return self.there.statement if self.takes_out else self.there.span


def stays(rung: Rung, path: PurePosixPath) -> str:
    """Return that a line stays although the block at the end of the file `path` overrides it."""
    text = _("{file}, line {line}, stays as it is; the block at the end of the file overrides it")
    if path != rung.path:
        text = _("{file}, line {line}, stays as it is; the block in {path} overrides it")
    said = text.format(file=rung.path, line=rung.write.line, path=path)
    return said + _lost(rung)


def _lost(rung: Rung) -> str:
    """Return what no longer counts with the line: a function decides case by case."""
    parts = rung.write.parts
    if not isinstance(parts, Missing) or parts.kind != "function":
        return ""
    text = _(
        "; {what}, and decides no more: whatever it made of each person, admins too, is the same "
        "for everybody then"
    )
    return text.format(what=parts.reason)


MEND = _("mend the file first")


def not_readable(record: Setting, rung: Rung, problem: Problem) -> RefusedError:
    """Return that nobody knows what a file says that decides, or may."""
    text = _("{key}: this file may decide it, and what it says is not known: {why}")
    said = text.format(key=record.key, why=problem.text)
    return RefusedError(said, file=rung.path, line=problem.line, fix=problem.fix or MEND)


def by_hand(record: Setting, rung: Rung) -> RefusedError:
    """Return why a line is not touched: it is not one plain value."""
    why = rung.write.reason or _("it is not one plain value")
    return RefusedError(
        _("{key}: the line that sets it cannot be changed safely: {why}").format(
            key=record.key, why=why
        ),
        file=rung.path,
        line=rung.write.line,
        fix=_("change it by hand, then run jhwizard again"),
    )


def by_tljh_config(record: Setting, rung: Rung, commands: Sequence[str]) -> RefusedError:
    """Return that TLJH is told by commands of its own, which are to be typed."""
    text = _("{key}: {why}").format(key=record.key, why=rung.write.reason)
    typed = " && ".join((*commands, "sudo tljh-config reload"))
    fix = _("type: {commands}").format(commands=typed)
    return RefusedError(text, file=rung.path, line=rung.write.line, fix=fix)


def not_in_json(record: Setting, rung: Rung) -> RefusedError:
    """Return that a line must leave its JSON file first."""
    text = _("{key}: a JSON file that beats the Python file of its name cannot say this")
    return RefusedError(
        text.format(key=record.key),
        file=rung.path,
        line=rung.write.line,
        fix=_("move that line to {path}").format(path=rung.path.with_suffix(".py")),
    )


def mapping(value: object) -> Mapping[str, object]:
    """Return a value that should be a dict; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: object) -> list[object] | tuple[object, ...]:
    """Return a value that should be a list; an empty one where it is none."""
    return value if isinstance(value, list | tuple) else []
