"""Kernels that fail, that nobody finds, and that look alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from machines import ETC, machine
from trees import Tree, needs_root, tree

from jhwizard.answers import Answers
from jhwizard.check import check
from jhwizard.detect import Options, detect
from jhwizard.examination.examine import examine
from jhwizard.host import Host
from jhwizard.installed import Environment, HomeKernel, Kernelspec
from jhwizard.jupyter.kernelspecs import kernelspecs
from jhwizard.make_plan import make_plan
from jhwizard.rules.kernels import RULES
from jhwizard.rules.rule import Finding

NAMES = {rule.name for rule in RULES}
SHARED = "usr/local/share/jupyter/kernels"
OWN = "opt/jupyterhub/share/jupyter/kernels"
ENVIRONMENT = Environment(
    PurePosixPath("/opt/jupyterhub"), None, "3.11", {"jupyterhub": "6.1.1", "ipykernel": "7.4.0"}
)


def spec(*argv: str, title: str = "") -> str:
    return json.dumps({"argv": list(argv), "display_name": title or argv[0], "language": "x"})


def found(
    made: Tree, *, home_kernels: tuple[HomeKernel, ...] = (), text: str = ""
) -> list[Finding]:
    host = Host(made.root)
    facts = machine({ETC: text} if text else {})
    facts = replace(facts, kernelspecs=kernelspecs(host, ENVIRONMENT), home_kernels=home_kernels)
    facts = examine(facts, host, made.root / "state", None, lambda _words: None)
    return [f for f in check(facts) if f.rule in NAMES]


def said(findings: list[Finding]) -> list[str]:
    return [f"{f.rule} {f.where}: {f.text}" for f in findings]


def test_kernels_that_work_are_nothing_to_speak_of() -> None:
    with tree() as made:
        made.write("opt/r/bin/r", "#!", mode=0o755)
        made.write("usr/bin/octave", "#!", mode=0o755)
        made.write("opt/jupyterhub/bin/calysto", "#!", mode=0o755)
        made.write(f"{SHARED}/r/kernel.json", spec("/opt/r/bin/r"))
        made.write(f"{SHARED}/octave/kernel.json", spec("octave"))
        made.write(f"{SHARED}/calysto/kernel.json", spec("calysto"))
        made.write(f"{OWN}/python3/kernel.json", spec("python"))
        assert said(found(made)) == []


def test_a_program_that_is_gone_is_named() -> None:
    with tree() as made:
        made.write(f"{SHARED}/r/kernel.json", spec("/opt/r/bin/r"))
        assert said(found(made)) == [
            (
                f"kernel-broken /{SHARED}/r: the kernel r cannot be used: its program "
                f"/opt/r/bin/r does not exist"
            )
        ]


@needs_root
def test_a_directory_that_nobody_may_list_is_said_once_and_not_for_each_kernel() -> None:
    with tree() as made:
        made.write("opt/r/bin/r", "#!", mode=0o755)
        made.write(f"{SHARED}/r/kernel.json", spec("/opt/r/bin/r"))
        made.write(f"{SHARED}/s/kernel.json", spec("/opt/r/bin/r", title="S"))
        made.chmod(SHARED, 0o700)
        assert said(found(made)) == []


def test_a_program_in_no_usual_place_is_noted() -> None:
    with tree() as made:
        made.write(f"{SHARED}/julia/kernel.json", spec("julia"))
        (finding,) = found(made)
        assert (finding.rule, finding.level) == ("kernel-unfound", "note")
        assert "the kernel julia starts julia, which is in no usual place" in finding.text


def test_a_kernel_that_another_of_its_name_hides_is_named_if_they_differ() -> None:
    with tree() as made:
        made.write("opt/a/python", "#!", mode=0o755)
        made.write("opt/b/python", "#!", mode=0o755)
        made.write(f"{OWN}/course/kernel.json", spec("/opt/a/python"))
        made.write(f"{SHARED}/Course/kernel.json", spec("/opt/b/python"))
        assert said(found(made)) == [
            (
                f"kernel-hidden /{SHARED}/Course: this kernel course is offered to nobody, since "
                f"/{OWN}/course has one of that name"
            )
        ]
        made.write(f"{SHARED}/Course/kernel.json", spec("/opt/a/python"))
        assert said(found(made)) == []


def test_two_kernels_of_one_title_cannot_be_told_apart() -> None:
    with tree() as made:
        made.write("opt/a/r", "#!", mode=0o755)
        made.write(f"{SHARED}/a/kernel.json", spec("/opt/a/r", title="R"))
        made.write(f"{SHARED}/b/kernel.json", spec("/opt/a/r", title="R"))
        (finding,) = found(made)
        assert finding.text == (
            "the kernels a and b are both shown as “R”, and people cannot tell them apart"
        )
        assert finding.fix
        assert finding.fix.words == f"change display_name in /{SHARED}/b/kernel.json"
        # Where only one of them is offered, there is nothing to tell apart.
        allowed = "c.KernelSpecManager.allowed_kernelspecs = {'a'}\n"
        assert said(found(made, text=allowed)) == []


def test_python_in_a_kernel_for_everybody_means_the_servers_own() -> None:
    with tree() as made:
        made.write(f"{SHARED}/physics/kernel.json", spec("python3", "-m", "xeus", title="Physics"))
        (finding,) = found(made)
        assert finding.level == "note"
        assert finding.text.startswith("the kernel physics starts “python3”, which is always the")


def home_kernel(owner: str, name: str = "stats", **more: object) -> HomeKernel:
    place = PurePosixPath("/root" if owner == "root" else f"/home/{owner}")
    directory = place / ".local/share/jupyter/kernels" / name
    files: Mapping[str, bytes] = {"kernel.json": spec("/usr/bin/r").encode()}
    return HomeKernel(name, owner, directory, name, "Stats", **{"files": files, **more})  # type: ignore[arg-type]


def test_a_kernel_of_root_is_offered_to_everybody_by_its_fix() -> None:
    facts = replace(machine({}), home_kernels=(home_kernel("root"),))
    (finding,) = [f for f in check(facts) if f.rule in NAMES]
    assert finding.rule == "kernel-of-root"
    assert (
        finding.text == "the kernel stats lies in the home of root, and nobody else is offered it"
    )
    assert finding.fix
    answers = Answers(facts)
    for key, value in finding.fix.answers.items():
        answers.give(key, value)
    written = [str(change.path) for change in make_plan(facts, answers).changes]
    assert written == [f"/{SHARED}/stats/kernel.json"]


def test_a_kernel_of_root_that_cannot_be_shared_says_why() -> None:
    kernel = home_kernel("root", files={}, obstacle="other people may not enter /root")
    facts = replace(machine({}), home_kernels=(kernel,))
    (finding,) = [f for f in check(facts) if f.rule in NAMES]
    assert finding.fix
    assert not finding.fix.answers
    assert finding.fix.words.endswith("other people may not enter /root")


def test_kernels_of_peoples_own_are_one_note_however_many() -> None:
    kernels = tuple(home_kernel("ana", f"k{number}") for number in range(20))
    facts = replace(machine({}), home_kernels=kernels)
    (finding,) = [f for f in check(facts) if f.rule in NAMES]
    assert (finding.rule, finding.level) == ("kernels-in-homes", "note")
    assert "20 kernels lie in people's homes" in finding.text


def test_a_kernel_that_everybody_has_already_is_no_matter_of_homes() -> None:
    everybodys = Kernelspec("stats", PurePosixPath("/", SHARED, "stats"), "S", "R", ("/bin/sh",))
    kernels = (home_kernel("root"), home_kernel("ana"))
    facts = replace(machine({}), home_kernels=kernels, kernelspecs=(everybodys,))
    assert [f for f in check(facts) if f.rule in NAMES] == []


def test_a_whole_machine_is_looked_at_as_well() -> None:
    with tree() as made:
        made.write("root/.local/share/jupyter/kernels/r/kernel.json", spec("/usr/bin/r"))
        made.write("usr/bin/r", "#!", mode=0o755)
        facts = detect(Host(made.root), Options())
        assert "kernel-of-root" in {f.rule for f in check(facts)}
