from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import machines
import pytest
from machines import HUB, machine

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.make_plan import make_plan
from jhwizard.plan import Plan
from jhwizard.verify import verify

FACTS = machine({HUB: 'c.Spawner.default_url = "/tree"\n'})


def wishes(facts: Facts = FACTS) -> Answers:
    answers = Answers(facts)
    answers.give("culling.kernel_idle", "20m")
    answers.give("interface.app", "lab")
    return answers


def tampered(old: bytes, new: bytes) -> Plan:
    plan = make_plan(FACTS, wishes())
    changes = [replace(c, after=(c.after or b"").replace(old, new)) for c in plan.changes]
    return replace(plan, changes=tuple(changes))


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (b"= 1200", b"= 1300", "culling.kernel_idle would be 21m40s and not 20m"),
        (b"/lab", b"/tree", "interface.app would be notebook and not lab"),
        (
            b'"/lab"',
            b'"/lab"\nc.JupyterHub.allow_named_servers = True',
            "named_servers.allow would be yes and not no",
        ),
        (b"# People", b"c.JupyterHub.port = port(\n# People", "interface.app would be unknown"),
    ],
)
def test_a_plan_that_does_not_give_what_was_asked_for_is_refused(
    old: bytes, new: bytes, text: str
) -> None:
    if old == b"# People":
        old, new = b'"/lab"', b'"/lab'
    with pytest.raises(RefusedError, match=text):
        verify(tampered(old, new), FACTS, wishes(), machines.host_of("bare"))


def test_a_sound_plan_is_proved() -> None:
    verify(make_plan(FACTS, wishes()), FACTS, wishes(), machines.host_of("bare"))


def test_the_line_that_decides_instead_is_named() -> None:
    facts = machine({HUB: "c.Spawner.args = f('--KernelSpecManager.allowed_kernelspecs=ir')\n"})
    answers = Answers(facts)
    answers.give("kernels.allowed", ["python3"])
    with pytest.raises(RefusedError, match="decided elsewhere") as refused:
        make_plan(facts, answers)
    assert refused.value.where == f"{HUB}:1"


def test_a_plan_that_never_settles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(FACTS, wishes())
    monkeypatch.setattr("jhwizard.verify.make_plan", lambda _facts, _answers: plan)
    with pytest.raises(RefusedError, match="a second run would change"):
        verify(plan, FACTS, wishes(), machines.host_of("bare"))


def test_what_the_hubs_own_python_cannot_compile_is_refused_with_the_file(tmp_path: Path) -> None:
    older = tmp_path / "python3"
    older.write_text("#!/bin/sh\ncat >/dev/null\necho 'SyntaxError: f-string' >&2\nexit 1\n")
    older.chmod(0o755)
    assert FACTS.hub is not None
    facts = replace(FACTS, hub=replace(FACTS.hub, python=PurePosixPath(older)))
    plan = make_plan(facts, wishes(facts))
    with pytest.raises(RefusedError, match="SyntaxError: f-string") as refused:
        verify(plan, facts, wishes(facts), Host(Path("/")))
    assert refused.value.file in {change.path for change in plan.changes}


def test_an_answer_about_a_line_that_is_not_known_speaks_for_all_that_the_line_says() -> None:
    facts = machine(
        {
            HUB: "import os\nc.JupyterHub.allow_named_servers = True\n"
            'c.JupyterHub.named_server_limit_per_user = int(os.environ["MOST"])\n'
        }
    )
    assert facts.found["named_servers.admins_unlimited"].value is None
    answers = Answers(facts)
    answers.give("named_servers.limit", 4)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, machines.host_of("bare"))
    spoiled = replace(
        plan.changes[0], after=(plan.changes[0].after or b"") + b"c.JupyterHub.x = f(c)\n"
    )
    with pytest.raises(RefusedError):
        verify(replace(plan, changes=(spoiled,)), facts, answers, machines.host_of("bare"))
