"""Kernelspecs of people's homes made everybody's: their files as changes, and what is shared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.answers import Answers
from jhwizard.facts import Facts, Found
from jhwizard.installed import HomeKernel
from jhwizard.jupyter import paths
from jhwizard.plan import NEW_MODE, Change

KEY = "kernels.share"


def shared_files(facts: Facts, answers: Answers) -> Iterator[Change]:
    """Yield the new files of the kernels that shall be shared; of those that are, none."""
    before = facts.found[KEY].value or ()
    for kernel in facts.home_kernels:
        if kernel.answer in (answers[KEY] or ()) and kernel.answer not in before:  # type: ignore[operator]
            for path, content in _files(kernel, facts):
                if facts.files.get(path) is None:
                    yield Change(path, None, content, NEW_MODE, None, "browser reload")


def shared_kernels(facts: Facts) -> Found:
    """Return which kernels of homes stand, as they would be written, where all people see them."""
    places = {k.answer: place for k in facts.home_kernels if (place := _standing(k, facts))}
    if not places:
        return Found((), "default")
    names = tuple(sorted(places))
    return Found(names, "exact", names, "kernel.json", places[names[0]], ours=True)


def files_of_shared(facts: Facts) -> list[PurePosixPath]:
    """Return the files that are there if a kernel is shared, whatever the target."""
    targets = [replace(facts, target=target) for target in ("system", "env")]
    return [
        path for k in facts.home_kernels for each in targets for path, _content in _files(k, each)
    ]


def _standing(kernel: HomeKernel, facts: Facts) -> PurePosixPath | None:
    for target in ("system", "env"):
        files = dict(_files(kernel, replace(facts, target=target)))
        states = {path: facts.files.get(path) for path in files}
        if files and all(s and s.content == files[path] for path, s in states.items()):
            return next(iter(files))
    return None


def _files(kernel: HomeKernel, facts: Facts) -> Iterator[tuple[PurePosixPath, bytes]]:
    directory = paths.kernel_directory(facts) / kernel.name
    return ((directory / name, content) for name, content in kernel.files.items())
