"""Files that whoever runs jhwizard may not read: what is said of them, and what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import ENV, ETC, HUB, machine, planned

from jhwizard.errors import RefusedError
from jhwizard.explain import destination
from jhwizard.facts import Facts, Problem
from jhwizard.output import explain_text, show_table
from jhwizard.settings import SETTINGS
from jhwizard.understand import understand

SECRET = Problem("it cannot be read: Permission denied", fix="run it with sudo")
CULL = "c.MappingKernelManager.cull_idle_timeout = 7200\n"
KEY = "culling.kernel_idle"


def unreadable(path: PurePosixPath, files: dict[PurePosixPath, str]) -> Facts:
    facts = machine(files)
    return understand(replace(facts, unreadable={path: SECRET}, files={**facts.files, path: None}))


@pytest.mark.parametrize(
    ("path", "key", "toml"),
    [
        (ETC.with_suffix(".json"), KEY, '[culling]\nkernel_idle = "5m"\n'),
        (ETC, KEY, '[culling]\nkernel_idle = "5m"\n'),
        (HUB, "named_servers.limit", "[named_servers]\nlimit = 5\n"),
    ],
)
def test_who_may_not_read_a_file_is_told_to_run_it_with_sudo(
    path: PurePosixPath, key: str, toml: str
) -> None:
    facts = unreadable(path, {ENV: CULL})
    goes_to = destination(SETTINGS[key], facts)
    assert goes_to is not None
    assert (goes_to.file, goes_to.how) == (path, "not")
    assert "run it with sudo" in explain_text(SETTINGS[key], facts)
    assert "new file" not in explain_text(SETTINGS[key], facts)
    with pytest.raises(RefusedError) as refused:
        planned(facts, toml)
    assert (refused.value.file, refused.value.fix) == (path, "run it with sudo")


def test_a_line_below_a_file_that_cannot_be_read_is_not_said_to_have_no_effect() -> None:
    facts = unreadable(ETC.with_suffix(".json"), {ENV: CULL})
    assert "perhaps: 2h" in show_table(facts, [KEY])
    assert "shadowed" not in explain_text(SETTINGS[KEY], facts)
