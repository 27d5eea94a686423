"""What is certain of a dict that is one of several: a line above was behind a condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jhwizard.facts import Missing


def merged(choices: Sequence[object], reason: str, line: int) -> Mapping[object, object] | None:
    """Return every item that may be there, with `Missing` where it is not sure, or not that one.

    None where a choice is no dict, or has a key that is not known: it may be any.
    """
    mappings = [choice for choice in choices if isinstance(choice, Mapping)]
    keys = dict.fromkeys(key for mapping in mappings for key in mapping)
    if not mappings or len(mappings) < len(choices) or any(isinstance(k, Missing) for k in keys):
        return None
    return {
        key: mappings[0][key]
        if all(key in one and _alike(one[key], mappings[0].get(key)) for one in mappings)
        else Missing(reason, line, "computed")
        for key in keys
    }


def _alike(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right and repr(left) == repr(right)
