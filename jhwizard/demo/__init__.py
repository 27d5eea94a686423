"""The demonstration machine: a small, whole JupyterHub host to try the wizard on.

Its files are copied to a scratch root; nothing on it is ever started, so neither a hub nor root
rights are needed. What the wizard reads there, it reads as on any other machine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

MACHINE = Path(__file__).with_name("machine")


def build(directory: Path) -> Path:
    """Copy the machine into `directory`, which must be empty or missing; return its root."""
    return Path(shutil.copytree(MACHINE, directory, copy_function=shutil.copyfile, dirs_exist_ok=True))
