"""What the admin says of the deployment; apart from `detect`, which no face needs to begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from jhwizard.variables import Variables


@dataclass(frozen=True)
class Options:
    """What the admin says of the deployment, where it would be found out otherwise."""

    hub_config: PurePosixPath | None = None
    """On the configured machine."""
    hub_python: Path | None = None
    """Here, as all paths of programs are."""
    user_python: Path | None = None
    target: str | None = None
    patience: float = 10.0
    """Seconds an interpreter may take to describe itself."""
    variables: Variables = field(default=Variables(), repr=False)
    """The environment JupyterHub runs with, as far as it is known."""
    variables_from: tuple[str, ...] = ()
    """The words that told it: `--env-file FILE`, `--env-from PID`."""
    evaluate: str | None = None
    """The fingerprint of the hub's config file, where the admin has agreed that it is run."""
