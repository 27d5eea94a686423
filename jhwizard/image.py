"""Files of this machine that servers do not see, since a spawner starts them from an image.

Unless they are mounted. They are read all the same: they are what an admin copies into the image
or mounts, and what a plan changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.facts import Facts, Found
from jhwizard.jupyter import classes
from jhwizard.language import _
from jhwizard.layers import ladder
from jhwizard.settings.setting import HubTrait

_MOUNTS = (
    *("volumes", "read_only_volumes", "mounts", "volume_mounts", "extra_host_config"),
    "extra_container_config",
)
"""Traits of DockerSpawner, SwarmSpawner and KubeSpawner that mount files into a container."""


def starts_images(facts: Facts) -> bool:
    """Return whether people's servers run in an image, whose files nobody has named."""
    return facts.user is None and classes.starts_containers(facts.spawner)


def as_seen(found: Found, facts: Facts) -> Found:
    """Return what is in force for servers: not known, where only a file they do not see says it."""
    if not starts_images(facts) or found.file not in _of_servers(facts):
        return found
    reason = why_not_seen([found.file], facts) if found.file else ""
    beaten = (replace(found, shadows=()), *found.shadows)
    return replace(found, value=None, kind="unknown", raw=None, reason=reason, shadows=beaten)


def files_not_seen(facts: Facts) -> list[PurePosixPath]:
    """Return the files of this machine that servers in an image would have to have."""
    if not starts_images(facts):
        return []
    return [path for path in _of_servers(facts) if facts.files.get(path) is not None]


def why_not_seen(files: Iterable[PurePosixPath], facts: Facts) -> str:
    """Return why files of this machine are not in force for servers in an image."""
    text = _("not in the image that {spawner} starts servers from")
    if _may_be_mounted(files, facts):
        text = _("perhaps not mounted in the image of {spawner}")
    return text.format(spawner=facts.spawner)


def _of_servers(facts: Facts) -> list[PurePosixPath]:
    own = [s for s in facts.sources if s.role not in {"hub", "dormant"} and not s.command_line]
    return list(dict.fromkeys(source.path for source in own))


def _may_be_mounted(files: Iterable[PurePosixPath], facts: Facts) -> bool:
    rungs = [r for trait in _MOUNTS for r in ladder(HubTrait(facts.spawner, trait), facts)]
    if any(rung.write.op == "unknown" for rung in rungs):
        return True
    said = [repr(rung.write.value) for rung in rungs]
    places = [str(place) for path in files for place in (path, *path.parents[:-1])]
    return any(f"'{place}'" in text or f"'{place}:" in text for text in said for place in places)
