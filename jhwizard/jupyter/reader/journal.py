"""What was changed since when, so that a branch can be taken back and two branches be merged.

Every change of a scope, a section or a box goes through here. Copying the whole state for each
branch instead would make thousands of them cost the square.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jhwizard.jupyter.reader.budget import Budget
from jhwizard.jupyter.reader.values import ABSENT, Box, Unknown

Slots = dict[object, object]
Content = tuple[list[object] | dict[object, object] | set[object], Unknown | None]


@dataclass(frozen=True)
class _Slot:
    slots: Slots
    key: object
    before: object


@dataclass(frozen=True)
class _Content:
    box: Box
    before: Content


@dataclass(frozen=True)
class _Grown:
    box: Box
    value: object
    """What came to it: the last item of a list, or one of a set that was not in it before."""


@dataclass
class Outcome:
    """What a branch left behind: the last value of everything it touched."""

    slots: dict[tuple[int, object], tuple[Slots, object]]
    boxes: dict[int, tuple[Box, Content]]


class Journal:
    """The changes of one top-level statement, oldest first."""

    def __init__(self, budget: Budget) -> None:
        """Start with nothing changed."""
        self._entries: list[_Slot | _Content | _Grown] = []
        self._epoch = 1
        self._budget = budget

    def __len__(self) -> int:
        """Return how many changes are noted: a branch that adds none has no effects."""
        return len(self._entries)

    def put(self, slots: Slots, key: object, value: object) -> None:
        """Set an item of a scope or section; ABSENT deletes it."""
        self._entries.append(_Slot(slots, key, slots.get(key, ABSENT)))
        _put(slots, key, value)

    def touch(self, box: Box) -> None:
        """Note a box as it is, just before it is changed."""
        box.version += 1
        if box.stamp == self._epoch:
            return
        self._budget.spend(1 + len(box.data) // 50)
        box.stamp = self._epoch
        self._entries.append(_Content(box, (box.data.copy(), box.doubt)))

    def add(self, box: Box, value: object) -> None:
        """Put an item at the end of a list, or into a set: one more, without a copy of them all."""
        box.version += 1
        if isinstance(box.data, set) and value in box.data:
            return
        if box.stamp != self._epoch:
            self._entries.append(_Grown(box, value))
        if isinstance(box.data, list):
            box.data.append(value)
        elif isinstance(box.data, set):
            box.data.add(value)

    def mark(self) -> int:
        """Return a place that can be gone back to."""
        self._epoch += 1
        return len(self._entries)

    def roll_back(self, mark: int) -> None:
        """Undo everything since the mark."""
        self._epoch += 1
        for entry in reversed(self._entries[mark:]):
            if isinstance(entry, _Slot):
                _put(entry.slots, entry.key, entry.before)
            elif isinstance(entry, _Grown):
                _shrink(entry)
            else:
                entry.box.data, entry.box.doubt = entry.before
                entry.box.version += 1
        del self._entries[mark:]

    def outcome(self, mark: int) -> Outcome:
        """Return what has changed since the mark, as it is now."""
        outcome = Outcome({}, {})
        for entry in self._entries[mark:]:
            if isinstance(entry, _Slot):
                now = entry.slots.get(entry.key, ABSENT)
                outcome.slots[id(entry.slots), entry.key] = (entry.slots, now)
            elif id(entry.box) not in outcome.boxes:
                box = entry.box
                outcome.boxes[id(box)] = (box, (box.data.copy(), box.doubt))
        self._budget.spend(len(self._entries) - mark)
        return outcome

    def touched_slots(self, mark: int) -> Iterator[tuple[Slots, object]]:
        """Yield the items of scopes and sections that have changed since the mark."""
        for entry in list(self._entries[mark:]):
            if isinstance(entry, _Slot):
                yield entry.slots, entry.key

    def touched_boxes(self, mark: int) -> Iterator[Box]:
        """Yield the boxes that have changed since the mark."""
        for entry in list(self._entries[mark:]):
            if not isinstance(entry, _Slot):
                yield entry.box

    def forget(self) -> None:
        """Forget the changes: nothing goes back past here."""
        self._epoch += 1
        self._entries.clear()


def _shrink(grown: _Grown) -> None:
    grown.box.version += 1
    if isinstance(grown.box.data, list):
        grown.box.data.pop()
    elif isinstance(grown.box.data, set):
        grown.box.data.discard(grown.value)


def _put(slots: Slots, key: object, value: object) -> None:
    if value is ABSENT:
        slots.pop(key, None)
    else:
        slots[key] = value
