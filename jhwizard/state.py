"""Where receipts and originals are kept.

Apart from `apply`, which writes them: the wizard needs to know the place at once, and all that
`apply` stands on only when files are written.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host

_SYSTEM = PurePosixPath("/var/lib/jhwizard")


def state_directory(host: Host, wanted: Path | None = None) -> Path:
    """Return where receipts and originals are kept: on the machine itself if that is permitted.

    Else in the state home of whoever runs jhwizard, apart for each root.
    """
    if wanted is not None:
        return wanted
    system = host.real(_SYSTEM)
    if os.access(nearest(system), os.W_OK | os.X_OK):
        return system
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "jhwizard"
    if host.is_this_machine:
        return home
    return home / str(host.root).replace("%", "%25").replace("/", "%2F")


def out_of_reach(host: Host, wanted: Path | None = None) -> PurePosixPath | None:
    """Return the machine's own journal where it is not the one that is used, and may not be read.

    What root wrote is in there then, and nobody else can say what that was.
    """
    try:
        system = host.real(_SYSTEM)
        used = state_directory(host, wanted)
        if used == system or not system.is_dir() or os.access(system, os.R_OK | os.X_OK):
            return None
    except (OSError, WizardError):
        return None
    return _SYSTEM


def nearest(path: Path) -> Path:
    """Return `path`, or the nearest thing above it that exists."""
    # os.path: what may not be looked at counts as not there, and is no error.
    return next(p for p in (path, *path.parents) if os.path.exists(p))  # noqa: PTH110
