"""Interface: what people see first. JupyterLab, Notebook 7 and nbclassic are one server
application with different pages, so the choice is the landing page and nothing else.
"""  # noqa: D205 - two sentences that belong together

from __future__ import annotations

import re
from collections.abc import Mapping

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _
from jhwizard.settings.kinds import OneOf
from jhwizard.settings.setting import Choice, HubTrait, Rule, ServerTrait, Setting, Step, Values

_EXTENSION = {"lab": "jupyterlab", "nbclassic": "nbclassic", "notebook": "notebook"}
"""The server extension that shows each interface."""


def _url(values: Values, facts: Facts) -> object:
    urls = {"lab": "/lab", "notebook": "/tree"}
    return urls.get(str(values["interface.app"]), capabilities.nbclassic_url(facts.user))


def _app(url: object, facts: Facts) -> object:
    if url == "":
        return _first_installed(facts)
    page = re.split(r"[/?#]", url.strip("/"), maxsplit=1)[0] if isinstance(url, str) else ""
    if page == "tree":
        return _shown_at_tree(facts)
    if page == "nbclassic" and capabilities.nbclassic_url(facts.user) == "/tree":
        raise RefusedError(_("/nbclassic is a 404 page without Notebook 7: nbclassic is at /tree"))
    return page if page in {"lab", "nbclassic"} else None


def _shown_at_tree(facts: Facts) -> str:
    user = facts.user
    beside = capabilities.has_notebook(user) or not capabilities.has_nbclassic(user)
    return "notebook" if beside else "nbclassic"


def _first_installed(facts: Facts) -> object:
    """Return where the hub sends people by itself: to Lab, else to nbclassic, else to Notebook 7.

    The order of `get_default_url` in jupyterhub/singleuser/extension.py, which passes over what is
    switched off. Without a known environment, JupyterLab is what current images install.
    """
    user = facts.user
    there = {
        "lab": user is None or capabilities.has_lab(user),
        "nbclassic": capabilities.has_nbclassic(user),
        "notebook": capabilities.has_notebook(user),
    }
    off = _switched_off(facts)
    return next((app for app, has in there.items() if has and _EXTENSION[app] not in off), None)


def _switched_off(facts: Facts) -> set[str]:
    found = facts.found.get("extensions.server")
    switches = found.value if found and isinstance(found.value, Mapping) else {}
    return {str(name) for name, on in switches.items() if not on}


def _choices(facts: Facts) -> tuple[Choice, ...]:
    user = facts.user
    return (
        Choice("lab", _("JupyterLab"), _missing(facts, capabilities.has_lab(user), "jupyterlab")),
        Choice(
            "notebook",
            _("Notebook 7"),
            _missing(facts, capabilities.has_notebook(user), "notebook 7"),
        ),
        Choice(
            "nbclassic",
            _("Classic Notebook (nbclassic)"),
            _missing(facts, capabilities.has_nbclassic(user), "nbclassic"),
        ),
    )


def _missing(facts: Facts, there: bool, package: str) -> str:  # noqa: FBT001 - a plain fact
    if there or facts.user is None:
        return ""
    return _("{package} is not installed in {prefix}").format(
        package=package, prefix=facts.user.prefix
    )


def _not_installed(values: Values, facts: Facts) -> str:
    reasons = {choice.value: choice.unavailable for choice in _choices(facts)}
    reason = reasons.get(str(values["interface.app"]), "")
    advice = _("{reason}: people would land on a 404 page. Install it there, or choose another one")
    return advice.format(reason=reason) if reason else ""


def _starts_nothing(_values: Values, facts: Facts) -> str:
    if not capabilities.starts_no_server(facts.hub, facts.user):
        return ""
    return _(
        "JupyterHub before 4.1 starts no server at all where Notebook 7 and nbclassic are both "
        "installed: upgrade JupyterHub, or uninstall nbclassic"
    )


APP = Setting(
    key="interface.app",
    sentence=_("What shall people see when they log in?"),
    help=_(
        "Everybody's server can show all installed interfaces; this is the page people land on. "
        "It changes when their server starts the next time. Links such as /user/NAME/tree keep "
        "working whatever you choose."
    ),
    kind=OneOf("lab", "notebook", "nbclassic"),
    lands=HubTrait("Spawner", "default_url"),
    stronger=ServerTrait("ServerApp", "default_url"),
    source=f"{capabilities.DOCS}/reference/api/spawner.html",
    default=_first_installed,
    says=lambda values, _facts: _("People land on: {app}.").format(app=values["interface.app"]),
    write=_url,
    read=_app,
    choices=_choices,
)

STEP = Step(
    name="interface",
    title=_("Interface"),
    intro=_("The first page of everybody's server."),
    settings=(APP,),
    rules=(
        Rule(("interface.app",), "error", _not_installed),
        Rule(("interface.app",), "error", _starts_nothing),
    ),
)
