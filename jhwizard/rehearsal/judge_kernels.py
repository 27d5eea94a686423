"""Judges what was seen of kernels and of what is installed."""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.rehearsal.judge_hub import meant, proof
from jhwizard.rehearsal.proof import Proof, Seen, Skipped, Verdict, Wanted
from jhwizard.settings.install_kernels import to_be_installed
from jhwizard.settings.setting import NotConfig, Setting

_BY_ITSELF = {"storemagic"}
"""What IPython loads without being told (IPython 9, `InteractiveShell.init_magics`)."""
_TWO = "2"


def kernel(said: Mapping[str, object]) -> Proof:
    """Judge one started kernel: it answered, and adding gave 2 where it is known how to add."""
    name = f"kernel:{shown(str(said['name']))}"
    if not said["ok"]:
        return Proof(name, _TWO, _("no answer"), ok=False, note=shown(str(said["why"]), 200))
    seconds, taken = said["seconds"], said["memory"]
    note = _("1+1 in a new kernel, {size} MB of memory").format(
        size=round(taken / 1e6) if isinstance(taken, int) else "?"
    )
    answer = shown(str(said["answer"]))
    # Some language adds otherwise: that it answers at all is what was asked.
    observed = _TWO if _TWO in answer else answer
    return Proof(name, _TWO, observed, ok=True, seconds=float(str(seconds)), note=note)


def offered(record: Setting, raw: object, seen: Seen, wanted: Wanted) -> Verdict:
    """Judge which kernels are offered, or which one is the default and starts."""
    specs = seen.get("kernelspecs")
    if specs is None:
        return None
    if not specs["names"]:
        text = _("no kernel is offered: status {status}").format(status=specs["status"])
        return proof(record, wanted, text, ok=False)
    if record.key == "kernels.allowed":
        return _allowed(record, raw, specs, wanted)
    default = str(specs["default"])
    started = seen.get(f"kernel:{default}")
    if started is None:
        return None
    note = "" if started["ok"] else _("it does not start: {why}")
    note = note.format(why=shown(str(started.get("why")), 120))
    ok = bool(started["ok"]) and default == wanted.values[record.key]
    return proof(record, wanted, default, ok=ok, note=note)


def _allowed(record: Setting, raw: object, specs: Mapping[str, object], wanted: Wanted) -> Proof:
    should, there = wanted.values[record.key], specs["names"]
    assert isinstance(there, list)  # noqa: S101 - as the visitor tells it
    if not should:
        return proof(record, wanted, meant(record, raw, wanted))
    observed = tuple(sorted(there))
    return proof(record, wanted, observed, ok=observed == tuple(sorted(map(str, should))))  # type: ignore[call-overload]


def ipython(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    """Judge the extensions that a Python kernel has loaded."""
    said = seen.get("ipython")
    if said is None:
        return None
    if not said["kernel"]:
        return Skipped(record.key, _("no Python kernel is offered"))
    loaded = said.get("loaded")
    if not isinstance(loaded, list):
        text = _("the kernel {name} did not start, or is no IPython")
        return Skipped(record.key, text.format(name=shown(str(said["kernel"]))))
    should = wanted.values[record.key]
    wished = should if isinstance(should, tuple) else ()
    more = sorted(set(map(str, loaded)) - set(wished) - _BY_ITSELF)
    observed = (*(name for name in wished if name in loaded), *more)
    note = _("in the kernel {name}").format(name=shown(str(said["kernel"])))
    return proof(record, wanted, observed, ok=set(observed) == set(wished), note=note)


def installed(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    """Judge kernels that are shared or installed, and packages."""
    assert isinstance(record.lands, NotConfig)  # noqa: S101 - asked by the caller
    if not wanted.values[record.key]:
        return Skipped(record.key, _("there is nothing to install"))
    if record.lands.what == "packages":
        return _packages(record, seen, wanted)
    if seen.get("landing", {"ready": True})["ready"] is False:
        return Skipped(record.key, _("the server did not start"))
    if "kernels" not in seen:
        return None
    names = _kernel_names(record, wanted)
    started = {name: seen.get(f"kernel:{name}") for name in names}
    missing = [name for name, said in started.items() if said is None]
    dead = [name for name, said in started.items() if said and not said["ok"]]
    good = [answer for name, answer in names.items() if name not in {*missing, *dead}]
    note = _("not offered: {names}").format(names=", ".join(missing)) if missing else ""
    note = _("does not start: {names}").format(names=", ".join(dead)) if dead else note
    return proof(record, wanted, tuple(good), ok=not missing and not dead, note=shown(note, 200))


def _kernel_names(record: Setting, wanted: Wanted) -> dict[str, str]:
    """Return the names that kernels are offered by, each with the answer that asks for it."""
    should = wanted.values[record.key]
    answers = [str(each) for each in should] if isinstance(should, tuple) else []
    if record.key == "kernels.share":
        homes = {kernel.answer: kernel.name for kernel in wanted.after.home_kernels}
        return {homes.get(answer, answer): answer for answer in answers}
    return {name: answer for answer in answers for name in to_be_installed({record.key: (answer,)})}


def _packages(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    if wanted.pending:
        return Skipped(record.key, _("packages are installed when the plan is carried out"))
    server = seen.get("server")
    if server is None:
        return None
    found = server["found"]
    there = found.get("packages", {}) if isinstance(found, Mapping) else {}
    observed = {name: version for name, version in there.items() if version}
    return proof(record, wanted, observed, ok=len(observed) == len(there))
