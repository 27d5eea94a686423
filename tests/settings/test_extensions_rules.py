from __future__ import annotations

from dataclasses import replace

import machines
import pytest
from machines import ENV, ETC, found, machine
from rules import said

from jhwizard.facts import LabExtension
from jhwizard.settings import SETTINGS

FACTS = machines.facts_of("bare")
MANAGER = "@jupyterlab/extensionmanager-extension"
CORE = (MANAGER, "@jupyterlab/notebook-extension", "@jupyterlab/services-extension")


def test_the_page_people_land_on_cannot_be_switched_off() -> None:
    given = said(FACTS, "extensions", server={"jupyterlab": False})
    assert given["error extensions.server"].startswith("JupyterLab is switched off, but people")
    other = said(FACTS, "extensions", server={"jupyterlab": False}, interface__app="notebook")
    assert other == {}


def test_an_extension_nobody_installed_is_warned_about() -> None:
    given = said(FACTS, "extensions", server={"nbgitpulller": True})
    assert "called nbgitpulller is installed here" in given["warning extensions.server"]


def test_an_extension_of_the_application_that_is_chosen_is_no_unknown_one() -> None:
    facts = machines.facts_of("legacy")
    given = said(facts, "extensions", interface__app="lab", server={"nbclassic": False})
    assert "warning extensions.server" not in given
    given = said(facts, "extensions", server={"nbclassic": False})
    assert "called nbclassic is installed here" in given["warning extensions.server"]


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


@pytest.mark.parametrize("key", ["lab_disabled", "lab_locked"])
def test_a_lab_extension_that_is_not_there_is_warned_about_with_the_nearest(key: str) -> None:
    facts = replace(machine({}), lab_core=CORE)
    given = said(facts, "extensions", **{key: ["@jupyterlab/notebok-extension:tools"]})
    words = "called @jupyterlab/notebok-extension:tools is installed here: check the spelling, per"
    assert words in given[f"warning extensions.{key}"]
    assert given[f"warning extensions.{key}"].endswith("perhaps @jupyterlab/notebook-extension")
    known = said(facts, "extensions", **{key: ["@jupyterlab/notebook-extension:tools"]})
    assert f"warning extensions.{key}" not in known
    nothing_known = said(machine({}), "extensions", **{key: ["anything"]})
    assert f"warning extensions.{key}" not in nothing_known


def test_what_the_interface_is_built_on_is_warned_about() -> None:
    off = ["@jupyterlab/services-extension", "@jupyterlab/notebook-extension"]
    given = said(machine({}), "extensions", lab_disabled=off, interface__app="notebook")
    words = "Notebook 7, which people land on, is built on @jupyterlab/services-extension: without"
    assert given["warning extensions.lab_disabled"].startswith(words)
    classic = said(machine({}), "extensions", lab_disabled=off, interface__app="nbclassic")
    assert "warning extensions.lab_disabled" not in classic


def test_without_the_managers_page_servers_still_install() -> None:
    off = {"lab_disabled": [f"{MANAGER}:plugin"]}
    given = said(machine({}), "extensions", **off)
    assert "servers still install" in given["warning extensions.lab_disabled"]
    assert "warning extensions.lab_disabled" not in said(
        machine({}), "extensions", **off, users_may_install=False
    )


def test_a_lock_is_said_to_be_one_of_buttons_until_own_files_are_outranked() -> None:
    given = said(machine({}), "extensions", lab_locked=["a"])
    assert "environment.users_may_override" in given["note extensions.lab_locked"]
    for facts, other in (
        (machine({}), {"environment__users_may_override": False}),
        (machine({}, target="env"), {"environment__prefer_env_path": "1"}),
    ):
        assert said(facts, "extensions", lab_locked=["a"], **other) == {}
    assert said(machine({}), "extensions") == {}


def test_lab_extensions_can_be_chosen_prebuilt_ones_first() -> None:
    facts = replace(machine({}), lab_core=CORE, lab_extensions=(LabExtension("git", "1"),))
    for key in ("extensions.lab_disabled", "extensions.lab_locked"):
        assert [choice.value for choice in SETTINGS[key].choices(facts)] == ["git", *CORE]
