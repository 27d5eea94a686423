"""The kinds of answer there are, each one a traitlets trait type with human text in and out.

A kind is the only judge of what is a valid answer and of how to say what is wrong with one:
screens, prompts and answers files all refuse the same things in the same words.
`Kind` is a closed union; front ends match it and end with `assert_never`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from traitlets import TraitType

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.template_kind import Template
from jhwizard.settings.traits_kind import Traits
from jhwizard.settings.url_path import UrlPath
from jhwizard.settings.words import bad_name, is_name, number, written

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(
    r"([0-9]+)\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])[\s,]*"
)
LONGEST = 10 * 365 * 86400
"""Seconds. Ten years: whoever types more has slipped on a key."""


class Duration(TraitType[int | None, int | None]):
    """A time span: whole seconds inside, `1h30m` or `never` outside. `never` is 0."""

    example = "20m"

    def __init__(self, *, never: bool = True) -> None:
        """`never` says whether 0, that is "do not do it at all", is an answer."""
        self.never = never
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> int | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> int:
        """Return the seconds that `20m`, `1h 30m`, `2 hours`, `1200` or `never` mean."""
        words = text.strip().lower()
        if words in {"never", "off", "0"}:
            return self._checked(0)
        if words.isascii() and words.isdigit():
            return self._checked(number(words))
        parts = list(_PART.finditer(words))
        if not parts or "".join(part.group(0) for part in parts) != words:
            raise RefusedError(self._advice(text))
        return self._checked(sum(number(p[1]) * _UNITS[p[2][0]] for p in parts))

    def text(self, value: int) -> str:
        """Return `1h30m` for 5400."""
        if value == 0:
            return _("never")
        left, words = value, ""
        for unit, size in reversed(_UNITS.items()):
            count, left = divmod(left, size)
            words += f"{count}{unit}" if count else ""
        return words

    def from_toml(self, raw: object) -> int:
        """Return the seconds; text or whole numbers only, as the servers would refuse others."""
        if isinstance(raw, str):
            return self.parse(raw)
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise RefusedError(self._advice(written(raw)))
        return self._checked(raw)

    def to_toml(self, value: int) -> object:
        """Return the text form, which says its unit."""
        return self.text(value)

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": ["string", "integer"], "minimum": 0}

    def _advice(self, text: str) -> str:
        times = _("a time such as 20m, 1h30m or never") if self.never else _("a time such as 5m")
        return _("“{text}” is not a time: write {times}").format(text=shown(text), times=times)

    def _checked(self, seconds: int) -> int:
        if seconds == 0 and not self.never:
            raise RefusedError(_("This time cannot be never: write a time such as 5m"))
        if not 0 <= seconds <= LONGEST:
            raise RefusedError(_("Write a time between 1 second and 10 years, such as 20m"))
        return seconds


class Count(TraitType[int | None, int | None]):
    """A whole number, 0 or more; where 0 means "no limit" it is shown as `unlimited`."""

    example = "3"
    most = 1_000_000

    def __init__(self, *, unlimited: bool = False) -> None:
        """`unlimited` says that 0 means no limit to the program that reads it."""
        self.unlimited = unlimited
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> int | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> int:
        """Return the number that `3` or `unlimited` means."""
        words = text.strip().lower()
        if self.unlimited and words in {"unlimited", "no limit", "none"}:
            return 0
        if not (words.isascii() and words.isdigit()) or number(words) > self.most:
            raise RefusedError(self._advice(text))
        return number(words)

    def text(self, value: int) -> str:
        """Return `3`, or `unlimited` for a 0 that means so."""
        return _("unlimited") if self.unlimited and value == 0 else str(value)

    def from_toml(self, raw: object) -> int:
        """Return the number; text is read as in `parse`."""
        if isinstance(raw, str):
            return self.parse(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= self.most:
            raise RefusedError(self._advice(written(raw)))
        return raw

    def to_toml(self, value: int) -> object:
        """Return the number, or the word for no limit."""
        return "unlimited" if self.unlimited and value == 0 else value

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        number: dict[str, object] = {"type": "integer", "minimum": 0}
        return {"anyOf": [number, {"const": "unlimited"}]} if self.unlimited else number

    def _advice(self, text: str) -> str:
        more = _("3, or unlimited") if self.unlimited else "3"
        return _("“{text}” is not a number: write a whole number such as {more}").format(
            text=shown(text), more=more
        )


class YesNo(TraitType[bool | None, bool | None]):
    """Yes or no."""

    example = "yes"
    _words: ClassVar = {"yes": True, "y": True, "true": True, "on": True}
    _words |= {"no": False, "n": False, "false": False, "off": False}

    def __init__(self) -> None:
        """Start without an answer."""
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> bool | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> bool:
        """Return what `yes` or `no` means."""
        try:
            return self._words[text.strip().lower()]
        except KeyError:
            advice = _("“{text}” is not an answer here: write yes or no")
            raise RefusedError(advice.format(text=shown(text))) from None

    def text(self, value: bool) -> str:  # noqa: FBT001 - the value is the point
        """Return `yes` or `no`."""
        return _("yes") if value else _("no")

    def from_toml(self, raw: object) -> bool:
        """Return the truth value; TOML has its own true and false."""
        return raw if isinstance(raw, bool) else self.parse(written(raw))

    def to_toml(self, value: bool) -> object:  # noqa: FBT001 - the value is the point
        """Return it as it is."""
        return value

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": "boolean"}


class OneOf(TraitType[str | None, str | None]):
    """One name out of a list; an open list may grow with what a deployment has."""

    def __init__(self, *names: str) -> None:
        """Without `names` any name will do, and the choices come from the facts."""
        self.names = names
        self.example = names[0] if names else "python3"
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> str | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> str:
        """Return the name; one of a closed list may be written in capitals."""
        name = text.strip().lower() if self.names else text.strip()
        if self.names and name not in self.names:
            choice = _("“{text}” is not one of the choices: write {names}")
            raise RefusedError(choice.format(text=shown(text), names=" / ".join(self.names)))
        if not is_name(name):
            raise RefusedError(bad_name(text))
        return name

    def text(self, value: str) -> str:
        """Return the name."""
        return value

    def from_toml(self, raw: object) -> str:
        """Return the name, which must be text."""
        if not isinstance(raw, str):
            raise RefusedError(bad_name(written(raw)))
        return self.parse(raw)

    def to_toml(self, value: str) -> object:
        """Return the name."""
        return value

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"enum": list(self.names)} if self.names else {"type": "string"}


class Names(TraitType[tuple[str, ...] | None, tuple[str, ...] | None]):
    """Several names, in order and without doubles; where none at all means every one: `all`."""

    def __init__(
        self,
        *,
        example: str,
        empty: str,
        lower: bool = False,
        ordered: bool = True,
        adds: bool = False,
    ) -> None:
        """`empty` is the word for no names, such as `all` or `none`.

        `lower`: the program that reads them knows lower-case names only, in no order. `ordered`:
        their order counts. `adds`: in an answers file the names are added to those in force, else
        they are the whole wanted list.
        """
        self.example = example
        self.empty = empty
        self.lower = lower
        self.ordered = ordered and not lower
        self.adds = adds
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> tuple[str, ...] | None:
        """Return `value` as a tuple, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the names in `one, two`, or in `all`."""
        if text.strip().lower() in {self.empty, ""}:
            return ()
        return self.from_toml([part for part in re.split(r"[,\s]+", text.strip()) if part])

    def text(self, value: Sequence[str]) -> str:
        """Return `one, two`."""
        return ", ".join(value) or self.empty

    def from_toml(self, raw: object) -> tuple[str, ...]:
        """Return the names of a list, or of the word for none."""
        if isinstance(raw, str):
            return self.parse(raw)
        if not isinstance(raw, Sequence):
            raise RefusedError(bad_name(written(raw)))
        names = dict.fromkeys(self._checked(item) for item in raw)
        return tuple(names if self.ordered else sorted(names))

    def to_toml(self, value: Sequence[str]) -> object:
        """Return the list, or the word for none."""
        return list(value) or self.empty

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"const": self.empty}]}

    def _checked(self, item: object) -> str:
        if not isinstance(item, str) or not is_name(item.strip()):
            raise RefusedError(bad_name(written(item)))
        name = item.strip()
        if name.lower() == self.empty:
            alone = _("“{text}” stands alone: write it without other names")
            raise RefusedError(alone.format(text=shown(name)))
        return name.lower() if self.lower else name


class Switches(TraitType[Mapping[str, bool] | None, Mapping[str, bool] | None]):
    """Named things that are each on or off. In an answers file only the named ones change."""

    example = "nbgitpuller=off"

    def __init__(self) -> None:
        """Start without an answer."""
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> Mapping[str, bool] | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> dict[str, bool]:
        """Return what `one=on, two=off` says."""
        pairs = [part.partition("=") for part in re.split(r"[,\s]+", text.strip()) if part]
        bare = [name for name, _equals, state in pairs if not state]
        if bare:
            advice = _("Say whether “{text}” is on or off: write {text}=on or {text}=off")
            raise RefusedError(advice.format(text=shown(bare[0])))
        return self.from_toml({name: state for name, _equals, state in pairs})

    def text(self, value: Mapping[str, bool]) -> str:
        """Return `one=on, two=off`."""
        return ", ".join(f"{name}={'on' if on else 'off'}" for name, on in value.items())

    def from_toml(self, raw: object) -> dict[str, bool]:
        """Return the switches of a table of names and truth values."""
        if isinstance(raw, str):
            return self.parse(raw)
        if not isinstance(raw, Mapping):
            advice = _("Write one line for each name, such as {example} = false")
            raise RefusedError(advice.format(example=self.example.partition("=")[0]))
        return {self._checked(name): YesNo().from_toml(on) for name, on in raw.items()}

    def to_toml(self, value: Mapping[str, bool]) -> object:
        """Return the table."""
        return dict(value)

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": "object", "additionalProperties": {"type": "boolean"}}

    def _checked(self, name: object) -> str:
        if not isinstance(name, str) or not is_name(name):
            raise RefusedError(bad_name(written(name)))
        return name


Kind = Duration | Count | YesNo | OneOf | Names | Switches | UrlPath | Template | Traits
