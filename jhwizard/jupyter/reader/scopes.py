"""Which scope a name belongs to, and what it stands for."""

from __future__ import annotations

from jhwizard.jupyter.reader.values import ABSENT, Scope, Unknown
from jhwizard.language import _


def home_of(scope: Scope, name: str) -> Scope:
    """Return the scope in which an assignment to a name takes place."""
    at = scope
    while at.local is not None and name not in at.local:
        if name in at.declared_global or at.parent is None:
            return scope.top
        at = at.parent
        while at.is_class and at.parent is not None and at.local is None:
            at = at.parent
    return at


def look_up(scope: Scope, name: str) -> object:
    """Return what a name stands for; ABSENT when nothing is known of it."""
    at: Scope | None = scope
    while at is not None:
        if name in at.declared_global:
            at = at.top
        if name in at.names and (at is scope or not at.is_class):
            return at.names[name]
        if at.local is not None and name in at.local:
            return Unknown(_("the value is computed: `{name}` is not set").format(name=name), 1)
        at = at.parent
    return scope.top.names.get("*", ABSENT)
