"""With which template each spawner names what it starts, and what such a template may hold.

From the sources of dockerspawner 0.11, 12 and 14, kubespawner 0.12, 6.2 and 7.1, and
systemdspawner 1.0: all of them hand the template to `str.format`. A name in braces which they do
not know makes every start fail: there, or with a recent DockerSpawner at Docker, which is given
the braces. A name is safe where two servers can never share it: where what stands between a
person's name and a server's cannot stand inside the first one.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from jhwizard.installed import Environment
from jhwizard.jupyter import capabilities

_LITERAL = re.compile(r"[A-Za-z0-9_.-]*")
TRAITS = (
    ("DockerSpawner", "name_template"),
    ("KubeSpawner", "pod_name_template"),
    ("SystemdSpawner", "unit_name_template"),
)
"""The traits there are, by the class that has them; classes derived from it have them, too."""


@dataclass(frozen=True)
class NameTemplate:
    """What one spawner makes of its template."""

    cls: str
    trait: str
    default: str
    """What names a named server without any line."""
    safe: str
    """One that keeps all servers apart; empty where none does."""
    person: tuple[str, ...]
    """What may stand in braces for the person."""
    server: tuple[str, ...] = ()
    """What may for the server; empty where nothing does, and nothing in `both`."""
    both: tuple[str, ...] = ()
    """What may for the person and the server together, kept apart by the spawner."""
    others: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    """One of these has to stand between a person's name and a server's."""

    @property
    def known(self) -> tuple[str, ...]:
        """Return everything that may stand in braces."""
        return (*self.person, *self.server, *self.both, *self.others)

    def names_server(self, template: str) -> bool:
        """Return whether a template says which of a person's servers it is."""
        return bool({*self.server, *self.both} & set(fields(template)))

    def keeps_apart(self, template: str) -> bool:
        """Return whether no two servers can get one name."""
        if set(self.both) & set(fields(template)):
            return True
        between = _between(template, self.person, self.server)
        return any(separator in between for separator in self.separators)


def name_template(spawner: str, hub: Environment | None) -> NameTemplate | None:
    """Return the template of a spawner, a class name; None for one that has none."""
    match spawner:
        case "DockerSpawner" | "SystemUserSpawner" | "SwarmSpawner":
            return _docker(hub)
        case "KubeSpawner":
            return _kube(hub)
        case "SystemdSpawner" | "UserCreatingSpawner":
            default = "jupyter-{USERNAME}-singleuser"
            return NameTemplate(*TRAITS[2], default, "", ("USERNAME", "USERID"))
        case _:
            return None


def _docker(hub: Environment | None) -> NameTemplate:
    recent = capabilities.docker_names_servers(hub)
    safe = "{prefix}-{username}--{servername}" if recent else "{prefix}-{username}__{servername}"
    return NameTemplate(
        *TRAITS[0],
        safe if recent else "{prefix}-{username}",
        safe,
        ("username", "safe_username", "raw_username"),
        ("servername", "raw_servername") if recent else ("servername",),
        others=("prefix", "imagename"),
        # A `-` (of old, a `_`) in an escaped name is always followed by two digits, as in `-2d`.
        separators=("--", "_", ".") if recent else ("__", "."),
    )


def _kube(hub: Environment | None) -> NameTemplate:
    person = ("username", "unescaped_username", "userid")
    server = ("servername", "unescaped_servername")
    if not capabilities.kube_slugs(hub):
        safe = "jupyter-{username}--{servername}"
        others = ("hubnamespace", "legacy_escape_username")
        return NameTemplate(
            *TRAITS[1], safe, safe, person, server, others=others, separators=("--",)
        )
    safe = "jupyter-{user_server}"
    return NameTemplate(
        *TRAITS[1],
        safe,
        safe,
        (*person, "safe_username", "escaped_username"),
        (*server, "safe_servername", "escaped_servername"),
        ("user_server", "safe_user_server", "escaped_user_server"),
        ("hubnamespace", "namespace"),
        ("--",),
    )


def fields(template: str) -> list[str]:
    """Return the names in braces, in order.

    Raises ValueError for what `str.format` does not take, for anything in braces that is more
    than a name, and for letters that no container, pod or unit has in its name.
    """
    names = []
    for literal, name, spec, conversion in string.Formatter().parse(template):
        if spec or conversion or (name is not None and not name.isidentifier()):
            raise ValueError(f"{name!r} cannot stand in braces")
        if not _LITERAL.fullmatch(literal):
            raise ValueError(f"{literal!r} cannot stand in a name")
        names += [name] if name else []
    return names


def _between(template: str, person: tuple[str, ...], server: tuple[str, ...]) -> str:
    """Return the text between the person's name and the server's; empty if one is missing."""
    words, inside = "", ""
    for literal, name, _spec, _conversion in string.Formatter().parse(template):
        words += literal
        kind = "person" if name in person else "server" if name in server else ""
        if kind and inside and kind != inside:
            return words
        if kind:
            words, inside = "", kind
    return ""
