"""Writes that will not last: files that come from elsewhere, or go with the container they lie in.

In about half of the public deployments that were looked at, the hub's file is copied into an
image: an edit on the running machine is gone after its next start. Reads only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.language import _

_MOUNTS = PurePosixPath("/proc/self/mountinfo")
_CONTAINER = (PurePosixPath("/.dockerenv"), PurePosixPath("/run/.containerenv"))
"""What Docker and Podman put into every container."""
_KUBERNETES = PurePosixPath("/var/run/secrets/kubernetes.io")
IN_CONTAINER = _(
    "this looks like a container: what is not on a volume belongs to this container's image and "
    "goes with the container, so write it into the image, or onto a volume"
)
"""A reason that is the machine's, and so is said once for all its files."""


@dataclass(frozen=True)
class _Surroundings:
    """What is the same for every file of a machine."""

    mounts: frozenset[PurePosixPath]
    is_container: bool


def why_not_lasting(host: Host, paths: Iterable[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Return, for each file whose new bytes will not last, why, and where to change it instead."""
    around = _surroundings(host)
    reasons = {path: _reason(host, path, around) for path in paths}
    return {path: reason for path, reason in reasons.items() if reason}


def _surroundings(host: Host) -> _Surroundings:
    marks = (*_CONTAINER, _KUBERNETES)
    return _Surroundings(_mount_points(host), any(host.exists(mark) for mark in marks))


def _mount_points(host: Host) -> frozenset[PurePosixPath]:
    """Return where something is mounted; the fifth field of each line (`man 5 proc`)."""
    try:
        state = host.read(_MOUNTS)
    except WizardError:
        return frozenset()
    lines = state.content.decode(errors="replace").splitlines() if state else []
    fields = (line.split(" ") for line in lines)
    return frozenset(PurePosixPath(_unescaped(f[4])) for f in fields if len(f) > 4)  # noqa: PLR2004


def _unescaped(name: str) -> str:
    """Return a name of the mount table, where blanks and the like are three octal digits."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), name)


def _reason(host: Host, path: PurePosixPath, around: _Surroundings) -> str:
    real = _real(host, path)
    if any(host.exists(above / "..data") for above in path.parents[:2]):
        return _("a ConfigMap or Secret of Kubernetes is mounted here: change it there")
    if real in around.mounts:
        return _(
            "this file is mounted by itself, as containers do: change it where it comes from, and "
            "start the container again"
        )
    if around.is_container and not _on_a_volume(real, around.mounts):
        return IN_CONTAINER
    if tree := _work_tree(host, real):
        text = _("it lies in the git work tree {tree}: commit it, or a checkout takes it back")
        return text.format(tree=tree)
    return ""


def _real(host: Host, path: PurePosixPath) -> PurePosixPath:
    try:
        return host.inside(host.real(path))
    except WizardError:
        return path


def _on_a_volume(path: PurePosixPath, mounts: frozenset[PurePosixPath]) -> bool:
    return any(above in mounts for above in path.parents if above != PurePosixPath("/"))


def _work_tree(host: Host, path: PurePosixPath) -> PurePosixPath | None:
    """Return the work tree a file lies in; etckeeper's is none, since it commits by itself."""
    trees = (above for above in path.parents if host.exists(above / ".git"))
    tree = next(trees, None)
    return None if tree is None or host.exists(tree / ".etckeeper") else tree
