"""What is there: frozen records, filled once by `detect` and never changed afterwards.

Nothing here reads a disk. Paths are paths on the configured machine, that is inside `--root`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from jhwizard.examined import Examination
from jhwizard.installed import Environment, HomeKernel, Kernelspec
from jhwizard.language import _
from jhwizard.variables import Variables

Kind = Literal["exact", "env", "function", "computed", "unknown", "default"]
"""How well a value is known; `docs/design.md` says what each one means."""

Op = Literal["=", "update", "append", "extend", "unknown"]
"""What a line does to a trait: sets it, adds to it, or something that was not understood."""

Role = Literal["hub", "server", "ipython", "switches", "lab", "dormant"]
"""Which program reads a config file: JupyterHub, the single-user server, or IPython.

`switches` are the `.d/*.json` of the server, `lab` the page config of JupyterLab and Notebook 7:
they switch extensions and set no trait. `dormant` is what only the application reads that
people's servers are not: the legacy Notebook, or the modern server.
"""


ANY_FILE = "*"
"""Stands for a file of which it is not known which one it is."""


@dataclass(frozen=True)
class AdminExempt:
    """`JupyterHub.named_server_limit_per_user` as a function that lets admins have any number."""

    limit: int
    """Named servers for everybody else; 0 means no limit, as in JupyterHub."""


@dataclass(frozen=True)
class Missing:
    """Stands where a value, or a part of one, is not known from the file."""

    reason: str
    line: int
    kind: Kind = "unknown"
    refers: str = ""
    """Dotted name of what stands there, such as `sys.executable`; empty when it has none."""
    variable: str = ""
    """The environment variable it is; empty when it is none."""
    fallback: object = None
    """What it is where the variable is not set, as plain data; None when it is not said."""


@dataclass(frozen=True)
class Write:
    """One line of a config file that sets, or may set, one trait."""

    cls: str
    """Class name as written after `c.`; `*` when the line may touch every class."""
    trait: str
    """Trait name; `*` when the line may touch every trait of the class."""
    op: Op
    value: object
    """Plain Python data or `AdminExempt`; None when `op` is `unknown`."""
    line: int
    """Line of the file, from 1."""
    ours: bool = False
    """Whether it stands in jhwizard's block, or in a file that is jhwizard's alone."""
    spliceable: bool = False
    """Whether the bytes of the value can be exchanged where they stand."""
    span: tuple[int, int] = (0, 0)
    """First byte of the value in the file, and the byte after its last."""
    statement: tuple[int, int] = (0, 0)
    """The same for the whole statement."""
    reason: str = ""
    """Why the line was not understood; empty when it was."""
    kind: Kind = "exact"
    """How well the value is known; never `exact` when `op` is `unknown`."""
    parts: object = None
    """Of a value that is not exact: what is known of it, with `Missing` where nothing is."""
    alternatives: tuple[object, ...] = ()
    """The values it can be, each like `parts`; nothing when there is no saying."""
    added: tuple[object, ...] = ()
    """Of a line that adds to a list and is not exact: the elements it adds, each like `parts`."""
    evaluated: bool = False
    """Whether the value comes from running the file, and not from reading it."""
    subconfig: str = ""
    """The file that `load_subconfig` loads in this line's place, as it is named there.

    A pattern such as `/etc/x/*.py` stands for all such files, sorted, and ANY_FILE for one that is
    not known. Empty when the line loads none.
    """
    loads: PurePosixPath | None = None
    """The file whose lines count in the place of this one; None where the line itself counts."""
    words: Words | None = None
    """Where it stands on a command line, in a list that can be changed; None anywhere else."""


@dataclass(frozen=True)
class Words:
    """Words of a list that is put on a command line."""

    write: Write
    """The line that says the list."""
    first: int
    """The place of the first word in the list."""
    last: int
    """The place after the last one."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file, in a sentence, and where."""

    text: str
    line: int | None = None
    fix: str = ""
    """What helps; empty where it is to mend the file."""


@dataclass(frozen=True)
class Reading:
    """What one config file says, in the order it says it."""

    writes: tuple[Write, ...] = ()
    problem: Problem | None = None
    """Why the file as a whole cannot be edited or understood; None when it can."""
    has_block: bool = False


@dataclass(frozen=True)
class FileState:
    """A regular file as it was read."""

    content: bytes
    mode: int
    """Permission bits, such as 0o644."""
    uid: int
    gid: int


@dataclass(frozen=True)
class Source:
    """One config file that some program of Jupyter loads."""

    path: PurePosixPath
    role: Role
    reading: Reading
    state: FileState | None
    """None when there is no such file (yet)."""
    loaded: bool = False
    """Whether it counts only where a line of another file loads it."""
    command_line: bool = False
    """Whether these are the words that the file puts on the command line of people's servers."""


@dataclass(frozen=True)
class Found:
    """A setting's value in force, how well it is known, and the line it comes from."""

    value: object
    """In the setting's own terms (seconds, names, …); None when it is not known."""
    kind: Kind
    raw: object = None
    """As the file has it (a URL, say); None when nothing is set or nothing is known."""
    trait: str = ""
    """The trait or variable that holds it, such as `c.Spawner.default_url`."""
    file: PurePosixPath | None = None
    line: int | None = None
    ours: bool = False
    shadows: tuple[Found, ...] = ()
    """What is set elsewhere and has no effect, strongest first."""
    reason: str = ""
    """Why it is not known; empty when it is."""
    evaluated: bool = False
    """Whether the file was run to know it."""

    @property
    def origin(self) -> str:
        """Return `file:line`, or `default`; and whether the file was run to know it."""
        if self.file is None:
            return "default"
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return _("{place}, evaluated").format(place=place) if self.evaluated else place


@dataclass(frozen=True)
class Extension:
    """A server extension and whether the config directories' `.d` files enable it."""

    name: str
    enabled: bool
    file: PurePosixPath
    ours: bool = False


@dataclass(frozen=True)
class LabExtension:
    """A prebuilt JupyterLab extension, as its `package.json` describes it."""

    name: str
    version: str
    disables: tuple[str, ...] = ()
    """Other extensions that it switches off where it is there."""


@dataclass(frozen=True)
class Evaluation:
    """What running the hub's config file adds to what reading it has found."""

    values: Mapping[tuple[str, str], object]
    """Class and trait to what reading did not know, or not rightly; `evaluated` says how."""
    read: frozenset[tuple[str, str]] = frozenset()
    """Traits of which reading said as much or more."""
    asked: tuple[str, ...] = ()
    """Variables it asked for that nobody had told: what it gave holds where they are not set."""


@dataclass(frozen=True)
class TraitCheck:
    """What the users' installed classes say of one trait with one value."""

    value: object
    """The value that was shown to them."""
    refused: str = ""
    """Why it cannot be set, in a sentence; empty when it can."""


@dataclass(frozen=True)
class StagedKernel:
    """What a kernel's own installer would write for everybody."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Name to content; nothing when it could not be asked."""
    problem: str = ""
    """Why it cannot be installed; empty when it can."""


@dataclass(frozen=True)
class Facts:
    """Everything known about one deployment."""

    target: str
    """Where new answers land: a name of `jhwizard.targets`."""
    root: str
    """The directory on this machine that is the configured machine's `/`."""
    hub: Environment | None
    """The environment JupyterHub runs in; None when none was found."""
    user: Environment | None
    """The environment of the single-user servers; often the same one."""
    hub_config: PurePosixPath
    """The hub's config file, which may not exist yet."""
    hub_config_exists: bool
    spawner: str
    """Class name such as `LocalProcessSpawner`; empty when it is not known."""
    sources: tuple[Source, ...]
    """Config files, weakest first within each role."""
    files: Mapping[PurePosixPath, FileState | None]
    """Every config file that was looked for, None for one that is not there."""
    unreadable: Mapping[PurePosixPath, Problem] = field(default_factory=dict)
    """Config files that are there and could not be read."""
    fleeting: Mapping[PurePosixPath, str] = field(default_factory=dict)
    """Config file to why what is written to it will not last; the others are not in it."""
    unloaded: Mapping[PurePosixPath, str] = field(default_factory=dict)
    """Config file to who does not read it, in a sentence; most files are not in it."""
    kernelspecs: tuple[Kernelspec, ...] = ()
    home_kernels: tuple[HomeKernel, ...] = ()
    extensions: tuple[Extension, ...] = ()
    lab_extensions: tuple[LabExtension, ...] = ()
    lab_core: tuple[str, ...] = ()
    """Extensions that JupyterLab and Notebook 7 themselves are made of."""
    found: Mapping[str, Found] = field(default_factory=dict)
    """Setting key to what is in force."""
    hub_directory: PurePosixPath | None = None
    """Where the hub is started, from which it follows relative names; None when not known."""
    tljh_plugins: tuple[str, ...] = ()
    """What may change the configuration of The Littlest JupyterHub by hooks of its own."""
    remarks: tuple[str, ...] = ()
    """What could not be found out, in sentences."""
    checks: Mapping[str, TraitCheck] = field(default_factory=dict)
    """`Class.trait` to what the installed classes say of it; only of what was asked for."""
    staged: Mapping[str, StagedKernel] = field(default_factory=dict)
    """A kernel to install, as it is answered, to what its installer would write."""
    variables: Variables = field(default=Variables(), repr=False)
    """What the hub's own files are read with; people's servers have another environment."""
    evaluation: Evaluation | None = None
    """What running the hub's config file has given; None where it was not run."""
    legacy: bool = False
    """Whether people's servers are the legacy Notebook, an application with files of its own."""
    legacy_obstacle: str = ""
    """Why they cannot be the legacy Notebook, whatever is installed; empty when they can."""
    unchecked: str = ""
    """Why the installed classes could not be asked; empty when they answered or were not asked."""
    examined: Examination | None = None
    """What the doctor has asked besides; None where it was not asked."""
