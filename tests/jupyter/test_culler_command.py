"""What the culler's words say to either version, as tried with 1.4.0 and 2.0.0."""

from __future__ import annotations

import pytest

from jhwizard.errors import RefusedError
from jhwizard.jupyter.culler_command import Dialect, dialect_of, flags, with_flags

START = ["python3", "-m", "jupyterhub_idle_culler"]
DEAD = "does not start"
UNCLEAR = "depends on the culler's version"
ODD = "is not understood"


def said(words: str, dialect: Dialect) -> dict[str, object] | str:
    try:
        return flags([*START, *words.split(" ")], dialect)
    except RefusedError as error:
        return next((each for each in (DEAD, UNCLEAR, ODD) if each in error.text), error.text)


@pytest.mark.parametrize(
    ("words", "tornado", "traitlets", "either"),
    [
        ("--timeout=60", {"timeout": 60}, {"timeout": 60}, {"timeout": 60}),
        ("--cull-users=1", {"cull-users": True}, {"cull-users": True}, {"cull-users": True}),
        ("--cull-users", {"cull-users": True}, DEAD, UNCLEAR),
        ("--cull-users True", ODD, {"cull-users": True}, UNCLEAR),
        ("--cull-users=yes", {"cull-users": True}, ODD, ODD),
        ("--cull-users=f", {"cull-users": False}, ODD, ODD),
        ("--timeout 60", DEAD, {"timeout": 60}, UNCLEAR),
        ("--timeout", DEAD, DEAD, UNCLEAR),
        ("--timeout --max-age=5", DEAD, DEAD, UNCLEAR),
        ("--timeout=60 --timeout=90", {"timeout": 90}, DEAD, UNCLEAR),
        ("--cull_every=60", {"cull-every": 60}, ODD, ODD),
        ("-timeout=60", {"timeout": 60}, ODD, ODD),
        ("--timeout=60 more", ODD, ODD, ODD),
        ("--concurrency=2", {}, {}, {}),
    ],
)
def test_each_version_reads_the_words_its_own_way(
    words: str,
    tornado: dict[str, object] | str,
    traitlets: dict[str, object] | str,
    either: dict[str, object] | str,
) -> None:
    assert said(words, "tornado") == tornado
    assert said(words, "traitlets") == traitlets
    assert said(words, "") == either


def test_the_script_of_old_reads_as_version_1_did() -> None:
    script = ["python3", "/srv/cull_idle_servers.py"]
    assert dialect_of(script, is_traitlets=True) == "tornado"
    assert dialect_of(START, is_traitlets=False) == "tornado"
    assert dialect_of(START, is_traitlets=True) == "traitlets"
    assert dialect_of(START, is_traitlets=None) == ""


@pytest.mark.parametrize(
    ("dialect", "words", "wanted", "expected"),
    [
        ("traitlets", "--timeout=60 --max-age=5", {"timeout": 90}, "--timeout=90 --max-age=5"),
        ("traitlets", "--timeout 60 --max-age=5", {"timeout": 90}, "--timeout 90 --max-age=5"),
        ("tornado", "--timeout 60", {"timeout": 90}, "--timeout=90"),
        ("traitlets", "--timeout=60", {"max-age": 7}, "--timeout=60 --max-age=7"),
        ("traitlets", "--max-age 7 --timeout=60", {"max-age": None}, "--timeout=60"),
        ("traitlets", "--cull-users", {"cull-users": True}, "--cull-users=True"),
        ("tornado", "--timeout=1 --timeout=2", {"timeout": 3}, "--timeout=3"),
        ("tornado", "--cull_every=5", {"cull-every": 6}, "--cull-every=6"),
    ],
)
def test_only_the_words_of_a_flag_that_changes_are_exchanged(
    dialect: Dialect, words: str, wanted: dict[str, object], expected: str
) -> None:
    after = with_flags([*START, *words.split(" ")], dialect, wanted)
    assert after == [*START, *expected.split(" ")]
