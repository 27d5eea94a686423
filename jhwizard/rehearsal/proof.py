"""What a rehearsal hands back: proofs, and what was not seen and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jhwizard.facts import Facts


@dataclass(frozen=True)
class Proof:
    """One thing that was seen, beside what it should be."""

    key: str
    """A setting; or `hub`, `server`, `kernel:NAME` for what has to run at all."""
    expected: object
    """As an answers file has it; durations in seconds."""
    observed: object
    """The same, or words where what was seen is no such value."""
    ok: bool
    seconds: float | None = None
    """How long it took, where that is of interest."""
    note: str = ""
    """How it was seen, or what stood in the way, in a sentence."""


@dataclass(frozen=True)
class Skipped:
    """One setting that was not seen."""

    key: str
    reason: str


@dataclass(frozen=True)
class Rehearsal:
    """All of it."""

    proofs: tuple[Proof, ...]
    skipped: tuple[Skipped, ...]
    seconds: float
    log: str = ""
    """What the hub, its proxy and people's servers said; not redacted."""
    started: bool = True
    """Whether the hub and the sample person's server ran."""
    complete: bool = True
    """Whether it came to its end, in time."""

    @property
    def is_green(self) -> bool:
        """Return whether it came to its end, and all that was seen is as it should be."""
        return self.complete and not self.is_red

    @property
    def is_red(self) -> bool:
        """Return whether something was seen that is not as it should be."""
        return not all(proof.ok for proof in self.proofs)


@dataclass(frozen=True)
class Wishes:
    """How to rehearse."""

    user: str | None = None
    """Whose files in their home take part; None for somebody with an empty home."""
    cull: bool = False
    """Whether a second pass sees idle kernels and servers stop, with times scaled down."""
    seconds: float = 300.0
    """For all of it."""
    kernel_seconds: float = 30.0
    """For one kernel to answer."""
    most_kernels: int = 8
    """Started at most."""


@dataclass(frozen=True)
class Wanted:
    """What should be seen; made from answers and files, never from what runs."""

    values: Mapping[str, object]
    """Setting key to value, in the setting's own terms; None for one that is not known."""
    after: Facts
    """What the files mean as they would be."""
    user: str
    """The sample person's name in the hub."""
    pending: bool = False
    """Whether commands of the plan have not been run."""


Seen = Mapping[str, Mapping[str, object]]
"""What was told so far, by what it is about."""
Verdict = Proof | Skipped | None
"""None: not yet."""
