from __future__ import annotations

import machines
from rules import said

FACTS = machines.facts_of("bare")


def test_the_page_people_land_on_cannot_be_switched_off() -> None:
    given = said(FACTS, "extensions", server={"jupyterlab": False})
    assert given["error extensions.server"].startswith("JupyterLab is switched off, but people")
    other = said(FACTS, "extensions", server={"jupyterlab": False}, interface__app="notebook")
    assert other == {}


def test_an_extension_nobody_installed_is_warned_about() -> None:
    given = said(FACTS, "extensions", server={"nbgitpulller": True})
    assert "called nbgitpulller is installed here" in given["warning extensions.server"]


def test_cython_without_its_package_is_warned_about() -> None:
    given = said(FACTS, "extensions", ipython=["cython"])
    assert "not installed in /opt/jupyterhub" in given["warning extensions.ipython"]


def test_names_that_no_module_can_have_are_no_choices() -> None:
    facts = machines.facts_of("hostile")
    known = facts.found["extensions.server"].value
    assert known == {"jupyterlab": True, "nbclassic": True, "nbgitpuller": True, "notebook": True}
