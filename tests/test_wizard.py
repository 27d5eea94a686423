from __future__ import annotations

import machines
import pytest
from machines import ETC, HUB, machine

from jhwizard.settings import STEPS
from jhwizard.wizard import Wizard

INTERFACE, CULLING, EXTENSIONS, KERNELS, NAMED_SERVERS, ENVIRONMENT = STEPS


def test_a_refused_answer_is_kept_as_typed_and_stops_the_write() -> None:
    wizard = Wizard(machines.facts_of("values"))
    assert "is not a time" in (wizard.put("culling.kernel_idle", "soon") or "")
    assert wizard.text("culling.kernel_idle") == "soon"
    assert wizard.answers["culling.kernel_idle"] == 1200
    assert [issue.key for issue in wizard.errors()] == ["culling.kernel_idle"]
    assert wizard.state(CULLING) == "problem"
    assert wizard.put("culling.kernel_idle", "40m") is None
    assert wizard.errors() == ()
    assert wizard.state(CULLING) == "changed"


def test_an_answer_that_has_no_place_is_told_before_the_review_with_the_line() -> None:
    wizard = Wizard(machines.facts_of("broken"))
    assert wizard.put("culling.kernel_idle", "40m") is None
    assert wizard.look_ahead("culling.kernel_idle")
    (issue,) = wizard.errors()
    assert issue.key == "culling.kernel_idle"
    assert issue.text.startswith("Python cannot read the file")
    assert issue.text.endswith(f"; mend the file first ({ETC}:2)")
    assert wizard.state(CULLING) == "problem"
    assert not wizard.look_ahead("culling.kernel_idle"), "it is no news"
    wizard.put("named_servers.allow", "yes")
    assert not wizard.look_ahead("named_servers.allow"), "another file is sound"
    wizard.take_now("culling.kernel_idle")
    assert wizard.errors() == ()


def test_what_has_no_place_in_one_reading_may_have_one_in_the_next() -> None:
    broken = Wizard(machine({ETC: "if True\n"}))
    broken.put("culling.kernel_idle", "40m")
    broken.look_ahead("culling.kernel_idle")
    assert broken.errors()
    mended = Wizard(machine({ETC: ""}))
    mended.take_over(broken)
    assert mended.errors() == ()
    assert mended.answers["culling.kernel_idle"] == 2400
    again = Wizard(machine({ETC: "if True\n"}))
    again.take_over(mended)
    assert [issue.key for issue in again.errors()] == ["culling.kernel_idle"]


def test_default_may_be_typed_with_blanks_and_capitals() -> None:
    wizard = Wizard(machines.facts_of("values"))
    assert wizard.put("culling.kernel_idle", " Default ") is None
    assert wizard.text("culling.kernel_idle") == "never"


def test_questions_that_make_no_sense_are_left_out() -> None:
    wizard = Wizard(machines.facts_of("bare"))
    keys = [setting.key for setting in wizard.settings(NAMED_SERVERS)]
    assert keys == ["named_servers.allow", "named_servers.active_limit"]
    wizard.put("named_servers.allow", "yes")
    keys = [setting.key for setting in wizard.settings(NAMED_SERVERS)]
    assert keys[:2] == ["named_servers.allow", "named_servers.limit"]
    wizard.put("named_servers.limit", "3")
    assert len(wizard.settings(NAMED_SERVERS)) == 4


def test_a_chosen_target_keeps_the_answers_and_what_was_reset() -> None:
    wizard = Wizard(machines.facts_of("values"))
    wizard.put("culling.server_idle", "2h")
    wizard.put("culling.kernel_idle", "default")
    wizard.put("extensions.server", {"notebook": False})
    wizard.choose_target("env")
    assert wizard.facts.target == "env"
    assert wizard.answers["culling.server_idle"] == 7200
    assert wizard.answers.reset == {"culling.kernel_idle"}
    assert wizard.given("extensions.server") == {"notebook": False}


def test_the_answers_to_an_earlier_reading_are_taken_over() -> None:
    before = Wizard(machines.facts_of("values"))
    before.put("culling.server_idle", "2h")
    before.put("culling.kernel_idle", "default")
    before.put("culling.kernel_interval", "now and then")
    before.visited.add("culling")
    wizard = Wizard(machines.facts_of("bare"))
    wizard.take_over(before)
    assert wizard.answers["culling.server_idle"] == 7200
    assert wizard.answers.reset == {"culling.kernel_idle"}
    assert wizard.text("culling.kernel_interval") == "now and then"
    assert wizard.visited == {"culling"}


def test_what_was_wrong_before_is_a_warning_until_it_is_touched() -> None:
    facts = machine({ETC: 'c.KernelSpecManager.allowed_kernelspecs = {"ir"}\n'})
    wizard = Wizard(facts)
    levels = {issue.key: issue.level for issue in wizard.issues(KERNELS)}
    assert levels["kernels.default"] == "warning"
    wizard.put("kernels.allowed", "julia")
    levels = {issue.key: issue.level for issue in wizard.issues(KERNELS)}
    assert levels["kernels.default"] == "error"


def test_the_value_in_force_is_told_with_its_line_or_why_it_is_not_known() -> None:
    wizard = Wizard(machines.facts_of("values"))
    assert wizard.now("culling.kernel_idle") == "20m (/etc/jupyter/jupyter_server_config.json:3)"
    assert wizard.now("extensions.server").startswith("off: nbgitpuller (")
    unknown = Wizard(machines.facts_of("computed")).now("interface.app")
    assert unknown == f"/lab or $INTERFACE ({HUB}:5)"


def test_going_back_to_what_is_now_forgets_the_answer() -> None:
    wizard = Wizard(machines.facts_of("values"))
    wizard.put("culling.kernel_idle", "soon")
    wizard.take_now("culling.kernel_idle")
    assert wizard.text("culling.kernel_idle") == "20m"
    assert wizard.state(CULLING) == "todo"
    wizard.visited.add("culling")
    assert wizard.state(CULLING) == "done"


@pytest.mark.parametrize("deployment", machines.NAMES)
def test_every_sentence_shown_is_fit_for_a_terminal(deployment: str) -> None:
    wizard = Wizard(machines.facts_of(deployment))
    for step in STEPS:
        said = [issue.text for issue in wizard.issues(step)]
        said += [wizard.now(setting.key) for setting in step.settings]
        assert all(text.isprintable() for text in said)
