"""What is done to a box that is one of several, as after a condition, is done to each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jhwizard.jupyter.reader.run import Run
from jhwizard.jupyter.reader.values import Box, Undecided


def in_each(
    run: Run,
    box: Box,
    method: Callable[[Run, Box, list[object], int], object],
    given: list[object],
    line: int,
) -> None:
    """Carry out a method in each of the boxes that a box may be. Raises Undecided."""
    doubt = box.doubt
    if doubt is None:
        raise Undecided
    ways = [run.box(o.sort, o.data.copy()) for o in doubt.alternatives if isinstance(o, Box)]
    if len(ways) < len(doubt.alternatives) or any(way.sort != box.sort for way in ways):
        raise Undecided
    for way in ways:
        method(run, way, given, line)
    run.change(box, line)
    method(run, box, given, line)
    box.doubt = replace(doubt, alternatives=tuple(ways))
