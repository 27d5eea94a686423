"""A deployment at a glance: each oddity once, with its line, and what is set by somebody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
import pytest
from machines import ETC, HUB, PREFIX

from jhwizard.facts import Facts
from jhwizard.settings import SETTINGS
from jhwizard.summary import oddities, set_here
from jhwizard.wizard import spoken_value


def texts(facts: Facts) -> list[str]:
    return [f"{o.file}:{o.line}: {o.text}" for o in oddities(facts)]


def test_a_bare_machine_has_nothing_to_show() -> None:
    facts = machines.facts_of("bare")
    assert set_here(facts) == []
    assert oddities(facts) == []


def test_what_files_say_is_listed_in_the_wizards_order() -> None:
    facts = machines.machine(
        {
            HUB: "c.JupyterHub.allow_named_servers = True\n",
            ETC: "c.MappingKernelManager.cull_idle_timeout = 1200\n",
        }
    )
    assert [record.key for record, _found in set_here(facts)] == [
        "culling.kernel_idle",
        "named_servers.allow",
    ]


def test_a_line_that_another_one_beats_is_named_with_the_one_that_decides() -> None:
    stronger = PREFIX / "etc/jupyter/jupyter_server_config.py"
    trait = "c.MappingKernelManager.cull_idle_timeout"
    facts = machines.machine({ETC: f"{trait} = 600\n", stronger: f"\n{trait} = 1200\n"})
    assert texts(facts) == [
        f"{ETC}:1: culling.kernel_idle = 10m has no effect: {stronger}:2 decides"
    ]


def test_settings_that_one_line_leaves_unknown_are_one_oddity() -> None:
    facts = machines.machine({HUB: "setup(c)\n"})
    found = [o for o in oddities(facts) if "not known" in o.text]
    assert len(found) == 1
    assert (found[0].file, found[0].line) == (HUB, 1)
    assert {"named_servers.allow", "interface.app"} <= set(found[0].keys)
    assert found[0].text.startswith(f"{len(found[0].keys)} settings: ")


def test_a_broken_file_is_one_oddity_however_many_settings_it_hides() -> None:
    facts = machines.machine({ETC: "if True\n"})
    assert texts(facts) == [f"{ETC}:1: Python cannot read the file: expected ':'"]


def test_a_rule_that_is_broken_by_what_is_set_is_told() -> None:
    facts = machines.machine({ETC: "c.MappingKernelManager.cull_idle_timeout = 20\n"})
    assert any("20 seconds" in text for text in texts(facts)), texts(facts)


def test_a_variable_that_chooses_nothing_any_more_is_told_with_its_line() -> None:
    text = "c.Spawner.environment = {'JUPYTER_ENABLE_LAB': 'yes'}\n"
    facts = machines.machine({HUB: text + "c.Spawner.default_url = '/tree'\n"})
    assert facts.found["interface.app"].value == "notebook"
    told = [o for o in oddities(facts) if "JUPYTER_ENABLE_LAB means nothing" in o.text]
    assert [(o.file, o.line, o.keys) for o in told] == [(HUB, 1, ("interface.app",))]
    assert not any("JUPYTER_ENABLE_LAB" in o.text for o in oddities(machines.machine({})))


def test_a_kernel_that_cannot_start_is_told_with_its_directory() -> None:
    facts = machines.facts_of("values")
    broken = replace(facts.kernelspecs[0], problem="its program is gone")
    others = facts.kernelspecs[1:]
    found = oddities(replace(facts, kernelspecs=(broken, *others)))
    assert [(o.file, o.text) for o in found if "is gone" in o.text] == [
        (broken.directory, f"the kernel {broken.name} cannot be used: its program is gone")
    ]


def test_a_file_that_will_not_stay_is_told_if_it_is_there() -> None:
    facts = machines.machine({HUB: "c.JupyterHub.allow_named_servers = True\n"})
    missing = PurePosixPath("/etc/jupyter/not_there.py")
    fleeting = {HUB: "it comes from elsewhere", missing: "it comes from elsewhere"}
    assert [o.file for o in oddities(replace(facts, fleeting=fleeting))] == [HUB]


def test_a_reason_that_holds_for_many_files_is_told_once() -> None:
    lab = ETC.with_name("jupyter_lab_config.py")
    facts = machines.machine({HUB: "", ETC: "", lab: ""})
    fleeting = dict.fromkeys((HUB, ETC, lab), "it is in an image")
    assert [(o.file, o.text) for o in oddities(replace(facts, fleeting=fleeting))] == [
        (HUB, "this file and 2 others will not stay as they are: it is in an image")
    ]


def test_a_line_whose_value_is_not_known_is_told_in_a_sentence_where_it_has_no_effect() -> None:
    text = "import os\nif os.environ.get('C'): c.Spawner.default_url = '/tree'\n"
    facts = machines.machine({HUB: text + "c.LocalProcessSpawner.default_url = '/lab'\n"})
    told = [o.text for o in oddities(facts) if "has no effect" in o.text]
    assert told == [f"interface.app: this line has no effect: {HUB}:3 decides"]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("how_many", "unknown: decided case by case: it is the function `how_many` of line 2"),
        ("int(os.environ.get('LIMIT', 5))", "5 or $LIMIT"),
    ],
)
def test_a_yes_or_no_is_never_said_to_be_a_number_or_a_function(limit: str, said: str) -> None:
    text = "import os\ndef how_many(handler):\n    return somebodys(handler)\n"
    line = f"c.JupyterHub.named_server_limit_per_user = {limit}\n"
    found = machines.machine({HUB: text + line}).found["named_servers.admins_unlimited"]
    words = spoken_value(SETTINGS["named_servers.admins_unlimited"], found)
    assert words.startswith("unknown: ")
    assert said in words
