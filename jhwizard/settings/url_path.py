"""The kind of answer that is a page of people's servers, such as `/lab/tree/welcome.ipynb`."""

from __future__ import annotations

import re

from traitlets import TraitType

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.words import written

_FORBIDDEN = re.compile(r"""[^!-~]|["'`\\<>^|]""")
_FIELD = re.compile(r"\{[a-z_]+\}")
LONGEST = 500
"""Characters. Browsers and proxies take more, and nobody means more."""


class UrlPath(TraitType[str | None, str | None]):
    """A page by its address below everybody's own server: it starts with one `/`."""

    example = "/lab/tree/welcome.ipynb"

    def __init__(self) -> None:
        """Start without an answer."""
        super().__init__(default_value=None, allow_none=True)

    def validate(self, _obj: object, value: object) -> str | None:
        """Return `value`, or refuse it in a sentence."""
        return None if value is None else self.from_toml(value)

    def parse(self, text: str) -> str:
        """Return the address; `{username}` stands for each person's name."""
        path = text.strip()
        if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
            advice = _("“{text}” is not a page of a server: write its address from / on, as {such}")
            raise RefusedError(advice.format(text=shown(text), such=self.example))
        if _FORBIDDEN.search(path):
            advice = _(
                "“{text}” has a blank, a quote or a letter no address has: write %20 for a blank"
            )
            raise RefusedError(advice.format(text=shown(text)))
        if set(_FIELD.sub("", path)) & set("{}"):
            advice = _("“{text}”: a brace stands for something only in a name such as {field}")
            raise RefusedError(advice.format(text=shown(text), field="{username}"))
        return path

    def text(self, value: str) -> str:
        """Return the address."""
        return value

    def from_toml(self, raw: object) -> str:
        """Return the address, which must be text."""
        return self.parse(raw if isinstance(raw, str) else written(raw))

    def to_toml(self, value: str) -> object:
        """Return the address."""
        return value

    def schema(self) -> dict[str, object]:
        """Return the JSON schema of an answer."""
        return {"type": "string", "pattern": "^/"}
