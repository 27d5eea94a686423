from __future__ import annotations

from dataclasses import replace

import machines
import pytest
from machines import HUB, after, machine, planned, text_of
from rules import said

from jhwizard.answers import Answers, write_answers
from jhwizard.installed import Environment
from jhwizard.settings import SETTINGS
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


def test_the_classic_notebook_needs_notebook_6_and_notebook_7_is_refused_beside_it() -> None:
    def reasons(**packages: str) -> dict[str, str]:
        return {c.value: c.unavailable for c in APP.choices(machine({}, **packages))}

    assert reasons()["classic"] == "needs notebook before 7, found 7.6.5"
    six = reasons(notebook="6.5.7")
    assert (six["classic"], six["notebook"]) == ("", "needs notebook 7, found 6.5.7")
    none = replace(machine({}), user=Environment(machines.PREFIX, None, "3.11", {}))
    assert APP.choices(none)[3].unavailable == (
        "notebook before 7 is not installed in /opt/jupyterhub"
    )
    refused = said(machine({}), "interface", app="classic")["error interface.app"]
    assert refused.startswith("needs notebook before 7, found 7.6.5: no server would start")
    set_by_hand = machine({HUB: _hub(JUPYTERHUB_SINGLEUSER_APP="notebook")})
    assert set_by_hand.found["interface.app"].value == "classic"
    assert "found 7.6.5" in said(set_by_hand, "interface")["warning interface.app"]
    image = replace(machine({}), user=None)
    assert "no server starts" in said(image, "interface", app="classic")["warning interface.app"]


def _hub(**variables: str) -> str:
    return f"c.Spawner.environment = {variables}\n"


def test_what_keeps_the_classic_notebook_from_starting_is_named_with_its_line() -> None:
    def refusal(hub: str, jupyterhub: str = "6.1.1") -> str:
        facts = machine({HUB: hub}, notebook="6.5.7", jupyterhub=jupyterhub)
        return said(facts, "interface", app="classic").get("error interface.app", "")

    forced = refusal(_hub(JUPYTERHUB_SINGLEUSER_EXTENSION="1"))
    assert f"JUPYTERHUB_SINGLEUSER_EXTENSION ({HUB}:1): take that line out" in forced
    assert refusal(_hub(JUPYTERHUB_SINGLEUSER_EXTENSION="0")) == ""
    assert refusal(_hub(JUPYTERHUB_SINGLEUSER_EXTENSION="1"), "3.1.1") == ""
    labhub = refusal('c.Spawner.cmd = ["/opt/bin/jupyter-labhub"]\n')
    broken = machines.ENV.parent / "jupyter_notebook_config.d/a.json"
    facts = machine({broken: "{"}, notebook="6.5.7")
    assert f"{broken} is not JSON" in said(facts, "interface", app="classic")["error interface.app"]
    assert said(facts, "interface", app="nbclassic") == {}
    assert f"starts jupyter-labhub, which is JupyterLab's server in any case ({HUB}:1)" in labhub


def test_a_page_decides_for_or_against_the_classic_notebook() -> None:
    facts = machine({HUB: _hub(JUPYTERHUB_SINGLEUSER_APP="notebook")}, notebook="6.5.7")
    other = said(facts, "interface", app="classic", default_url="/lab")
    assert other["error interface.default_url"].startswith("/lab is no page of classic")
    page = after(facts, '[interface]\ndefault_url = "/tree/a"\n')
    assert page.found["interface.app"].value == "classic"
    lab = after(facts, '[interface]\ndefault_url = "/lab"\n')
    assert lab.found["interface.app"].value == "lab"
    nbclassic = '[interface]\napp = "nbclassic"\ndefault_url = "/tree/a"\n'
    assert after(facts, nbclassic).found["interface.app"].value == "nbclassic"


def test_the_variable_is_written_by_the_name_every_hub_knows_and_taken_out_again() -> None:
    facts = machine({HUB: 'c.Spawner.default_url = "/lab"\n'}, notebook="6.5.7")
    classic = after(facts, '[interface]\napp = "classic"\n')
    assert '"JUPYTERHUB_SINGLEUSER_APP": "notebook.notebookapp.NotebookApp"' in text_of(
        classic, HUB
    )
    assert planned(classic, write_answers(classic)).changes == ()
    lab = after(classic, '[interface]\napp = "lab"\n')
    assert text_of(lab, HUB) == text_of(facts, HUB)


def test_a_variable_of_the_admins_own_is_overridden_and_counts_again() -> None:
    own = _hub(JUPYTERHUB_SINGLEUSER_APP="notebook", EDITOR="vi")
    facts = machine({HUB: own}, notebook="6.5.7")
    lab = after(facts, '[interface]\napp = "lab"\n')
    assert text_of(lab, HUB).startswith(own)
    assert 'update({"JUPYTERHUB_SINGLEUSER_APP": ""})' in text_of(lab, HUB)
    assert lab.found["interface.app"].value == "lab"
    nbclassic = after(lab, '[interface]\napp = "nbclassic"\n')
    assert nbclassic.found["interface.app"].value == "nbclassic"
    again = after(nbclassic, '[interface]\napp = "classic"\n')
    assert "update" not in text_of(again, HUB)
    json = HUB.with_suffix(".json")
    there = '{"Spawner": {"environment": {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}}}\n'
    modern = after(machine({json: there}, notebook="6.5.7"), '[interface]\napp = "lab"\n')
    assert '{"JUPYTERHUB_SINGLEUSER_APP": ""}' in text_of(modern, json)
    assert modern.found["interface.app"].value == "lab"


def test_questions_the_classic_notebook_knows_nothing_of_are_not_asked() -> None:
    facts = machine({}, notebook="6.5.7")
    answers = Answers(facts)
    for key in ("kernels.encryption", "extensions.users_may_install"):
        assert SETTINGS[key].when(facts, answers)
    answers.give("interface.app", "classic")
    for key in ("kernels.encryption", "extensions.users_may_install"):
        assert not SETTINGS[key].when(facts, answers)
    assert SETTINGS["kernels.native"].when(facts, answers)
