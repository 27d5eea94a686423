"""The machine of the real tests keeps what it promises."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from real.machine import NOBODY, Machine

pytestmark = pytest.mark.real

PROBE = "/etc/jhwizard-machine-test"


def test_what_is_written_in_a_machine_does_not_reach_the_real_one(machine: Machine) -> None:
    machine.write(f"{PROBE}/file", "inside\n", mode=0o640)
    machine.run(["sh", "-c", "echo changed >>/etc/passwd"])
    assert machine.read(f"{PROBE}/file") == b"inside\n"
    assert machine.read("/etc/passwd").endswith(b"changed\n")
    assert machine.run(["stat", "-c", "%a %u", f"{PROBE}/file"]).stdout == "640 0\n"
    assert not Path(PROBE).exists()
    assert not Path("/etc/passwd").read_text().endswith("changed\n")


def test_two_machines_do_not_see_each_other(machine: Machine) -> None:
    machine.write(PROBE, "one")
    with Machine() as other:
        assert other.run(["test", "-e", PROBE], check=False).returncode == 1


def test_the_overlays_keep_the_modes_of_the_real_directories(machine: Machine) -> None:
    directories = ["/etc", "/root", "/srv", "/var/lib"]
    ask = ["stat", "-c", "%n %a %u %g", *directories]
    assert machine.run(ask).stdout == subprocess.check_output(ask, text=True)


def test_an_ordinary_user_can_write_nothing_but_his_own(machine: Machine) -> None:
    refused = machine.run(["touch", PROBE], user=NOBODY, check=False)
    assert refused.returncode == 1
    assert "Permission denied" in refused.stderr
    assert machine.run(["id", "-u"], user=NOBODY).stdout == f"{NOBODY}\n"
    assert machine.run(["id", "-G"], user=NOBODY).stdout == f"{NOBODY}\n"
    machine.write(machine.home / "mine", "mine", user=NOBODY)
    assert machine.run(["stat", "-c", "%u", machine.home / "mine"]).stdout == f"{NOBODY}\n"


def test_a_failing_program_says_what_it_said(machine: Machine) -> None:
    with pytest.raises(AssertionError, match=r"status 3:\nfirst\n\nsecond"):
        machine.run(["sh", "-c", "echo first; echo second >&2; exit 3"])


def test_a_program_that_takes_too_long_is_ended(machine: Machine) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        machine.run(["sh", "-c", "sleep 300; true"], timeout=0.5)
    end = time.monotonic() + 5
    while machine.processes():
        assert time.monotonic() < end, machine.processes()
        time.sleep(0.05)


def test_stopping_lets_a_program_clean_up(machine: Machine) -> None:
    script = "trap 'echo bye >/srv/bye; exit' TERM; echo up >/srv/up; while :; do sleep 0.1; done"
    process = machine.start(["bash", "-c", script])
    while machine.run(["test", "-s", "/srv/up"], check=False).returncode != 0:
        time.sleep(0.05)
    machine.stop(process)
    assert machine.read("/srv/bye") == b"bye\n"


def test_closing_ends_every_process_also_one_in_a_session_of_its_own() -> None:
    with Machine() as machine:
        machine.run(["sh", "-c", "setsid sleep 300 >/dev/null 2>&1 </dev/null &"])
        machine.start(["sleep", "301"])
        while len(machine.processes()) < 2:
            time.sleep(0.05)
        assert set(machine.processes().values()) == {"sleep 300", "sleep 301"}
    assert machine.processes() == {}
    assert not Path(machine.tmp).parent.exists()


def test_a_killed_test_run_leaves_nothing() -> None:
    script = (
        "from real.machine import Machine; import time; m = Machine(); m.start(['sleep', '302']);"
        "print(m._namespace, m.tmp.parent, flush=True); time.sleep(300)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        text=True,
    )
    with run:
        assert run.stdout
        namespace, directory = run.stdout.readline().split()
        assert namespace in namespaces()
        run.send_signal(signal.SIGKILL)
    end = time.monotonic() + 5
    while namespace in namespaces():
        assert time.monotonic() < end, "processes of the machine outlived the run"
        time.sleep(0.05)
    assert not Path(directory).exists()


def namespaces() -> set[str]:
    """Return the process namespaces that have a process."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/ns/pid"):
        try:
            found.add(str(link.readlink()))
        except OSError:
            continue  # ended in the meantime
    return found
