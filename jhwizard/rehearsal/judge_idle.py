"""Judges the second pass: what is stopped when it is idle, with times scaled down.

The times of the first pass are scaled, as they were seen in the running server; what is never
stopped there stays so.
"""

from __future__ import annotations

from collections.abc import Mapping

from jhwizard.language import _
from jhwizard.rehearsal.proof import Proof, Seen, Wanted

SCALED = 4
"""Seconds that the times of kernels and terminals become."""
_LONGEST_INTERVAL = 8
_SLACK = 15
_OWN_CLASS = {"ServerApp": "AsyncMappingKernelManager", "NotebookApp": "MappingKernelManager"}


def words(seen: Seen) -> tuple[str, ...]:
    """Return the words that scale down what a server was seen to hold."""
    found = seen.get("server", {}).get("found", {})
    traits = found.get("traits", {}) if isinstance(found, Mapping) else {}
    lineage = found.get("lineage", ()) if isinstance(found, Mapping) else ()
    app = "NotebookApp" if any(str(c).endswith(".NotebookApp") for c in lineage) else "ServerApp"
    kernels, terminals = "MappingKernelManager", "TerminalManager"
    pairs = [
        (f"{kernels}.cull_idle_timeout", f"{kernels}.cull_interval"),
        (f"{terminals}.cull_inactive_timeout", f"{terminals}.cull_interval"),
        (f"{app}.shutdown_no_activity_timeout", ""),
    ]
    given = []
    for time, interval in pairs:
        idle, every = _number(traits.get(time)), _number(traits.get(interval))
        if idle > 0:
            own = time.replace(kernels, _OWN_CLASS[app])
            given.append(f"--{own}={SCALED}")
            scaled = min(max(round(SCALED * every / idle), 1), _LONGEST_INTERVAL)
            own = interval.replace(kernels, _OWN_CLASS[app])
            given += [f"--{own}={scaled}"] if interval else []
    # Something has to be there, to say that this is the second pass.
    return tuple(given) or ("--log-level=INFO",)


def longest() -> int:
    """Return the seconds after which what is still there is kept."""
    return SCALED + _LONGEST_INTERVAL + _SLACK


def _number(held: object) -> int:
    value = held[0] if isinstance(held, list) and held else 0
    return value if isinstance(value, int) else 0


def idle(what: str, said: Mapping[str, object], wanted: Wanted) -> Proof:
    """Judge one of the things that were left alone."""
    values = wanted.values
    kernel = bool(values["culling.kernel_idle"])
    stops = {
        "kernel": kernel,
        "connected": kernel and bool(values["culling.kernel_connected"]),
        "busy": kernel and bool(values["culling.kernel_busy"]),
        "terminal": bool(values["culling.terminal_idle"]),
        "server": bool(values["culling.server_idle"]),
        "hub": bool(values["culling.hub_idle"]),
    }
    notes = {
        "kernel": _("a kernel that nobody has open"),
        "connected": _("a kernel with an open tab"),
        "busy": _("a kernel that computes"),
        "terminal": _("a silent terminal"),
        "server": _("a server without kernels, by itself; it looks once a minute"),
        "hub": _("a server, by the hub's culler"),
    }
    words = {True: _("stopped"), False: _("kept")}
    seconds = said["stopped"]
    took = float(seconds) if isinstance(seconds, int | float) else None
    should, stopped = stops[what], took is not None
    note = _("{what}, with times scaled down").format(what=notes[what])
    return Proof(f"idle:{what}", words[should], words[stopped], should == stopped, took, note)
