"""The kind of answer that names kernels to install: the Python, the kernel's name and its title.

As text an entry is `/opt/physics/bin/python as physics "Physics (Python 3.11)"`, several of them
with commas between. Inside, each one is that text, too, so that it can be ticked and compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.kinds import Names
from jhwizard.settings.words import written

_ENTRY = re.compile(r'\s*(?P<python>/\S*)\s+as\s+(?P<name>[^\s",]+)(?:\s+"(?P<title>[^"]*)")?\s*')
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_PROGRAM = re.compile(r"(?:python|pypy)[0-9.]*")
_PATH = re.compile(r"(?:/[A-Za-z0-9@%+=:._-]+)+")
_LONGEST = 100
_KEYS = ("python", "name", "display_name")


@dataclass(frozen=True)
class Wanted:
    """A kernel to be installed."""

    python: PurePosixPath
    name: str
    """Lower case, as it is offered."""
    title: str

    def __str__(self) -> str:
        """Return the text form."""
        return f'{self.python} as {self.name} "{self.title}"'


def wanted_kernels(value: object) -> tuple[Wanted, ...]:
    """Return what an answer of this kind names; nothing for one that is not known."""
    entries = value if isinstance(value, tuple) else ()
    return tuple(_wanted(found) for entry in entries if (found := _ENTRY.fullmatch(entry)))


class Kernels(Names):
    """Kernels, each with its Python, name and title; an answers file may have tables, too."""

    def __init__(self) -> None:
        """Take kernels to add to those that are installed."""
        super().__init__(example='/opt/physics/bin/python as physics "Physics"', empty="none")
        self.adds = True

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the entries in a text; a comma in quotes belongs to a title."""
        if text.strip().lower() in {self.empty, ""}:
            return ()
        return self.from_toml(_between_commas(text))

    def from_toml(self, raw: object) -> tuple[str, ...]:
        """Return the entries of a list of tables or texts, or of the word for none."""
        if isinstance(raw, Mapping):
            raw = [raw]
        entries = super().from_toml(raw)
        names = [each.name for each in wanted_kernels(entries)]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            text = _("Two kernels cannot both be called {name}: give each a name of its own")
            raise RefusedError(text.format(name=twice))
        return entries

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        text: dict[str, object] = {"type": "string"}
        table = {
            "type": "object",
            "properties": dict.fromkeys(_KEYS, text),
            "required": ["python", "name"],
            "additionalProperties": False,
        }
        items = {"anyOf": [table, text]}
        return {"anyOf": [{"type": "array", "items": items}, {"const": self.empty}]}

    def _checked(self, item: object) -> str:
        if isinstance(item, Mapping):
            return str(self._from_table(item))
        found = _ENTRY.fullmatch(item) if isinstance(item, str) else None
        if found is None:
            advice = _("“{text}” says no kernel: write its Python and a name, such as {example}")
            raise RefusedError(advice.format(text=shown(written(item)), example=self.example))
        return str(_checked(_wanted(found)))

    def _from_table(self, table: Mapping[object, object]) -> Wanted:
        odd = [key for key in table if key not in _KEYS]
        texts = {key: table.get(key, "") for key in _KEYS}
        if odd or not (texts["python"] and texts["name"] and all(map(_is_text, texts.values()))):
            advice = _('Write each kernel as {{ python = "{python}", name = "physics" }}')
            raise RefusedError(advice.format(python=self.example.partition(" ")[0]))
        title = str(texts["display_name"]) or str(texts["name"])
        return _checked(Wanted(PurePosixPath(str(texts["python"])), str(texts["name"]), title))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _between_commas(text: str) -> Sequence[str]:
    """Return the parts of a text between commas that are not in quotes."""
    return [part for part in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', text) if part.strip()]


def _wanted(found: re.Match[str]) -> Wanted:
    return Wanted(PurePosixPath(found["python"]), found["name"], found["title"] or found["name"])


def _checked(kernel: Wanted) -> Wanted:
    """Return a kernel that can be installed, or refuse it in a sentence."""
    program = str(kernel.python)
    if not _PATH.fullmatch(program) or ".." in kernel.python.parts:
        advice = _("“{text}” is no path of a program: write it from / on, without blanks")
        raise RefusedError(advice.format(text=shown(program)))
    if not _PROGRAM.fullmatch(kernel.python.name):
        advice = _(
            "{program} is no Python: kernels of other languages come with an installer of their "
            "own; what it puts into a home, kernels.share gives to everybody"
        )
        raise RefusedError(advice.format(program=shown(program)))
    if not _NAME.fullmatch(kernel.name) or len(kernel.name) > _LONGEST:
        advice = _("“{name}” names no kernel: use lower-case letters, digits and . _ - only")
        raise RefusedError(advice.format(name=shown(kernel.name)))
    if not kernel.title.strip() or not kernel.title.isprintable() or len(kernel.title) > _LONGEST:
        raise RefusedError(_("Write what people read in the launcher, on one line"))
    if set(kernel.title) & {'"', "\\"}:
        raise RefusedError(_("A kernel's title has no double quotes and no backslashes"))
    return kernel
