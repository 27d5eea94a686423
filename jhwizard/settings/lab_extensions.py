"""Front-end extensions of JupyterLab and Notebook 7: switched off, and locked as they are."""

from __future__ import annotations

from collections.abc import Sequence

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.page_config import DISABLED, LOCKED, Section, named, names_on
from jhwizard.language import _
from jhwizard.settings.kinds import Names
from jhwizard.settings.setting import Choice, LabExtensions, Rule, Setting, Values
from jhwizard.settings.words import is_name

_DOCS = "https://jupyterlab.readthedocs.io/en/stable/user"
_MANAGER = "@jupyterlab/extensionmanager-extension"
_BOTH = (
    "@jupyterlab/apputils-extension",
    "@jupyterlab/docmanager-extension",
    "@jupyterlab/rendermime-extension",
    "@jupyterlab/services-extension",
    "@jupyterlab/translation-extension",
)
NEEDED = {
    "lab": ("@jupyterlab/application-extension", *_BOTH),
    "notebook": (
        "@jupyter-notebook/application-extension",
        "@jupyter-notebook/tree-extension",
        *_BOTH,
    ),
}
"""What provides what most other extensions of an interface ask for when they start."""
_PAGES = {"lab": _("JupyterLab"), "notebook": _("Notebook 7")}


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, Sequence) else ()


def _package(name: str) -> str:
    """Return the extension of a plugin, which is called `extension:plugin`."""
    return name.partition(":")[0]


def _known(facts: Facts) -> tuple[str, ...]:
    prebuilt = [extension.name for extension in facts.lab_extensions]
    return tuple(name for name in dict.fromkeys([*prebuilt, *facts.lab_core]) if is_name(name))


def _choices(facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(name, name) for name in _known(facts))


def _by_packages(section: Section, facts: Facts) -> tuple[str, ...]:
    """Return what is off, or locked, without a word of the admin: what packages say themselves."""
    lines = (line for line in named(section, facts.sources) if not line.is_admins)
    theirs = [line for line in lines if not line.write.ours]
    return tuple(sorted(filter(is_name, names_on(section, theirs, facts.lab_extensions))))


def _has_pages(facts: Facts, _values: Values) -> bool:
    return facts.user is None or capabilities.has_lab(facts.user)


def _unknown(key: str, values: Values, facts: Facts) -> str:
    # Without the list of JupyterLab's own everything would look unknown.
    before = facts.found[key].value
    known = _known(facts) if facts.lab_core else ()
    for name in _names(values[key]):
        if known and _package(name) not in known and name not in _names(before):
            text = _("No JupyterLab extension called {name} is installed here: check the spelling")
            return text.format(name=name) + _nearest(name, known)
    return ""


def _nearest(name: str, known: tuple[str, ...]) -> str:
    import difflib  # noqa: PLC0415 - only a misspelt name needs it

    near = difflib.get_close_matches(_package(name), known, 1, 0.5)
    return _(", perhaps {near}").format(near=near[0]) if near else ""


def _unknown_disabled(values: Values, facts: Facts) -> str:
    return _unknown("extensions.lab_disabled", values, facts)


def _unknown_locked(values: Values, facts: Facts) -> str:
    return _unknown("extensions.lab_locked", values, facts)


def _needed(values: Values, _facts: Facts) -> str:
    app = str(values["interface.app"])
    off = [n for n in _names(values["extensions.lab_disabled"]) if n in NEEDED.get(app, ())]
    if not off:
        return ""
    return _(
        "{app}, which people land on, is built on {names}: without it pages stay empty or lack "
        "most of what is on them"
    ).format(app=_PAGES[app], names=", ".join(off))


def _manager_still_installs(values: Values, _facts: Facts) -> str:
    off = {_package(name) for name in _names(values["extensions.lab_disabled"])}
    if _MANAGER not in off or values["extensions.users_may_install"] is not True:
        return ""
    return _(
        "Without the extension manager's page people see nothing to install from, but their "
        "servers still install what they are asked to: answer no to extensions.users_may_install, "
        "too"
    )


def _own_files_win(values: Values, facts: Facts) -> str:
    asked = [*_names(values["extensions.lab_disabled"]), *_names(values["extensions.lab_locked"])]
    env_wins = values["environment.prefer_env_path"] == "1" and facts.target == "env"
    if not asked or env_wins or values["environment.users_may_override"] is False:
        return ""
    return _(
        "A lock holds for JupyterLab's own buttons: a file in somebody's own ~/.jupyter/labconfig "
        "switches on what is off here, locked or not; to rule that out, answer no to "
        "environment.users_may_override"
    )


LAB_DISABLED = Setting(
    key="extensions.lab_disabled",
    sentence=_("Which extensions of JupyterLab shall be switched off for everybody?"),
    help=_(
        "In JupyterLab and in Notebook 7, when people load the page again. A name such as "
        "@jupyterlab/terminal-extension takes all its plugins, one with a colon only that one. "
        "It takes pages and buttons away, and forbids nothing that a server does."
    ),
    kind=Names(example="@jupyterlab/terminal-extension", empty="none", ordered=False),
    lands=LabExtensions(DISABLED),
    source=f"{_DOCS}/directories.html",
    default=lambda facts: _by_packages(DISABLED, facts),
    says=lambda _values, _facts: _("Extensions of JupyterLab that are off for everybody."),
    write=lambda values, _facts: values["extensions.lab_disabled"],
    choices=_choices,
    when=_has_pages,
)

LAB_LOCKED = Setting(
    key="extensions.lab_locked",
    sentence=_("Which extensions of JupyterLab shall nobody switch on or off?"),
    help=_(
        "They stay as they are, on or off: JupyterLab's plugin manager refuses to change them. It "
        "matters where people may write to their environment; what is off and not locked can be "
        "switched on again there. It counts from the next start of a server."
    ),
    kind=Names(example="@jupyterlab/terminal-extension", empty="none", ordered=False),
    lands=LabExtensions(LOCKED),
    source=f"{_DOCS}/extensions.html",
    default=lambda facts: _by_packages(LOCKED, facts),
    says=lambda _values, _facts: _("Extensions of JupyterLab that nobody switches on or off."),
    write=lambda values, _facts: values["extensions.lab_locked"],
    needs=capabilities.LOCKS,
    choices=_choices,
    when=lambda facts, _values: capabilities.locks_extensions(facts.user),
)

RULES = (
    Rule(("extensions.lab_disabled",), "warning", _unknown_disabled),
    Rule(("extensions.lab_locked",), "warning", _unknown_locked),
    Rule(("extensions.lab_disabled", "interface.app"), "warning", _needed),
    Rule(
        ("extensions.lab_disabled", "extensions.users_may_install"),
        "warning",
        _manager_still_installs,
    ),
    Rule(
        ("extensions.lab_locked", "extensions.lab_disabled", "environment.users_may_override"),
        "note",
        _own_files_win,
    ),
)
