"""What people install with `pip install --user`, in real kernels of a real hub."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from real.conftest import jhwizard_in
from real.hub import Hub
from real.machine import Machine
from real.test_packages import build_wheel
from real.test_written import write

pytestmark = pytest.mark.real

NO = "[environment]\nusers_may_install = false\n"
YES = "[environment]\nusers_may_install = true\n"
LOOKS = "import site; print(site.ENABLE_USER_SITE)"
INSTALLS = """
import subprocess, sys
words = [sys.executable, "-m", "pip", "install", "--user", "--no-index", "--find-links", "{wheels}"]
done = subprocess.run([*words, "tiny-thing"], capture_output=True, text=True)
print(done.stdout + done.stderr)
"""
IMPORTS = """
try:
    import tiny_thing
    print(tiny_thing.WORD)
except ImportError as error:
    print(error)
"""


@pytest.fixture
def wheels() -> Iterator[Path]:
    """A directory that everybody may read, with a wheel in it."""
    directory = Path(tempfile.mkdtemp(prefix="jhwizard-wheels-"))
    build_wheel(directory)
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def opened(machine: Machine, prefix: PurePosixPath) -> None:
    """Let the environment look outside, as conda's and the system's do."""
    told = machine.read(prefix / "pyvenv.cfg").decode()
    seen = told.replace(
        "include-system-site-packages = false", "include-system-site-packages = true"
    )
    assert seen != told
    machine.write(prefix / "pyvenv.cfg", seen)


def test_own_packages_are_found_until_the_answer_is_no(
    machine: Machine, hub6: PurePosixPath, wheels: Path
) -> None:
    homes = f"c.SimpleLocalProcessSpawner.home_dir_template = '{machine.tmp}/homes/{{username}}'\n"
    opened(machine, hub6)
    write(machine, hub6, "")
    with Hub(machine, hub6, more=homes) as hub:
        hub.start_server("al")
        assert hub.run_in_kernel("al", "python3", LOOKS) == "True\n"
        installed = hub.run_in_kernel("al", "python3", INSTALLS.format(wheels=wheels))
        assert "Successfully installed tiny-thing" in installed
        assert hub.run_in_kernel("al", "python3", IMPORTS) == "tiny\n"
    write(machine, hub6, NO)
    with Hub(machine, hub6, more=homes) as hub:
        hub.start_server("al")
        assert hub.run_in_kernel("al", "python3", LOOKS) == "False\n"
        assert hub.run_in_kernel("al", "python3", IMPORTS) == "No module named 'tiny_thing'\n"
    write(machine, hub6, YES)
    with Hub(machine, hub6, more=homes) as hub:
        hub.start_server("al")
        assert hub.run_in_kernel("al", "python3", IMPORTS) == "tiny\n"


def test_in_a_closed_virtual_environment_pip_refuses_by_itself(
    machine: Machine, hub6: PurePosixPath, wheels: Path
) -> None:
    with Hub(machine, hub6) as hub:
        hub.start_server("al")
        assert hub.run_in_kernel("al", "python3", LOOKS) == "False\n"
        said = hub.run_in_kernel("al", "python3", INSTALLS.format(wheels=wheels))
        assert "not visible in this virtualenv" in said


def test_no_is_refused_while_people_may_write_to_the_environment(
    machine: Machine, hub6: PurePosixPath
) -> None:
    write(machine, hub6, "")
    site = hub6 / "lib/python3.11/site-packages"
    machine.run(["chmod", "o+w", site])
    done = jhwizard_in(machine)("plan", "-", input=NO, check=False)
    assert done.returncode == 3
    assert f"People may write to {site}" in done.stderr
    machine.run(["chmod", "-R", "go-w", hub6])
    assert jhwizard_in(machine)("plan", "-", input=NO, check=False).returncode == 4
