"""Rules about what people's servers cannot reach, with the one chmod that lets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jhwizard.examined import Barrier, Behind
from jhwizard.facts import Facts
from jhwizard.language import _, ngettext
from jhwizard.rules.rule import Fix, Level, Rule, Spot

_WORST: tuple[Behind, ...] = (
    "program",
    "python",
    "packages",
    "switches",
    "kernels",
    "page",
    "config",
    "interpreter",
    "kernel",
)


def _barriers(facts: Facts) -> Iterator[tuple[Barrier, int]]:
    """Yield what is worst behind each barrier, and how much else is."""
    found = facts.examined.barriers if facts.examined else ()
    places = dict.fromkeys(barrier.at for barrier in found)
    for place in places:
        behind = [barrier for barrier in found if barrier.at == place]
        behind.sort(key=lambda barrier: _WORST.index(barrier.behind))
        wanted = {barrier.wanted for barrier in behind}
        yield behind[0], len(wanted) - 1


def _out_of_reach(facts: Facts) -> Iterator[Spot]:
    for barrier, more in _barriers(facts):
        if _vanish(barrier):
            continue
        others = ngettext(
            " (and one more thing that they need)",
            " (and {count} more things that they need)",
            more,
        )
        words = _effect(barrier, facts).format(
            who=_who(facts), wanted=barrier.wanted, why=_why(barrier, facts)
        )
        text = words + (others.format(count=more) if more else "")
        level: Level = "warning" if barrier.behind in {"kernel", "interpreter"} else "error"
        yield Spot(text, _keys(barrier), barrier.at, None, _fix(barrier), level)


def _vanish(barrier: Barrier) -> bool:
    """Return whether a directory of kernels is there for Jupyter, and may not be listed."""
    return barrier.behind == "kernels" and barrier.at == barrier.wanted and "r" in barrier.bits


def _kernels_vanish(facts: Facts) -> Iterator[Spot]:
    text = _("{who} cannot list {wanted}, and so no kernel at all is offered: {why}")
    for barrier in facts.examined.barriers if facts.examined else ():
        if _vanish(barrier):
            words = text.format(who=_who(facts), wanted=barrier.wanted, why=_why(barrier, facts))
            yield Spot(words, _keys(barrier), barrier.at, None, _fix(barrier))


def _who(facts: Facts) -> str:
    person = facts.examined.person if facts.examined else None
    return person.name if person and person.name else _("people")


def _why(barrier: Barrier, facts: Facts) -> str:
    if not barrier.bits:
        text = _("the access control list of {at} keeps {who} out")
        return text.format(at=barrier.at, who=_who(facts))
    return _("{at} is {mode:04o}, and belongs to {owner}").format(
        at=barrier.at, mode=barrier.mode, owner=barrier.owner
    )


def _effect(barrier: Barrier, facts: Facts) -> str:
    # What a directory hides is not there for a server; what it finds, it tries to open.
    is_found = barrier.at == barrier.wanted and not facts.legacy
    is_hidden = barrier.behind in {"switches", "page"} and not is_found
    return _EFFECTS["config" if is_hidden else barrier.behind]


_EFFECTS: Mapping[Behind, str] = {
    "program": _("{who} cannot start {wanted}, and so no server starts: {why}"),
    "python": _("{who} cannot start {wanted}, and so no server starts: {why}"),
    "packages": _("{who} cannot import from {wanted}, and so no server starts: {why}"),
    "switches": _("{who} cannot read {wanted}, and so no server starts: {why}"),
    "page": _("{who} cannot read {wanted}, and so every page fails: {why}"),
    "config": _("{who} cannot read {wanted}, and so nothing in it counts: {why}"),
    "kernels": _("{who} cannot enter {wanted}, and are offered no kernel of it: {why}"),
    "interpreter": _("{who} cannot start {wanted}, and so its kernel fails: {why}"),
    "kernel": _("{who} cannot read {wanted}, and are not offered that kernel: {why}"),
}


def _keys(barrier: Barrier) -> tuple[str, ...]:
    return ("kernels.allowed",) if barrier.behind in {"kernels", "kernel", "interpreter"} else ()


def _fix(barrier: Barrier) -> Fix:
    if not barrier.bits:
        return Fix(_("`getfacl {at}` shows the list").format(at=barrier.at))
    return Fix(f"`chmod {barrier.bits} {_quoted(barrier.at)}`")


def _quoted(path: PurePosixPath) -> str:
    from shlex import quote  # noqa: PLC0415 - only where something is wrong

    return quote(str(path))


RULES: tuple[Rule, ...] = (
    Rule(
        "out-of-reach",
        _("Something that a server needs, and that a sample user may not read or start."),
        "error",
        _out_of_reach,
    ),
    Rule(
        "kernels-vanish",
        _("A directory of kernels that a sample user may not list: no kernel is offered then."),
        "error",
        _kernels_vanish,
    ),
)
