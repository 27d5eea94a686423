from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jhwizard.errors import RefusedError
from jhwizard.settings.install_kind import Kernels
from jhwizard.settings.kinds import (
    LONGEST,
    Count,
    Duration,
    Kind,
    Names,
    OneOf,
    Switches,
    YesNo,
)
from jhwizard.settings.read_traits import read_bool, read_integer
from jhwizard.settings.template_kind import Template
from jhwizard.settings.traits_kind import Traits
from jhwizard.settings.url_path import UrlPath

KINDS: dict[str, Kind] = {
    "duration": Duration(),
    "interval": Duration(never=False),
    "count": Count(),
    "limit": Count(unlimited=True),
    "yes or no": YesNo(),
    "one of": OneOf("lab", "notebook"),
    "any one": OneOf(),
    "names": Names(example="autoreload", empty="none"),
    "lower names": Names(example="python3", empty="all", lower=True),
    "switches": Switches(),
    "traits": Traits(),
    "page": UrlPath(),
    "template": Template(),
    "kernels": Kernels(),
}
_NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]*[a-z0-9]", fullmatch=True).filter(
    lambda name: name.lower() not in {"all", "none", "default"}
)
_PLAIN = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.text()), st.none()
)


@given(st.integers(0, LONGEST))
def test_a_time_is_read_as_it_is_shown(seconds: int) -> None:
    assert Duration().parse(Duration().text(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("20m", 1200),
        (" 1h 30m ", 5400),
        ("2 hours, 5 min", 7500),
        ("1200", 1200),
        ("0000000000001200", 1200),
        ("never", 0),
        ("OFF", 0),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, seconds: int) -> None:
    assert Duration().parse(text) == seconds


@pytest.mark.parametrize("raw", [True, False, 20.5, -1, "1.5h", "1h30", "-5m", "20 months", ""])
def test_a_time_that_is_none_is_refused_with_what_to_write(raw: object) -> None:
    with pytest.raises(RefusedError, match="such as 20m"):
        Duration().from_toml(raw)


@pytest.mark.parametrize("raw", ["never", 0, "0"])
def test_an_interval_cannot_be_never(raw: object) -> None:
    with pytest.raises(RefusedError, match="cannot be never"):
        Duration(never=False).from_toml(raw)


@given(st.integers(0, Count.most))
def test_a_number_is_read_as_it_is_shown(number: int) -> None:
    for kind in (Count(), Count(unlimited=True)):
        assert kind.parse(kind.text(number)) == number
        assert kind.from_toml(kind.to_toml(number)) == number


@pytest.mark.parametrize("raw", [True, -1, 2.0, "-3", "many", "9" * 5000, "0" * 5000 + "9" * 20])
def test_a_number_that_is_none_is_refused_with_what_to_write(raw: object) -> None:
    with pytest.raises(RefusedError, match=r"whole number such as 3, or unlimited"):
        Count(unlimited=True).from_toml(raw)


def test_unlimited_is_0_only_where_0_means_so() -> None:
    assert Count(unlimited=True).parse("unlimited") == 0
    with pytest.raises(RefusedError):
        Count().parse("unlimited")


@given(st.lists(_NAMES))
def test_names_are_read_as_they_are_shown(names: list[str]) -> None:
    for kind in (KINDS["names"], KINDS["lower names"]):
        assert isinstance(kind, Names)
        value = kind.from_toml(names)
        assert kind.parse(kind.text(value)) == value
        assert kind.from_toml(kind.to_toml(value)) == value


@given(st.dictionaries(_NAMES, st.booleans()))
def test_switches_are_read_as_they_are_shown(switches: dict[str, bool]) -> None:
    assert Switches().parse(Switches().text(switches)) == switches


def test_the_word_for_no_names_stands_alone() -> None:
    with pytest.raises(RefusedError, match="stands alone"):
        KINDS["lower names"].parse("all, python3")


def test_a_switch_without_a_state_is_refused_with_what_to_write() -> None:
    with pytest.raises(RefusedError, match="write nbgitpuller=on or nbgitpuller=off"):
        Switches().parse("nbgitpuller")


@pytest.mark.parametrize("raw", [5, True, ["lab"], {"a": 1}])
def test_a_name_that_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(RefusedError, match="is not a name"):
        OneOf().from_toml(raw)


def test_a_choice_may_be_typed_in_capitals() -> None:
    assert OneOf("lab", "notebook").parse(" Lab ") == "lab"


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@given(raw=_PLAIN)
def test_whatever_is_answered_is_refused_in_a_line_or_understood(kind: Kind, raw: object) -> None:
    refused = ""
    try:
        value = kind.from_toml(raw)
    except RefusedError as error:
        refused = error.text
    if refused:
        assert refused.isprintable()
        return
    assert kind.from_toml(kind.to_toml(value)) == value  # type: ignore[arg-type]
    assert kind.text(value).isprintable()  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "read"), [(True, 1), (20.0, 20), (-3, -3), (7, 7)])
def test_integers_are_read_as_traitlets_reads_them(value: object, read: int) -> None:
    assert read_integer(value) == read


@pytest.mark.parametrize("value", ["1200", 20.5, None, [1]])
def test_what_no_server_starts_with_is_no_integer(value: object) -> None:
    with pytest.raises(RefusedError, match="nothing starts with it"):
        read_integer(value)


def test_bools_are_read_as_traitlets_reads_them() -> None:
    assert [read_bool(value) for value in (1, 0, True, False)] == [True, False, True, False]
    with pytest.raises(RefusedError):
        read_bool("yes")


@pytest.mark.parametrize(
    "text",
    ["", "lab", "//elsewhere.org", "/a b", "/a'", '/"', "/é", "/a\n/b", "/{0}", "/{", "/a" * 300],
)
def test_what_is_no_page_is_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(RefusedError):
        UrlPath().parse(text)


@pytest.mark.parametrize(
    "text", ["/", "/lab/tree/a%20b.ipynb", "/tree?x=1&y=%27", "/lab/{username}"]
)
def test_a_page_is_taken_as_it_is(text: str) -> None:
    assert UrlPath().parse(f" {text} ") == text
