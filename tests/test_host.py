from __future__ import annotations

import os
import time
from pathlib import Path, PurePosixPath

import pytest

from jhwizard.errors import UnreadableError, WizardError
from jhwizard.host import LARGEST, Host

FILE = PurePosixPath("/etc/file")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    return tmp_path


def script(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_file_is_read_with_mode_and_owner(machine: Path) -> None:
    (machine / "etc/file").write_bytes(b"a\xff\r\n")
    (machine / "etc/file").chmod(0o640)
    state = Host(machine).read(FILE)
    assert state is not None
    assert (state.content, state.mode, state.uid) == (b"a\xff\r\n", 0o640, os.getuid())


def test_no_file_is_none_even_below_a_file(machine: Path) -> None:
    assert Host(machine).read(FILE) is None
    (machine / "etc/file").touch()
    assert Host(machine).read(FILE / "below") is None
    assert Host(machine).names(FILE / "below") == ()


@pytest.mark.parametrize("kind", ["directory", "pipe", "device", "socket"])
def test_what_is_no_regular_file_is_refused_at_once(machine: Path, kind: str) -> None:
    path = machine / "etc/file"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("../zero")
        os.mknod(machine / "zero", 0o20666, os.makedev(1, 5))
    else:
        os.mknod(path, 0o140666)
    start = time.monotonic()
    with pytest.raises(UnreadableError, match="not a regular file"):
        Host(machine).read(FILE)
    assert time.monotonic() - start < 1


def test_a_file_of_more_than_a_mebibyte_is_not_configuration(machine: Path) -> None:
    with (machine / "etc/file").open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(UnreadableError, match="too large"):
        Host(machine).read(FILE)
    os.truncate(machine / "etc/file", LARGEST)
    state = Host(machine).read(FILE)
    assert state is not None
    assert len(state.content) == LARGEST


def test_a_file_that_says_it_is_empty_and_is_not_is_bounded_too() -> None:
    with pytest.raises(UnreadableError, match="too large"):
        Host().read(PurePosixPath("/proc/kallsyms"), largest=1000)


def test_links_stay_inside_the_root(machine: Path) -> None:
    (machine / "passwd").write_text("inside")
    (machine / "etc/file").symlink_to("/passwd")
    (machine / "etc/up").symlink_to("../../../../passwd")
    (machine / "etc/dir").symlink_to("/etc")
    host = Host(machine)
    for name in ("/etc/file", "/etc/up", "/etc/dir/dir/file", "/etc/../../passwd"):
        state = host.read(PurePosixPath(name))
        assert state is not None
        assert state.content == b"inside"
    assert host.real(PurePosixPath("/etc/dir/file")) == machine / "passwd"
    assert host.inside(machine / "etc") == PurePosixPath("/etc")


def test_a_circle_of_links_is_told(machine: Path) -> None:
    (machine / "etc/file").symlink_to("other")
    (machine / "etc/other").symlink_to("file")
    with pytest.raises(UnreadableError, match="circle"):
        Host(machine).read(FILE)
    assert not Host(machine).exists(FILE)
    assert Host(machine).listed(FILE) == ()


@pytest.mark.parametrize("name", ["/etc/a\0b", "/etc/\ud800", "/etc/" + "x" * 300])
def test_a_name_that_no_file_can_have_is_an_error_with_a_sentence(machine: Path, name: str) -> None:
    host = Host(machine)
    for look in (host.read, host.names):
        with pytest.raises(WizardError):
            look(PurePosixPath(name))
    assert not host.exists(PurePosixPath(name))


def test_what_a_program_prints_is_returned() -> None:
    assert (
        Host().run(["/bin/sh", "-c", "cat; echo \xe9"], seconds=5, given=b"in\xff")
        == "in\ufffd\xe9\n"
    )


def test_a_program_gets_more_input_than_it_reads() -> None:
    assert Host().run(["/bin/true"], seconds=5, given=b"x" * (1 << 20)) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sleep 60", "no answer within 0.5 seconds"),
        ("setsid sleep 60 & exit 0", "no answer within 0.5 seconds"),
        ("exec >&- 2>&-; sleep 60", "no answer within 0.5 seconds"),
        ("echo not this >&2; echo 'Error: why' >&2; exit 3", "status 3: Error: why"),
        ("kill -SEGV $$", "ended by signal 11"),
        ("cat /dev/zero", "without end"),
        ("cat /dev/zero >&2", "without end"),
    ],
)
def test_a_program_that_misbehaves_is_ended_and_told(tmp_path: Path, text: str, told: str) -> None:
    seconds = 20 if "end" in told and "zero" in text else 0.5
    start = time.monotonic()
    with pytest.raises(WizardError, match=told) as caught:
        Host().run([script(tmp_path / "program", text)], seconds=seconds)
    assert time.monotonic() - start < 5
    assert caught.value.file == PurePosixPath(tmp_path / "program")


@pytest.mark.parametrize("name", ["missing", "directory", "text", "with\0null"])
def test_what_is_no_program_cannot_be_started(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "text").write_text("no program")
    with pytest.raises(WizardError, match="cannot be started"):
        Host().run([f"{tmp_path}/{name}"], seconds=5)


def test_programs_of_another_root_are_never_started(machine: Path) -> None:
    with pytest.raises(WizardError, match="another root"):
        Host(machine).run(["/bin/true"], seconds=5)


def test_a_program_is_trusted_if_only_root_can_exchange_it(tmp_path: Path) -> None:
    program = script(tmp_path / "program", "true")
    host, path = Host(), PurePosixPath(program)
    assert host.is_trusted(path)
    os.chown(program, 65534, 65534)
    assert not host.is_trusted(path)
    os.chown(program, 0, 0)
    tmp_path.chmod(0o777)
    assert not host.is_trusted(path)
    assert not host.is_trusted(PurePosixPath("/no/such/program"))


def test_others_may_enter_only_what_their_bits_say(machine: Path) -> None:
    host = Host(machine)
    for mode, listing, passing in (
        (0o755, True, True),
        (0o711, False, True),
        (0o700, False, False),
    ):
        (machine / "etc").chmod(mode)
        assert host.may_enter(PurePosixPath("/etc")) is listing
        assert host.may_enter(PurePosixPath("/etc"), listing=False) is passing
    assert not host.may_enter(PurePosixPath("/missing"))
