"""The kind of answer that names traits of Jupyter by themselves, each with a plain value.

As text it is the inside of a TOML inline table: `ServerApp.x=5, ServerApp.y="text"`.
"""

from __future__ import annotations

import json
import keyword
import math
import tomllib
from collections.abc import Mapping

from traitlets import TraitType

from jhwizard.errors import RefusedError
from jhwizard.jupyter.python_mentions import is_trait
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.words import written

TAKEN_OUT = "default"
"""The value of a trait that is to be taken out of the files."""
_PATTERN = r"^[A-Z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)?$"


class Traits(TraitType[Mapping[str, object] | None, Mapping[str, object] | None]):
    """Traits as `Class.trait`, each with its value. In an answers file only the named ones change.

    The value `default` takes a trait out of the files.
    """

    example = "ServerApp.max_body_size=1000000"

    def __init__(self) -> None:
        """Start without an answer."""
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> Mapping[str, object] | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> dict[str, object]:
        """Return what `ServerApp.x=5, ServerApp.y="text"` says."""
        try:
            document = tomllib.loads(f"traits = {{{text.strip()}}}")
        except (ValueError, RecursionError):
            document = {}
        if set(document) != {"traits"}:
            raise RefusedError(self._advice(text))
        return self.from_toml(document["traits"])

    def text(self, value: Mapping[str, object]) -> str:
        """Return `ServerApp.x=5, ServerApp.y="text"`."""
        return ", ".join(f"{name}={_as_toml(item)}" for name, item in value.items())

    def from_toml(self, raw: object) -> dict[str, object]:
        """Return the traits of a table; `ServerApp.x = 5` needs no quotes around its name."""
        if isinstance(raw, str):
            return self.parse(raw)
        if not isinstance(raw, Mapping):
            raise RefusedError(self._advice(written(raw)))
        flat: dict[str, object] = {}
        for name, value in raw.items():
            inner = isinstance(value, Mapping) and "." not in str(name)
            flat |= {f"{name}.{k}": v for k, v in value.items()} if inner else {name: value}
        return {self._checked(name): _plain(name, value) for name, value in flat.items()}

    def to_toml(self, value: Mapping[str, object]) -> object:
        """Return the table."""
        return dict(value)

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": "object", "propertyNames": {"pattern": _PATTERN}}

    def _advice(self, text: str) -> str:
        advice = _(
            "“{text}” sets no trait: write its class, name and value such as {example}, with text "
            "in quotes"
        )
        return advice.format(text=shown(text), example=self.example)

    def _checked(self, name: object) -> str:
        cls, _dot, trait = str(name).partition(".")
        words = all(
            w.isascii() and w.isidentifier() and not keyword.iskeyword(w) for w in (cls, trait)
        )
        if not (words and is_trait(cls, trait)):
            advice = _(
                "“{text}” is no trait: write its class and name such as ServerApp.max_body_size"
            )
            raise RefusedError(advice.format(text=shown(written(name))))
        return str(name)


def _plain(name: str, value: object) -> object:
    """Return a value that both TOML and a config file can say; raise RefusedError otherwise."""
    if isinstance(value, Mapping):
        return {str(key): _plain(name, item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    finite = not isinstance(value, float) or math.isfinite(value)
    if type(value) not in {str, bool, int, float} or not finite:
        advice = _("{name}: write a number, text, true or false, a list or a table")
        raise RefusedError(advice.format(name=name))
    return value


def _as_toml(value: object) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_as_toml(str(key))} = {_as_toml(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_as_toml, value)) + "]"
    # JSON's numbers, truth values and escapes are TOML's too, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
