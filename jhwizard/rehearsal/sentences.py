"""What a rehearsal says of itself: what runs at all, and what of the admin's is not used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jhwizard.errors import WizardError
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.rehearsal.proof import Proof


def of_itself(what: str, said: Mapping[str, object], seconds: float) -> list[Proof]:
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


def sentences(what: str, said: Mapping[str, Any]) -> list[str]:
    """Return what to say about the rehearsal itself."""
    if what == "failed":
        return [
            _("note: {what} could not be seen: {why}").format(what=said["where"], why=said["why"])
        ]
    if what == "kernels" and said["left_out"]:
        text = _("note: not started, as they are too many: {names}")
        return [text.format(names=", ".join(map(str, said["left_out"])))]
    if what == "idle":
        text = _("note: with times scaled down the server did not start: {why}")
        return [text.format(why=shown(str(said["why"]), 120))]
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


def cannot(why: str) -> WizardError:
    """Return why this machine does not allow a rehearsal."""
    if why != "namespaces":
        text = _("this machine does not let a rehearsal be kept apart from it: {why}")
        return WizardError(text.format(why=shown(why, 120)))
    text = _(
        "this machine does not let a rehearsal be kept apart from it: its kernel, or the container "
        "it runs in, allows no namespaces"
    )
    fix = _("run it as root on the machine itself; `jhwizard plan` proves the files without it")
    return WizardError(text, fix=fix)
