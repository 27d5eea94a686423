"""The ladder of one setting: every layer, the one that wins, and the rung an answer changes."""

from __future__ import annotations

import difflib
from pathlib import Path

import machines
import pytest
from machines import ETC, HUB, PREFIX
from running import document, verb

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError, Status
from jhwizard.explain import destination, ladder_of, silent_files
from jhwizard.facts import Facts
from jhwizard.make_plan import make_plan
from jhwizard.plan import Plan
from jhwizard.settings import SETTINGS
from jhwizard.settings.kinds import Count, Duration, Names, Switches, YesNo
from jhwizard.settings.setting import Setting
from jhwizard.settings.template_kind import Template
from jhwizard.settings.url_path import UrlPath

KERNEL_IDLE = SETTINGS["culling.kernel_idle"]
TRAIT = "c.MappingKernelManager.cull_idle_timeout"


def rows(key: str, facts: Facts) -> list[tuple[object, str, bool]]:
    return [(x.found.value, x.state, x.edit_here) for x in ladder_of(SETTINGS[key], facts)]


def test_without_any_file_the_default_is_in_force() -> None:
    assert rows("culling.kernel_idle", machines.facts_of("bare")) == [(0, "in force", False)]


def test_layers_stand_from_the_default_up() -> None:
    stronger = PREFIX / "etc/jupyter/jupyter_server_config.py"
    facts = machines.machine({ETC: f"{TRAIT} = 600\n", stronger: f"{TRAIT} = 1200\n"})
    assert rows("culling.kernel_idle", facts) == [
        (0, "default", False),
        (600, "shadowed", False),
        (1200, "in force", True),
    ]


def test_a_line_in_the_servers_file_beats_the_hubs() -> None:
    hub, server = 'c.Spawner.default_url = "/lab"\n', 'c.ServerApp.default_url = "/tree"\n'
    facts = machines.machine({HUB: hub, ETC: server})
    assert rows("interface.app", facts) == [
        ("lab", "default", False),
        ("lab", "shadowed", False),
        ("notebook", "in force", True),
    ]


def test_files_that_are_read_and_say_nothing_are_named() -> None:
    stronger = PREFIX / "etc/jupyter/jupyter_server_config.py"
    facts = machines.machine({ETC: f"{TRAIT} = 600\n", stronger: "c.ServerApp.port = 1\n"})
    assert silent_files(KERNEL_IDLE, facts) == (stronger,)


@pytest.mark.parametrize(
    ("text", "how", "line"),
    [
        (f"\n{TRAIT} = 600\n", "in place", 2),
        (f"minutes = 10\n{TRAIT} = minutes * f()\n", "block", None),
        ("c.ServerApp.port = 1\n", "block", None),
    ],
)
def test_the_place_of_an_answer_is_the_one_the_plan_writes(
    text: str, how: str, line: int | None
) -> None:
    facts = machines.machine({ETC: text})
    goes_to = destination(KERNEL_IDLE, facts)
    assert goes_to is not None
    assert (goes_to.file, goes_to.how, goes_to.line) == (ETC, how, line)
    answers = Answers(facts)
    answers.give("culling.kernel_idle", "45m")
    [change] = make_plan(facts, answers).changes
    assert change.path == ETC
    assert (b"# >>> jhwizard >>>" in (change.after or b"")) is (how == "block")


def another_answer(record: Setting, facts: Facts) -> object:
    """Return an answer that differs from what is in force; None where there is no other one."""
    now = facts.found[record.key].value
    free = [c.value for c in record.choices(facts) if not c.unavailable and c.value != now]
    match record.kind:
        case YesNo():
            other: object = not now
        case Duration():
            other = 4260
        case Count():
            other = 7
        case Template():
            other = "hub-{username}--{servername}"
        case UrlPath():
            # A page of Lab would make another application of the legacy Notebook.
            other = "/tree/elsewhere" if facts.legacy else "/lab/tree/welcome.md"
        case Switches():
            other = {"nbgitpuller": not (isinstance(now, dict) and now.get("nbgitpuller", True))}
        case Names():
            other = ["one_more"] if record.key != "kernels.allowed" else ["python3"]
        case _:
            other = next(iter(free), None)
    return other


def planned(facts: Facts, answers: Answers) -> Plan | None:
    """Return the plan; None where the answers break a rule, or a line is not to be touched."""
    try:
        return make_plan(facts, answers)
    except RefusedError:
        return None


def changed_lines(before: bytes, after: bytes) -> list[int]:
    """Return the lines that change, but for the right that a culler's role gets along with it."""
    old, new = before.splitlines(), after.splitlines()
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    right = b'"admin:users",'
    return [
        i + 1
        for tag, i, i_end, j, j_end in codes
        if tag != "equal" and not (i == i_end and [*map(bytes.strip, new[j:j_end])] == [right])
    ]


@pytest.mark.parametrize("deployment", machines.SOUND)
@pytest.mark.parametrize("key", [k for k in SETTINGS if k != "environment.traits"])
def test_an_answer_goes_where_explain_says(deployment: str, key: str) -> None:
    facts = machines.facts_of(deployment)
    record, answers = SETTINGS[key], Answers(facts)
    goes_to = destination(record, facts)
    answer = another_answer(record, facts)
    if answer is None or goes_to is None or not record.when(facts, answers):
        return
    answers.give(key, answer)
    plan = planned(facts, answers)
    if plan is None:
        return
    assert goes_to.how != "not"
    written = {change.path: change for change in plan.changes}
    assert goes_to.file in written
    before, after = written[goes_to.file].before, written[goes_to.file].after or b""
    assert (before is None) is (goes_to.how == "new file")
    if goes_to.how == "in place" and goes_to.line:
        assert changed_lines(before or b"", after)[0] >= goes_to.line
    if goes_to.how == "block":
        assert b"# >>> jhwizard >>>" in after


def test_of_the_legacy_notebook_the_variable_is_the_line_that_decides() -> None:
    facts = machines.facts_of("legacy")
    goes_to = destination(SETTINGS["interface.app"], facts)
    assert goes_to is not None
    assert (goes_to.file, goes_to.how) == (facts.hub_config, "block")


COMMAND = '[sys.executable, "-m", "jupyterhub_idle_culler"]'


@pytest.mark.parametrize(
    ("command", "how"),
    [
        (COMMAND, "in place"),
        (COMMAND.replace("]", ', f"--timeout={60 * 60}"]'), "in place"),
        (COMMAND.replace("]", ', f"--timeout={int(60 * 60)}"]'), "not"),
        ('"python3 -m jupyterhub_idle_culler --timeout=3600".split()', "not"),
    ],
)
def test_a_culler_of_the_admins_own_is_changed_at_its_line_or_not_at_all(
    command: str, how: str
) -> None:
    service = f'{{"name": "cull", "admin": True, "command": {command}}}'
    facts = machines.machine({HUB: f"import sys\nc.JupyterHub.services = [{service}]\n"})
    goes_to = destination(SETTINGS["culling.hub_idle"], facts)
    assert goes_to is not None
    assert (goes_to.how, goes_to.file, goes_to.line) == (how, HUB, 2)
    (in_force,) = [x for x in ladder_of(SETTINGS["culling.hub_idle"], facts) if x.found.file]
    assert in_force.edit_here is (how != "not")


def test_what_is_installed_has_no_line_and_no_silent_file() -> None:
    record = SETTINGS["kernels.share"]
    assert destination(record, machines.facts_of("values")) is None
    assert silent_files(record, machines.facts_of("values")) == ()


def test_what_a_computed_command_line_says_cannot_be_changed_from_a_file() -> None:
    args = 'c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=60", *more()]\n'
    facts = machines.machine({HUB: args})
    goes_to = destination(KERNEL_IDLE, facts)
    assert goes_to is not None
    assert (goes_to.how, goes_to.file, goes_to.line) == ("not", HUB, 1)
    answers = Answers(facts)
    answers.give("culling.kernel_idle", "45m")
    with pytest.raises(RefusedError):
        make_plan(facts, answers)


def test_the_verb_draws_the_ladder_with_what_is_in_force_on_top() -> None:
    done = verb("explain", "culling.kernel_idle", "--root", machines.DEPLOYMENTS / "shadowed")
    assert done.returncode == 0
    head, *ladder = done.stdout.split("\n\n")[1].splitlines()
    assert head.split() == ["layer", "value", "from", "by"]
    assert ladder[0].startswith("in force  1h6m40s ")
    assert [row for row in ladder if row.endswith("<- edit here")] == ladder[:1]
    assert {row.split()[0] for row in ladder[1:-1]} == {"shadowed"}
    assert ladder[-1].split() == ["default", "never", "Jupyter", "itself"]


def test_the_document_is_the_setting_with_its_layers_lowest_first() -> None:
    root = machines.DEPLOYMENTS / "shadowed"
    found = document(verb("explain", "interface.app", "--root", root, "--json"))
    shown = document(verb("show", "interface.app", "--root", root, "--json"))
    assert shown["settings"]["interface.app"].items() <= found.items()  # type: ignore[index]
    assert [(x["value"], x["state"]) for x in found["layers"]] == [  # type: ignore[attr-defined]
        ("lab", "default"),
        ("notebook", "shadowed"),
        ("lab", "in force"),
    ]
    assert found["edit"]["how"] == "in place"  # type: ignore[index]


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    done = verb("explain", "culling.kernel_idel")
    assert done.returncode == 2
    assert "Did you mean culling.kernel_idle?" in done.stderr


def test_the_name_of_a_step_is_answered_with_its_keys(demo: Path) -> None:
    done = verb("explain", "culling", "--root", demo)
    assert (done.returncode, done.stdout) == (Status.USAGE, "")
    for record in SETTINGS.values():
        assert (record.key in done.stderr) == (record.step == "culling")
