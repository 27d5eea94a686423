from __future__ import annotations

import pytest

from jhwizard.errors import UsageError
from jhwizard.targets import TARGETS, check_target


def test_what_can_be_written_can_be_chosen() -> None:
    usable = [target.name for target in TARGETS if not target.unavailable]
    assert usable == ["system", "env"]
    assert [check_target(name) for name in usable] == usable
    assert check_target(None) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [("helm", "does not write it"), ("nowhere", "no such target"), ("", "no such target")],
)
def test_what_cannot_be_written_is_refused_with_what_can(name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        check_target(name)
    assert caught.value.fix == "write one of: system, env"
