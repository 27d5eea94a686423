"""Culling: when an idle kernel and an idle server are stopped, inside the user's own server."""

from __future__ import annotations

from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _, ngettext
from jhwizard.settings.kinds import Duration
from jhwizard.settings.read_traits import read_integer
from jhwizard.settings.setting import Rule, ServerTrait, Setting, Step, Values

_CONFIG = f"{capabilities.SERVER_DOCS}/other/full-config.html"
_TIME = Duration()
SERVER_TICK = 60
"""Seconds between two looks of the server at its own idleness (jupyter_server 2.21)."""
DEFAULT_INTERVAL = 300
"""Seconds: the default of `MappingKernelManager.cull_interval`."""


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


def _kernels_keep_server(values: Values, _facts: Facts) -> str:
    if not values["culling.server_idle"] or values["culling.kernel_idle"] != 0:
        return ""
    return _(
        "A server never stops while a kernel lives, and idle kernels are never stopped: give "
        "kernels a time too, such as 20m"
    )


def _interval_is_long(values: Values, _facts: Facts) -> str:
    idle = _seconds(values, "culling.kernel_idle")
    interval = _seconds(values, "culling.kernel_interval")
    if not 0 < idle < interval:
        return ""
    return _(
        "Idle kernels are looked for only every {interval}, so one lives for up to {total}: write "
        "an interval below {idle}"
    ).format(
        interval=_TIME.text(interval), total=_TIME.text(idle + interval), idle=_TIME.text(idle)
    )


def _seconds_meant_minutes(key: str) -> Rule:
    def finds(values: Values, _facts: Facts) -> str:
        value = _seconds(values, key)
        if not 0 < value < SERVER_TICK:
            return ""
        one = _("{count} second is very short: write {count}m if you mean minutes")
        more = _("{count} seconds is very short: write {count}m if you mean minutes")
        return ngettext(one, more, value).format(count=value)

    return Rule((key,), "warning", finds)


def _open_tabs(values: Values, _facts: Facts) -> str:
    if not values["culling.kernel_idle"]:
        return ""
    return _("A kernel whose notebook is open in a browser tab is not idle and is kept.")


def _terminals(values: Values, _facts: Facts) -> str:
    if not values["culling.server_idle"]:
        return ""
    return _("An open terminal does not keep its server: jobs that run in one end with the server.")


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
        "People lose the variables of that notebook, not the notebook. A running cell is never "
        "stopped; the time starts again when it ends."
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

STEP = Step(
    name="culling",
    title=_("Idle servers"),
    intro=_("Whoever closes the laptop leaves a server and kernels behind. When do they stop?"),
    settings=(SERVER_IDLE, KERNEL_IDLE, KERNEL_INTERVAL),
    rules=(
        Rule(("culling.server_idle", "culling.kernel_idle"), "warning", _kernels_keep_server),
        Rule(("culling.kernel_interval", "culling.kernel_idle"), "warning", _interval_is_long),
        *(
            _seconds_meant_minutes(key)
            for key in ("culling.server_idle", "culling.kernel_idle", "culling.kernel_interval")
        ),
        Rule(("culling.kernel_idle",), "note", _open_tabs),
        Rule(("culling.server_idle",), "note", _terminals),
    ),
)
