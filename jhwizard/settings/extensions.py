"""Extensions: of the server and of IPython, and who may install more.

Those of JupyterLab's pages are in `lab_extensions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.applications import LEGACY, application
from jhwizard.jupyter.applications import SERVER as APPLICATION
from jhwizard.jupyter.extensions import server_extensions
from jhwizard.jupyter.paths import OUR_EXTENSIONS
from jhwizard.language import _
from jhwizard.settings.interface import CLASSIC
from jhwizard.settings.kinds import Names, Switches, YesNo
from jhwizard.settings.lab_extensions import LAB_DISABLED, LAB_LOCKED
from jhwizard.settings.lab_extensions import RULES as LAB_RULES
from jhwizard.settings.setting import (
    Choice,
    IPythonTrait,
    Rule,
    ServerExtensions,
    ServerTrait,
    Setting,
    Step,
    Values,
)
from jhwizard.settings.words import is_name

_NEEDED = {
    "jupyterlab": _("JupyterLab"),
    "notebook": _("Notebook 7"),
    "nbclassic": _("the classic Notebook"),
}
_APP = {"lab": "jupyterlab", "notebook": "notebook", "nbclassic": "nbclassic"}


def _server_choices(facts: Facts) -> tuple[Choice, ...]:
    names = sorted({e.name for e in facts.extensions if is_name(e.name)})
    return tuple(Choice(name, name) for name in names)


def _installed(facts: Facts) -> object:
    """Return the switches of the `.d` files but jhwizard's own: what is there without it."""
    directory = application(facts).switch_directory
    installed = [s for s in facts.sources if s.path.parent.name == directory]
    theirs = tuple(s for s in installed if s.path.name != OUR_EXTENSIONS)
    return {e.name: e.enabled for e in server_extensions(theirs) if is_name(e.name)}


def _off(values: Values) -> set[str]:
    switches = values["extensions.server"]
    return {n for n, on in switches.items() if not on} if isinstance(switches, Mapping) else set()


def _interface_switched_off(values: Values, _facts: Facts) -> str:
    package = _APP.get(str(values["interface.app"]), "")
    if package not in _off(values):
        return ""
    return _(
        "{name} is switched off, but people land on it and would see a 404 page: switch it on, or "
        "choose another interface"
    ).format(name=_NEEDED[package])


def _of_wanted(values: Values, facts: Facts) -> set[str]:
    """Return the extensions of the application that is wanted, which may not run yet."""
    wanted = LEGACY if values["interface.app"] == CLASSIC else APPLICATION
    files = [s for s in facts.sources if s.path.parent.name == wanted.switch_directory]
    theirs = tuple(replace(source, role="switches") for source in files)
    return {extension.name for extension in server_extensions(theirs)}


def _unknown_extension(values: Values, facts: Facts) -> str:
    switches = values["extensions.server"]
    known = {extension.name for extension in facts.extensions} | _of_wanted(values, facts)
    if not known or not isinstance(switches, Mapping):
        return ""
    unknown = sorted(set(switches) - known)
    if not unknown:
        return ""
    return _("No server extension called {names} is installed here: check the spelling").format(
        names=", ".join(unknown)
    )


def _ipython_choices(facts: Facts) -> tuple[Choice, ...]:
    packages = facts.user.packages if facts.user else {}
    names = ["autoreload", "storemagic", *(["cython"] if "cython" in packages else [])]
    found = facts.found.get("extensions.ipython")
    there = found.value if found and isinstance(found.value, tuple) else ()
    return tuple(Choice(name, name) for name in dict.fromkeys([*names, *there]))


def _cython_missing(values: Values, facts: Facts) -> str:
    wanted = values["extensions.ipython"]
    if not isinstance(wanted, tuple) or "cython" not in wanted or facts.user is None:
        return ""
    if "cython" in facts.user.packages:
        return ""
    return _(
        "cython is not installed in {prefix}: kernels there start without it and only their log "
        "says so"
    ).format(prefix=facts.user.prefix)


def _loaded(value: object, _facts: Facts) -> object:
    # Loading an extension twice does nothing; kernels of several environments are read as one.
    return tuple(dict.fromkeys(map(str, value))) if isinstance(value, list | tuple) else None


def _has_extension_manager(facts: Facts, values: Values) -> bool:
    """Return whether the server is JupyterLab's: the legacy Notebook has no `LabApp` of today."""
    if values["interface.app"] == CLASSIC:
        return False
    return facts.user is None or capabilities.has_lab(facts.user)


SERVER = Setting(
    key="extensions.server",
    sentence=_("Which server extensions shall be on?"),
    help=_(
        "A server extension adds pages and services to everybody's server. Switching one off "
        "here lasts through upgrades of its package, unlike `jupyter server extension disable`, "
        "which edits the package's own file."
    ),
    kind=Switches(),
    lands=ServerExtensions(),
    source=f"{capabilities.SERVER_DOCS}/operators/configuring-extensions.html",
    default=_installed,
    says=lambda _values, _facts: _("Server extensions switched on or off for everybody."),
    write=lambda values, _facts: values["extensions.server"],
    choices=_server_choices,
)

IPYTHON = Setting(
    key="extensions.ipython",
    sentence=_("Which IPython extensions shall every Python kernel load?"),
    help=_(
        "They are loaded when a kernel starts. One that is not installed in the kernel's own "
        "environment is passed over in silence: only the log says so."
    ),
    kind=Names(example="autoreload", empty="none", adds=True),
    lands=IPythonTrait("InteractiveShellApp", "extensions"),
    source="https://ipython.readthedocs.io/en/stable/config/extensions/index.html",
    default=lambda _facts: (),
    says=lambda _values, _facts: _("IPython extensions that every Python kernel loads."),
    write=lambda values, _facts: values["extensions.ipython"],
    read=_loaded,
    choices=_ipython_choices,
)

USERS_MAY_INSTALL = Setting(
    key="extensions.users_may_install",
    sentence=_("May people install extensions from JupyterLab's extension manager?"),
    help=_(
        "With yes, the manager runs pip in the environment of their server: that works where they "
        "may write there. With no, it only lists what is installed; pip in a terminal stays as "
        "it is."
    ),
    kind=YesNo(),
    lands=ServerTrait("LabApp", "extension_manager"),
    source="https://jupyterlab.readthedocs.io/en/stable/user/extensions.html",
    default=lambda _facts: True,
    says=lambda values, _facts: (
        _("People may install extensions from JupyterLab's extension manager.")
        if values["extensions.users_may_install"]
        else _("JupyterLab's extension manager installs nothing.")
    ),
    write=lambda values, _facts: "pypi" if values["extensions.users_may_install"] else "readonly",
    read=lambda value, _facts: {"pypi": True, "readonly": False}.get(str(value)),
    when=_has_extension_manager,
)

STEP = Step(
    name="extensions",
    title=_("Extensions"),
    intro=_("What everybody's server and Python kernels load when they start."),
    settings=(SERVER, IPYTHON, USERS_MAY_INSTALL, LAB_DISABLED, LAB_LOCKED),
    rules=(
        Rule(("extensions.server", "interface.app"), "error", _interface_switched_off),
        Rule(("extensions.server",), "warning", _unknown_extension),
        Rule(("extensions.ipython",), "warning", _cython_missing),
        *LAB_RULES,
    ),
)
