"""Words on the command line of people's servers: one is exchanged or taken out where it stands.

What stands there beats every file of theirs, so an answer can go nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jhwizard.edit import Edit, sequence
from jhwizard.errors import RefusedError
from jhwizard.facts import Reading, Words
from jhwizard.jupyter.command_line import text_for
from jhwizard.language import _
from jhwizard.layers import Rung
from jhwizard.settings.setting import Setting


def edit_of_words(record: Setting, rung: Rung, value: object) -> Edit:
    """Return what gives the words of a command line another value.

    Raises RefusedError where the list they stand in is not one plain literal.
    """
    words, write = rung.write.words, rung.write
    text = text_for(write.trait, value)
    if words is None or text is None:
        raise decided(record, rung)
    name = f"--{write.cls}.{write.trait}"
    is_one = words.last - words.first == 1
    return _edit(record, rung, words, (f"{name}={text}",) if is_one else (name, text))


def without_words(record: Setting, rung: Rung) -> Edit:
    """Return what takes words off a command line.

    Raises RefusedError where the list they stand in is not one plain literal.
    """
    if rung.write.words is None:
        raise decided(record, rung)
    return _edit(record, rung, rung.write.words, ())


def decided(record: Setting, rung: Rung) -> RefusedError:
    """Return that words decide which cannot be changed."""
    reason = rung.write.reason or _("the server's command line says it")
    text = _("{key} is decided elsewhere: {why}").format(key=record.key, why=reason)
    fix = _("take that line out first")
    return RefusedError(text, file=rung.path, line=rung.write.line, fix=fix)


def joined(edits: Sequence[Edit], reading: Reading) -> Iterator[Edit]:
    """Yield edits of one file, those of words of one list as one edit of that list."""
    lists: dict[tuple[str, str], list[Edit]] = {}
    for edit in edits:
        if edit.words is None:
            yield edit
        else:
            lists.setdefault((edit.cls, edit.trait), []).append(edit)
    for (cls, trait), changes in lists.items():
        # As it stands in the file: other words of it may have been changed on the way here.
        base = next(w for w in reading.writes if (w.cls, w.trait, w.op) == (cls, trait, "="))
        value: list[object] = list(sequence(base.value))
        for edit in changes:
            value = _exchanged(value, edit)
        there = None if changes[0].path.suffix == ".json" else base
        yield replace(changes[0], value=value, there=there, words=None)


def _exchanged(words: list[object], edit: Edit) -> list[object]:
    """Return a list of words with those of an edit exchanged; where they are gone, as it is."""
    place = edit.words
    old = list(sequence(place.write.value))[place.first : place.last] if place else []
    for first in range(len(words)):
        if old and words[first : first + len(old)] == old:
            return [*words[:first], *sequence(edit.value), *words[first + len(old) :]]
    return words


def _edit(record: Setting, rung: Rung, words: Words, new: tuple[str, ...]) -> Edit:
    base = words.write
    return Edit(record.key, rung.path, base.cls, base.trait, "=", new, words=words)
