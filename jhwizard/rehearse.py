"""The rehearsal: the real JupyterHub on the planned files, before anything is written.

What a face needs: `rehearse` tells each proof as soon as it is known. Nothing is written to the
machine, and nothing is left behind however it ends (`rehearsal.cage`).
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from jhwizard import own_program
from jhwizard.answers import Answers
from jhwizard.errors import UsageError, WizardError
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.plan import Plan
from jhwizard.printable import shown
from jhwizard.rehearsal import cage, hub_side, sample
from jhwizard.rehearsal.judge import Judge
from jhwizard.rehearsal.proof import Proof, Rehearsal, Skipped, Wanted
from jhwizard.rehearsal.run_cage import Cage
from jhwizard.settings import SETTINGS
from jhwizard.settings.install_kernels import to_be_installed
from jhwizard.settings.setting import NotConfig, ServerTrait, SpawnerVariable
from jhwizard.traits_found import by_running_name
from jhwizard.understand import with_files
from jhwizard.which_application import under_application

Told = Callable[[Proof | Skipped | str], None]
_LIBRARY = ("browse", "hub_side", "talk", "trivial", "visit", "visit_hub", "watch_server")
_CONFIG = """
import json, sys
sys.path.insert(0, {library!r})
load_subconfig({admins!r})  # silently passed over by JupyterHub, if it is not there
from jhwizard.rehearsal import hub_side
with open({told!r}) as stream:
    hub_side.configure(c, json.load(stream))
"""
_SECONDS, _HUB, _SERVER, _KERNEL = 300.0, 60.0, 120.0, 30.0
_MOST_KERNELS = 8


@dataclass(frozen=True)
class Wishes:
    """How to rehearse."""

    user: str | None = None
    """Whose files in their home take part; None for somebody with an empty home."""
    cull: bool = False
    """Whether a second pass sees idle kernels and servers stop, with times scaled down."""
    seconds: float = _SECONDS
    """For all of it."""
    kernel_seconds: float = _KERNEL
    """For one kernel to answer."""
    most_kernels: int = _MOST_KERNELS
    """Started at most."""


@dataclass
class _Heard:
    """What was said so far."""

    proofs: list[Proof] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    failed: str = ""
    ended: bool = False


def rehearse(  # noqa: PLR0913, PLR0917 - the nouns, and who listens
    plan: Plan,
    facts: Facts,
    answers: Answers | None,
    host: Host,
    wishes: Wishes,
    told: Told,
    cancelled: Event | None = None,
) -> Rehearsal:
    """Run the hub on the files of a plan, and say what is seen; an empty plan: on what is there.

    `answers` None stands for what the plan's files say. `told` gets each proof, what was not seen,
    and sentences on the way. Raises WizardError where it cannot run, KeyboardInterrupt where
    `cancelled` was set.
    """
    began = time.monotonic()
    _refuse(host, facts)
    who = sample.person(wishes.user)
    wanted = wanted_of(plan, facts, answers, who.name)
    words = _cage_words(plan, facts, wanted, who, wishes)
    heard, judge = _Heard(), Judge(wanted)
    with Cage(words) as running:
        for said in running.said(wishes.seconds, cancelled):
            _hear(said, heard, judge, told, began)
            if heard.ended:
                break
        log = running.log
    if cancelled and cancelled.is_set():
        raise KeyboardInterrupt
    reason = _("it was not seen within {seconds:g} seconds").format(seconds=wishes.seconds)
    if facts.user is None and not heard.failed:
        reason = _("people's servers are started from an image, or their Python is not known")
    for each in judge.rest(heard.failed or reason):
        _take(each, heard, told)
    started = all(proof.ok for proof in heard.proofs if proof.key in {"hub", "server"})
    seconds = time.monotonic() - began
    return Rehearsal(tuple(heard.proofs), tuple(heard.skipped), seconds, log, started)


def wanted_of(plan: Plan, facts: Facts, answers: Answers | None, user: str) -> Wanted:
    """Return what should be seen: what was answered, and for the rest what the files say."""
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    values = {key: after.found[key].value for key in SETTINGS}
    planned = {k: v for k, v in plan.answers.items() if isinstance(SETTINGS[k].lands, NotConfig)}
    values.update({key: SETTINGS[key].kind.from_toml(v) for key, v in planned.items() if v})
    if answers is not None:
        values.update({k: answers[k] for k in SETTINGS if k in answers.asked or answers.changed(k)})
    return Wanted(values, after, user, pending=bool(plan.commands))


def _refuse(host: Host, facts: Facts) -> None:
    if not host.is_this_machine:
        text = _("a rehearsal starts programs, and those under another root are not started")
        raise UsageError(text, fix=_("run it on the machine itself, without --root"))
    if facts.hub is None or facts.hub.python is None:
        text = _("no JupyterHub was found here to rehearse with")
        raise WizardError(text, fix=_("name its Python with --hub-python"))


def _cage_words(
    plan: Plan, facts: Facts, wanted: Wanted, who: sample.Person, wishes: Wishes
) -> dict[str, object]:
    """Return what `cage.main` reads."""
    assert facts.hub is not None  # noqa: S101 - refused before
    proxy = sample.proxy(facts)
    environ = sample.environment(facts)
    environ["PATH"] = sample.node_path(environ["PATH"])
    own = {"HOME": str(cage.HOME), "TMPDIR": "/tmp", "USER": who.name}  # noqa: S108
    told = str(cage.LIBRARY / "told.json")
    asked = _asked(facts, wanted, who, wishes, proxy)
    config = {"library": str(cage.LIBRARY), "admins": str(facts.hub_config), "told": told}
    user = facts.user if facts.user and facts.user.python else facts.hub
    hub = [str(facts.hub.python), str(facts.hub.prefix / "bin/jupyterhub"), "-f"]
    visit = [str(user.python), *own_program.start("jhwizard.rehearsal.visit", cage.LIBRARY), told]
    cwd = str(facts.hub_directory or facts.hub_config.parent)
    return {
        "files": sample.files(plan, facts),
        "home": who.home,
        "uid": who.uid,
        "gid": who.gid,
        "groups": list(who.groups),
        "library": {
            **_library(),
            "told.json": json.dumps(asked),
            "config.py": _CONFIG.format(**config),
        },
        "hub": {
            "argv": [*hub, str(cage.LIBRARY / "config.py")],
            "environ": environ | own,
            "cwd": cwd,
        },
        "visit": {"argv": visit, "environ": environ | own, "cwd": "/"},
    }


def _library() -> dict[str, str]:
    """Return the modules that run in there, by Pythons that cannot read jhwizard's directories."""
    here = Path(cage.__file__).parent
    modules = {f"jhwizard/rehearsal/{n}.py": (here / f"{n}.py").read_text() for n in _LIBRARY}
    return {"jhwizard/__init__.py": "", "jhwizard/rehearsal/__init__.py": "", **modules}


def _asked(
    facts: Facts, wanted: Wanted, who: sample.Person, wishes: Wishes, proxy: str
) -> dict[str, object]:
    """Return what the hub's side and the visitor are told: names, and nothing they should find."""
    return {
        "secret": secrets.token_hex(16),
        "proxy": proxy,
        "user": who.name,
        "home": who.home if who.home and Path(who.home).is_dir() else str(cage.HOME),
        "directory": str(cage.HOME),
        "library": str(cage.LIBRARY),
        "seen": str(cage.HOME / "server.json"),
        "address": hub_side.ADDRESS,
        "hub_address": hub_side.HUB_ADDRESS,
        "servers": facts.user is not None,
        "ask": _names_to_look_at(wanted),
        "kernels": _kernels(wanted),
        "most_kernels": wishes.most_kernels,
        "kernel_seconds": wishes.kernel_seconds,
        "hub_seconds": _HUB,
        "server_seconds": _SERVER,
        "seconds": [],
    }


def _names_to_look_at(wanted: Wanted) -> dict[str, list[str]]:
    after = wanted.after
    landings = [under_application(record, after).lands for record in SETTINGS.values()]
    traits = [f"{each.cls}.{each.trait}" for each in landings if isinstance(each, ServerTrait)]
    more = wanted.values["environment.traits"]
    names = list(more) if isinstance(more, Mapping) else []
    return {
        "traits": [*traits, *(by_running_name(str(name), after) for name in names)],
        "variables": [each.name for each in landings if isinstance(each, SpawnerVariable)],
        "packages": _packages(wanted.values["environment.packages"]),
    }


def _packages(wishes: object) -> list[str]:
    if not isinstance(wishes, tuple) or not wishes:
        return []
    from packaging.requirements import Requirement  # noqa: PLC0415 - only packages need it

    return [Requirement(str(each)).name for each in wishes]


def _kernels(wanted: Wanted) -> list[str]:
    """Return kernels that answers speak of, which are started before others."""
    values = wanted.values
    shared, allowed = values["kernels.share"], values["kernels.allowed"]
    homes = {kernel.answer: kernel.name for kernel in wanted.after.home_kernels}
    names = [homes.get(str(n), str(n)) for n in shared] if isinstance(shared, tuple) else []
    more = map(str, allowed) if isinstance(allowed, tuple) else ()
    return [*sorted(to_be_installed(values)), *names, *more]


def _hear(
    said: Mapping[str, object], heard: _Heard, judge: Judge, told: Told, began: float
) -> None:
    what = str(said["what"])
    for sentence in _sentences(what, said):
        told(sentence)
    for each in _of_itself(what, said, time.monotonic() - began):
        _take(each, heard, told)
    if what == "cannot":
        raise _cannot(str(said.get("why")))
    if what in {"hub ended", "hub silent"}:
        heard.failed, heard.ended = _("JupyterHub does not start on these files"), True
        return
    heard.ended = what == "end"
    for each in judge.hear(what, said):
        _take(each, heard, told)


def _take(each: Proof | Skipped, heard: _Heard, told: Told) -> None:
    (heard.proofs if isinstance(each, Proof) else heard.skipped).append(each)  # type: ignore[attr-defined]
    told(each)


def _of_itself(what: str, said: Mapping[str, object], seconds: float) -> list[Proof]:
    """Return the proofs that something runs at all."""
    should = _("it starts")
    match what:
        case "hub":
            return [Proof("hub", should, should, ok=True, seconds=seconds)]
        case "hub ended":
            text = _("it ended with status {status}").format(status=said["status"])
            return [Proof("hub", should, text, ok=False)]
        case "hub silent":
            return [Proof("hub", should, _("it does not answer"), ok=False)]
        case "landing" if said["ready"]:
            return [Proof("server", should, should, ok=True, seconds=_number(said["seconds"]))]
        case "landing":
            note = shown(str(said.get("page", "")), 200)
            return [Proof("server", should, shown(str(said["why"]), 200), ok=False, note=note)]
    return []


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _sentences(what: str, said: Mapping[str, Any]) -> list[str]:
    """Return what to say about the rehearsal itself."""
    if what == "failed":
        return [
            _("note: {what} could not be seen: {why}").format(what=said["where"], why=said["why"])
        ]
    if what == "kernels" and said["left_out"]:
        text = _("note: not started, as they are too many: {names}")
        return [text.format(names=", ".join(map(str, said["left_out"])))]
    return _replaced(said.get("replaced") or {}) if what == "hub" else []


def _replaced(said: Mapping[str, Any]) -> list[str]:
    """Return what of the admin's is not used."""
    texts = []
    if said.get("spawner") not in {"LocalProcessSpawner", "SimpleLocalProcessSpawner"}:
        text = _("{name} is replaced: servers are started as processes of this machine")
        texts.append(text.format(name=said.get("spawner")))
    if said.get("authenticator_class"):
        text = _("{name} is replaced: anybody may log in")
        texts.append(text.format(name=said["authenticator_class"]))
    if said.get("proxy_class"):
        texts.append(_("{name} is replaced by the default proxy").format(name=said["proxy_class"]))
    if said.get("services"):
        text = _("not started: the services {names}")
        texts.append(text.format(names=", ".join(said["services"])))
    if said.get("hooks"):
        texts.append(_("not run: {names}").format(names=", ".join(said["hooks"])))
    return [_("note: {remark}").format(remark=text) for text in texts]


def _cannot(why: str) -> WizardError:
    if why != "namespaces":
        text = _("this machine does not let a rehearsal be kept apart from it: {why}")
        return WizardError(text.format(why=shown(why, 120)))
    text = _(
        "this machine does not let a rehearsal be kept apart from it: its kernel, or the container "
        "it runs in, allows no namespaces"
    )
    fix = _("run it as root on the machine itself; `jhwizard plan` proves the files without it")
    return WizardError(text, fix=fix)
