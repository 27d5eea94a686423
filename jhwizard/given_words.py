"""What the hub puts on the command line of people's servers, which beats all their files.

The words are those of `Spawner.cmd` behind the program, and those of `Spawner.args`. They are read
as one more file of the servers, stronger than the others class by class, whose lines are those of
the hub's file (traitlets merges the command line by sections like any file).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jhwizard.facts import Facts, Missing, Reading, Source, Words, Write
from jhwizard.jupyter.command_line import (
    Option,
    mentioned,
    names_a_file,
    options,
    value_of,
)
from jhwizard.language import _
from jhwizard.layers import Rung, folded, ladder
from jhwizard.settings.setting import HubTrait

_CMD = HubTrait("Spawner", "cmd")
_ARGS = HubTrait("Spawner", "args")
_DROPS_ARGS = "KubeSpawner"
"""Without a command of its own it starts the image's, and passes no words on (kubespawner 7)."""


@dataclass(frozen=True)
class _Word:
    """One word, and the line that says it."""

    value: object
    """`Missing` where it is not known."""
    rung: Rung
    index: int
    """Its place in the list of that line."""
    base: Write | None = None
    """That line, where it alone says the list; None where it does not."""


def command_line(facts: Facts) -> Iterator[Source]:
    """Yield what the hub's files say on the command line, as a file of the servers' own."""
    words = [word for word in _words(_CMD, facts) if word.index > 0]
    if words or facts.spawner != _DROPS_ARGS or ladder(_CMD, facts):
        words += _words(_ARGS, facts)
    for rung, write in _writes(words, facts):
        reading = Reading((write,))
        yield Source(rung.path, "server", reading, rung.source.state, command_line=True)


def _words(landing: HubTrait, facts: Facts) -> list[_Word]:
    """Return the words of a list in their order, as far as they are known."""
    rungs = ladder(landing, facts)
    state = folded(rungs, landing)
    sole = [rung for rung in rungs if rung.write.op == "=" and rung.write.value == state.raw]
    if state.kind == "exact" and isinstance(state.raw, list | tuple) and sole[-1:] == [*rungs[-1:]]:
        rung = sole[-1]
        can_change = rung.write.spliceable or rung.path.suffix == ".json"
        base = rung.write if can_change else None
        return [_Word(word, rung, index, base) for index, word in enumerate(state.raw)]
    found: list[_Word] = []
    for rung in rungs:
        said = _said(rung.write)
        if rung.write.op in {"=", "unknown"} and not _adds(rung.write):
            found = []
        found += [_Word(word, rung, len(found) + index) for index, word in enumerate(said)]
    return found


def _adds(write: Write) -> bool:
    return write.op in {"append", "extend"}


def _said(write: Write) -> Sequence[object]:
    value = write.value if write.op != "unknown" else write.parts
    if isinstance(value, list | tuple) and write.op != "append":
        return value
    if value is None or isinstance(value, Missing):
        return [Missing(write.reason, write.line)]
    return [value]


def _writes(words: Sequence[_Word], facts: Facts) -> Iterator[tuple[Rung, Write]]:
    found = list(options([word.value for word in words]))
    names = [(option.cls, option.trait) for option in found]
    for option in found:
        rung = words[option.first].rung
        twice = names.count((option.cls, option.trait)) > 1
        yield rung, _write(option, words, twice=twice)
    for word in words:
        if names_a_file(word.value):
            reason = _("another config file is named on the server's command line")
            yield word.rung, _doubt("*", "*", word.rung, reason)
    for rung, (cls, trait) in _hints(words, facts):
        if (cls, trait) not in names:
            yield rung, _doubt(cls, trait, rung, _reason(rung))


def _hints(words: Sequence[_Word], facts: Facts) -> Iterator[tuple[Rung, tuple[str, str]]]:
    """Yield what words that are not known may set: whatever the file names as an option."""
    for word in words:
        if isinstance(word.value, Missing):
            state = facts.files.get(word.rung.path)
            text = _without_comments(state.content.decode(errors="replace") if state else "")
        else:
            text = str(word.value) if " " in str(word.value) else ""
        yield from ((word.rung, pair) for pair in sorted(mentioned(text)))


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _reason(rung: Rung) -> str:
    return _("given on the server's command line by {name}").format(name=rung.name)


def _doubt(cls: str, trait: str, rung: Rung, reason: str) -> Write:
    return Write(cls, trait, "unknown", None, rung.write.line, reason=reason, kind="unknown")


def _write(option: Option, words: Sequence[_Word], *, twice: bool) -> Write:
    word = words[option.first]
    outer, _dot, inner = option.cls.partition(".")
    unknown = _doubt(outer, inner or option.trait, word.rung, _reason(word.rung))
    if inner:
        return unknown
    if option.text is None or (twice and option.trait != "allowed_kernelspecs"):
        reason = _("{name}: no server starts with `--{cls}.{trait}` like this on its command line")
        names = {"name": word.rung.name, "cls": option.cls, "trait": option.trait}
        return replace(unknown, reason=reason.format(**names))
    try:
        value = value_of(option.trait, option.text)
    except KeyError:
        return unknown
    if twice:
        return unknown
    place = None
    if word.base is not None and words[option.last - 1].base is word.base:
        place = Words(word.base, word.index, word.index + option.last - option.first)
    return replace(unknown, op="=", value=value, reason="", kind="exact", words=place)
