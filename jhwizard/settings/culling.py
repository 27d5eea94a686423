"""Culling: when idle kernels, servers and terminals stop; each server sees to its own.

The hub's culler, which sees to all of them from outside, is in `hub_culler`.
"""

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _, ngettext
from jhwizard.settings import hub_culler
from jhwizard.settings.interface import CLASSIC
from jhwizard.settings.kinds import Duration, YesNo
from jhwizard.settings.read_traits import read_bool, read_integer
from jhwizard.settings.setting import Rule, ServerTrait, Setting, Step, Values

_CONFIG = f"{capabilities.SERVER_DOCS}/other/full-config.html"
_TERMINALS = "https://github.com/jupyter-server/jupyter_server_terminals"
_TIME = Duration()
SERVER_TICK = 60
"""Seconds between two looks of the server at its own idleness (jupyter_server 2.21)."""
DEFAULT_INTERVAL = 300
"""Seconds: the default of `cull_interval` of `MappingKernelManager` and of `TerminalManager`."""


def _seconds(values: Values, key: str) -> int:
    value = values[key]
    return value if isinstance(value, int) else 0


def _time(value: object, _facts: Facts) -> int:
    """Return the seconds of a trait that means "never" by 0 and by everything below."""
    return max(read_integer(value), 0)


def _interval(value: object, _facts: Facts) -> int:
    """Return the seconds; by 0 and less the server says "using default value (300)" in its log."""
    seconds = read_integer(value)
    return seconds if seconds > 0 else DEFAULT_INTERVAL


def _says_server(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.server_idle")
    if not idle:
        return _("An idle server is never stopped by itself.")
    return _("A server without kernels stops after {time} without activity.").format(
        time=_TIME.text(idle)
    )


def _says_kernel(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.kernel_idle")
    if not idle:
        return _("An idle kernel is never stopped.")
    return _("A kernel that is idle for {time} is stopped.").format(time=_TIME.text(idle))


def _says_interval(values: Values, _facts: Facts) -> str:
    every = _TIME.text(_seconds(values, "culling.kernel_interval"))
    return _("Idle kernels are looked for every {time}.").format(time=every)


def _says_terminal(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.terminal_idle")
    if not idle:
        return _("A silent terminal is never closed.")
    text = _("A terminal that has shown nothing new for {time} is closed.")
    return text.format(time=_TIME.text(idle))


def _says_terminal_interval(values: Values, _facts: Facts) -> str:
    every = _TIME.text(_seconds(values, "culling.terminal_interval"))
    return _("Silent terminals are looked for every {time}.").format(time=every)


def _kernels_stop(_facts: Facts, values: Values) -> bool:
    return values["culling.kernel_idle"] != 0


def _terminals_close(_facts: Facts, values: Values) -> bool:
    return values["culling.terminal_idle"] != 0


def _kernels_keep_server(values: Values, _facts: Facts) -> str:
    if not values["culling.server_idle"] or values["culling.kernel_idle"] != 0:
        return ""
    return _(
        "A server never stops while a kernel lives, and idle kernels are never stopped: give "
        "kernels a time too, such as 20m"
    )


def _too_late(values: Values, idle_key: str, interval_key: str, text: str) -> str:
    idle, interval = _seconds(values, idle_key), _seconds(values, interval_key)
    if not 0 < idle < interval:
        return ""
    return text.format(
        interval=_TIME.text(interval), total=_TIME.text(idle + interval), idle=_TIME.text(idle)
    )


def _interval_is_long(values: Values, _facts: Facts) -> str:
    text = _(
        "Idle kernels are looked for only every {interval}, so one lives for up to {total}: write "
        "an interval below {idle}"
    )
    return _too_late(values, "culling.kernel_idle", "culling.kernel_interval", text)


def _terminal_interval_is_long(values: Values, _facts: Facts) -> str:
    text = _(
        "Silent terminals are looked for only every {interval}, so one lives for up to {total}: "
        "write an interval below {idle}"
    )
    return _too_late(values, "culling.terminal_idle", "culling.terminal_interval", text)


def _seconds_meant_minutes(key: str) -> Rule:
    def finds(values: Values, _facts: Facts) -> str:
        value = _seconds(values, key)
        if not 0 < value < SERVER_TICK:
            return ""
        one = _("{count} second is very short: write {count}m if you mean minutes")
        more = _("{count} seconds is very short: write {count}m if you mean minutes")
        return ngettext(one, more, value).format(count=value)

    name = key.partition(".")[2].replace("_", "-")
    return Rule((key,), "warning", finds, f"{name}-of-seconds")


def _open_tabs(values: Values, _facts: Facts) -> str:
    if not values["culling.kernel_idle"] or values["culling.kernel_connected"] is not False:
        return ""
    return _("A kernel whose notebook is open in a browser tab is not idle and is kept.")


def _nothing_to_stop(values: Values, _facts: Facts) -> str:
    wide = values["culling.kernel_connected"] or values["culling.kernel_busy"]
    if not wide or values["culling.kernel_idle"] != 0:
        return ""
    return _(
        "Idle kernels are never stopped, so it does not matter whether a tab is open or a cell "
        "runs: give kernels a time too, such as 20m"
    )


def _work_is_lost(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.kernel_idle")
    if not values["culling.kernel_busy"] or not idle:
        return ""
    return _(
        "A cell that runs for {time} without any output is stopped in the middle, and its results "
        "are lost: answer no to let running cells end"
    ).format(time=_TIME.text(idle))


def _terminals(values: Values, _facts: Facts) -> str:
    # The legacy Notebook counts its terminals (notebook 6.5, `shutdown_no_activity`).
    if not values["culling.server_idle"] or values["interface.app"] == CLASSIC:
        return ""
    return _("An open terminal does not keep its server: jobs that run in one end with the server.")


def _silent_jobs(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.terminal_idle")
    if not idle:
        return ""
    if values["interface.app"] == CLASSIC:
        # The legacy Notebook counts what passes a websocket (notebook 6.5, `TermSocket`).
        return _(
            "Only what an open tab shows counts: a job that prints nothing for {time}, or whose "
            "tab is closed, is killed with its terminal"
        ).format(time=_TIME.text(idle))
    return _(
        "Only output counts: a job that prints nothing for {time} is killed with its terminal, "
        "even while its tab is open"
    ).format(time=_TIME.text(idle))


SERVER_IDLE = Setting(
    key="culling.server_idle",
    sentence=_("Stop a person's server when it has been idle for"),
    help=_(
        "A server that stops frees its memory; files stay, and it starts again at the next visit. "
        "The time counts from the last activity and only while no kernel lives. The server looks "
        "once a minute."
    ),
    kind=Duration(),
    lands=ServerTrait("ServerApp", "shutdown_no_activity_timeout"),
    source=_CONFIG,
    default=lambda _facts: 0,
    says=_says_server,
    write=lambda values, _facts: values["culling.server_idle"],
    read=_time,
)

KERNEL_IDLE = Setting(
    key="culling.kernel_idle",
    sentence=_("Stop a kernel that nobody has used for"),
    help=_(
        "People lose the variables of that notebook, not the notebook. A running cell is not "
        "stopped unless you say so below; the time starts again when it ends."
    ),
    kind=Duration(),
    lands=ServerTrait("MappingKernelManager", "cull_idle_timeout"),
    source=_CONFIG,
    default=lambda _facts: 0,
    says=_says_kernel,
    write=lambda values, _facts: values["culling.kernel_idle"],
    read=_time,
)

KERNEL_INTERVAL = Setting(
    key="culling.kernel_interval",
    sentence=_("Look for idle kernels every"),
    help=_(
        "A kernel ends between its idle time and that time plus this interval. A tenth of the "
        "idle time is a good choice."
    ),
    kind=Duration(never=False),
    lands=ServerTrait("MappingKernelManager", "cull_interval"),
    source=_CONFIG,
    default=lambda _facts: DEFAULT_INTERVAL,
    says=_says_interval,
    write=lambda values, _facts: values["culling.kernel_interval"],
    read=_interval,
)

KERNEL_CONNECTED = Setting(
    key="culling.kernel_connected",
    sentence=_("Stop idle kernels whose notebook is open in a browser tab, too?"),
    help=_(
        "With no, whoever leaves a tab open keeps the kernel, and with it the server, for as long "
        "as the tab is there. With yes, that notebook says that its kernel has died or restarts it."
    ),
    kind=YesNo(),
    lands=ServerTrait("MappingKernelManager", "cull_connected"),
    source=_CONFIG,
    default=lambda _facts: False,
    says=lambda values, _facts: (
        _("An idle kernel is stopped even if its notebook is open in a browser tab.")
        if values["culling.kernel_connected"]
        else _("A kernel whose notebook is open in a browser tab is kept.")
    ),
    write=lambda values, _facts: values["culling.kernel_connected"],
    read=lambda value, _facts: read_bool(value),
    when=_kernels_stop,
)

KERNEL_BUSY = Setting(
    key="culling.kernel_busy",
    sentence=_("Stop kernels while a cell runs, too?"),
    help=_(
        "With yes, a long computation that prints nothing is taken for idle and killed. It is "
        "meant for machines on which nothing may run for hours."
    ),
    kind=YesNo(),
    lands=ServerTrait("MappingKernelManager", "cull_busy"),
    source=_CONFIG,
    default=lambda _facts: False,
    says=lambda values, _facts: (
        _("A kernel is stopped even while a cell runs.")
        if values["culling.kernel_busy"]
        else _("A kernel is not stopped while a cell runs.")
    ),
    write=lambda values, _facts: values["culling.kernel_busy"],
    read=lambda value, _facts: read_bool(value),
    when=_kernels_stop,
)

TERMINAL_IDLE = Setting(
    key="culling.terminal_idle",
    sentence=_("Close a terminal that has shown nothing new for"),
    help=_(
        "What runs in the terminal ends with it, whether or not somebody looks at it: only output "
        "counts as activity."
    ),
    kind=Duration(),
    lands=ServerTrait("TerminalManager", "cull_inactive_timeout"),
    source=_TERMINALS,
    default=lambda _facts: 0,
    says=_says_terminal,
    write=lambda values, _facts: values["culling.terminal_idle"],
    read=_time,
)

TERMINAL_INTERVAL = Setting(
    key="culling.terminal_interval",
    sentence=_("Look for silent terminals every"),
    help=_("A terminal ends between its time and that time plus this interval."),
    kind=Duration(never=False),
    lands=ServerTrait("TerminalManager", "cull_interval"),
    source=_TERMINALS,
    default=lambda _facts: DEFAULT_INTERVAL,
    says=_says_terminal_interval,
    write=lambda values, _facts: values["culling.terminal_interval"],
    read=_interval,
    when=_terminals_close,
)

_TIMES = (
    "culling.kernel_idle",
    "culling.kernel_interval",
    "culling.server_idle",
    "culling.terminal_idle",
    "culling.terminal_interval",
)

STEP = Step(
    name="culling",
    title=_("Idle servers"),
    intro=_("Whoever closes the laptop leaves a server and kernels behind. When do they stop?"),
    settings=(
        *(KERNEL_IDLE, KERNEL_INTERVAL, KERNEL_CONNECTED, KERNEL_BUSY),
        SERVER_IDLE,
        *(TERMINAL_IDLE, TERMINAL_INTERVAL),
        *hub_culler.SETTINGS,
    ),
    rules=(
        Rule(("culling.server_idle", "culling.kernel_idle"), "warning", _kernels_keep_server),
        Rule(("culling.kernel_interval", "culling.kernel_idle"), "warning", _interval_is_long),
        Rule(
            ("culling.kernel_idle", "culling.kernel_connected", "culling.kernel_busy"),
            "warning",
            _nothing_to_stop,
        ),
        Rule(("culling.kernel_busy", "culling.kernel_idle"), "warning", _work_is_lost),
        Rule(
            ("culling.terminal_interval", "culling.terminal_idle"),
            "warning",
            _terminal_interval_is_long,
        ),
        *(_seconds_meant_minutes(key) for key in _TIMES),
        Rule(("culling.kernel_idle",), "note", _open_tabs),
        Rule(("culling.server_idle",), "note", _terminals),
        Rule(("culling.terminal_idle",), "warning", _silent_jobs),
        *hub_culler.RULES,
    ),
)
