"""How the spawner names people's containers, pods or units, so that no two servers share one."""

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.jupyter.spawner_names import NameTemplate, fields, name_template
from jhwizard.language import _
from jhwizard.settings.setting import Rule, Setting, SpawnerName, Values
from jhwizard.settings.template_kind import Template

KEY = "named_servers.name_template"
_ALLOW = "named_servers.allow"


def _of(facts: Facts) -> NameTemplate | None:
    return name_template(facts.spawner, facts.hub)


def _default(facts: Facts) -> str:
    found = _of(facts)
    return found.default if found else ""


def _has_one(facts: Facts, _values: Values) -> bool:
    return _of(facts) is not None


def _answer(values: Values, facts: Facts) -> tuple[str, NameTemplate | None]:
    """Return the template that was answered; none at all where nothing is known of it."""
    value, known = values[KEY], _of(facts)
    return (value, known) if isinstance(value, str) else ("", None)


def _braces(names: tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _nothing_known(values: Values, facts: Facts) -> str:
    template, known = _answer(values, facts)
    unknown = tuple(n for n in fields(template) if known and n not in known.known)
    if not known or not unknown:
        return ""
    text = _("{spawner} does not know {unknown}, and no server would start: it knows {names}")
    return text.format(spawner=facts.spawner, unknown=_braces(unknown), names=_braces(known.known))


def _same_for_all(values: Values, facts: Facts) -> str:
    template, known = _answer(values, facts)
    if not known or {*known.person, *known.both} & set(fields(template)):
        return ""
    text = _("Everybody's server would have one name: put in {person}")
    return text.format(person=_braces((known.both or known.person)[:1]))


def _same_for_servers(values: Values, facts: Facts) -> str:
    template, known = _answer(values, facts)
    if not values[_ALLOW] or not known or not known.safe or known.names_server(template):
        return ""
    return _(
        "All servers of a person would share one name, and the second one would not start or take "
        "the first one's place: write {safe}"
    ).format(safe=known.safe)


def _ambiguous(values: Values, facts: Facts) -> str:
    template, known = _answer(values, facts)
    if not values[_ALLOW] or not known or not known.names_server(template):
        return ""
    if known.keeps_apart(template) or _same_for_all(values, facts):
        return ""
    return _(
        "Two people's servers could get one name, as what separates the person from the server may "
        "stand in a name: write {safe}"
    ).format(safe=known.safe)


def _containers_stay(values: Values, facts: Facts) -> str:
    template, known = _answer(values, facts)
    before = facts.found[KEY].value
    if not known or known.cls != "DockerSpawner" or before in (None, template):
        return ""
    return _(
        "Containers are found again by their names: one that was kept when its server stopped is "
        "left behind, and its owner gets a new one"
    )


NAME_TEMPLATE = Setting(
    key=KEY,
    sentence=_("How shall the spawner name people's containers, pods or units?"),
    help=_(
        "The names in braces are put in for each server. With named servers every one of a "
        "person's needs a name of its own; the spawner's own template does that, unless it is an "
        "old DockerSpawner."
    ),
    kind=Template(),
    lands=SpawnerName(),
    source=f"{capabilities.DOCS}/howto/configuration/config-user-env.html#named-servers",
    default=_default,
    says=lambda values, _facts: _("What the spawner starts is named {template}.").format(
        template=values[KEY]
    ),
    write=lambda values, _facts: values[KEY],
    read=lambda value, _facts: value if isinstance(value, str) else None,
    absent="",
    when=_has_one,
)

RULES = (
    Rule((KEY,), "error", _nothing_known),
    Rule((KEY,), "error", _same_for_all),
    Rule((KEY, _ALLOW), "error", _same_for_servers),
    Rule((KEY, _ALLOW), "error", _ambiguous),
    Rule((KEY,), "warning", _containers_stay),
)
