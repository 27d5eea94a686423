"""Interface: what people see first. JupyterLab, Notebook 7 and nbclassic are one server
application with different pages, so the choice is the landing page and nothing else.
"""  # noqa: D205, D400, D415 - two sentences that belong together

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _
from jhwizard.settings.kinds import OneOf
from jhwizard.settings.setting import Choice, HubTrait, Rule, ServerTrait, Setting, Step, Values


def _url(values: Values, facts: Facts) -> object:
    urls = {"lab": "/lab", "notebook": "/tree"}
    return urls.get(str(values["interface.app"]), capabilities.nbclassic_url(facts.user))


def _app(url: object, facts: Facts) -> object:
    page = str(url).strip("/").partition("/")[0]
    if page == "tree":
        return "notebook" if capabilities.has_notebook(facts.user) else "nbclassic"
    if page == "":
        return _first_installed(facts)
    return page if page in {"lab", "nbclassic"} else None


def _first_installed(facts: Facts) -> object:
    """Return where the hub sends people by itself: to Lab, else to nbclassic.

    The order of `get_default_url` in jupyterhub/singleuser/extension.py. Without a known
    environment, JupyterLab is what current images and instructions install.
    """
    user = facts.user
    if user is None or capabilities.has_lab(user):
        return "lab"
    if capabilities.has_nbclassic(user):
        return "nbclassic"
    return "notebook" if capabilities.has_notebook(user) else None


def _choices(facts: Facts) -> tuple[Choice, ...]:
    user = facts.user
    return (
        Choice("lab", _("JupyterLab"), _missing(facts, capabilities.has_lab(user), "jupyterlab")),
        Choice("notebook", _("Notebook 7"), _missing(facts, capabilities.has_notebook(user), "notebook 7")),
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
