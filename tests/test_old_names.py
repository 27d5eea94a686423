"""Traits under their names of old: what wins was tried on jupyter_server 2.21 and notebook_shim."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
import pytest
from machines import ENV, ETC, HUB, after, machine, planned, text_of

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.understand import understand

IDLE = "culling.server_idle"
ALLOWED = "kernels.allowed"
JSON = ETC.with_suffix(".json")
CONFIG = ENV.with_name("jupyter_config.py")
NONE = {"jupyterlab": "", "notebook": "", "nbclassic": ""}


def today(seconds: int) -> str:
    return f"c.ServerApp.shutdown_no_activity_timeout = {seconds}\n"


def old(seconds: int) -> str:
    return f"c.NotebookApp.shutdown_no_activity_timeout = {seconds}\n"


def word(cls: str, value: object, trait: str = "shutdown_no_activity_timeout") -> str:
    return f"c.Spawner.args = ['--{cls}.{trait}={value}']\n"


@pytest.mark.parametrize(
    ("files", "seconds", "origin"),
    [
        ({ETC: old(7)}, 7, f"{ETC}:1"),
        ({ETC: today(5) + old(7)}, 7, f"{ETC}:2"),
        ({ETC: old(7), ENV: today(5)}, 7, f"{ETC}:1"),
        ({ETC: old(7), ENV: old(8) + today(5)}, 8, f"{ENV}:1"),
        ({CONFIG: old(7), ETC: today(5)}, 7, f"{CONFIG}:1"),
        ({ETC: old(7), HUB: word("ServerApp", 3)}, 7, f"{ETC}:1"),
        ({ETC: today(7), HUB: word("NotebookApp", 3)}, 3, f"{HUB}:1"),
        ({ETC: old(7), HUB: word("NotebookApp", 3)}, 3, f"{HUB}:1"),
    ],
)
def test_the_old_class_beats_todays_in_the_servers_files_and_on_its_command_line(
    files: dict[PurePosixPath, str], seconds: int, origin: str
) -> None:
    found = machine(files).found[IDLE]
    assert (found.kind, found.value, found.origin) == ("exact", seconds, origin)


@pytest.mark.parametrize(
    "files",
    [
        {ETC: "c.KernelSpecManager.whitelist = {'ir'}\n"},
        {ETC: "c.KernelSpecManager.whitelist = ['ir']\n"},
        {
            ETC: "c.KernelSpecManager.whitelist = {'ir'}\n",
            ENV: "c.KernelSpecManager.allowed_kernelspecs = {'python3'}\n",
        },
        {
            ETC: "c.KernelSpecManager.allowed_kernelspecs = {'python3'}\n",
            HUB: word("KernelSpecManager", "ir", "whitelist"),
        },
        {
            ETC: "c.KernelSpecManager.whitelist = {'ir'}\n",
            HUB: word("KernelSpecManager", "python3", "allowed_kernelspecs"),
        },
    ],
)
def test_the_old_name_of_the_kernels_on_offer_beats_todays(files: dict[PurePosixPath, str]) -> None:
    found = machine(files).found[ALLOWED]
    assert (found.kind, found.value) == ("exact", ("ir",))


def test_where_nothing_passes_it_on_the_old_class_means_nothing() -> None:
    facts = machine({ETC: today(5) + old(7)})
    assert facts.user is not None
    packages = {n: v for n, v in facts.user.packages.items() if n not in NONE}
    bare = understand(replace(facts, user=replace(facts.user, packages=packages)))
    assert bare.found[IDLE].value == 5


def test_of_an_image_it_is_not_known_whether_the_old_class_counts() -> None:
    facts: Facts = understand(replace(machine({ETC: old(7)}), user=None))
    assert facts.found[IDLE].kind == "unknown"
    assert "NotebookApp" in facts.found[IDLE].reason


@pytest.mark.parametrize(
    "text",
    [
        "c.NotebookApp.shutdown_no_activity_timeout = idle()\n",
        "c.KernelSpecManager.whitelist.update({'a'})\n",
        old(7) + "exec(more)\n",
    ],
)
def test_an_old_name_that_is_not_certain_leaves_the_value_unknown(text: str) -> None:
    found = machine({ETC: text}).found
    assert None in {found[IDLE].value, found[ALLOWED].value}


@pytest.mark.parametrize(
    ("path", "before", "toml", "expected"),
    [
        (ETC, old(7), '[culling]\nserver_idle = "20m"\n', old(1200)),
        (
            JSON,
            '{"NotebookApp": {"shutdown_no_activity_timeout": 7}}\n',
            '[culling]\nserver_idle = "20m"\n',
            '{"NotebookApp": {"shutdown_no_activity_timeout": 1200}}\n',
        ),
        (
            HUB,
            word("NotebookApp", 7),
            '[culling]\nserver_idle = "20m"\n',
            word("NotebookApp", 1200).replace("'", '"'),
        ),
        (
            ETC,
            'c.KernelSpecManager.whitelist = {"ir"}  # R only\n',
            '[kernels]\nallowed = ["python3"]\n',
            'c.KernelSpecManager.whitelist = {"python3"}  # R only\n',
        ),
    ],
)
def test_an_answer_changes_the_line_where_it_stands(
    path: PurePosixPath, before: str, toml: str, expected: str
) -> None:
    facts = replace(machine({path: before}), kernelspecs=machines.facts_of("bare").kernelspecs)
    facts = understand(facts)
    written = after(facts, toml)
    assert text_of(written, path) == expected
    assert planned(written, toml).changes == ()


def test_default_takes_the_old_line_out() -> None:
    facts = machine({ETC: "c.ServerApp.ip = ''\n" + old(7)})
    written = after(facts, '[culling]\nserver_idle = "default"\n')
    assert text_of(written, ETC) == "c.ServerApp.ip = ''\n"


def test_a_computed_line_under_the_old_name_is_refused_as_no_block_beats_it() -> None:
    facts = machine({ETC: "c.NotebookApp.shutdown_no_activity_timeout = idle()\n"})
    with pytest.raises(RefusedError, match="cannot be changed safely") as refused:
        planned(facts, '[culling]\nserver_idle = "20m"\n')
    assert refused.value.where == f"{ETC}:1"
