from __future__ import annotations

import machines
import pytest

from jhwizard.answers import Answers, read_answers, target_of, write_answers
from jhwizard.errors import RefusedError, UsageError
from jhwizard.make_plan import make_plan
from jhwizard.targets import check_target


@pytest.mark.parametrize("target", ["system", "env"])
@pytest.mark.parametrize("deployment", machines.NAMES)
def test_what_is_in_force_written_as_answers_changes_nothing(deployment: str, target: str) -> None:
    facts = machines.facts_at(deployment, target)
    answers = read_answers(write_answers(facts).encode(), facts)
    assert make_plan(facts, answers).changes == ()


@pytest.mark.parametrize(
    ("toml", "text"),
    [
        ("[culling]\nkernel_idl = 5\n", "Did you mean culling.kernel_idle?"),
        ("[culing]\nkernel_idle = 5\n", "Did you mean culling.kernel_idle?"),
        ("[nothing]\n", "no setting called “nothing”"),
        ("culling = 5\n", "no setting called “culling”"),
        ("[culling]\nkernel_idle = true\n", "culling.kernel_idle: “true” is not a time"),
        ("[culling]\nkernel_idle = 20.5\n", "culling.kernel_idle: “20.5” is not a time"),
        ("[culling]\nkernel_idle = -5\n", "culling.kernel_idle: Write a time between"),
        ("[culling.kernel_idle]\nx = 1\n", "culling.kernel_idle: “{'x': 1}” is not a time"),
        ("[culling]\nkernel_interval = 'never'\n", "culling.kernel_interval: This time cannot"),
        ("[kernels]\ndefault = 5\n", "kernels.default: “5” is not a name"),
        ("[named_servers]\nlimit = false\n", "named_servers.limit: “false” is not a number"),
        ("[named_servers]\nallow = 1\n", "named_servers.allow: “1” is not an answer"),
        ("[extensions]\nserver = ['x']\n", "extensions.server: Write one line for each name"),
        ("[interface]\napp = 'emacs'\n", "interface.app: “emacs” is not one of the choices"),
        ("[culling\n", "The answers are not TOML"),
        ("\xff", "The answers are not TOML"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_key(toml: str, text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_answers(toml.encode("latin-1"), machines.facts_of("bare"))
    assert text in refused.value.text


@pytest.mark.parametrize("toml", ["target = 5\n", "target = ['env']\n", "[target]\nx = 1\n"])
def test_a_target_that_is_no_text_is_refused(toml: str) -> None:
    with pytest.raises(RefusedError, match="target"):
        target_of(toml.encode())


def test_a_target_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no such target"):
        check_target(target_of(b'target = "moon"\n'))
    assert target_of(b"[culling]\n") is None


def test_a_list_is_the_whole_wanted_value_but_ipython_extensions_are_added() -> None:
    facts = machines.facts_of("values")
    toml = '[kernels]\nallowed = ["python3"]\n[extensions]\nipython = ["storemagic"]\n'
    answers = read_answers(toml.encode(), facts)
    assert answers["kernels.allowed"] == ("python3",)
    assert answers["extensions.ipython"] == ("autoreload", "storemagic")
    none = read_answers(b'[extensions]\nipython = "None"\n', facts)
    assert none["extensions.ipython"] == ()


def test_a_table_changes_only_what_it_names() -> None:
    answers = read_answers(b"[extensions.server]\nnotebook = false\n", machines.facts_of("values"))
    assert answers["extensions.server"] == {
        "jupyterlab": True,
        "nbclassic": True,
        "nbgitpuller": False,
        "notebook": False,
    }


def test_default_is_an_answer_however_it_is_typed() -> None:
    answers = Answers(machines.facts_of("values"))
    answers.give("culling.kernel_idle", " Default ")
    assert dict(answers)["culling.kernel_idle"] == 0
    assert answers.changed("culling.kernel_idle")
    answers.take_now("culling.kernel_idle")
    assert dict(answers)["culling.kernel_idle"] == 1200
    assert not answers.changed("culling.kernel_idle")


def test_a_refused_answer_leaves_the_one_before() -> None:
    answers = Answers(machines.facts_of("values"))
    with pytest.raises(RefusedError):
        answers.give("culling.kernel_idle", 20.5)
    assert answers["culling.kernel_idle"] == 1200


def test_what_toml_cannot_say_is_left_out_with_the_reason() -> None:
    text = write_answers(machines.facts_of("computed"))
    assert "# server_idle: '3600' is no whole number" in text
    assert "\nserver_idle" not in text


def test_answers_name_the_line_they_come_from() -> None:
    text = write_answers(machines.facts_of("values"))
    assert "(/etc/jupyter/jupyter_server_config.json:3)\nkernel_idle = " in text


@pytest.mark.parametrize("app", ["lab", "nbclassic"])
def test_another_interface_in_a_file_of_everything_in_force_is_enough(app: str) -> None:
    facts = machines.facts_of("values")
    everything = write_answers(facts)
    assert '# default_url = "/tree"' in everything
    answers = read_answers(everything.replace('app = "notebook"', f'app = "{app}"').encode(), facts)
    assert set(answers.changes()) == {"interface.app", "interface.default_url"}
    assert make_plan(facts, answers).changes


def test_a_page_that_is_not_just_the_interfaces_own_is_written_out() -> None:
    facts = machines.facts_of("values")
    answers = read_answers(b'[interface]\ndefault_url = "/lab/tree/a.ipynb"\n', facts)
    assert '\ndefault_url = "/lab/tree/a.ipynb"\n' in write_answers(facts, answers)
