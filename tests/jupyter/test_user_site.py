from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter.user_site import with_user_site

PREFIX = PurePosixPath("/opt/env")
SITE = "lib/python3.11/site-packages"
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a directory away")


@pytest.fixture
def env(tmp_path: Path) -> Path:
    env = tmp_path / "opt/env"
    (env / SITE).mkdir(parents=True)
    (env / "bin").mkdir()
    for place in (env, *env.rglob("*")):
        place.chmod(0o755)
    return env


def seen(env: Path) -> Environment:
    known = with_user_site(Host(env.parents[1]), Environment(PREFIX, None, "3.11", {}))
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("pyvenv.cfg", "home = /usr/bin\n", "takes packages from nowhere else"),
        ("pyvenv.cfg", "include-system-site-packages = false\n", "from nowhere else"),
        ("pyvenv.cfg", "include-system-site-packages = true\n", ""),
        ("lib/python3.11/EXTERNALLY-MANAGED", "", "operating system looks after"),
        ("conda-meta/history", "", ""),
    ],
)
def test_where_pip_refuses_user_is_known(env: Path, file: str, text: str, why: str) -> None:
    (env / file).parent.mkdir(exist_ok=True)
    (env / file).write_text(text)
    said = seen(env).refuses_user
    assert why in said
    assert bool(said) == bool(why)


@pytest.mark.parametrize("place", ["", "bin", "lib", SITE])
def test_a_directory_that_everybody_may_write_to_is_named(env: Path, place: str) -> None:
    assert seen(env).writable is None
    (env / place).chmod(0o757)
    assert seen(env).writable == PREFIX / place


@AS_ROOT
@pytest.mark.parametrize(
    ("uid", "gid", "mode", "open_to_people"),
    [
        (1000, 0, 0o755, True),
        (65534, 0, 0o755, True),
        (33, 0, 0o755, False),
        (0, 1000, 0o775, True),
        (0, 100, 0o775, True),
        (0, 50, 0o775, False),
        (0, 60, 0o775, True),
        (0, 60, 0o755, False),
        (0, 0, 0o775, False),
    ],
)
def test_people_are_whoever_the_system_does_not_need(
    env: Path, uid: int, gid: int, mode: int, *, open_to_people: bool
) -> None:
    (env.parents[1] / "etc").mkdir()
    (env.parents[1] / "etc/group").write_text("root:x:0:ann\nstaff:x:50:\nlab:x:60:ann\nbad\n")
    os.chown(env / SITE, uid, gid)
    (env / SITE).chmod(mode)
    assert (seen(env).writable == PREFIX / SITE) is open_to_people
