"""Environment: whose configuration counts, the admin's or each person's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.jupyter import paths
from jhwizard.language import _
from jhwizard.settings.kinds import YesNo
from jhwizard.settings.setting import Rule, Setting, SpawnerVariable, Step, Values

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

STEP = Step(
    name="environment",
    title=_("People's own files"),
    intro=_("Who has the last word: the admin's configuration, or each person's own."),
    settings=(USERS_MAY_OVERRIDE,),
    rules=(Rule(("environment.users_may_override",), "note", _people_win),),
)
