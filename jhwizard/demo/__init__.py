"""The demonstration machine: a small, whole JupyterHub host to try the wizard on.

Its files are copied to a scratch root; nothing on it is ever started, so neither a hub nor root
rights are needed. What the wizard reads there, it reads as on any other machine.
"""

from __future__ import annotations

import shutil
from pathlib import Path

MACHINE = Path(__file__).with_name("machine")


def build(directory: Path) -> Path:
    """Copy the machine into `directory`, which must be empty or missing; return its root.

    Modes are those of an ordinary machine, whatever the umask is and however it was installed.
    """
    shutil.copytree(
        MACHINE,
        directory,
        copy_function=shutil.copyfile,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for path in [directory, *directory.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return directory
