"""Rules about people themselves: who may log in, and whose own files count."""

from __future__ import annotations

from collections.abc import Iterator

from jhwizard.facts import Facts, Missing
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.tljh import is_tljhs
from jhwizard.language import _
from jhwizard.layers import folded, ladder, lines
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings.setting import HubTrait

_CLASS = HubTrait("JupyterHub", "authenticator_class")
_DISABLE = HubTrait("Spawner", "disable_user_config")
_PAM = frozenset(
    {"pam", "default", "jupyterhub.auth.PAMAuthenticator", "jupyterhub.auth:PAMAuthenticator"}
)
"""Names of the authenticator that lets nobody in by itself since JupyterHub 5 (`auth.py`)."""
_SECTIONS = frozenset({"Authenticator", "LocalAuthenticator", "PAMAuthenticator", "*"})
_LETS_IN = ("allow", "any_allow", "admin_", "whitelist", "group_whitelist", "*")
"""How the traits begin that may let somebody in."""


def _nobody(facts: Facts) -> Iterator[Spot]:
    """Yield that nobody can log in: no line lets anybody in, and nothing does by itself."""
    if not facts.hub_config_exists or not capabilities.needs_allow(facts.hub):
        return
    if is_tljhs(facts.hub_config) or not _is_pam(facts):
        return
    for _source, write in lines("hub", facts):
        if write.cls in _SECTIONS and write.trait.startswith(_LETS_IN):
            return
        if write.cls == "JupyterHub" and write.trait in {"admin_users", "*"}:
            return
    text = _(
        "nobody can log in: since JupyterHub 5 only those who are allowed to may, and no line says "
        "who"
    )
    fix = Fix(_("Write c.Authenticator.allow_all = True, or c.Authenticator.allowed_users = {…}."))
    yield Spot(text, (), facts.hub_config, None, fix)


def _is_pam(facts: Facts) -> bool:
    """Return whether people log in with the machine's own passwords, for certain."""
    rungs = ladder(_CLASS, facts)
    found = folded(rungs, _CLASS)
    if found.kind == "default":
        return True
    parts = rungs[-1].write.parts if rungs else None
    named = parts.refers if isinstance(parts, Missing) else found.raw
    return isinstance(named, str) and named in _PAM


def _own_files_count(facts: Facts) -> Iterator[Spot]:
    """Yield what disable_user_config leaves to people (tried with JupyterHub 6.1)."""
    found = folded(ladder(_DISABLE, facts), _DISABLE)
    outranked = facts.found["environment.users_may_override"].value is False
    if found.kind != "exact" or found.raw is not True or outranked:
        return
    text = _(
        "{trait} hides people's own server config and kernels, and not what they have in "
        "~/.jupyter/labconfig and ~/.ipython: these still count"
    )
    fix = Fix(
        _("Answer no to environment.users_may_override for the first of them."),
        {"environment.users_may_override": False},
    )
    yield Spot(
        text.format(trait=found.trait),
        ("environment.users_may_override",),
        found.file,
        found.line,
        fix,
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "nobody-can-log-in",
        _("JupyterHub 5 or later with the machine's own passwords, and nobody is allowed in."),
        "warning",
        _nobody,
        beyond=True,
    ),
    Rule(
        "own-files-still-count",
        _("c.Spawner.disable_user_config, which leaves labconfig and IPython to people."),
        "note",
        _own_files_count,
    ),
)
