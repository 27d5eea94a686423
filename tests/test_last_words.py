"""What pip and conda said when they failed, recorded from pip 23.0, conda 24.11.1 and 26.7.1."""

from __future__ import annotations

import pytest

from jhwizard.last_words import last_words

NOT_FOUND = """\
Solving environment: ...working... unsuccessful initial attempt using frozen solve.

PackagesNotFoundInChannelsError: The following packages are not available from current channels:

  - no-such-thing

Current channels:

  - https://conda.anaconda.org/conda-forge/noarch

To search for alternate channels that may provide the conda package you're
looking for, navigate to

    https://anaconda.org

and use the search bar at the top of the page.
"""
INCOMPATIBLE = """\
UnsatisfiableError: The following specifications were found
to be incompatible with a past
explicit spec that is not an explicit spec in this operation (pip):

  - tool -> python -> pip

The following specifications were found to be incompatible with each other:

Output in format: Requested package -> Available versions
"""
FROZEN = """\
EnvironmentIsFrozenError: Cannot modify '/srv/jh'. The environment is marked as frozen.
"""
PIP = """\
ERROR: Could not find a version that satisfies the requirement no-such-thing (from versions: none)
ERROR: No matching distribution found for no-such-thing
"""


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            NOT_FOUND,
            (
                "PackagesNotFoundInChannelsError: The following packages are not available from "
                "current channels: - no-such-thing"
            ),
        ),
        (
            INCOMPATIBLE,
            (
                "UnsatisfiableError: The following specifications were found to be incompatible "
                "with a past explicit spec that is not an explicit spec in this operation "
                "(pip): "
                "- tool -> python -> pip"
            ),
        ),
        (FROZEN, FROZEN.strip()),
        (PIP, "ERROR: No matching distribution found for no-such-thing"),
        ("one\n\ntwo\n\n", "two"),
        ("ErrorHandler: installed\nall went wrong\n", "all went wrong"),
        ("Error:\n", "Error:"),
        ("", ""),
    ],
)
def test_the_reason_is_told_and_not_the_advice_after_it(said: str, told: str) -> None:
    assert last_words([line.strip() for line in said.splitlines()]) == told
