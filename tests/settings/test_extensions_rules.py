from __future__ import annotations

import machines
import pytest
from machines import ENV, ETC, found
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


@pytest.mark.parametrize(
    ("manager", "may"), [("pypi", True), ("readonly", False), ("my_own", None), (5, None)]
)
def test_the_extension_manager_is_read_as_who_may_install(manager: object, may: object) -> None:
    key, line = "extensions.users_may_install", f"c.LabApp.extension_manager = {manager!r}\n"
    assert found(key, {ETC: line}).value is may
    assert found(key, {ENV.with_name("jupyter_lab_config.py"): line}).value is may
    late = {ENV.with_name("jupyter_notebook_config.py"): line}
    assert found(key, late).kind == "default"
