"""A conda environment: the conda that looks after it, and what its records say is installed.

Everything is read from file names, first lines and `INSTALLER` files. The layouts are those that
conda 26.7.1 made: `conda-meta/NAME-VERSION-BUILD.json` for each package, and
`conda-meta/history`, whose lines `# cmd: PROGRAM WORD…` say what changed the environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from jhwizard.errors import WizardError
from jhwizard.host import Host
from jhwizard.jupyter.distributions import installers, same_name

_PROGRAMS = ("bin/conda", "condabin/conda", "bin/mamba", "bin/micromamba")
_COMMAND = "# cmd: "
_PARTS = 3


def is_condas(host: Host, prefix: PurePosixPath) -> bool:
    """Return whether conda made an environment, which is how conda itself tells."""
    return host.exists(prefix / "conda-meta")


def condas_of(host: Host, prefix: PurePosixPath) -> list[PurePosixPath]:
    """Return programs that may look after an environment, the likeliest first.

    The installation whose `envs` it is in comes before a conda inside of it, which has channels
    of its own; one elsewhere is named in the history, which counts if nobody else may write it.
    """
    above = [*([prefix.parent.parent] if prefix.parent.name == "envs" else []), prefix]
    places = [place / name for place in above for name in _PROGRAMS]
    return [path for path in (*places, *_in_history(host, prefix)) if host.may_start(path)]


def records(host: Host, prefix: PurePosixPath) -> dict[str, str]:
    """Return what conda installed: its own name of each package, such as `foo_bar`, to version."""
    names = (n.removesuffix(".json") for n in host.listed(prefix / "conda-meta") if ".json" in n)
    parts = [name.rsplit("-", 2) for name in names]
    return {part[0]: part[1] for part in parts if len(part) == _PARTS}


def not_condas(host: Host, prefix: PurePosixPath, known: Mapping[str, str]) -> frozenset[str]:
    """Return distributions that something else put there, such as pip: their normalised names.

    conda's own have `conda` in their `INSTALLER`. That is read where its records, `known`, name
    no such version: another name, or another version that pip put in the place of conda's.
    """
    same = {(same_name(name), version) for name, version in known.items()}
    found = installers(host, prefix, lambda name, version: (name, version) not in same)
    return frozenset(name for name, installer in found if installer != "conda")


def _in_history(host: Host, prefix: PurePosixPath) -> Iterator[PurePosixPath]:
    path = prefix / "conda-meta/history"
    if not host.is_trusted(path):
        return
    try:
        state = host.read(path)
    except WizardError:
        return
    for line in (state.content if state else b"").decode("utf-8", "replace").splitlines():
        words = line.removeprefix(_COMMAND).split()
        if line.startswith(_COMMAND) and words and words[0].startswith("/"):
            program = PurePosixPath(words[0])
            yield from (program.parent.parent / name for name in _PROGRAMS)
