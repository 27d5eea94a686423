"""Where the answers about the hub's culler go: one service and its role, in jhwizard's block.

A culler of the admin's own is changed where it stands, by `place_own_culler`.
"""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.answers import Answers
from jhwizard.culler import ROLES, SERVICES, Listed, listed, own_cullers
from jhwizard.edit import Edit, by_hand, by_tljh_config, not_in_json
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter import idle_culler
from jhwizard.jupyter.python_source import CLOSING, OPENING
from jhwizard.jupyter.tljh import command_for, is_decided
from jhwizard.landing import landing_file
from jhwizard.language import _
from jhwizard.layers import Rung, ladder
from jhwizard.place_own_culler import edits_in_place
from jhwizard.plan import Notice
from jhwizard.settings import SETTINGS, hub_culler
from jhwizard.settings.setting import HubCuller, HubTrait, Setting


def edits_of_culler(record: Setting, facts: Facts, answers: Answers) -> list[Edit]:
    """Return what has to be said; the record of the idle time speaks for all of them.

    Raises RefusedError where another culler runs, or may run.
    """
    if record.key != hub_culler.IDLE:
        return []
    keys = [key for key, other in SETTINGS.items() if isinstance(other.lands, HubCuller)]
    if not any(answers.changed(key) for key in keys):
        return [edit for trait in (SERVICES, ROLES) for edit in _again(record, trait, facts)]
    services = listed(SERVICES, facts)
    if own_cullers(services):
        return edits_in_place(record, facts, answers)
    _refuse_another(record, services, facts, answers)
    return [
        *_appended(record, SERVICES, hub_culler.services(answers, facts), facts),
        *_appended(record, ROLES, hub_culler.roles(answers), facts),
    ]


def _again(record: Setting, landing: HubTrait, facts: Facts) -> list[Edit]:
    """Return what was written before, as it was."""
    cls, trait = landing.cls, landing.trait
    edits = []
    for rung in (rung for rung in ladder(landing, facts) if rung.write.ours):
        write = rung.write
        comment = _comment(record, landing, write.value, facts)
        edits.append(Edit(record.key, rung.path, cls, trait, write.op, write.value, comment))
    return edits


def _appended(
    record: Setting, landing: HubTrait, entries: list[object], facts: Facts
) -> list[Edit]:
    path, notice = landing_file(record.lands, facts), _beside(record, landing, facts)
    cls, trait = landing.cls, landing.trait
    edits = []
    for entry in entries:
        comment = _comment(record, landing, entry, facts)
        edits.append(Edit(record.key, path, cls, trait, "append", entry, comment, notice=notice))
    return edits


def _comment(record: Setting, landing: HubTrait, entry: object, facts: Facts) -> tuple[str, ...]:
    """Return what stands above an entry, from the entry itself."""
    if landing == ROLES:
        return (_("What that service may do."),)
    try:
        flags = idle_culler.flags_of(entry if isinstance(entry, Mapping) else {})
    except RefusedError:
        return (record.source,)
    return (record.says(hub_culler.answers_of(flags), facts), record.source)


def _beside(record: Setting, landing: HubTrait, facts: Facts) -> Notice | None:
    """Return what to look at by hand, where other entries of the list are not known."""
    hidden = listed(landing, facts).hidden
    if hidden is None:
        return None
    text = _("c.{cls}.{trait} is not understood there; it must be a list, and is added to")
    words = text.format(cls=landing.cls, trait=landing.trait)
    return Notice(record.key, words, hidden.path, hidden.write.line)


def _refuse_another(record: Setting, services: Listed, facts: Facts, answers: Answers) -> None:
    """Raise RefusedError where a line that is not understood may start a culler."""
    hidden = services.hidden
    if hidden and is_decided(facts.hub_config, hidden.path, hidden.write):
        changed = [key for key in SETTINGS if answers.changed(key)]
        typed = [command_for(key, answers[key]) for key in changed]
        raise by_tljh_config(record, hidden, [words for words in typed if "services.cull" in words])
    if hidden and (not answers[record.key] or _named_in(hidden, facts)):
        raise by_hand(record, hidden)
    for landing in (SERVICES, ROLES):
        for rung in ladder(landing, facts):
            if rung.path.suffix == ".json":
                raise not_in_json(record, rung)
            if rung.write.op == "=" and not isinstance(rung.write.value, list):
                raise by_hand(record, rung)


def _named_in(hidden: Rung, facts: Facts) -> bool:
    """Return whether the file of a line that is not understood names the culler anywhere."""
    state = facts.files.get(hidden.path)
    text = state.content.decode(errors="replace") if state else ""
    before, _opening, rest = text.partition(OPENING)
    return idle_culler.mentions_culler(before + rest.partition(CLOSING)[2])
