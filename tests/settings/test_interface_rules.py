from __future__ import annotations

import machines
import pytest
from machines import HUB, after, machine, planned, text_of
from rules import said

from jhwizard.answers import write_answers
from jhwizard.settings.interface import APP


def test_an_interface_that_is_not_installed_is_refused_with_what_to_do() -> None:
    without_lab = machine({}, jupyterlab="3.0.0")
    text = said(without_lab, "interface", app="lab")["error interface.app"]
    assert text.startswith("jupyterlab is not installed in /opt/jupyterhub: people would land on a")
    assert [c.value for c in APP.choices(without_lab) if c.unavailable] == ["lab", "classic"]


def test_an_old_hub_with_notebook_7_and_nbclassic_starts_nothing() -> None:
    old = machine({}, jupyterhub="4.0.2")
    assert (
        "starts no server at all" in said(old, "interface", app="notebook")["error interface.app"]
    )
    assert said(machine({}, jupyterhub="4.1.0"), "interface", app="notebook") == {}
    assert said(machine({}, jupyterhub="3.1.1", notebook="6.5.7"), "interface", app="lab") == {}


def test_each_interface_is_written_as_the_page_that_shows_it() -> None:
    facts = machine({})
    for app, url in [("notebook", "/tree"), ("nbclassic", "/nbclassic/tree")]:
        assert f'"{url}"' in text_of(after(facts, f'[interface]\napp = "{app}"\n'), HUB)
    tree = machine({HUB: 'c.Spawner.default_url = "/tree"\n'})
    assert '"/lab"' in text_of(after(tree, '[interface]\napp = "lab"\n'), HUB)
    classic = machine({HUB: 'c.Spawner.default_url = "/lab"\n'}, notebook="6.5.7")
    assert '"/tree"' in text_of(after(classic, '[interface]\napp = "nbclassic"\n'), HUB)
    assert machines.facts_of("bare").found["interface.app"].value == "lab"


def test_a_page_of_another_interface_than_the_one_chosen_is_refused() -> None:
    facts = machine({})
    both = said(facts, "interface", app="notebook", default_url="/lab/tree/a.ipynb")
    assert both["error interface.default_url"].startswith(
        "/lab/tree/a.ipynb is no page of notebook"
    )
    voila = said(facts, "interface", app="lab", default_url="/voila")
    assert "leave one of the two answers out" in voila["error interface.default_url"]
    assert said(facts, "interface", app="lab", default_url="/lab/tree/a.ipynb") == {}


def test_a_page_whose_package_is_missing_is_warned_about() -> None:
    alone = said(machine({}), "interface", default_url="/voila/render/a.ipynb")
    assert alone["warning interface.default_url"].startswith("voila is not installed in /opt/")
    assert said(machine({}, voila="0.5.8"), "interface", default_url="/voila") == {}
    lost = said(machine({}, notebook="6.5.7"), "interface", default_url="/nbclassic/tree")
    assert "404 page without Notebook 7" in lost["warning interface.default_url"]
    lab = said(machine({}, jupyterlab="3.0.0"), "interface", default_url="/lab/tree/a.ipynb")
    assert "jupyterlab is not installed" in lab["error interface.app"]


def test_a_page_nobody_knows_is_a_thing_to_try_first() -> None:
    note = said(machine({}), "interface", default_url="/my/page")
    assert "Open /user/NAME/my/page on a server first" in note["note interface.default_url"]
    field = said(machine({}), "interface", default_url="/lab/tree/{nobody}")
    assert "{nobody} only if your spawner" in field["warning interface.default_url"]
    assert said(machine({}), "interface", default_url="/lab/tree/{username}") == {}


@pytest.mark.parametrize("toml", ['app = "lab"\n', 'default_url = "/lab/tree/a.ipynb"\n', ""])
def test_what_is_so_already_changes_nothing(toml: str) -> None:
    facts = machine({HUB: 'c.Spawner.default_url = "/lab/tree/a.ipynb"\n'})
    assert facts.found["interface.default_url"].value == "/lab/tree/a.ipynb"
    assert planned(facts, f"[interface]\n{toml}").changes == ()
    assert planned(facts, write_answers(facts)).changes == ()


def test_another_interface_takes_its_own_page_and_another_page_its_interface() -> None:
    facts = machine({HUB: 'c.Spawner.default_url = "/lab/tree/a.ipynb"  # mine\n'})
    tree = after(facts, '[interface]\napp = "notebook"\n')
    assert text_of(tree, HUB) == 'c.Spawner.default_url = "/tree"  # mine\n'
    assert tree.found["interface.default_url"].value == "/tree"
    voila = after(tree, '[interface]\ndefault_url = "/voila"\n')
    assert voila.found["interface.default_url"].value == "/voila"
    assert voila.found["interface.app"].value is None
    assert planned(voila, write_answers(voila)).changes == ()
    back = after(voila, '[interface]\napp = "lab"\n')
    assert back.found["interface.default_url"].value == "/lab"


@pytest.mark.parametrize("name", ["app", "default_url"])
def test_default_takes_the_page_out_and_the_interface_with_it(name: str) -> None:
    facts = machine({HUB: 'c.Spawner.default_url = "/voila"\n'})
    gone = after(facts, f'[interface]\n{name} = "default"\n')
    assert text_of(gone, HUB) == ""
    assert gone.found["interface.default_url"].value == "/lab"


def test_the_default_of_one_and_an_answer_to_the_other_are_the_answer() -> None:
    facts = machine({HUB: 'c.Spawner.default_url = "/voila"\n'})
    tree = after(facts, '[interface]\napp = "notebook"\ndefault_url = "default"\n')
    assert tree.found["interface.default_url"].value == "/tree"
    page = after(facts, '[interface]\napp = "default"\ndefault_url = "/lab/tree/b"\n')
    assert page.found["interface.default_url"].value == "/lab/tree/b"
    assert page.found["interface.app"].value == "lab"


def test_the_page_in_a_json_file_or_a_block_changes_where_it_stands() -> None:
    json = HUB.with_suffix(".json")
    facts = machine({json: '{"Spawner": {"default_url": "/tree"}}\n'})
    written = after(facts, '[interface]\ndefault_url = "/lab/tree/a"\n')
    assert text_of(written, json) == '{"Spawner": {"default_url": "/lab/tree/a"}}\n'
    block = after(machine({HUB: "x = 1\n"}), '[interface]\ndefault_url = "/voila"\n')
    assert "# People land on: /voila.\n" in text_of(block, HUB)
    again = after(block, '[interface]\ndefault_url = "/lab/tree/a"\n')
    assert "# People land on: lab, at /lab/tree/a.\n" in text_of(again, HUB)
    assert text_of(again, HUB).count("default_url") == 1
