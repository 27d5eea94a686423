"""The kind of answer that names things by a template: `{prefix}-{username}--{servername}`."""

from __future__ import annotations

from traitlets import TraitType

from jhwizard.errors import RefusedError
from jhwizard.jupyter.spawner_names import fields
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.words import written

LONGEST = 200


class Template(TraitType[str | None, str | None]):
    """A name with parts in braces that stand for the person and the server; none is empty.

    Which parts there are depends on who reads it.
    """

    example = "{prefix}-{username}--{servername}"

    def __init__(self) -> None:
        """Start without an answer."""
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> str | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> str:
        """Return the template; empty for `none`."""
        template = text.strip()
        if template.lower() in {"", "none"}:
            return ""
        try:
            fields(template)
        except ValueError:
            raise self._refused(text) from None
        if len(template) > LONGEST:
            raise self._refused(text)
        return template

    def text(self, value: str) -> str:
        """Return the template, or the word for none."""
        return value or _("none")

    def from_toml(self, raw: object) -> str:
        """Return the template, which must be text."""
        if not isinstance(raw, str):
            raise self._refused(written(raw))
        return self.parse(raw)

    def to_toml(self, value: str) -> object:
        """Return the template, or the word for none."""
        return value or "none"

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": "string"}

    def _refused(self, text: str) -> RefusedError:
        advice = _(
            "“{text}” is no template: write letters, digits and . _ - with names in braces, such "
            "as {example}"
        )
        return RefusedError(advice.format(text=shown(text), example=self.example))
