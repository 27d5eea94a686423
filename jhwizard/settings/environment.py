"""Environment: whose configuration counts, the admin's or each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities, paths
from jhwizard.language import _
from jhwizard.settings.kinds import YesNo
from jhwizard.settings.packages_kind import Packages
from jhwizard.settings.setting import (
    NotConfig,
    OtherTraits,
    Rule,
    Setting,
    SpawnerVariable,
    Step,
    Values,
)
from jhwizard.settings.traits_kind import TAKEN_OUT, Traits

_VARIABLE = "JUPYTER_CONFIG_PATH"


def _directories(value: object) -> list[str]:
    return [str(PurePosixPath(entry)) for entry in str(value or "").split(":") if entry]


def _admins(facts: Facts) -> set[str]:
    """Return the directories that answers land in, whatever the target."""
    return {str(paths.target_directory(target, facts.user)) for target in ("system", "env")}


def _written_by_us(facts: Facts) -> list[object]:
    """Return what jhwizard gave the variable before, perhaps for another target."""
    values = [w.value for s in facts.sources if s.role == "hub" for w in s.reading.writes if w.ours]
    return [value.get(_VARIABLE) for value in values if isinstance(value, Mapping)]


def _path_variable(values: Values, facts: Facts) -> object:
    """Return the whole variable: the admin's directory first, what else stood there after it."""
    found = facts.found["environment.users_may_override"]
    own = str(paths.config_directory(facts))
    # After a change of target the directory of the other one has no business there any more.
    rest = [entry for entry in _directories(found.raw) if entry not in _admins(facts)]
    if values["environment.users_may_override"]:
        return ":".join(rest)
    return ":".join([own, *rest])


def _may_override(value: object, facts: Facts) -> object:
    first = _directories(value)
    if value in _written_by_us(facts):
        return _admins(facts).isdisjoint(first)  # it moves with the target
    return str(paths.config_directory(facts)) not in first


def _people_win(values: Values, _facts: Facts) -> str:
    if not values["environment.users_may_override"]:
        return ""
    return _(
        "A file in somebody's own ~/.jupyter beats the timeouts and kernels chosen here, for that "
        "person: answer no to rule that out"
    )


def _new_traits(values: Values, facts: Facts) -> dict[str, object]:
    """Return the traits that would be set otherwise than they are."""
    wanted, found = values["environment.traits"], facts.found["environment.traits"].value
    before = found if isinstance(found, Mapping) else {}
    pairs = wanted.items() if isinstance(wanted, Mapping) else ()
    return {name: v for name, v in pairs if v != TAKEN_OUT and before.get(name) != v}


def _asked_elsewhere(values: Values, facts: Facts) -> str:
    from jhwizard.settings import owner_of  # noqa: PLC0415 - made of all records, this one too

    for name in _new_traits(values, facts):
        cls, _dot, trait = name.partition(".")
        if key := owner_of(cls, trait):
            return _("{name} is decided by {key}: answer that").format(name=name, key=key)
    return ""


def _refused_by_classes(values: Values, facts: Facts) -> str:
    for name, value in _new_traits(values, facts).items():
        check = facts.checks.get(name)
        if check and check.refused and check.value == value:
            return check.refused
    return ""


def _not_checked(values: Values, facts: Facts) -> str:
    names = ", ".join(_new_traits(values, facts))
    why = facts.unchecked
    if facts.user is None or facts.user.python is None:
        why = _("the Python of people's servers cannot be started here")
    if not names or not why:
        return ""
    text = _("{names}: not checked, as {why}; a wrong value can keep every server from starting")
    return text.format(names=names, why=why)


USERS_MAY_OVERRIDE = Setting(
    key="environment.users_may_override",
    sentence=_("May people's own files in ~/.jupyter overrule yours?"),
    help=_(
        "Jupyter reads each person's own files after the system's, so theirs win. With no, the "
        "hub puts your directory above theirs for every server it starts; what you have not set "
        "stays theirs to choose."
    ),
    kind=YesNo(),
    lands=SpawnerVariable(_VARIABLE),
    source="https://docs.jupyter.org/en/latest/use/jupyter-directories.html",
    default=lambda _facts: True,
    says=lambda values, _facts: (
        _("People's own ~/.jupyter may overrule the admin's files.")
        if values["environment.users_may_override"]
        else _("The admin's config directory outranks people's own ~/.jupyter.")
    ),
    write=_path_variable,
    read=_may_override,
)


def _cannot_install(values: Values, facts: Facts) -> str:
    wanted = values["environment.packages"]
    if not wanted:
        return ""
    why = facts.user.obstacle if facts.user else _("the environment of people's servers is unknown")
    if not why and facts.user and facts.user.conda and ("@" in str(wanted) or ";" in str(wanted)):
        why = _("conda takes a name and a version only")
    return _("Packages cannot be installed: {why}").format(why=why) if why else ""


def _not_roots(values: Values, facts: Facts) -> str:
    if not values["environment.packages"] or facts.user is None or facts.user.trusted:
        return ""
    text = _("Other people than root may change {prefix}, and so what everybody's server runs")
    return text.format(prefix=facts.user.prefix)


PACKAGES = Setting(
    key="environment.packages",
    sentence=_("Which packages shall be installed for everybody?"),
    help=_(
        "They go into the environment of the Jupyter server, by the installer it has (conda or "
        "pip), before any file is written; kernels of other environments do not see them. What "
        "is there in a fitting version is left alone. Undo names them and does not remove them."
    ),
    kind=Packages(),
    lands=NotConfig("packages"),
    source="https://packaging.python.org/en/latest/specifications/dependency-specifiers/",
    default=lambda _facts: (),
    says=lambda _values, _facts: "",
    write=lambda values, _facts: values["environment.packages"],
)

TRAITS = Setting(
    key="environment.traits",
    sentence=_("Which other traits of the Jupyter server shall be set for everybody?"),
    help=_(
        "For whatever this wizard has no question for: the trait with its class, and its value, "
        "as in Jupyter's documentation. Each is tried on the installed classes before it is "
        "written, since one wrong value can keep every server from starting."
    ),
    kind=Traits(),
    lands=OtherTraits(),
    source=f"{capabilities.SERVER_DOCS}/other/full-config.html",
    default=lambda _facts: {},
    says=lambda _values, _facts: _("Set for everybody's server."),
    write=lambda values, _facts: values["environment.traits"],
)

STEP = Step(
    name="environment",
    title=_("People's own files"),
    intro=_("Who has the last word: the admin's configuration, or each person's own."),
    settings=(USERS_MAY_OVERRIDE, PACKAGES, TRAITS),
    rules=(
        Rule(("environment.users_may_override",), "note", _people_win),
        Rule(("environment.packages",), "error", _cannot_install),
        Rule(("environment.packages",), "warning", _not_roots),
        Rule(("environment.traits",), "error", _asked_elsewhere),
        Rule(("environment.traits",), "error", _refused_by_classes),
        Rule(("environment.traits",), "warning", _not_checked),
    ),
)
