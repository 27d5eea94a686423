"""What tests of the verbs share: running them, and a fingerprint of a whole directory."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
NOBODY = 65534


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a verb: this checkout, and nothing that colours or redirects."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": "/nonexistent",
        **more,
    }


def verb(
    *words: str | Path, given: str | None = None, prefix: tuple[str, ...] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    """Run `jhwizard WORDS` without a terminal."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "jhwizard", *map(str, words)],
        input=given,
        stdin=subprocess.DEVNULL if given is None else None,
        capture_output=True,
        text=True,
        env=environment(**more),
        cwd="/",
        timeout=60,
        check=False,
    )


def document(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """Return the one JSON document on standard output."""
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    assert found["version"] == 1
    return found


def fingerprint(root: Path, *, without: Path | None = None) -> Mapping[str, tuple[object, ...]]:
    """Return kind, mode, owner, bytes or target, and attributes of everything below `root`."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted([root, *root.rglob("*")]):
        if without and path.is_relative_to(without):
            continue
        status = path.lstat()
        content: object = None
        if path.is_symlink():
            content = str(path.readlink())
        elif path.is_file():
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        attributes = {
            name: os.getxattr(path, name, follow_symlinks=False)
            for name in os.listxattr(path, follow_symlinks=False)
        }
        kind, mode = stat.S_IFMT(status.st_mode), stat.S_IMODE(status.st_mode)
        name = str(path.relative_to(root))
        found[name] = (kind, mode, status.st_uid, status.st_gid, content, attributes)
    return found
