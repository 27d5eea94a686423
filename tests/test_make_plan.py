from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import ENV, ETC, HUB, OURS, after, machine, planned, text_of
from stored_plans import SNAPSHOTS, compare_plan

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter.python_editing import with_block
from jhwizard.make_plan import make_plan
from jhwizard.understand import understand, with_files
from jhwizard.verify import verify

ANSWERS = tuple(sorted(path.stem for path in machines.ANSWERS.iterdir()))
EVERYTHING = (machines.ANSWERS / "classroom.toml").read_text()
ELSEWHERE = (machines.ANSWERS / "environment.toml").read_text()


@pytest.mark.parametrize("answers", ANSWERS)
@pytest.mark.parametrize("deployment", machines.NAMES)
def test_every_file_is_written_byte_by_byte_as_stored(deployment: str, answers: str) -> None:
    try:
        facts, given = machines.answered(deployment, answers)
        plan = make_plan(facts, given)
        verify(plan, facts, given, machines.host_of(deployment))
    except RefusedError as error:
        compare_plan(deployment, answers, f"{error.where}: {error.text}")
        return
    compare_plan(deployment, answers, plan)


def test_no_stored_plan_is_left_over() -> None:
    stored = {(path.parent.name, path.name) for path in SNAPSHOTS.glob("*/*")}
    assert stored == {(name, answers) for name in machines.NAMES for answers in ANSWERS}


def test_nothing_is_planned_without_an_answer() -> None:
    for name in machines.NAMES:
        facts = machines.facts_of(name)
        assert make_plan(facts, Answers(facts)).changes == ()


@pytest.mark.parametrize("toml", [EVERYTHING, ELSEWHERE])
@pytest.mark.parametrize("deployment", [*machines.SOUND, "hostile"])
def test_a_second_run_changes_nothing(deployment: str, toml: str) -> None:
    facts = machines.facts_at(deployment, "env" if toml is ELSEWHERE else "system")
    written = after(facts, toml)
    assert planned(written, toml).changes == ()
    assert planned(written, "").changes == ()


@pytest.mark.parametrize("toml", [EVERYTHING, ELSEWHERE])
@pytest.mark.parametrize("deployment", machines.SOUND)
def test_a_second_run_keeps_what_the_first_wrote(deployment: str, toml: str) -> None:
    facts = machines.facts_at(deployment, "env" if toml is ELSEWHERE else "system")
    written = after(facts, toml)
    again = after(written, '[culling]\nkernel_idle = "40m"\n')
    changed = {"culling.kernel_idle"}
    assert again.found["culling.kernel_idle"].value == 2400
    for key, before in written.found.items():
        assert again.found[key].value == before.value or key in changed


@pytest.mark.parametrize("deployment", ["bare", "computed", "docker", "values"])
def test_another_target_moves_our_values_and_leaves_the_admins(deployment: str) -> None:
    facts = machines.facts_of(deployment)
    there = after(machines.facts_of(deployment, "system"), EVERYTHING)
    moved = after(_at(there, "env"), "")
    back = after(_at(moved, "system"), "")
    for key, before in there.found.items():
        assert moved.found[key].value == before.value
        assert back.found[key].value == before.value
    for path, state in facts.files.items():
        if state and path.suffix == ".py" and path in there.files:
            assert _without_block(moved, path) == _without_block(there, path)


def test_a_target_whose_files_say_otherwise_is_refused_with_the_line() -> None:
    there = after(machines.facts_of("shadowed", "system"), EVERYTHING)
    with pytest.raises(RefusedError, match=r"culling.kernel_idle would be 1h6m40s") as refused:
        planned(_at(there, "env"), "")
    assert refused.value.where == "/opt/jupyterhub/etc/jupyter/jupyter_server_config.json:1"


def test_a_moved_value_leaves_nothing_behind() -> None:
    there = after(machine({}), EVERYTHING)
    assert "jhwizard" in text_of(there, ETC)
    moved = after(_at(there, "env"), "")
    assert moved.files[ETC] is None
    assert text_of(moved, OURS)
    assert "cull_idle_timeout = 1200" in text_of(moved, ENV)
    assert "/opt/jupyterhub/etc/jupyter" in text_of(moved, HUB)
    back = after(_at(moved, "system"), "")
    assert back.files[OURS] is None
    assert text_of(back, ETC) == text_of(there, ETC)
    assert text_of(back, HUB) == text_of(there, HUB)


def test_what_was_asked_for_and_reset_again_leaves_no_trace() -> None:
    facts = machine({HUB: "c.Spawner.debug = True\n"})
    written = after(facts, EVERYTHING)
    keys = [key for key, found in written.found.items() if found.ours]
    answers = Answers(written)
    for key in keys:
        answers.take_default(key)
    plan = make_plan(written, answers)
    verify(plan, written, answers, machines.host_of("bare"))
    clean = with_files(written, {change.path: change.after for change in plan.changes})
    assert {str(p): s.content for p, s in clean.files.items() if s} == {
        str(HUB): b"c.Spawner.debug = True\n"
    }


def test_a_value_somebody_overrides_later_is_still_ours_as_it_was() -> None:
    written = after(machine({}), '[culling]\nkernel_idle = "20m"\n')
    shadowed = with_files(written, {ENV: b"c.MappingKernelManager.cull_idle_timeout = 600\n"})
    assert shadowed.found["culling.kernel_idle"].value == 600
    assert planned(shadowed, "").changes == ()


def test_switches_are_kept_where_they_were_written() -> None:
    admins = 'c.ServerApp.jpserver_extensions = {"nbgitpuller": True}\n'
    off = "[extensions.server]\nnbgitpuller = false\nnotebook = false\n"
    written = after(machine({ENV: admins}, target="env"), off)
    assert written.found["extensions.server"].value == {"nbgitpuller": False, "notebook": False}
    more = after(written, "[extensions.server]\njupyter_lsp = false\n")
    assert more.found["extensions.server"].value == {
        "nbgitpuller": False,
        "notebook": False,
        "jupyter_lsp": False,
    }


def test_the_limit_can_go_back_to_one_number_for_all() -> None:
    facts = after(machine({}), "[named_servers]\nallow = true\nlimit = 3\nadmins_unlimited = true")
    plain = after(facts, "[named_servers]\nadmins_unlimited = 'default'\n")
    assert "named_server_limit_per_user = 3" in text_of(plain, HUB)
    none = after(facts, "[named_servers]\nlimit = 'unlimited'\n")
    assert none.found["named_servers.limit"].value == 0
    gone = after(facts, "[named_servers]\nlimit = 'default'\nadmins_unlimited = 'default'\n")
    assert "named_server_limit" not in text_of(gone, HUB)


def test_settings_that_share_a_plain_value_change_it_once() -> None:
    hub = "c.JupyterHub.allow_named_servers = True\nc.JupyterHub.named_server_limit_per_user = 3\n"
    more = after(machine({HUB: hub}), "[named_servers]\nlimit = 1000\n")
    assert text_of(more, HUB) == hub.replace("3", "1000")


def test_a_json_file_of_the_hub_that_cannot_say_it_is_named() -> None:
    json = HUB.with_suffix(".json")
    facts = machine({json: '{"JupyterHub": {"named_server_limit_per_user": 3}}'})
    with pytest.raises(RefusedError, match="cannot say this") as refused:
        planned(facts, "[named_servers]\nallow = true\nadmins_unlimited = true\n")
    assert (refused.value.file, refused.value.line) == (json, 1)


def test_a_spawner_of_somebodys_own_gets_its_own_section() -> None:
    hub = 'c.JupyterHub.spawner_class = "my.Own"\nc.DockerSpawner.default_url = "/tree"\n'
    written = after(machine({HUB: hub}), '[interface]\napp = "lab"\n')
    assert written.found["interface.app"].value == "lab"
    assert 'c.Own.default_url = "/lab"' in text_of(written, HUB)


def test_seconds_that_were_meant_as_minutes_are_warned_about() -> None:
    toml = "[culling]\nkernel_idle = 20\nkernel_interval = 5\nserver_idle = 1\n"
    warnings = {n.key: n.text for n in planned(machine({}), toml).warnings}
    assert warnings["culling.kernel_idle"].startswith("20 seconds is very short: write 20m")
    assert warnings["culling.kernel_interval"].startswith("5 seconds")
    assert warnings["culling.server_idle"].startswith("1 second is")


def test_the_snippet_is_the_hubs_lines_alone() -> None:
    snippet = planned(machines.facts_of("docker"), EVERYTHING).snippet
    assert 'c.DockerSpawner.default_url = "/nbclassic/tree"' in snippet
    assert "cull_idle_timeout" not in snippet


def test_a_broken_rule_stops_the_plan_with_its_key() -> None:
    facts = machine({})
    with pytest.raises(RefusedError, match=r"kernels.default: The default kernel ir is not among"):
        planned(facts, '[kernels]\nallowed = ["python3"]\ndefault = "ir"\n')


_WISHES = st.fixed_dictionaries(
    {},
    optional={
        "interface.app": st.sampled_from(["lab", "notebook", "nbclassic", "classic", "default"]),
        "interface.default_url": st.sampled_from(["/lab", "/tree/a", "/voila", "default"]),
        "culling.server_idle": st.sampled_from(["never", "2h", "default"]),
        "culling.kernel_idle": st.sampled_from(["never", "20m", 30, "default"]),
        "culling.kernel_interval": st.sampled_from(["1m", "default"]),
        "culling.kernel_connected": st.sampled_from([True, False, "default"]),
        "culling.terminal_idle": st.sampled_from(["never", "3h", "default"]),
        "culling.terminal_interval": st.sampled_from(["1m", "default"]),
        "extensions.server": st.dictionaries(
            st.sampled_from(["nbgitpuller", "jupyter_lsp", "my_extension"]), st.booleans()
        ),
        "extensions.ipython": st.sampled_from([(), ("autoreload",), ("storemagic", "cython")]),
        "kernels.allowed": st.sampled_from([(), ("python3",), ("ir", "python3"), "default"]),
        "kernels.default": st.sampled_from(["python3", "ir", "default"]),
        "named_servers.allow": st.sampled_from([True, False, "default"]),
        "named_servers.limit": st.sampled_from([0, 1, 5, "default"]),
        "named_servers.admins_unlimited": st.sampled_from([True, False, "default"]),
        "named_servers.active_limit": st.sampled_from([0, 9, "default"]),
        "kernels.native": st.sampled_from([True, False, "default"]),
        "kernels.encryption": st.sampled_from(["auto", "disabled", "default"]),
        "extensions.users_may_install": st.sampled_from([True, False, "default"]),
        "environment.prefer_env_path": st.sampled_from(["unset", "0", "1", "default"]),
        "environment.users_may_override": st.sampled_from([True, False]),
    },
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(machines.NAMES), st.sampled_from(["system", "env"]), st.tuples(_WISHES, _WISHES)
)
def test_whatever_is_answered_is_proved_or_refused_and_a_second_run_is_empty(
    deployment: str, target: str, wishes: tuple[dict[str, object], dict[str, object]]
) -> None:
    facts = machines.facts_at(deployment, target)
    for wish in wishes:
        answers = Answers(facts)
        for key, value in wish.items():
            answers.give(key, value)
        try:
            plan = make_plan(facts, answers)
            verify(plan, facts, answers, machines.host_of(deployment))
        except RefusedError as error:
            assert "report this" not in error.text  # noqa: PT017 - a refusal is as good an end
            return
        facts = with_files(facts, {change.path: change.after for change in plan.changes})
        assert make_plan(facts, Answers(facts)).changes == ()


def _at(facts: Facts, target: str) -> Facts:
    return understand(replace(facts, target=target))


def _without_block(facts: Facts, path: PurePosixPath) -> bytes:
    state = facts.files[path]
    assert state is not None
    return with_block(state.content, [])
