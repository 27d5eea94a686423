"""Fixtures of the real tests: a machine, the environment of a hub, jhwizard as root in there."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest

from real.built import built
from real.machine import Machine

COMMAND = Path(sys.executable).with_name("jhwizard")
"""As an admin runs it: the command of the environment the tests run in."""


@pytest.fixture(scope="session")
def hub6() -> PurePosixPath:
    """The prefix of the environment with JupyterHub 6; fails if it is not built."""
    return built("hub6")


@pytest.fixture(scope="session")
def hub5() -> PurePosixPath:
    """The prefix of the environment with JupyterHub 5 and Notebook 6; fails if it is not built."""
    return built("hub5")


@pytest.fixture(scope="session")
def notebook6() -> PurePosixPath:
    """The prefix of an environment of users with Notebook 6; fails if it is not built."""
    return built("notebook6")


@pytest.fixture
def machine(hub6: PurePosixPath) -> Iterator[Machine]:
    """A machine for one test, in which the environment of the hub may be written as well."""
    with Machine(writable=[hub6]) as machine:
        yield machine


@pytest.fixture
def jhwizard(machine: Machine) -> Callable[..., subprocess.CompletedProcess[str]]:
    """jhwizard in the test's machine: `jhwizard("show", "--json", check=False)`."""
    return jhwizard_in(machine)


def jhwizard_in(machine: Machine) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs jhwizard in a machine, as `machine.run` does."""

    def run(
        *arguments: str,
        user: int | None = None,
        input: str = "",  # noqa: A002 - the name subprocess.run gives it
        timeout: float = 60,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        # No PYTHONPATH: the interpreters jhwizard starts would inherit it.
        return machine.run(
            [COMMAND, *arguments], user=user, input=input, timeout=timeout, check=check
        )

    return run
