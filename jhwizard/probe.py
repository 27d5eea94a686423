"""What a Python environment says of itself. Run by the target's own interpreter.

Standard library only, Python 3.8 and later. The inventory imports nothing of Jupyter and takes
milliseconds; the second stage, `probe_classes.py`, imports its classes and takes seconds.
Prints one marked line of JSON, so that whatever is printed around it does no harm.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata

MARK = "jhwizard-inventory:"


def describe() -> dict[str, dict[str, str]]:
    """Return packages (normalised name to version) and spawner entry points."""
    packages: dict[str, str] = {}
    spawners: dict[str, str] = {}
    for distribution in metadata.distributions():
        name, version = _identity(distribution)
        # The first one on the path is the one that is imported.
        if not name or name in packages:
            continue
        packages[name] = version
        if "jupyterhub" in name or "spawner" in name:
            spawners.update(_spawners(distribution))
    return {"packages": packages, "spawners": spawners}


def _identity(distribution: metadata.Distribution) -> tuple[str, str]:
    try:
        name, version = str(distribution.metadata["Name"] or ""), str(distribution.version or "")
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        return "", ""  # an uninstallation left a part of it behind
    return name.lower().replace("_", "-").replace(".", "-"), version


def _spawners(distribution: metadata.Distribution) -> dict[str, str]:
    try:
        points = distribution.entry_points
    except (OSError, TypeError, ValueError):
        return {}
    return {point.name: point.value for point in points if point.group == "jupyterhub.spawners"}


def inventory() -> dict[str, object]:
    """Return what `describe` finds, and the interpreter's own directories."""
    version = ".".join(map(str, sys.version_info[:3]))
    return {**describe(), "prefix": sys.prefix, "python_version": version}


if __name__ == "__main__":
    sys.stdout.write("\n" + MARK + json.dumps(inventory()) + "\n")
