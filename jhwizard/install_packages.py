"""Which commands bring the users' environment to the wanted packages. Pure: it starts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jhwizard.answers import Answers
from jhwizard.facts import Facts
from jhwizard.installed import Environment
from jhwizard.language import _
from jhwizard.plan import Command

if TYPE_CHECKING:
    from packaging.requirements import Requirement

KEY = "environment.packages"


def install_commands(facts: Facts, answers: Answers) -> Iterator[Command]:
    """Yield what has to be run: for new packages, and for those that get another version.

    What pip put into a conda environment is changed by pip: conda would leave the old one's files
    there, and call it the old one for ever (tried with conda 26.7.1).
    """
    wanted = answers[KEY]
    if not isinstance(wanted, tuple) or not wanted or facts.user is None:
        return
    from packaging.requirements import Requirement  # noqa: PLC0415 - only packages need it

    user = facts.user
    missing = [r for r in map(Requirement, wanted) if not _is_there(r, user)]
    new = [r for r in missing if _version(r, user) is None]
    other = [r for r in missing if r not in new]
    if new:
        why = _("install {names} for everybody").format(names=_told(new))
        yield _condas(user, new, why) if user.conda else _pips(user, new, why)
    condas = [r for r in other if user.conda and _name(r) not in user.by_others]
    if condas:
        yield _condas(user, condas, _change(condas, user), again=True)
    if pips := [r for r in other if r not in condas]:
        yield _pips(user, pips, _change(pips, user), again=True)


def _pips(
    user: Environment, wanted: list[Requirement], why: str, *, again: bool = False
) -> Command:
    pip = (str(user.python), "-m", "pip")
    quiet = ("--no-input", "--disable-pip-version-check")
    start = ["install"] if again else ["uninstall", "--yes"]
    back = [f"{_name(r)}=={_version(r, user)}" if again else _name(r) for r in wanted]
    return Command(
        (*pip, "install", *quiet, *map(str, wanted)), why, (*pip, *start, *back), user.prefix
    )


def _condas(
    user: Environment, wanted: list[Requirement], why: str, *, again: bool = False
) -> Command:
    """Return what conda has to do. Its way back asks, as it may take other packages with it."""
    where = ("--prefix", str(user.prefix))
    words = [f"{_conda_name(r, user)}{r.specifier}" for r in wanted]
    start = (str(user.conda), "install" if again else "remove", *where)
    back = [_conda_name(r, user) + (f"=={_version(r, user)}" if again else "") for r in wanted]
    install = (str(user.conda), "install", "--yes", *where, *words)
    return Command(install, why, (*start, *back), user.prefix)


def _is_there(wanted: Requirement, user: Environment) -> bool:
    version = _version(wanted, user)
    return version is not None and wanted.specifier.contains(version, prereleases=True)


def _version(wanted: Requirement, user: Environment) -> str | None:
    """Return which version is there: conda's records know also what is no Python package."""
    name = _name(wanted)
    conda = None if name in user.by_others else user.by_conda.get(_conda_name(wanted, user))
    return user.packages.get(name) if conda is None else conda


def _conda_name(wanted: Requirement, user: Environment) -> str:
    """Return conda's own name: of what is installed in any spelling, else as it was typed.

    To conda `foo_bar` and `foo-bar` are two packages, and no name has capitals.
    """
    typed = wanted.name.lower()
    same = (name for name in user.by_conda if _normal(name) == _name(wanted))
    return typed if typed in user.by_conda else next(same, typed)


def _name(wanted: Requirement) -> str:
    return _normal(wanted.name)


def _normal(name: str) -> str:
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    return str(canonicalize_name(name))


def _change(wanted: list[Requirement], user: Environment) -> str:
    before = [f"{_name(r)}=={_version(r, user)}" for r in wanted]
    return _("change {before} to {names}").format(before=", ".join(before), names=_told(wanted))


def _told(wanted: list[Requirement]) -> str:
    return ", ".join(map(str, wanted))
