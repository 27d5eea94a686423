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
    """Yield what has to be run: for new packages, and for those that get another version."""
    wanted = answers[KEY]
    if not isinstance(wanted, tuple) or not wanted or facts.user is None:
        return
    from packaging.requirements import Requirement  # noqa: PLC0415 - only packages need it

    missing = [r for r in map(Requirement, wanted) if not _is_there(r, facts.user)]
    new = [r for r in missing if _name(r) not in facts.user.packages]
    other = [r for r in missing if r not in new]
    if new:
        why = _("install {names} for everybody").format(names=_told(new))
        yield _command(facts.user, new, why, [_name(r) for r in new])
    if other:
        there = facts.user.packages
        before = [f"{_name(r)}=={there[_name(r)]}" for r in other]
        why = _("change {before} to {names}").format(before=", ".join(before), names=_told(other))
        yield _command(facts.user, other, why, before, again=True)


def _command(
    user: Environment, wanted: list[Requirement], why: str, back: list[str], *, again: bool = False
) -> Command:
    words = [str(each) for each in wanted]
    if user.conda:
        start = (str(user.conda), "install" if again else "remove", "--yes", "--prefix")
        install = (str(user.conda), "install", "--yes", "--prefix", str(user.prefix), *words)
        return Command(install, why, (*start, str(user.prefix), *back), user.prefix)
    pip = (str(user.python), "-m", "pip")
    quiet = ("--no-input", "--disable-pip-version-check")
    undo = (*pip, *(["install"] if again else ["uninstall", "--yes"]), *back)
    return Command((*pip, "install", *quiet, *words), why, undo, user.prefix)


def _is_there(wanted: Requirement, user: Environment) -> bool:
    version = user.packages.get(_name(wanted))
    return version is not None and wanted.specifier.contains(version, prereleases=True)


def _name(wanted: Requirement) -> str:
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    return str(canonicalize_name(wanted.name))


def _told(wanted: list[Requirement]) -> str:
    return ", ".join(map(str, wanted))
