"""Interface: what people see first.

JupyterLab, Notebook 7 and nbclassic are one server application with different pages, so the choice
is the landing page and nothing else. The legacy Notebook is another application, which a variable
asks for besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jhwizard.errors import RefusedError, UselessError
from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities, pages
from jhwizard.jupyter.applications import LEGACY_NAME, LEGACY_NAMES, VARIABLE
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.kinds import OneOf
from jhwizard.settings.setting import (
    Beside,
    Choice,
    Follows,
    HubTrait,
    Rule,
    ServerTrait,
    Setting,
    SpawnerVariable,
    Step,
    Values,
)
from jhwizard.settings.url_path import UrlPath

CLASSIC = "classic"
"""The answer for the legacy Notebook."""
NOT_OF_CLASSIC = ("extensions.users_may_install", "kernels.encryption")
"""Settings of traits that the legacy Notebook does not have, tried on notebook 6.5.7."""
_EXTENSION = {"lab": "jupyterlab", "nbclassic": "nbclassic", "notebook": "notebook"}
"""The server extension that shows each interface."""


def _url(values: Values, facts: Facts) -> object:
    return values["interface.default_url"] or _page(values["interface.app"], facts)


def _page(app: object, facts: Facts) -> object:
    """Return the page on which an interface shows itself; None for an interface not known."""
    nbclassic = capabilities.nbclassic_url(facts.user)
    urls = {"lab": "/lab", "notebook": "/tree", "nbclassic": nbclassic, CLASSIC: "/tree"}
    return urls.get(str(app))


def _app(url: object, facts: Facts) -> object:
    if url == "":
        return _first_installed(facts)
    page = pages.page_of(url) if isinstance(url, str) else ""
    if page in pages.CLASSIC_PAGES:
        return _shown_at_tree(facts)
    if page == "nbclassic" and capabilities.nbclassic_url(facts.user) == "/tree":
        raise UselessError(_("/nbclassic is a 404 page without Notebook 7: nbclassic is at /tree"))
    return page if page in {"lab", "nbclassic"} else None


def _app_at(url: object, facts: Facts) -> object:
    """Return the interface that is seen at a page; None when there is none.

    Where people have the legacy Notebook, it shows every page but those of the others.
    """
    if facts.legacy and _may_be_classic(url):
        return CLASSIC
    try:
        return _app(url, facts)
    except RefusedError:
        return None


def _may_be_classic(url: object) -> bool:
    return isinstance(url, str) and pages.page_of(url) not in {"lab", "nbclassic"}


def _is_page_of(url: object, app: object, facts: Facts) -> bool:
    if app == CLASSIC:
        return _may_be_classic(url)
    return _app_at(url, replace(facts, legacy=False)) == app


def _address(url: object, facts: Facts) -> object:
    """Return the page a value of the trait amounts to; JupyterHub turns the old %U round."""
    if url == "":
        return _first_page(facts)
    return UrlPath().parse(url.replace("%U", "{username}")) if isinstance(url, str) else None


def _first_page(facts: Facts) -> object:
    return _page(CLASSIC if facts.legacy else _first_installed(facts), facts)


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
    found = None if facts.legacy else facts.found.get("extensions.server")
    switches = found.value if found and isinstance(found.value, Mapping) else {}
    return {str(name) for name, on in switches.items() if not on}


def _choices(facts: Facts) -> tuple[Choice, ...]:
    user = facts.user
    return (
        Choice("lab", _("JupyterLab"), _missing(facts, capabilities.has_lab(user), "jupyterlab")),
        Choice(
            "notebook",
            _("Notebook 7"),
            _other_notebook(facts, capabilities.has_notebook(user), _("notebook 7")),
        ),
        Choice(
            "nbclassic",
            _("Classic Notebook (nbclassic)"),
            _missing(facts, capabilities.has_nbclassic(user), "nbclassic"),
        ),
        Choice(
            CLASSIC,
            _("Classic Notebook (Notebook 6)"),
            _other_notebook(facts, capabilities.has_legacy_notebook(user), _("notebook before 7")),
        ),
    )


def _other_notebook(facts: Facts, there: bool, needed: str) -> str:  # noqa: FBT001 - a plain fact
    version = facts.user.packages.get("notebook") if facts.user else None
    if there or version is None:
        return _missing(facts, there, needed)
    text = _("needs {package}, found {version}")
    return text.format(package=needed, version=shown(version, 40))


def _missing(facts: Facts, there: bool, package: str) -> str:  # noqa: FBT001 - a plain fact
    if there or facts.user is None:
        return ""
    return _("{package} is not installed in {prefix}").format(
        package=package, prefix=facts.user.prefix
    )


def _not_installed(values: Values, facts: Facts) -> str:
    reasons = {choice.value: choice.unavailable for choice in _choices(facts)}
    reason = reasons.get(str(values["interface.app"]), "")
    if reason and values["interface.app"] == CLASSIC:
        return _("{reason}: no server would start. Choose another one").format(reason=reason)
    advice = _("{reason}: people would land on a 404 page. Install it there, or choose another one")
    return advice.format(reason=reason) if reason else ""


def _starts_nothing(_values: Values, facts: Facts) -> str:
    if not capabilities.starts_no_server(facts.hub, facts.user):
        return ""
    return _(
        "JupyterHub before 4.1 starts no server at all where Notebook 7 and nbclassic are both "
        "installed: upgrade JupyterHub, or uninstall nbclassic"
    )


def _classic_cannot_start(values: Values, facts: Facts) -> str:
    if values["interface.app"] != CLASSIC or not facts.legacy_obstacle:
        return ""
    text = _("The Classic Notebook is a server application of its own: {why}")
    return text.format(why=facts.legacy_obstacle)


def _nothing_like_it(values: Values, facts: Facts) -> str:
    if values["interface.app"] != CLASSIC:
        return ""
    for key in NOT_OF_CLASSIC:
        if values[key] != facts.found[key].value:
            text = _("{key} means nothing to the Classic Notebook: leave that answer out")
            return text.format(key=key)
    return ""


def _classic_in_an_image(values: Values, facts: Facts) -> str:
    if values["interface.app"] != CLASSIC or facts.user is not None:
        return ""
    return _(
        "The environment of people's servers is unknown: with anything but notebook 5 or 6 in it, "
        "no server starts"
    )


def _of_another_app(values: Values, facts: Facts) -> str:
    app, url = values["interface.app"], values["interface.default_url"]
    if app is None or url is None or _is_page_of(url, app, facts):
        return ""
    return _(
        "{url} is no page of {app}: leave one of the two answers out, or write a page such as "
        "{page}"
    ).format(url=url, app=app, page=_page(app, facts))


def _nothing_answers(values: Values, facts: Facts) -> str:
    url = str(values["interface.default_url"] or "")
    if values["interface.app"] == CLASSIC and not _may_be_classic(url):
        return ""  # it is of another interface: see the rule above
    try:
        _app(url, facts)
    except RefusedError as error:
        return error.text
    package = pages.package_of(url)
    if not package or facts.user is None or package in facts.user.packages:
        return ""
    return _("{reason}: people would land on a 404 page").format(
        reason=_missing(facts, there=False, package=package)
    )


def _fields_nobody_fills(values: Values, _facts: Facts) -> str:
    unknown = pages.unknown_fields(str(values["interface.default_url"] or ""))
    if not unknown:
        return ""
    return _(
        "JupyterHub knows what {known} stands for, but {name} only if your spawner fills it in: "
        "if not, no server starts"
    ).format(known="{username}", name=f"{{{unknown[0]}}}")


def _not_known(values: Values, facts: Facts) -> str:
    url = values["interface.default_url"]
    seen = _app_at(url, replace(facts, legacy=False))
    known = url is None or seen or pages.package_of(str(url))
    if known or _nothing_answers(values, facts):
        return ""
    return _(
        "Open /user/NAME{url} on a server first: a page that is not there is a 404 page"
    ).format(url=url)


def _says(values: Values, facts: Facts) -> str:
    """Return what the page alone says: whose `/tree` is, only the variable decides."""
    url = _url(values, facts)
    either = isinstance(url, str) and pages.page_of(url) in pages.CLASSIC_PAGES
    is_open = either and capabilities.may_be_legacy(facts.user)
    app = None if is_open else _app_at(url, replace(facts, legacy=False))
    if app is None:
        return _("People land on: {app}.").format(app=url)
    if url == _page(app, facts):
        return _("People land on: {app}.").format(app=app)
    return _("People land on: {app}, at {url}.").format(app=app, url=url)


def _says_application(values: Values, _facts: Facts) -> str:
    if values["interface.app"] == CLASSIC:
        return _("People's servers are the legacy Notebook, which reads files of its own.")
    return _("People's servers are not the legacy Notebook.")


_APPLICATION = Beside(
    SpawnerVariable(VARIABLE),
    write=lambda values, _facts: LEGACY_NAME if values["interface.app"] == CLASSIC else "",
    read=lambda value, _facts: CLASSIC if value in LEGACY_NAMES else None,
    says=_says_application,
)
_SPAWNERS = HubTrait("Spawner", "default_url")
_SERVERS = ServerTrait("ServerApp", "default_url")

APP = Setting(
    key="interface.app",
    sentence=_("What shall people see when they log in?"),
    help=_(
        "Everybody's server can show all installed interfaces; this is the page people land on. "
        "It changes when their server starts the next time. The Classic Notebook alone is another "
        "server, with other files: what jhwizard wrote moves there, your own lines stay behind."
    ),
    kind=OneOf("lab", "notebook", "nbclassic", CLASSIC),
    lands=_SPAWNERS,
    stronger=_SERVERS,
    beside=_APPLICATION,
    source=f"{capabilities.DOCS}/reference/api/spawner.html",
    default=_first_installed,
    says=_says,
    write=_url,
    read=_app,
    follows=Follows("interface.default_url", _app_at),
    choices=_choices,
)

DEFAULT_URL = Setting(
    key="interface.default_url",
    sentence=_("On which page exactly shall they land?"),
    help=_(
        "For one notebook, a folder, or a page of another package: /lab/tree/welcome.ipynb, "
        "/voila or /rstudio; {username} stands for each person's name. Choosing another interface "
        "above chooses its page as well. A page that is not there is a 404 page for everybody."
    ),
    kind=UrlPath(),
    lands=_SPAWNERS,
    stronger=_SERVERS,
    source=f"{capabilities.DOCS}/reference/api/spawner.html",
    default=_first_page,
    says=_says,
    write=_url,
    read=_address,
    follows=Follows("interface.app", _page),
)

STEP = Step(
    name="interface",
    title=_("Interface"),
    intro=_("The first page of everybody's server."),
    settings=(APP, DEFAULT_URL),
    rules=(
        Rule(("interface.app",), "error", _not_installed),
        Rule(("interface.app",), "error", _starts_nothing),
        Rule(("interface.app",), "error", _classic_cannot_start),
        Rule(("interface.app", *NOT_OF_CLASSIC), "error", _nothing_like_it),
        Rule(("interface.app",), "warning", _classic_in_an_image),
        Rule(("interface.default_url", "interface.app"), "error", _of_another_app),
        Rule(("interface.default_url",), "warning", _nothing_answers),
        Rule(("interface.default_url",), "warning", _fields_nobody_fills),
        Rule(("interface.default_url",), "note", _not_known),
    ),
)
