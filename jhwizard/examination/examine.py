"""What the doctor has to ask besides reading: installed classes, rights, kernels that are hidden.

Starts nothing but the two interpreters, with limits; what they say is kept in the state directory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jhwizard.examination.accounts import accounts
from jhwizard.examination.asked_classes import ask_classes, is_known
from jhwizard.examination.exposed import exposed
from jhwizard.examination.reaching import reach
from jhwizard.examined import Examination, HiddenKernel, UnfoundProgram
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.jupyter.classes import starts_containers
from jhwizard.jupyter.kernelspecs import SERVERS_OWN, every_kernelspec
from jhwizard.language import _

_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin")
"""What servers that a system's service starts are given, besides their own environment."""

Progress = Callable[[str], None]


def examine(facts: Facts, host: Host, state: Path, user: str | None, progress: Progress) -> Facts:
    """Return the facts with `examined` filled in; never raises, it says what could not be asked.

    `user` is whose reach is looked at; None for the first ordinary user of the machine.
    """
    if not is_known(facts, state) and host.is_this_machine:
        progress(_("Asking the installed classes what they know of your config (some seconds)"))
    hub, server = ask_classes(facts, host, state)
    known = accounts(host)
    reached = reach(facts, host, known, user)
    unasked = (*hub.unasked, *server.unasked, *reached.unasked)
    examined = Examination(
        unasked=tuple(dict.fromkeys(unasked)),
        verdicts={**hub.verdicts, **server.verdicts},
        uncompiled=(*hub.uncompiled, *server.uncompiled),
        traits={**server.traits, **hub.traits},
        person=reached.person,
        barriers=reached.barriers,
        exposed=exposed(facts, host, known),
        hidden_kernels=tuple(_hidden(facts, host)),
        unfound=tuple(_unfound(facts, host)),
    )
    return replace(facts, examined=examined)


def _hidden(facts: Facts, host: Host) -> Iterator[HiddenKernel]:
    """Yield the kernelspecs that others of their names keep from being found."""
    if facts.user is None and starts_containers(facts.spawner):
        return
    winners = {spec.name: spec.directory for spec in facts.kernelspecs}
    for spec in every_kernelspec(host, facts.user):
        if spec.name in winners and winners[spec.name] != spec.directory:
            yield HiddenKernel(spec.name, spec.directory, spec.argv)


def _unfound(facts: Facts, host: Host) -> Iterator[UnfoundProgram]:
    """Yield the kernels whose program lies nowhere that servers usually look."""
    own = [facts.user.prefix / "bin"] if facts.user else []
    places = [*own, *map(PurePosixPath, _PATH)]
    for spec in facts.kernelspecs:
        program = spec.argv[0] if spec.argv else ""
        if spec.problem or not program or "/" in program or SERVERS_OWN.fullmatch(program):
            continue
        if not any(host.exists(place / program) for place in places):
            yield UnfoundProgram(spec.name, spec.directory, program)
