"""What Jupyter's own loader makes of a config file, and whether the reader agrees.

Only texts of the tests' own making are loaded: loading runs them.
"""

from __future__ import annotations

import copy
import logging
import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from traitlets.config.loader import Config, LazyConfigValue, PyFileConfigLoader

from jhwizard.facts import AdminExempt, Missing, Problem, Reading, Write
from jhwizard.jupyter.python_reading import read_python

Said = dict[tuple[str, str], object]


def loaded(text: str, directory: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Return what the loader makes of a text; raise what it raises."""
    (directory / "some_config.py").write_text(text)
    with warnings.catch_warnings(), mock.patch.dict(os.environ, environ or {}):
        warnings.simplefilter("ignore")
        loader = PyFileConfigLoader("some_config.py", str(directory), log=logging.getLogger())
        return loader.load_config()


def assert_agrees(
    text: str,
    directory: Path,
    environ: Mapping[str, str] | None = None,
    *,
    knows: bool = True,
    opened: Mapping[str, bytes | Problem] | None = None,
) -> dict[str, int]:
    """Assert that nothing read is wrong, missing or extra; return how many traits are known."""
    truth = loaded(text, directory, environ)
    known = {**os.environ, **(environ or {})} if knows else None
    reading = read_python(text.encode(), known, opened=opened)
    said = composed(reading)
    true = {
        (cls, trait): value
        for cls, section in truth.items()
        for trait, value in section.items()
        if not is_nothing(value)
    }
    missing = {pair for pair in true if pair not in said and not covered(pair, reading)}
    assert not missing, f"missing: {missing}"
    exact = {p for p, one in said.items() if not isinstance(one, Write) and not is_nothing(one)}
    assert exact <= true.keys(), f"extra: {exact - true.keys()}"
    for pair in exact:
        assert_equal(true[pair], said[pair])
    for pair, one in said.items():
        if isinstance(one, Write) and pair in true:
            assert_compatible(true[pair], one.parts)
    return {"exact": len(exact), "unknown": len(true.keys() - exact)}


def is_nothing(value: object) -> bool:
    """Return whether a trait was only looked at, or nothing was added to it."""
    return isinstance(value, LazyConfigValue) and not value.to_dict()


def composed(reading: Reading) -> Said:
    """Return the last word on every trait: its value, or the `Write` that is not exact."""
    final: Said = {}
    for write in reading.writes:
        pair = (write.cls, write.trait)
        if write.op == "unknown" and write.trait == "*":
            for key in [key for key in final if write.cls in {"*", key[0]}]:
                final[key] = write
        elif write.op == "unknown":
            final[pair] = write
        elif write.op == "=":
            final[pair] = copy.deepcopy(write.value)
        else:
            there = final.setdefault(pair, LazyConfigValue())
            if not isinstance(there, Write):
                getattr(there, write.op)(copy.deepcopy(write.value))
    return final


def covered(pair: tuple[str, str], reading: Reading) -> bool:
    pairs = {(write.cls, write.trait) for write in reading.writes if write.op == "unknown"}
    return not pairs.isdisjoint({pair, (pair[0], "*"), ("*", "*")})


def assert_equal(truth: object, value: object) -> None:
    if isinstance(value, AdminExempt):
        assert callable(truth)
    elif isinstance(value, LazyConfigValue):
        assert isinstance(truth, LazyConfigValue)
        assert truth.to_dict() == value.to_dict()
    else:
        assert (truth, repr_of(truth)) == (value, repr_of(value))


def repr_of(value: object) -> str:
    """Return what tells 1 from True, and a list from a tuple, at every depth."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}{sorted(map(repr, value))}"
    if isinstance(value, dict):
        return f"dict{[(repr_of(key), repr_of(one)) for key, one in value.items()]}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}{list(map(repr_of, value))}"
    return repr(value)


def assert_compatible(truth: object, parts: object) -> None:
    """Assert that what is known of a value is right."""
    if isinstance(parts, Missing) or parts is None:
        return
    assert type(parts) is type(truth)
    if isinstance(parts, dict) and isinstance(truth, dict):
        assert parts.keys() == truth.keys()
        for key, part in parts.items():
            assert_compatible(truth[key], part)
    elif isinstance(parts, list | tuple) and isinstance(truth, list | tuple):
        assert len(parts) == len(truth)
        for part, one in zip(parts, truth, strict=True):
            assert_compatible(one, part)
    elif isinstance(parts, set) and isinstance(truth, set):
        assert {part for part in parts if not isinstance(part, Missing)} <= truth
    else:
        assert_equal(truth, parts)
