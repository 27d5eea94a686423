from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import DEPLOYMENTS, PREFIX, facts_of, machine
from rules import said

from jhwizard.answers import Answers, read_answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, FileState, StagedKernel
from jhwizard.host import Host
from jhwizard.installed import HomeKernel, Kernelspec
from jhwizard.make_plan import make_plan
from jhwizard.plan import Plan
from jhwizard.understand import with_files
from jhwizard.verify import verify

ENTRY = '/opt/physics/bin/python as physics "Physics"'
FILES = {"kernel.json": b"{}\n", "logo-64x64.png": b"\x89PNG\0"}
SHARED = PurePosixPath("/usr/local/share/jupyter/kernels")
BESIDE = PREFIX / "share/jupyter/kernels"


def known(target: str = "system", *, problem: str = "", **more: object) -> Facts:
    staged = StagedKernel(problem=problem) if problem else StagedKernel(FILES)
    return replace(machine({}, target=target), staged={ENTRY: staged}, **more)  # type: ignore[arg-type]


def planned(facts: Facts, entry: str = ENTRY) -> Plan:
    answers = Answers(facts)
    answers.give("kernels.install", entry)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, Host(DEPLOYMENTS))
    return plan


def spec(directory: PurePosixPath) -> Kernelspec:
    return Kernelspec("physics", directory)


@pytest.mark.parametrize(("target", "where"), [("system", SHARED), ("env", BESIDE)])
def test_the_installers_files_are_new_files_of_the_target(
    target: str, where: PurePosixPath
) -> None:
    changes = planned(known(target)).changes
    assert {c.path: c.after for c in changes} == {
        where / "physics" / name: content for name, content in FILES.items()
    }
    assert {(c.action, c.mode, c.effect) for c in changes} == {("create", 0o644, "browser reload")}


@pytest.mark.parametrize("then", ["system", "env"])
def test_what_stands_there_is_left_alone_whatever_the_target(then: str) -> None:
    facts = known()
    written = with_files(facts, {c.path: c.after for c in planned(facts).changes})
    seen = replace(written, target=then, kernelspecs=(spec(SHARED / "physics"),))
    assert planned(seen).is_empty


def test_it_is_not_asked_for_again() -> None:
    facts = known()
    written = with_files(facts, {c.path: c.after for c in planned(facts).changes})
    assert written.found["kernels.install"].value == ()
    assert make_plan(written, Answers(written)).is_empty


@pytest.mark.parametrize("where", [BESIDE, SHARED, PurePosixPath("/usr/share/jupyter/kernels")])
def test_another_kernel_of_that_name_is_refused_with_its_directory(where: PurePosixPath) -> None:
    facts = known(kernelspecs=(spec(where / "physics"),))
    with pytest.raises(RefusedError, match=f"{where}/physics has another kernel called physics"):
        planned(facts)


def test_a_file_that_stands_where_the_kernel_would_is_refused() -> None:
    there = {SHARED / "physics/logo-64x64.png": FileState(b"other", 0o644, 0, 0)}
    with pytest.raises(RefusedError, match=f"{SHARED}/physics has another kernel"):
        planned(known(files=there))


def test_what_the_installer_could_not_do_is_refused_with_the_reason() -> None:
    with pytest.raises(RefusedError, match="physics cannot be installed: there is no program"):
        planned(known(problem="there is no program"))


def test_an_installer_that_was_not_asked_is_refused() -> None:
    with pytest.raises(RefusedError, match="what the installer of physics would write"):
        planned(machine({}))


def test_a_kernel_of_that_name_that_is_shared_as_well_is_refused() -> None:
    home = HomeKernel("physics", "ann", PurePosixPath("/home/ann/x"), "physics", files=FILES)
    facts = known(home_kernels=(home,))
    given = said(facts, "kernels", install=ENTRY, share=["physics"])
    assert "shared as well" in given["error kernels.install"]


def test_it_may_be_allowed_and_the_default_in_one_go() -> None:
    specs = (Kernelspec("python3", BESIDE / "python3"),)
    facts = known(kernelspecs=specs)
    given = said(facts, "kernels", install=ENTRY, allowed=["physics"], default="physics")
    assert not any(key.startswith(("error", "warning")) for key in given)


def test_servers_from_an_image_do_not_see_it() -> None:
    image = replace(facts_of("docker"), user=None)
    given = said(image, "kernels", install=ENTRY)
    assert "does not see kernels of this machine" in given["error kernels.install"]


def test_an_answers_file_adds_tables() -> None:
    text = '[kernels]\ninstall = [{ python = "/opt/physics/bin/python", name = "physics", '
    facts = known()
    answers = read_answers(f'{text}display_name = "Physics" }}]\n'.encode(), facts)
    assert answers["kernels.install"] == (ENTRY,)
    assert len(make_plan(facts, answers).changes) == len(FILES)
