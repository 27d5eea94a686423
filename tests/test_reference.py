"""`docs/settings.md` says what the records say.

JHWIZARD_DOCS_UPDATE=1 writes it anew; read the diff before you commit it.
"""

from __future__ import annotations

import os

import pytest
from running import CHECKOUT

from jhwizard.reference import reference
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import LabExtensions, NotConfig

PAGE = CHECKOUT / "docs/settings.md"


def test_the_page_of_all_settings_is_what_the_records_say() -> None:
    if os.environ.get("JHWIZARD_DOCS_UPDATE"):
        PAGE.write_text(reference())
    assert PAGE.read_text() == reference()


@pytest.mark.parametrize("key", SETTINGS)
def test_every_setting_is_told_with_its_file_its_trait_and_its_source(key: str) -> None:
    part = reference().partition(f"### `{key}`")[2].partition("\n##")[0]
    assert SETTINGS[key].sentence in part
    assert SETTINGS[key].source in part
    for line in ("- An answer: `", "- Without one: ", "- Written as: ", "- In the "):
        assert part.count(line) >= 1
    lands = SETTINGS[key].lands
    assert ("- Written as: `c." in part) is not isinstance(lands, NotConfig | LabExtensions)
    if isinstance(lands, LabExtensions):
        assert f'- Written as: `"{lands.section}": {{"NAME": true}}`' in part
    assert "PREFIX" in part or "jupyterhub_config.py" in part
