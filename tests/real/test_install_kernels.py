"""Kernels of other environments, installed for everybody by their own installers."""

import json
from pathlib import PurePosixPath

import pytest

from real.conftest import jhwizard_in
from real.hub import Hub
from real.machine import NOBODY, Machine
from real.test_written import write

pytestmark = pytest.mark.real

ANSWERS = """
target = "{target}"
[kernels]
install = [{{ python = "{python}", name = "physics", display_name = "Physics (old)" }}]
default = "physics"
"""


def listing(machine: Machine, *places: str | PurePosixPath) -> str:
    """Return every file and directory there, with mode and owner."""
    names = ["(", "-path", "*jupyter*", "-o", "-path", "*ipython*", ")"]
    words = ["find", *map(str, places), *names, "-printf", "%p %m %u %y\n"]
    return "\n".join(sorted(machine.run(words, check=False).stdout.splitlines()))


@pytest.mark.parametrize("target", ["system", "env"])
def test_everybody_has_the_kernel_until_it_is_taken_back(
    machine: Machine, hub6: PurePosixPath, notebook6: PurePosixPath, target: str
) -> None:
    places = ("/usr/local/share", hub6 / "share", "/root")
    before, wanted = listing(machine, *places), notebook6 / "bin/python3"
    answers = ANSWERS.format(target=target, python=wanted)
    done = write(machine, hub6, answers)
    assert f"Asking {wanted} for its kernel" in done.stderr
    run = jhwizard_in(machine)
    assert run("plan", "-", input=answers).returncode == 0
    again = run("plan", "-", "--target", target, input=run("answers").stdout)
    assert again.returncode == 0
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        offered = hub.server_api("al", "GET", "/api/kernelspecs").json()
        spec = offered["kernelspecs"]["physics"]
        assert spec["spec"]["display_name"] == "Physics (old)"
        assert spec["spec"]["argv"][0] == str(wanted)
        assert {"logo-64x64", "logo-svg"} <= spec["resources"].keys()
        assert hub.run_in_kernel("al", "physics", "1 + 1") == "2"
        code = "import ipykernel, os, sys; print(sys.prefix, os.getuid())"
        assert hub.run_in_kernel("al", "physics", code) == f"{notebook6} {NOBODY}\n"
    run("undo")
    assert listing(machine, *places) == before


def test_the_preview_holds_the_installers_own_bytes(
    machine: Machine, hub6: PurePosixPath, notebook6: PurePosixPath
) -> None:
    write(machine, hub6, "")
    python = notebook6 / "bin/python3"
    answers = ANSWERS.format(target="system", python=python)
    planned = jhwizard_in(machine)("plan", "-", "--json", input=answers, check=False)
    assert planned.returncode == 4
    changes = {c["path"]: c for c in json.loads(planned.stdout)["changes"]}
    directory = "/usr/local/share/jupyter/kernels/physics"
    assert "Physics (old)" in changes[f"{directory}/kernel.json"]["diff"]
    assert "Binary file" in changes[f"{directory}/logo-64x64.png"]["diff"]
    machine.run(
        [python, "-m", "ipykernel", "install", "--name=physics", "--display-name=Physics (old)"]
    )
    left = json.loads(
        jhwizard_in(machine)("plan", "-", "--json", input=answers, check=False).stdout
    )
    assert not any(change["path"].startswith(directory) for change in left["changes"])
    other = answers.replace("(old)", "(new)")
    refused = jhwizard_in(machine)("plan", "-", input=other, check=False)
    assert refused.returncode == 3
    assert f"{directory} has another kernel called physics" in refused.stderr


def test_an_environment_that_people_may_change_is_not_started_by_root(
    machine: Machine, hub6: PurePosixPath
) -> None:
    write(machine, hub6, "")
    python = "/home/bob/env/bin/python"
    machine.write(python, "#!/bin/sh\ntouch /etc/started-by-root\n", mode=0o755)
    machine.run(["chown", "-R", f"{NOBODY}:{NOBODY}", "/home/bob"])
    answers = ANSWERS.format(target="system", python=python)
    done = jhwizard_in(machine)("plan", "-", input=answers, check=False)
    assert done.returncode == 3
    assert "was not started, as other people than root may change /home/bob/env" in done.stderr
    assert machine.run(["test", "-e", "/etc/started-by-root"], check=False).returncode == 1
