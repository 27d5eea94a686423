"""Small machines with real modes and owners, for what depends on them. Needs root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from machines import HUB, machine

from jhwizard.examination.examine import examine
from jhwizard.facts import Facts, FileState
from jhwizard.host import Host
from jhwizard.understand import understand

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to other users")

ALICE = 20001
PASSWD = f"""root:x:0:0:root:/root:/bin/bash
daemon:x:1:1::/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
bob:x:20002:20010:Bob:/home/bob:/bin/bash
alice:x:{ALICE}:{ALICE}:Alice:/home/alice:/bin/bash
"""
GROUP = f"root:x:0:\nusers:x:100:\ncourse:x:20010:alice\nalice:x:{ALICE}:\nadmins:x:20020:bob\n"
WORLD = {
    "etc/passwd": PASSWD,
    "etc/group": GROUP,
    "opt/jupyterhub/bin/python3": "#!",
    "opt/jupyterhub/bin/jupyterhub-singleuser": "#!",
    "opt/jupyterhub/lib/python3.11/site-packages/jupyterhub/__init__.py": "",
}


class Tree:
    """A machine's `/` under construction; everything is root's, 0755 or 0644, until it is said."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in WORLD.items():
            self.write(name, text, mode=0o755 if "/bin/" in name else 0o644)

    def write(self, name: str, text: str, *, mode: int = 0o644) -> Path:
        path = self.root / name
        self.directory(str(Path(name).parent))
        path.write_text(text)
        path.chmod(mode)
        return path

    def directory(self, name: str) -> Path:
        path = self.root
        for part in Path(name).parts:
            path /= part
            if not path.exists():
                path.mkdir()
                path.chmod(0o755)
        return path

    def chmod(self, name: str, mode: int, uid: int = 0, gid: int = 0) -> None:
        os.chown(self.root / name, uid, gid)
        (self.root / name).chmod(mode)

    def facts(self, facts: Facts | None = None, user: str | None = None) -> Facts:
        """Return a machine with the config files that stand here, examined."""
        host = Host(self.root)
        facts = facts or machine({})
        states: dict[PurePosixPath, FileState | None] = dict(facts.files)
        for place in ("etc/jupyter", "etc/jupyterhub", "etc/ipython", "opt/jupyterhub/etc"):
            for path in (self.root / place).rglob("*"):
                if path.is_file():
                    inside = PurePosixPath("/", path.relative_to(self.root))
                    states[inside] = host.read(inside)
        states = {path: state for path, state in states.items() if host.exists(path)}
        facts = understand(replace(facts, files=states, hub_config_exists=HUB in states))
        return examine(facts, host, self.root / "state", user, lambda _words: None)


@contextmanager
def tree() -> Iterator[Tree]:
    """Yield a tree that other users reach, as far as its modes let them."""
    with TemporaryDirectory(prefix="jhwizard-tree-", dir="/tmp") as directory:
        root = Path(directory).resolve()
        root.chmod(0o755)
        yield Tree(root)


def may_really(path: Path, wanted: str, uid: int, gids: list[int]) -> bool:
    """Return whether the kernel lets somebody read, write or start something."""
    groups = ",".join(map(str, gids))
    become = ["setpriv", f"--reuid={uid}", f"--regid={gids[0]}", f"--groups={groups}"]
    tests = " && ".join(f'test -{letter} "$0"' for letter in wanted)
    return subprocess.run([*become, "sh", "-c", tests, path], check=False).returncode == 0
