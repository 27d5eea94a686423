"""Packages that jhwizard installs are there for everybody; undo names them and leaves them."""

import json
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from real.conftest import COMMAND
from real.hub import Hub
from real.machine import Machine
from real.test_written import UNIT

pytestmark = pytest.mark.real

ANSWERS = '[environment]\npackages = ["tiny-thing>=1"]\n[culling]\nkernel_idle = "30m"\n'
METADATA = "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.5\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build_wheel(directory: Path) -> None:
    """Put a wheel of one module there."""
    info = "tiny_thing-1.5.dist-info"
    files = {
        "tiny_thing.py": "WORD = 'tiny'\n",
        f"{info}/METADATA": METADATA,
        f"{info}/WHEEL": WHEEL,
        f"{info}/RECORD": f"tiny_thing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(directory / "tiny_thing-1.5-py3-none-any.whl", "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)


def test_a_package_is_there_for_everybody_and_undo_names_it(
    machine: Machine, hub6: PurePosixPath, tmp_path: Path
) -> None:
    build_wheel(tmp_path)
    machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=hub6))

    def run(words: str, answers: str = ANSWERS, *, check: bool = True) -> tuple[int, str, str]:
        done = machine.run(
            ["sh", "-c", f"umask 077; exec {COMMAND} {words}"],
            env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)},
            input=answers,
            check=check,
        )
        return done.returncode, done.stdout, done.stderr

    status, planned, _talk = run("plan - --json", check=False)
    (command,) = json.loads(planned)["commands"]
    assert status == 4
    assert command["argv"][1:4] == ["-m", "pip", "install"]
    assert command["undo"][1:] == ["-m", "pip", "uninstall", "--yes", "tiny-thing"]

    refused = ANSWERS.replace("tiny-thing", "no-such-thing")
    status, _out, talk = run("apply - --yes", refused, check=False)
    assert status == 1
    assert "no-such-thing" in talk
    assert run("history --json")[1].count('"id"') == 0

    _status, written, talk = run("apply - --yes")
    assert "Successfully installed tiny-thing-1.5" in talk
    assert "done: install tiny-thing" in written
    assert run("plan -")[0] == 0
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        code = "import tiny_thing; print(tiny_thing.WORD)"
        assert hub.run_in_kernel("al", "python3", code) == "tiny\n"

    _status, _undone, talk = run("undo")
    assert f"run: {hub6}/bin/python" in talk
    assert "-m pip uninstall --yes tiny-thing" in talk
    status, left, _talk = run("plan - --json", check=False)
    assert (status, json.loads(left)["commands"]) == (4, [])
