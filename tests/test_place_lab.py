from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import HUB, PREFIX, after, found, machine, planned, text_of

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, LabExtension
from jhwizard.settings import SETTINGS
from jhwizard.understand import understand

SYSTEM, ENVIRONMENT = PurePosixPath("/etc/jupyter/labconfig"), PREFIX / "etc/jupyter/labconfig"
PAGE = "page_config.json"
OURS = "page_config.d/zz_jhwizard.json"
PACKAGE = "page_config.d/a-package.json"
DISABLED, LOCKED = "extensions.lab_disabled", "extensions.lab_locked"


def disabled(**names: bool) -> str:
    return json.dumps({"disabledExtensions": names})


def answer(*names: str, key: str = "lab_disabled") -> str:
    return f"[extensions]\n{key} = {list(names) or 'none'!r}\n"


def value(facts: Facts, key: str = DISABLED) -> object:
    return facts.found[key].value


@pytest.mark.parametrize(("target", "directory"), [("system", SYSTEM), ("env", ENVIRONMENT)])
def test_new_names_go_to_a_file_of_our_own_for_each_target(
    target: str, directory: PurePosixPath
) -> None:
    both = answer("@lab/b", "@lab/a:plugin") + 'lab_locked = ["@lab/b"]\n'
    facts = after(machine({}, target=target), both)
    assert text_of(facts, directory / OURS) == (
        '{\n  "disabledExtensions": {\n    "@lab/a:plugin": true,\n    "@lab/b": true\n  },\n'
        '  "lockedExtensions": {\n    "@lab/b": true\n  }\n}\n'
    )
    known = facts.found[DISABLED]
    assert (known.value, known.ours) == (("@lab/a:plugin", "@lab/b"), True)
    assert known.origin == f"{directory / OURS}:4"
    assert planned(facts, "").changes == ()
    assert planned(facts, both).changes == ()


def test_a_name_in_the_admins_file_is_changed_there_and_every_other_byte_stays() -> None:
    text = '{ "x":1,\r\n\t"disabledExtensions" : {"a":true,  "b": false}}'
    facts = after(machine({SYSTEM / PAGE: text}), answer("b", "c"))
    changed = text.replace('"a":true', '"a":false').replace('"b": false', '"b": true')
    assert text_of(facts, SYSTEM / PAGE) == changed
    assert '"c": true' in text_of(facts, SYSTEM / OURS)
    assert '"b"' not in text_of(facts, SYSTEM / OURS)


def test_what_a_package_switches_off_is_outvoted_and_its_file_is_left_alone() -> None:
    theirs = {ENVIRONMENT / PACKAGE: disabled(a=True, b=True)}
    facts = machine(theirs, target="env")
    assert (value(facts), facts.found[DISABLED].kind) == (("a", "b"), "default")
    facts = after(facts, answer("b"))
    assert value(facts) == ("b",)
    assert text_of(facts, ENVIRONMENT / PACKAGE) == theirs[ENVIRONMENT / PACKAGE]
    assert json.loads(text_of(facts, ENVIRONMENT / OURS)) == json.loads(disabled(a=False))


def test_a_packages_file_that_no_file_of_the_target_beats_is_named() -> None:
    facts = machine({ENVIRONMENT / PACKAGE: disabled(a=True)})
    with pytest.raises(RefusedError, match="lab_disabled would be a and not none") as refused:
        planned(facts, answer())
    assert refused.value.where == f"{ENVIRONMENT / PACKAGE}:1"


def test_our_names_move_with_the_target_and_the_admins_stay() -> None:
    facts = machine({SYSTEM / PAGE: disabled(a=True)})
    facts = after(facts, answer("a", "b"))
    assert '"b": true' in text_of(facts, SYSTEM / OURS)
    moved = understand(replace(facts, target="env"))
    assert value(moved) == ("a", "b")
    written = after(moved, answer("a", "b", "c"))
    assert text_of(written, SYSTEM / OURS) == ""
    assert '"b": true' in text_of(written, ENVIRONMENT / OURS)
    assert text_of(written, SYSTEM / PAGE) == disabled(a=True)


def test_default_takes_out_our_names_and_the_admins_and_leaves_the_packages() -> None:
    files = {
        SYSTEM / PAGE: '{"disabledExtensions": {"a": true}, "buildCheck": false}',
        ENVIRONMENT / PACKAGE: disabled(b=True),
    }
    facts = after(
        after(machine(files), answer("a", "b", "c")), '[extensions]\nlab_disabled = "default"\n'
    )
    assert text_of(facts, SYSTEM / PAGE) == '{"disabledExtensions": {}, "buildCheck": false}'
    assert text_of(facts, SYSTEM / OURS) == ""
    assert (value(facts), facts.found[DISABLED].kind) == (("b",), "default")


def test_a_list_is_a_problem_with_its_line_and_is_not_edited() -> None:
    files = {SYSTEM / PAGE: '{\n  "disabledExtensions": ["a"]\n}'}
    for key in (DISABLED, LOCKED):
        known = found(key, files)
        assert (known.kind, known.origin) == ("unknown", f"{SYSTEM / PAGE}:2")
        assert 'error 500: write {"name": true}' in known.reason
        with pytest.raises(RefusedError, match="not understood") as refused:
            planned(machine(files), answer("b", key=key.partition(".")[2]))
        assert refused.value.where == f"{SYSTEM / PAGE}:2"
    assert planned(machine(files), '[culling]\nkernel_idle = "20m"\n').changes


def test_a_stronger_file_shadows_name_by_name() -> None:
    files = {
        SYSTEM / PAGE: disabled(a=True, b=True),
        ENVIRONMENT / PAGE: disabled(a=False, c=True),
    }
    known = found(DISABLED, files)
    assert (known.value, known.origin) == (("b", "c"), f"{ENVIRONMENT / PAGE}:1")
    assert [(s.value, s.file, s.trait) for s in known.shadows] == [
        (("a",), SYSTEM / PAGE, "disabledExtensions['a']")
    ]


def test_the_hubs_own_directory_of_config_is_on_top_and_deaf_servers_hear_nothing() -> None:
    hub = {HUB: 'c.Spawner.environment = {"JUPYTER_CONFIG_PATH": "/etc/jupyter"}\n'}
    files = {SYSTEM / PAGE: disabled(a=True), ENVIRONMENT / PAGE: disabled(a=False)}
    assert found(DISABLED, files).value == ()
    assert found(DISABLED, files | hub).value == ("a",)
    deaf = {HUB: 'c.Spawner.environment = {"JUPYTER_NO_CONFIG": "1"}\n'}
    assert "no config file" in found(DISABLED, files | deaf).reason
    with pytest.raises(RefusedError, match="decided elsewhere"):
        planned(machine(files | deaf), answer("b"))


def test_an_extension_that_is_off_switches_off_no_other() -> None:
    facts = replace(machine({}), lab_extensions=(LabExtension("e", "1", ("f",)),))
    facts = understand(facts)
    assert value(facts) == ("f",)
    facts = after(facts, answer("e", "f"))
    assert value(facts) == ("e", "f")
    assert '"f": true' in text_of(facts, SYSTEM / OURS)


@pytest.mark.parametrize(
    ("toml", "effect"), [("lab_disabled", "browser reload"), ("lab_locked", "next server start")]
)
def test_a_change_says_when_people_notice(toml: str, effect: str) -> None:
    (change,) = planned(machine({}), answer("a", key=toml)).changes
    assert change.effect == effect


def test_only_servers_with_pages_of_jupyterlab_are_asked_for() -> None:
    old = machine({}, jupyterlab="4.0.13")
    assert SETTINGS[DISABLED].when(old, {})
    assert not SETTINGS[LOCKED].when(old, {})
    none = machine({}, jupyterlab="2.3")
    assert not SETTINGS[DISABLED].when(none, {})
