from __future__ import annotations

import machines
from machines import machine
from rules import said

from jhwizard.settings.interface import APP


def test_an_interface_that_is_not_installed_is_refused_with_what_to_do() -> None:
    without_lab = machine({}, jupyterlab="3.0.0")
    text = said(without_lab, "interface", app="lab")["error interface.app"]
    assert text.startswith("jupyterlab is not installed in /opt/jupyterhub: people would land on a")
    assert [c.value for c in APP.choices(without_lab) if c.unavailable] == ["lab"]


def test_an_old_hub_with_notebook_7_and_nbclassic_starts_nothing() -> None:
    old = machine({}, jupyterhub="4.0.2")
    assert (
        "starts no server at all" in said(old, "interface", app="notebook")["error interface.app"]
    )
    assert said(machine({}, jupyterhub="4.1.0"), "interface", app="notebook") == {}
    assert said(machine({}, jupyterhub="3.1.1", notebook="6.5.7"), "interface", app="lab") == {}


def test_each_interface_is_written_as_the_page_that_shows_it() -> None:
    facts = machine({})
    urls = [APP.write({"interface.app": app}, facts) for app in ("lab", "notebook", "nbclassic")]
    assert urls == ["/lab", "/tree", "/nbclassic/tree"]
    classic = machine({}, notebook="6.5.7")
    assert APP.write({"interface.app": "nbclassic"}, classic) == "/tree"
    assert machines.facts_of("bare").found["interface.app"].value == "lab"
