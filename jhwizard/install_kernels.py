"""Kernels that their own installers would write for everybody, as new files. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter import paths
from jhwizard.language import _
from jhwizard.plan import NEW_MODE, Change
from jhwizard.settings.install_kernels import KEY, standing
from jhwizard.settings.install_kind import wanted_kernels


def installed_files(facts: Facts, answers: Answers) -> Iterator[Change]:
    """Yield the new files of the kernels to be installed; of those that are, none.

    Raises RefusedError for one whose installer was not asked (`stage_kernels.py`).
    """
    for kernel in wanted_kernels(answers[KEY]) if answers.changed(KEY) else ():
        staged = facts.staged.get(str(kernel))
        if staged is None:
            text = _("{key}: what the installer of {name} would write is not known")
            raise RefusedError(text.format(key=KEY, name=kernel.name))
        if standing(kernel, facts) is None:
            directory = paths.kernel_directory(facts) / kernel.name
            for name, content in staged.files.items():
                yield Change(directory / name, None, content, NEW_MODE, None, "browser reload")
