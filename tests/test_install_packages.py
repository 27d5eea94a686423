from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import machine

from jhwizard.answers import Answers, read_answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.make_plan import make_plan
from jhwizard.plan import Command

PYTHON = PurePosixPath("/opt/jupyterhub/bin/python3")


def known(**more: object) -> Facts:
    facts = machine({}, pip="23.0")
    assert facts.user is not None
    return replace(facts, user=replace(facts.user, python=PYTHON, **more))  # type: ignore[arg-type]


def commands(facts: Facts, *wanted: str) -> tuple[Command, ...]:
    answers = Answers(facts)
    answers.give("environment.packages", list(wanted))
    return make_plan(facts, answers).commands


def test_what_is_there_in_a_fitting_version_is_left_alone() -> None:
    there = ("jupyterlab", "Notebook>=7", "nbclassic==1.3.3", "JupyterHub[x]<7,>=6", "pip")
    assert commands(known(), *there) == ()


def test_new_packages_are_installed_and_others_changed_each_with_its_way_back() -> None:
    new, other = commands(known(), "numpy>=1.26,<3", "my_tool", "jupyterlab==4.5.0")
    pip = (str(PYTHON), "-m", "pip")
    quiet = ("--no-input", "--disable-pip-version-check")
    assert new.argv == (*pip, "install", *quiet, "numpy<3,>=1.26", "my_tool")
    assert new.undo == (*pip, "uninstall", "--yes", "numpy", "my-tool")
    assert other.argv == (*pip, "install", *quiet, "jupyterlab==4.5.0")
    assert other.undo == (*pip, "install", "jupyterlab==4.6.6")


CONDA = PurePosixPath("/opt/conda/bin/conda")
WHERE = ("--prefix", "/opt/jupyterhub")


def in_conda(**more: object) -> Facts:
    return known(conda=CONDA, **more)


def test_a_conda_environment_is_changed_by_its_conda_and_the_way_back_asks() -> None:
    (command,) = commands(in_conda(), "NumPy>=1.26,<3", "my_tool")
    assert command.argv == (str(CONDA), "install", "--yes", *WHERE, "numpy<3,>=1.26", "my_tool")
    assert command.undo == (str(CONDA), "remove", *WHERE, "numpy", "my_tool")


def test_what_conda_has_is_changed_by_condas_own_name_of_it() -> None:
    facts = in_conda(by_conda={"my_tool": "1.0", "jupyterlab": "4.6.6"})
    (command,) = commands(facts, "My-Tool==2.0", "jupyterlab")
    assert command.argv == (str(CONDA), "install", "--yes", *WHERE, "my_tool==2.0")
    assert command.undo == (str(CONDA), "install", *WHERE, "my_tool==1.0")
    assert command.why == "change my-tool==1.0 to My-Tool==2.0"


def test_what_only_condas_records_know_is_there() -> None:
    facts = in_conda(by_conda={"nodejs": "22.1.0", "openssl": "1.1.1w", "a_b": "1", "a-b": "2"})
    assert commands(facts, "nodejs>=20", "openssl", "a_b==1", "a-b==2") == ()
    assert commands(facts, "openssl>=3")[0].argv[-1] == "openssl>=3"


def test_what_pip_put_into_a_conda_environment_is_changed_by_pip() -> None:
    stale = {"jupyterlab": "4.0.0", "nbclassic": "1.3.3"}
    facts = in_conda(by_conda=stale, by_others=frozenset({"jupyterlab"}))
    assert commands(facts, "jupyterlab==4.6.6") == ()
    condas, pips = commands(facts, "jupyterlab==4.5.0", "nbclassic==1.0")
    assert condas.argv[:2] == (str(CONDA), "install")
    assert pips.argv[:4] == (str(PYTHON), "-m", "pip", "install")
    assert pips.undo == (str(PYTHON), "-m", "pip", "install", "jupyterlab==4.6.6")


@pytest.mark.parametrize("wanted", ["numpy[x]", "a @ https://x/a.whl", "a; python_version>'3'"])
def test_what_conda_would_drop_silently_is_refused(wanted: str) -> None:
    with pytest.raises(RefusedError, match="conda takes a name and a version only"):
        commands(in_conda(), wanted)


@pytest.mark.parametrize(
    "wanted", ["", "-r x", "--index-url=http://x", "a b", "/srv/x.whl", "a==", "none", "$(id)"]
)
def test_what_is_no_package_is_refused(wanted: str) -> None:
    with pytest.raises(RefusedError, match=r"is no package: write its name|stands alone"):
        commands(known(), "numpy", wanted)


def test_where_nothing_can_be_installed_the_reason_is_given() -> None:
    facts = known(obstacle="pip is missing: run `x -m ensurepip` first")
    with pytest.raises(RefusedError, match="cannot be installed: pip is missing"):
        commands(facts, "numpy")


def test_an_environment_that_others_can_change_is_warned_about() -> None:
    facts = known(trusted=False)
    answers = read_answers(b'[environment]\npackages = ["numpy"]\n', facts)
    assert "Other people than root" in make_plan(facts, answers).warnings[0].text


def test_packages_are_read_as_people_write_them() -> None:
    facts = known()
    answers = Answers(facts)
    kind = "numpy>=1.26,<3, my_tool  other @ file:///x.whl"
    answers.give("environment.packages", kind)
    assert answers["environment.packages"] == (
        "numpy<3,>=1.26",
        "my_tool",
        "other @ file:///x.whl",
    )
