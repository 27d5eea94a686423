"""Where answers land: one record for each target, in the order they are offered."""

from __future__ import annotations

from dataclasses import dataclass

from jhwizard.errors import UsageError
from jhwizard.language import _


@dataclass(frozen=True)
class Target:
    """A way to bring configuration to the people's servers."""

    name: str
    title: str
    lands: str
    """Which files it writes, in words."""
    unavailable: str = ""
    """Why it cannot be chosen; empty when it can."""


_LATER = _("this version of jhwizard does not write it")

TARGETS: tuple[Target, ...] = (
    Target("system", _("This machine"), _("/etc/jupyter and /etc/ipython, for every environment")),
    Target("env", _("The users' environment"), _("its own etc/jupyter, beside its packages")),
    Target("tljh", _("The Littlest JupyterHub"), "/opt/tljh/config", _LATER),
    Target("image", _("A container image"), _("a directory to build from"), _LATER),
    Target("helm", _("Kubernetes (Zero to JupyterHub)"), "values.yaml", _LATER),
)


def check_target(name: str | None) -> str | None:
    """Return `name`, or None for none given.

    Raises UsageError for a target that does not exist or cannot be written.
    """
    known = {target.name: target for target in TARGETS}
    if name is None or (name in known and not known[name].unavailable):
        return name
    why = known[name].unavailable if name in known else _("there is no such target")
    usable = ", ".join(target.name for target in TARGETS if not target.unavailable)
    text = _("target {name}: {why}").format(name=name, why=why)
    raise UsageError(text, fix=_("write one of: {names}").format(names=usable))
