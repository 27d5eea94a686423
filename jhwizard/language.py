"""The language of every sentence jhwizard shows.

`_()` translates through gettext; without a catalogue for the admin's language the English
sentence is shown. A catalogue is looked for once, when the first module is imported.
"""

from __future__ import annotations

import gettext
from pathlib import Path

_catalogue = gettext.translation(
    "jhwizard", localedir=Path(__file__).with_name("locale"), fallback=True
)
_ = _catalogue.gettext
ngettext = _catalogue.ngettext
