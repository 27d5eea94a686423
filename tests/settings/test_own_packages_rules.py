from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import HUB, PREFIX, after, facts_of, found, machine, planned, text_of
from rules import said

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts

KEY = "environment.users_may_install"
NO = "[environment]\nusers_may_install = false\n"


def hub(value: object) -> dict[PurePosixPath, str]:
    return {HUB: f'c.Spawner.environment = {{"PYTHONNOUSERSITE": {value!r}}}\n'}


def env(**more: object) -> Facts:
    facts = machine({})
    assert facts.user is not None
    return replace(facts, user=replace(facts.user, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "may"), [("1", False), ("0", False), ("", True), (1, None)])
def test_it_is_read_as_python_reads_the_variable(value: object, may: object) -> None:
    assert found(KEY, hub(value)).value is may
    assert found(KEY, {}).value is True


def test_a_number_that_no_server_starts_with_is_said_to_be_one() -> None:
    assert "no server starts" in found(KEY, hub(1)).reason


def test_no_is_written_beside_the_other_variables_and_taken_back() -> None:
    written = after(machine({HUB: 'c.Spawner.environment = {"TZ": "UTC"}\n'}), NO)
    assert 'c.Spawner.environment.update({"PYTHONNOUSERSITE": "1"})' in text_of(written, HUB)
    assert planned(written, NO).changes == ()
    gone = after(written, '[environment]\nusers_may_install = "default"\n')
    assert text_of(gone, HUB) == 'c.Spawner.environment = {"TZ": "UTC"}\n'


def test_yes_overrides_a_line_of_the_admin() -> None:
    written = after(machine(hub("1")), "[environment]\nusers_may_install = true\n")
    assert '{"PYTHONNOUSERSITE": ""}' in text_of(written, HUB)
    assert written.found[KEY].value is True


def test_no_is_refused_while_people_may_write_to_the_environment() -> None:
    theirs = env(writable=PREFIX / "lib")
    with pytest.raises(RefusedError, match=f"People may write to {PREFIX}/lib.*chmod -R go-w"):
        planned(theirs, NO)
    assert "everybody gets" in said(theirs, "environment")[f"note {KEY}"]
    assert planned(env(), NO).warnings == ()


def test_what_pip_does_there_and_what_works_instead_is_told() -> None:
    closed = env(refuses_user="it is a virtual environment")
    assert "virtual environment of their own" in said(closed, "environment")[f"note {KEY}"]
    assert (
        "kernels of other environments"
        in (said(closed, "environment", users_may_install=False)[f"note {KEY}"])
    )
    assert f"note {KEY}" not in said(env(), "environment")
    assert (
        "pip install --target" in said(env(), "environment", users_may_install=False)[f"note {KEY}"]
    )


def test_an_environment_in_an_image_was_not_looked_at() -> None:
    image = replace(facts_of("docker"), user=None)
    given = said(image, "environment", users_may_install=False)
    assert "was not looked at" in given[f"warning {KEY}"]
