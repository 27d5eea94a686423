"""Environment: whose configuration counts, the admin's or each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from jhwizard.errors import UselessError
from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities, paths
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings import own_packages
from jhwizard.settings.kinds import OneOf, YesNo
from jhwizard.settings.packages_kind import Packages
from jhwizard.settings.setting import (
    Choice,
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
_DIRECTORIES = "https://docs.jupyter.org/en/latest/use/jupyter-directories.html"
_MEANS_NO = {"no", "n", "false", "off", "0", "0.0"}
"""Values of a variable that jupyter_core takes for no; any other one is yes (`envset`)."""


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


def _environment_wins(values: Values, facts: Facts) -> bool:
    return values["environment.prefer_env_path"] == "1" and facts.target == "env"


def _preference(value: object, _facts: Facts) -> str:
    if not isinstance(value, str):
        advice = _('{value} is no text, and no server starts with it: write "0" or "1"')
        raise UselessError(advice.format(value=shown(ascii(value), 40)))
    return "0" if value.lower() in _MEANS_NO else "1"


def _says_preference(values: Values, _facts: Facts) -> str:
    if values["environment.prefer_env_path"] == "1":
        return _("The environment's files outrank people's own ~/.jupyter.")
    return _("People's own ~/.jupyter outranks the environment's files.")


def _preference_choices(_facts: Facts) -> tuple[Choice, ...]:
    return (
        Choice("unset", _("as Jupyter decides")),
        Choice("0", _("people's own files win")),
        Choice("1", _("the environment's files win")),
    )


def _system_still_loses(values: Values, facts: Facts) -> str:
    if values["environment.prefer_env_path"] != "1" or facts.target == "env":
        return ""
    if values["environment.users_may_override"] is False:
        return ""
    return _(
        "Only files of the environment outrank people's own then; what is written to {directory} "
        "does not: choose the target env, or let nobody overrule your files"
    ).format(directory=paths.config_directory(facts))


def _changes_nothing(values: Values, facts: Facts) -> str:
    by_itself = capabilities.people_outrank_environment(facts.user)
    if values["environment.prefer_env_path"] != "0" or not by_itself:
        return ""
    return _(
        "People's own files win here by themselves, unless the environment belongs to them: 0 is "
        "advice for older versions of Jupyter."
    )


def _people_win(values: Values, facts: Facts) -> str:
    if not values["environment.users_may_override"] or _environment_wins(values, facts):
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
    source=_DIRECTORIES,
    default=lambda _facts: True,
    says=lambda values, _facts: (
        _("People's own ~/.jupyter may overrule the admin's files.")
        if values["environment.users_may_override"]
        else _("The admin's config directory outranks people's own ~/.jupyter.")
    ),
    write=_path_variable,
    read=_may_override,
)

PREFER_ENV_PATH = Setting(
    key="environment.prefer_env_path",
    sentence=_("Which files win: the environment's, or people's own in ~/.jupyter?"),
    help=_(
        "It is JUPYTER_PREFER_ENV_PATH, for configuration, kernels and extensions alike. With 1, "
        "what stands in the environment beats ~/.jupyter and ~/.local/share/jupyter. jhwizard "
        "does not read people's homes, so it cannot say whose files this touches."
    ),
    kind=OneOf("unset", "0", "1"),
    lands=SpawnerVariable("JUPYTER_PREFER_ENV_PATH"),
    source=_DIRECTORIES,
    default=lambda _facts: "unset",
    says=_says_preference,
    write=lambda values, _facts: values["environment.prefer_env_path"],
    read=_preference,
    absent="unset",
    choices=_preference_choices,
)


def _cannot_install(values: Values, facts: Facts) -> str:
    wanted = values["environment.packages"]
    if not wanted:
        return ""
    why = facts.user.obstacle if facts.user else _("the environment of people's servers is unknown")
    if not why and facts.user and facts.user.conda and set("@;[") & set(str(wanted)):
        why = _("conda takes a name and a version only, as in numpy>=1.26,<3")
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
    lands=NotConfig(
        "packages", _("no line: packages that pip or conda installs"), paths.packages_directory
    ),
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
    title=_("Environment"),
    intro=_("Whose files count, and what everybody finds installed and set."),
    settings=(
        *(USERS_MAY_OVERRIDE, PREFER_ENV_PATH, PACKAGES),
        *(own_packages.USERS_MAY_INSTALL, TRAITS),
    ),
    rules=(
        Rule(("environment.users_may_override",), "note", _people_win),
        Rule(
            ("environment.prefer_env_path", "environment.users_may_override"),
            "warning",
            _system_still_loses,
        ),
        Rule(("environment.prefer_env_path",), "note", _changes_nothing),
        Rule(("environment.packages",), "error", _cannot_install),
        Rule(("environment.packages",), "warning", _not_roots),
        *own_packages.RULES,
        Rule(("environment.traits",), "error", _asked_elsewhere),
        Rule(("environment.traits",), "error", _refused_by_classes),
        Rule(("environment.traits",), "warning", _not_checked),
    ),
)
