"""Who may reach what: told from modes, groups and access control lists as the kernel decides."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import PurePosixPath

from trees import ALICE, PASSWD, may_really, needs_root, tree

from jhwizard.examination.accounts import accounts, first_barrier
from jhwizard.examined import Person
from jhwizard.host import Host

COURSE = 20010


def test_ordinary_users_are_those_who_can_log_in_with_their_groups() -> None:
    with tree() as machine:
        known = accounts(Host(machine.root))
    assert [each.name for each in known.people] == ["alice", "bob"]
    assert known.named("alice") == Person("alice", ALICE, frozenset({ALICE, COURSE}))
    assert known.named("carl") is None
    assert (known.owner(0), known.owner(4711)) == ("root", "4711")


def test_a_group_is_of_people_if_several_are_in_it_from_the_start() -> None:
    with tree() as machine:
        assert accounts(Host(machine.root)).shared_groups() == (100,)
        more = "carl:x:20003:20010::/home/carl:/bin/sh\n"
        machine.write("etc/passwd", PASSWD + more)
        assert COURSE in accounts(Host(machine.root)).shared_groups()


def test_accounts_that_may_not_be_read_are_none() -> None:
    with tree() as machine:
        (machine.root / "etc/passwd").unlink()
        (machine.root / "etc/passwd").symlink_to("/etc/passwd")  # which is itself, in there
        assert accounts(Host(machine.root)).people == ()


@needs_root
def test_the_kernel_decides_the_same_for_every_owner_group_and_mode() -> None:
    owners = [(0, 0), (ALICE, 0), (0, COURSE), (0, ALICE), (ALICE, COURSE)]
    person = Person("alice", ALICE, frozenset({ALICE, COURSE}))
    with tree() as machine:
        file = machine.write("srv/a/file", "")
        host, inside = Host(machine.root), PurePosixPath("/srv/a/file")
        for (uid, gid), mode, wanted in itertools.product(
            owners, (0o700, 0o750, 0o705, 0o070, 0o604, 0o711, 0o077), ("r", "x")
        ):
            for name, other in (("srv/a/file", "srv/a"), ("srv/a", "srv/a/file")):
                machine.chmod(other, 0o755)
                machine.chmod(name, mode, uid, gid)
                told = first_barrier(host, person, inside, wanted) is None
                assert told == may_really(file, wanted, ALICE, [ALICE, COURSE]), (name, oct(mode))


@needs_root
def test_an_access_control_list_decides_as_the_kernel_has_it() -> None:
    lists = [
        "u::rwx,g::---,o::---,u:20001:r-x,m::r-x",
        "u::rwx,g::---,o::r-x,u:20001:---,m::r-x",
        "u::rwx,g::---,o::---,u:20001:rwx,m::---",
        "u::rwx,g::---,o::r-x,g:20010:---,m::r-x",
        "u::rwx,g::r-x,o::---,g:20010:r-x,m::r-x",
        "u::rwx,g::---,o::r-x,u:20002:---,m::r-x",
    ]
    person = Person("alice", ALICE, frozenset({ALICE, COURSE}))
    with tree() as machine:
        file = machine.write("srv/a/file", "")
        decided = set()
        for acl in lists:
            subprocess.run(["setfacl", "--set", acl, file.parent], check=True)
            told = first_barrier(Host(machine.root), person, PurePosixPath("/srv/a/file"), "r")
            assert (told is None) == may_really(file, "r", ALICE, [ALICE, COURSE]), acl
            decided.add(told)
        # No chmod is offered: it would not help.
        assert decided == {None, (PurePosixPath("/srv/a"), "")}


@needs_root
def test_links_are_followed_and_what_blocks_is_the_directory_behind_them() -> None:
    with tree() as machine:
        machine.write("root/venv/bin/python3.11", "#!", mode=0o755)
        machine.chmod("root", 0o700)
        (machine.root / "opt/jupyterhub/bin/python").symlink_to("/root/venv/bin/python3.11")
        inside = PurePosixPath("/opt/jupyterhub/bin/python")
        found = first_barrier(Host(machine.root), Person("alice", ALICE), inside, "x")
        assert found == (PurePosixPath("/root"), "o+x")
        assert first_barrier(Host(machine.root), Person("root", 0), inside, "x") is None


def test_the_way_names_each_directory_once_and_no_link() -> None:
    with tree() as machine:
        machine.directory("srv/data/deep")
        (machine.root / "srv/link").symlink_to("data/../data")
        found = Host(machine.root).way(PurePosixPath("/srv/link/deep/file"))
        names = ("/", "/srv", "/srv/data", "/srv/data/deep", "/srv/data/deep/file")
        assert found == tuple(map(PurePosixPath, names))


def test_nothing_is_known_of_what_cannot_be_seen() -> None:
    with tree() as machine:
        (machine.root / "srv-loop").symlink_to("loop")
        (machine.root / "loop").symlink_to("srv-loop")
        for path in ("/not/there", "/loop/x"):
            inside = PurePosixPath(path)
            assert first_barrier(Host(machine.root), Person("alice", ALICE), inside, "r") is None
