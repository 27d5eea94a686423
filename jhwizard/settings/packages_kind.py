"""The kind of answer that names Python packages, as pip and conda are given them."""

from __future__ import annotations

import re

from jhwizard.errors import RefusedError
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.kinds import Names
from jhwizard.settings.words import written

_BETWEEN = re.compile(r"\s*,\s*(?![<>=!~\s])|(?<![@,;<>=!~\[\s])\s+(?![<>=!~@\[;,\s])")
"""A comma or a space, but not one inside of `numpy >=1.26, <3` or `tool @ https://…`."""


class Packages(Names):
    """Packages, each with a version if one is wanted: `nbgitpuller, numpy>=1.26,<3`."""

    def __init__(self) -> None:
        """Take packages to add to those that are installed."""
        super().__init__(example="nbgitpuller==1.2.2", empty="none", adds=True)

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the packages in a text; a comma before a version belongs to its package."""
        if text.strip().lower() in {self.empty, ""}:
            return ()
        return self.from_toml(_BETWEEN.split(text.strip()))

    def _checked(self, item: object) -> str:
        from packaging.requirements import (  # noqa: PLC0415 - only packages need it
            InvalidRequirement,
            Requirement,
        )

        if str(item).strip().lower() == self.empty:
            return super()._checked(item)  # which refuses it among others
        try:
            return str(Requirement(item)) if isinstance(item, str) else str(Requirement(""))
        except InvalidRequirement:
            advice = _("“{text}” is no package: write its name such as {example}")
            text = shown(written(item))
            raise RefusedError(advice.format(text=text, example=self.example)) from None
