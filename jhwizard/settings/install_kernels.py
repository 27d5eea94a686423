"""Kernels for everybody out of environments of their own, by the kernel's own installer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.jupyter import classes, paths
from jhwizard.language import _
from jhwizard.settings.install_kind import Kernels, Wanted, wanted_kernels
from jhwizard.settings.setting import NotConfig, Rule, Setting, Values

KEY = "kernels.install"
_SHARE = "kernels.share"


def to_be_installed(values: Values) -> set[str]:
    """Return the names of the kernels that are about to be installed."""
    return {kernel.name for kernel in wanted_kernels(values[KEY])}


def _in_an_image(values: Values, facts: Facts) -> str:
    if not values[KEY] or facts.user or not classes.starts_containers(facts.spawner):
        return ""
    text = _("{spawner} starts servers from an image, which does not see kernels of this machine")
    return text.format(spawner=facts.spawner)


def standing(kernel: Wanted, facts: Facts) -> PurePosixPath | None:
    """Return the directory where a kernel stands as its installer would write it."""
    staged = facts.staged.get(str(kernel))
    if staged is None or not staged.files:
        return None
    for place in kernel_places(kernel.name, facts):
        states = {name: facts.files.get(place / name) for name in staged.files}
        if all(state and state.content == staged.files[n] for n, state in states.items()):
            return place
    return None


def kernel_places(name: str, facts: Facts) -> list[PurePosixPath]:
    """Return where a kernel is put, for each target."""
    targets = (replace(facts, target=target) for target in ("system", "env"))
    return list(dict.fromkeys(paths.kernel_directory(each) / name for each in targets))


def _another(kernel: Wanted, facts: Facts) -> PurePosixPath | None:
    """Return the directory with a kernel of that name, if it is not the very same one."""
    staged = facts.staged.get(str(kernel))
    if staged is None or standing(kernel, facts):
        return None
    offered = [spec.directory for spec in facts.kernelspecs if spec.name == kernel.name]
    places = kernel_places(kernel.name, facts)
    occupied = [p for p in places if any(facts.files.get(p / name) for name in staged.files)]
    return next(iter([*offered, *occupied]), None)


def _cannot_install(values: Values, facts: Facts) -> str:
    for kernel in wanted_kernels(values[KEY]):
        staged = facts.staged.get(str(kernel))
        if staged and staged.problem:
            text = _("The kernel {name} cannot be installed: {why}")
            return text.format(name=kernel.name, why=staged.problem)
        if there := _another(kernel, facts):
            text = _("{directory} has another kernel called {name}: choose another name")
            return text.format(name=kernel.name, directory=there)
    return ""


def _shared_too(values: Values, facts: Facts) -> str:
    shared, found = values[_SHARE], facts.found[_SHARE].value or ()
    new = [n for n in shared if n not in found] if isinstance(shared, tuple) else []  # type: ignore[operator]
    names = {k.name for k in facts.home_kernels if k.answer in new} & to_be_installed(values)
    text = _("A kernel called {names} shall be shared as well: choose another name for one")
    return text.format(names=", ".join(sorted(names))) if names else ""


INSTALL = Setting(
    key=KEY,
    sentence=_("Which Pythons shall everybody have as kernels?"),
    help=_(
        "Each environment that has ipykernel can be a kernel with a name of its own. Its own "
        "installer says what is written; people run the Python where it stands. A kernel that is "
        "there already is left alone, and `jhwizard undo` takes one away."
    ),
    kind=Kernels(),
    lands=NotConfig("installed kernels", _("a kernelspec for everybody"), paths.kernel_directory),
    source="https://ipython.readthedocs.io/en/stable/install/kernel_install.html",
    default=lambda _facts: (),
    says=lambda _values, _facts: "",
    write=lambda values, _facts: values[KEY],
)

RULES = (
    Rule((KEY,), "error", _in_an_image),
    Rule((KEY,), "error", _cannot_install),
    Rule((KEY, _SHARE), "error", _shared_too),
)
