"""What a setting is: one record, from which screens, files, reader, plan and docs derive.

Adding a setting means adding one record to the module of its step. A record names a capability
of an environment, never a version of it: versions live in `jhwizard.jupyter`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.facts import Facts
from jhwizard.jupyter.applications import SERVER
from jhwizard.jupyter.page_config import Section
from jhwizard.settings.kinds import Kind


@dataclass(frozen=True)
class ServerTrait:
    """A trait of the single-user server, in `jupyter_server_config`.

    `ServerApp` is `NotebookApp`, and the file another one, where people's servers are the legacy
    Notebook.
    """

    cls: str
    trait: str


@dataclass(frozen=True)
class HubTrait:
    """A trait of JupyterHub or of its spawner, in the hub's own config file."""

    cls: str
    trait: str


@dataclass(frozen=True)
class SpawnerVariable:
    """An environment variable that the hub gives to every single-user server."""

    name: str


@dataclass(frozen=True)
class SpawnerName:
    """The trait with which the spawner in force names what it starts, if it has one."""


@dataclass(frozen=True)
class IPythonTrait:
    """A trait of IPython, in `ipython_config`."""

    cls: str
    trait: str


@dataclass(frozen=True)
class ServerExtensions:
    """The switches of server extensions: `.d` files, and above them a trait."""

    cls: str = SERVER.cls
    trait: str = SERVER.switches


@dataclass(frozen=True)
class LabExtensions:
    """Front-end extensions by name, in a section of JupyterLab's `page_config.json`."""

    section: Section


@dataclass(frozen=True)
class OtherTraits:
    """Any traits of the single-user server that no record of their own speaks of."""


@dataclass(frozen=True)
class NotConfig:
    """What is installed, and no line of a config file: kernelspecs, say."""

    what: Literal["shared kernels", "installed kernels", "packages"]
    words: str
    """What stands there afterwards, for the page of all settings."""
    directory: Callable[[Facts], PurePosixPath]
    """Where, on the configured machine."""


@dataclass(frozen=True)
class HubCuller:
    """A flag of the idle culler: a service of the hub, with a role of its own."""

    flag: str


Landing = (
    ServerTrait
    | HubTrait
    | SpawnerVariable
    | SpawnerName
    | IPythonTrait
    | ServerExtensions
    | LabExtensions
    | OtherTraits
    | NotConfig
    | HubCuller
)


@dataclass(frozen=True)
class Choice:
    """One thing that can be chosen, and why not if it cannot."""

    value: str
    label: str
    unavailable: str = ""
    """Why it cannot be chosen here; empty when it can."""


Values = Mapping[str, object]
"""Setting key to value, in the setting's own terms; None for one that is not known."""


def _same_value(value: object, _facts: Facts) -> object:
    return value


def _always(_facts: Facts, _values: Values) -> bool:
    return True


def _no_choices(_facts: Facts) -> tuple[Choice, ...]:
    return ()


@dataclass(frozen=True)
class Follows:
    """What becomes of an answer when only another one is given."""

    key: str
    """The other setting."""
    answer: Callable[[object, Facts], object]
    """From the other answer to this one; None when it amounts to none."""
    unless_set: bool = False
    """Whether a value that some file sets stays, so that only a default follows."""


@dataclass(frozen=True)
class Beside:
    """A variable that some answers to a question need besides the trait it lands in."""

    lands: SpawnerVariable
    write: Callable[[Values, Facts], object]
    """Its value; the empty text stands for no variable at all."""
    read: Callable[[object, Facts], object]
    """The answer that a value decides by itself; None when the trait decides."""
    says: Callable[[Values, Facts], str]
    """The comment above its line."""


@dataclass(frozen=True)
class Setting:
    """One question to the admin, and everything that follows from it."""

    key: str
    """`step.name`: API in answers files, `--json` and snapshots."""
    sentence: str
    """The question, as an admin would say it aloud."""
    help: str
    """What follows from the answer, for the people who use the hub."""
    kind: Kind
    lands: Landing
    source: str
    """The page of Jupyter's documentation that describes it."""
    default: Callable[[Facts], object]
    """What is in force when no file says anything."""
    says: Callable[[Values, Facts], str]
    """The comment above the generated line: what it does, in one line."""
    write: Callable[[Values, Facts], object]
    """The value of the trait, from all answers."""
    read: Callable[[object, Facts], object] = _same_value
    """The answer that a value of the trait amounts to; None when there is no such answer.

    Raises RefusedError to say why there is none, where that needs words of its own.
    """
    absent: str | None = None
    """The answer that stands for no line at all; None where every answer is a line."""
    stronger: Landing | None = None
    """Another place that beats this one wherever it is set; None when there is none."""
    weaker: Landing | None = None
    """Another place that counts wherever this one is not set; None when there is none."""
    beside: Beside | None = None
    """What else an answer sets; None when it is one trait."""
    needs: str = ""
    """The first release it works with, as `jhwizard.jupyter` has it; empty for every one."""
    follows: Follows | None = None
    """The setting whose new answer decides this one too, unless this one is answered itself."""
    choices: Callable[[Facts], tuple[Choice, ...]] = _no_choices
    when: Callable[[Facts, Values], bool] = _always
    """Whether the question makes sense here; a screen leaves it out otherwise."""

    @property
    def step(self) -> str:
        """Return the name of the step it is asked in."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Return the key's last part, as it stands in an answers file."""
        return self.key.partition(".")[2]


@dataclass(frozen=True)
class Rule:
    """What must or should not be answered together, in the same words for every front end."""

    keys: tuple[str, ...]
    """The settings it speaks of; the first one is where it is shown."""
    level: Literal["error", "warning", "note"]
    """An error stops the write; a warning and a note are shown."""
    finds: Callable[[Values, Facts], str]
    """The sentence, or nothing when all is well."""
    named: str = ""
    """What it is called within its step; empty where the name of its function says it."""

    @property
    def name(self) -> str:
        """Return what the doctor calls it: the step, and what it is about."""
        step = self.keys[0].partition(".")[0].replace("_", "-")
        return f"{step}-{self.named or self.finds.__name__.strip('_').replace('_', '-')}"


@dataclass(frozen=True)
class Step:
    """One page of the wizard."""

    name: str
    title: str
    intro: str
    settings: tuple[Setting, ...]
    rules: tuple[Rule, ...] = ()
