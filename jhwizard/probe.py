"""What a Python environment says of itself. Run by the target's own interpreter.

Standard library only, Python 3.6 and later, imports nothing of Jupyter: an inventory takes
milliseconds. Prints one line of JSON between two markers, so that whatever a site customization
prints around it does no harm. `describe` is also called by jhwizard for an environment whose
interpreter cannot be started.
"""

import json
import sys

MARK = "jhwizard-inventory:"


def describe(path=None):  # type: ignore[no-untyped-def]  # runs on interpreters without annotations
    """Return packages (normalised name to version) and spawner entry points found on `path`."""
    from importlib import metadata  # noqa: PLC0415 - absent from Python 3.7 and older

    packages, spawners = {}, {}
    for distribution in metadata.distributions(**({} if path is None else {"path": path})):
        name = distribution.metadata["Name"]
        if not name:
            continue
        # The first one on the path is the one that is imported.
        packages.setdefault(name.lower().replace("_", "-").replace(".", "-"), distribution.version)
        if "jupyterhub" not in name and "spawner" not in name:
            continue
        for entry in distribution.entry_points:
            if entry.group == "jupyterhub.spawners":
                spawners.setdefault(entry.name, entry.value)
    return {"packages": packages, "spawners": spawners}


def inventory():  # type: ignore[no-untyped-def]
    """Return what `describe` finds, and the interpreter's own directories."""
    found = describe()
    found["prefix"] = sys.prefix
    found["python_version"] = ".".join(map(str, sys.version_info[:3]))
    return found


if __name__ == "__main__":
    sys.stdout.write("\n" + MARK + json.dumps(inventory()) + "\n")
