"""Both ways through something unknown: each is gone on its own, then what they left is merged."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jhwizard.jupyter.reader.journal import Content, Outcome
from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import ABSENT, Box, Raised, Undecided, Unknown, same


def fork(run: Run, ways: Sequence[Callable[[], object]], reason: str, line: int) -> list[object]:
    """Go all ways from here and merge; return what each gave, without those that raise.

    A file that raises is not loaded: what is in force then is what the other ways say. Raises
    Undecided where something in the file may catch what is raised, Raised if all ways raise.
    """
    mark, born = run.journal.mark(), run.serial
    results: list[object] = []
    outcomes: list[Outcome] = []
    raised: Raised | None = None
    for way in ways:
        run.forks += 1
        try:
            results.append(way())
            outcomes.append(run.journal.outcome(mark))
        except Raised as error:
            if run.tries:
                raise Undecided from error
            raised = error
        finally:
            run.forks -= 1
        run.journal.roll_back(mark)
    if not results and raised is not None:
        raise raised
    _merge(run, outcomes, Unknown(reason, line), born)
    return results


def either(values: Sequence[object], reason: str, line: int) -> object:
    """Return what is one of several values."""
    first = values[0]
    if all(same(first, value) for value in values[1:]):
        return first
    flat: list[object] = []
    for value in values:
        is_choice = isinstance(value, Unknown) and value.alternatives
        flat.extend(value.alternatives if is_choice else [value])  # type: ignore[attr-defined]
    return Unknown(reason, line, "computed", alternatives=tuple(flat[: _MOST_ALTERNATIVES + 1]))


_MOST_ALTERNATIVES = 16


def _merge(run: Run, outcomes: list[Outcome], why: Unknown, born: int) -> None:
    for place in dict.fromkeys(place for outcome in outcomes for place in outcome.slots):
        slots = next(o.slots[place][0] for o in outcomes if place in o.slots)
        base = slots.get(place[1], ABSENT)
        values = [o.slots[place][1] if place in o.slots else base for o in outcomes]
        value = values[0]
        if any(not same(value, other) for other in values):
            value = either(values, why.reason, why.line)
        run.journal.put(slots, place[1], value)
    for number in dict.fromkeys(number for outcome in outcomes for number in outcome.boxes):
        box = next(o.boxes[number][0] for o in outcomes if number in o.boxes)
        contents = [o.boxes[number][1] for o in outcomes if number in o.boxes]
        if box.serial <= born and len(contents) < len(outcomes):
            contents.append((box.data, box.doubt))
        _merge_box(run, box, contents, why)


def _merge_box(run: Run, box: Box, contents: list[Content], why: Unknown) -> None:
    run.change(box, why.line)
    box.data, box.doubt = contents[0]
    if all(_equal(contents[0], other) for other in contents[1:]):
        return
    unknown = _one_of(run, box, contents, why)
    for data, _doubt in contents:
        box.data = data
        box.doubt = None
        run.distrust(box, unknown)


def _one_of(run: Run, box: Box, contents: list[Content], why: Unknown) -> Unknown:
    """Return what a box is that is one of several; what nobody knew in one of them, nobody does."""
    copies: list[object] = []
    for data, doubt in contents:
        if doubt is not None and not doubt.alternatives:
            return doubt
        copies += doubt.alternatives if doubt else [run.box(box.sort, data.copy())]
    is_too_much = len(copies) > _MOST_ALTERNATIVES
    return Unknown(why.reason, why.line, alternatives=() if is_too_much else tuple(copies))


def _equal(left: Content, right: Content) -> bool:
    if left[1] is not right[1] or len(left[0]) != len(right[0]):
        return False
    ones, others = list(left[0]), list(right[0])
    if isinstance(left[0], set):
        return left[0] == right[0]
    if isinstance(left[0], dict) and isinstance(right[0], dict):
        ones += left[0].values()
        others += right[0].values()
    return all(map(same, ones, others))
