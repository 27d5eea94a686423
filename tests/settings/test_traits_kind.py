from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jhwizard.errors import RefusedError
from jhwizard.settings.traits_kind import Traits

_NAME = st.from_regex(r"[A-Z][a-z]{1,5}\.[a-z][a-z_]{1,8}[a-z]", fullmatch=True).filter(
    lambda name: (
        not name.endswith((".update", ".merge", ".pop", ".get", ".copy", ".clear", ".keys"))
    )
)
_LEAF = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
_VALUE = st.recursive(
    _LEAF,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=5,
)


@given(st.dictionaries(_NAME, _VALUE, max_size=4))
def test_traits_are_read_as_they_are_shown(traits: dict[str, object]) -> None:
    try:
        whole = Traits().from_toml(traits)
    except RefusedError:
        return  # a name that is a method of traitlets' config
    assert Traits().parse(Traits().text(whole)) == whole


def test_a_name_needs_no_quotes() -> None:
    assert Traits().parse('ServerApp.x=5, LabApp.y = "a, b"') == {
        "ServerApp.x": 5,
        "LabApp.y": "a, b",
    }
    assert Traits().from_toml({"ServerApp": {"x": {"a": 1}}}) == {"ServerApp.x": {"a": 1}}
    assert Traits().from_toml({"ServerApp.x": {"a": 1}}) == {"ServerApp.x": {"a": 1}}
    assert Traits().parse("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "ServerApp.x",
        "ServerApp.x=lab",
        "ServerApp.x=1}\ny={",
        "serverapp.x=1",
        "ServerApp=1",
        "ServerApp.X=1",
        "ServerApp.update=1",
        "ServerApp.x.y=inf",
        "ServerApp.x=nan",
        "ServerApp.x=1979-05-27",
        "c.ServerApp.x=1",
        "ServerApp.__class__=1",
        '"ServerApp.x=1\\nimport os;c.A.y"=1',
        "ServerApp.import=1",
    ],
)
def test_what_sets_no_trait_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(RefusedError, match="write"):
        Traits().parse(text)


@pytest.mark.parametrize(
    "raw", [5, None, [1], {"ServerApp.x": None}, {"ServerApp.x": {1, 2}}, {5: 1}]
)
def test_what_is_no_table_of_plain_values_is_refused(raw: object) -> None:
    with pytest.raises(RefusedError, match="write"):
        Traits().from_toml(raw)
