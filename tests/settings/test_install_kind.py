from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jhwizard.errors import RefusedError
from jhwizard.settings.install_kind import Kernels, wanted_kernels

KIND = Kernels()
PYTHON = "/opt/physics/bin/python"
ENTRY = f'{PYTHON} as physics "Physics (3.11), new"'


@pytest.mark.parametrize(
    "raw",
    [
        ENTRY,
        f"  {ENTRY} , ",
        [ENTRY],
        [{"python": PYTHON, "name": "physics", "display_name": "Physics (3.11), new"}],
        {"python": PYTHON, "name": "physics", "display_name": "Physics (3.11), new"},
    ],
)
def test_a_kernel_is_named_by_a_text_or_a_table(raw: object) -> None:
    assert KIND.from_toml(raw) == (ENTRY,)
    (wanted,) = wanted_kernels(KIND.from_toml(raw))
    assert (str(wanted.python), wanted.name, wanted.title) == (
        *(PYTHON, "physics", "Physics (3.11), new"),
    )


def test_without_a_title_the_name_is_shown() -> None:
    assert KIND.parse(f"{PYTHON} as physics") == (f'{PYTHON} as physics "physics"',)
    assert KIND.parse(f'{PYTHON} as a ""') == (f'{PYTHON} as a "a"',)
    assert KIND.from_toml([{"python": PYTHON, "name": "a"}]) == (f'{PYTHON} as a "a"',)


_TITLES = st.text(
    st.characters(categories=["L", "N", "P", "Zs"], exclude_characters='"\\'), min_size=1
)
_ENTRIES = st.builds(
    lambda name, title: f'{PYTHON} as {name} "{title}"',
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
    _TITLES.filter(lambda t: t.strip() and t.isprintable() and len(t) < 90),
)


@given(st.lists(_ENTRIES, unique_by=lambda entry: entry.split()[2]))
def test_kernels_are_read_as_they_are_shown(entries: list[str]) -> None:
    value = KIND.from_toml(entries)
    assert value == tuple(entries)
    assert KIND.parse(KIND.text(value)) == value
    assert KIND.from_toml(KIND.to_toml(value)) == value


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (PYTHON, "says no kernel: write its Python and a name"),
        (f"{PYTHON} as", "says no kernel"),
        ("python as physics", "says no kernel"),
        (f"{PYTHON} as Physics", "use lower-case letters"),
        (f"{PYTHON} as -rf", "use lower-case letters"),
        (f"{PYTHON} as ../x", "use lower-case letters"),
        ("/usr/bin/R as r", "is no Python: kernels of other languages.*kernels.share"),
        ("/opt/../bin/python as x", "is no path"),
        (f"{PYTHON} as a, {PYTHON}3 as a", "both be called a"),
        (f'{PYTHON} as a "x', "says no kernel"),
        ([{"python": PYTHON}], r"Write each kernel as \{ python"),
        ([{"python": PYTHON, "name": "a", "titel": "A"}], "Write each kernel as"),
        ([{"python": PYTHON, "name": "a", "display_name": 5}], "Write each kernel as"),
        ([{"python": PYTHON, "name": "a", "display_name": 'A "b"'}], "no double quotes"),
        ([{"python": PYTHON, "name": "a", "display_name": "A\nb"}], "on one line"),
        ([{"python": "/opt/a b/python", "name": "a"}], "without blanks"),
        ([5], "says no kernel"),
    ],
)
def test_what_is_no_kernel_is_refused_with_what_to_write(raw: object, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        KIND.from_toml(raw)
