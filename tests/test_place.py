from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from machines import ENV, ETC, HUB, after, machine, planned, text_of

from jhwizard.errors import RefusedError

CULLING = '[culling]\nkernel_idle = "20m"\n'
CULL = "c.MappingKernelManager.cull_idle_timeout"


def test_one_plain_literal_is_changed_where_it_stands() -> None:
    facts = after(machine({ENV: f"{CULL} = 60 * 60  # an hour\n"}), CULLING)
    assert text_of(facts, ENV) == f"{CULL} = 1200  # an hour\n"
    assert facts.files.get(ETC) is None


def test_a_json_file_is_changed_where_it_stands() -> None:
    json = ETC.with_suffix(".json")
    facts = machine({json: '{"MappingKernelManager": {"cull_idle_timeout": 5}, "A": {}}\n'})
    assert text_of(after(facts, CULLING), json) == (
        '{"MappingKernelManager": {"cull_idle_timeout": 1200}, "A": {}}\n'
    )


def test_a_computed_line_stays_and_is_overridden_with_a_warning() -> None:
    facts = machine({ENV: f"{CULL} = minutes(5)\n"})
    plan = planned(facts, CULLING)
    assert plan.changes[0].after is not None
    assert plan.changes[0].after.startswith(f"{CULL} = minutes(5)\n\n# >>> jhwizard".encode())
    assert "line 1, stays as it is" in plan.warnings[0].text


def test_the_most_specific_class_that_is_set_is_the_one_written_to() -> None:
    hub = "import os\nc.LocalProcessSpawner.environment = {'A': os.environ['A']}\n"
    facts = after(machine({HUB: hub}), "[environment]\nusers_may_override = false\n")
    assert "c.LocalProcessSpawner.environment.update(" in text_of(facts, HUB)


def test_what_stands_nowhere_goes_where_the_target_says() -> None:
    for target, path in (("system", ETC), ("env", ENV)):
        assert f"{CULL} = 1200" in text_of(after(machine({}, target=target), CULLING), path)


def test_the_admins_plain_line_is_taken_out_by_default_and_others_are_refused() -> None:
    facts = after(machine({ETC: f"# why\n{CULL} = 5\nx = 1\n"}), '[culling]\nkernel_idle="default"')
    assert text_of(facts, ETC) == "# why\nx = 1\n"
    assert facts.found["culling.kernel_idle"].kind == "default"
    computed = machine({ETC: f"{CULL} = minutes(5)\n"})
    with pytest.raises(RefusedError, match="cannot be changed safely") as refused:
        planned(computed, '[culling]\nkernel_idle = "default"\n')
    assert (refused.value.where, refused.value.fix[:14]) == (f"{ETC}:1", "change it by h")


def test_what_no_file_can_overrule_is_refused_with_its_line() -> None:
    hub = 'c.Spawner.args = f(["--MappingKernelManager.cull_idle_timeout=5"])\n'
    with pytest.raises(RefusedError, match="command line") as refused:
        planned(machine({HUB: hub}), CULLING)
    assert refused.value.where == f"{HUB}:1"


def test_ipython_extensions_are_added_to_the_admins() -> None:
    path = PurePosixPath("/etc/ipython/ipython_config.py")
    facts = machine({path: "c.InteractiveShellApp.extensions.append('autoreload')\n"})
    written = after(facts, '[extensions]\nipython = ["storemagic"]\n')
    assert 'extensions.extend(["storemagic"])' in text_of(written, path)
    assert written.found["extensions.ipython"].value == ("autoreload", "storemagic")
    assert planned(written, "").changes == ()
    more = after(written, '[extensions]\nipython = ["sql"]\n')
    assert more.found["extensions.ipython"].value == ("autoreload", "storemagic", "sql")


def test_what_a_function_decided_is_named_where_an_answer_takes_its_place() -> None:
    text = "def how_many(handler):\n    return somebodys(handler)\n"
    hub = text + "c.JupyterHub.named_server_limit_per_user = how_many\n"
    plan = planned(machine({HUB: hub}), "[named_servers]\nlimit = 4\n")
    told = "".join(notice.text for notice in plan.warnings)
    assert "the function `how_many` of line 1, and decides no more" in told
