"""Files that the hub's file loads: what is read is what traitlets' own loader makes of them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath
from random import Random

import pytest
from machines import HUB, machine, planned, text_of
from traitlets.config import Application
from traitlets.config.loader import LazyConfigValue

from jhwizard.detect import Options, detect
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts, FileState
from jhwizard.host import Host
from jhwizard.layers import folded, ladder
from jhwizard.settings.setting import HubTrait
from jhwizard.understand import understand, with_files

SUB = HUB.with_name("more.py")
LIMIT = HubTrait("JupyterHub", "active_server_limit")
GLOB = "import glob\nx = sorted(glob.glob('/x/*.py'))\n"
KEY = "named_servers.active_limit"


def limit(number: int) -> str:
    return f"c.JupyterHub.active_server_limit = {number}\n"


def load(path: object = SUB) -> str:
    return f"load_subconfig({str(path)!r})\n"


def machine_in(root: Path, files: dict[str, str]) -> Facts:
    """Return a machine whose hub runs in `root`, where the files are as well."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text.replace("ROOT", str(root)))
    base = PurePosixPath(root)
    states = {base / n: FileState((root / n).read_bytes(), 0o644, 0, 0) for n in files}
    missing = dict.fromkeys([base / "missing.py"])
    facts = replace(machine({}), hub_config=base / "main.py", hub_directory=base)
    return understand(replace(facts, files={**states, **missing}))


def as_traitlets(root: Path, cls: str, trait: str) -> object:
    """Return what JupyterHub's own way of loading its file makes of a trait; None if unset."""
    app, here = Application(), Path.cwd()
    app.raise_config_file_errors = True
    os.chdir(root)
    try:
        app.load_config_file(str(root / "main.py"))
    finally:
        os.chdir(here)
    value = app.config[cls].get(trait)
    initial: object = {} if trait == "environment" else []
    return value.get_value(initial) if isinstance(value, LazyConfigValue) else value


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": f"c.A.x = 1\n{load('ROOT/a.py')}", "a.py": "c.A.x = 2\n"},
        {"main.py": f"{load('ROOT/a.py')}c.A.x = 1\n", "a.py": "c.A.x = 2\n"},
        {"main.py": "c.A.x = 1\nload_subconfig('a.py')\n", "a.py": "c.A.x = 2\n"},
        {"main.py": "c.A.x = 1\nload_subconfig('d/a.py')\n", "d/a.py": "load_subconfig('b.py')\n"}
        | {"b.py": "c.A.x = 3\n"},
        {"main.py": "c.A.x = 1\nload_subconfig('missing.py')\n"},
        {"main.py": f"c.A.x = [1]\n{load('ROOT/a.py')}", "a.py": "c.A.x.append(2)\n"},
        {"main.py": f"c.A.x.append(1)\n{load('ROOT/a.py')}", "a.py": "c.A.x.extend([2, 3])\n"},
        {"main.py": f"{load('ROOT/a.py')}c.A.x.append(1)\n", "a.py": "c.A.x = [2, 3]\n"},
        {"main.py": f"{load('ROOT/a.py') * 2}", "a.py": "c.A.x.append(2)\n"},
        {"main.py": f"c.A.x.append(0)\n{load('ROOT/a.py')}", "a.py": "c.A.x = [2]\n"},
        {
            "main.py": f"{load('ROOT/a.py')}{load('ROOT/b.py')}c.A.x.append(4)\n",
            "a.py": f"c.A.x = [1]\n{load('ROOT/b.py')}c.A.x.append(2)\n",
            "b.py": "c.A.x.append(3)\n",
        },
        {
            "main.py": "for n in ('b.py', 'a.py'):\n    load_subconfig(n)\n",
            "a.py": "c.A.x = 1\n",
            "b.py": "c.A.x = 2\n",
        },
        {
            "main.py": "import os\nd = os.path.dirname(__file__)\nf = os.path.join(d, 'a.py')\n"
            "if os.path.exists(f):\n    load_subconfig(f)\n",
            "a.py": "c.A.x = 1\n",
        },
        {
            "main.py": "import os\nfrom glob import glob\nD = 'ROOT'\n"
            "for f in sorted(glob(os.path.join(D, 'conf.d', '*.py'))):\n    load_subconfig(f)\n",
            "conf.d/10-a.py": "c.A.x = [1]\n",
            "conf.d/20-b.py": "c.A.x.append(2)\n",
            "conf.d/.hidden.py": "c.A.x = [9]\n",
            "conf.d/x.txt": "c.A.x = [9]\n",
        },
        {
            "main.py": "import glob\nfound = sorted(glob.glob('conf.d/?.py'))\n"
            "for f in found:\n    load_subconfig(f)\n",
            "conf.d/a.py": "c.A.x = 1\n",
            "conf.d/b.py": "c.A.x = 2\n",
            "conf.d/cc.py": "c.A.x = 9\n",
        },
    ],
)
def test_a_loaded_file_counts_in_the_place_of_the_line_that_loads_it(
    files: dict[str, str], tmp_path: Path
) -> None:
    facts = machine_in(tmp_path, files)
    landing = HubTrait("A", "x")
    found = folded(ladder(landing, facts), landing)
    assert found.kind in {"exact", "default"}
    assert found.raw == as_traitlets(tmp_path, "A", "x")


def test_variables_of_several_files_add_up(tmp_path: Path) -> None:
    files = {
        "main.py": f"c.Spawner.environment = {{'A': '1'}}\n{load('ROOT/a.py')}",
        "a.py": "c.Spawner.environment.update({'JUPYTER_PREFER_ENV_PATH': '1'})\n",
    }
    facts = machine_in(tmp_path, files)
    assert facts.found["environment.prefer_env_path"].value == "1"
    assert as_traitlets(tmp_path, "Spawner", "environment") == {
        "A": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
    }


def test_a_value_is_shown_with_the_file_and_line_that_set_it() -> None:
    facts = machine({HUB: limit(1) + load(), SUB: f"# more\n{limit(2)}"})
    assert (facts.found[KEY].value, facts.found[KEY].origin) == (2, f"{SUB}:2")
    assert [shadow.origin for shadow in facts.found[KEY].shadows] == [f"{HUB}:1"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (load("more.py"), "relative to where the hub is started"),
        (load(SUB).replace("more", "$NAME"), "may change anything"),
        (load("~/more.py"), "may change anything"),
        (load("/etc/jupyterhub/more.json"), "may change anything"),
        (load("/etc/jupyterhub/../more.py"), "may change anything"),
        ("load_subconfig('/etc/jupyterhub/other.py')\n", "may change anything"),
        ("import glob\nfor f in glob.glob('/x/*.py'):\n    load_subconfig(f)\n", "change anything"),
        (f"{GLOB}x.reverse()\nfor f in x:\n    load_subconfig(f)\n", "may change anything"),
        (f"try:\n    {load()}except OSError:\n    pass\n", "may change anything"),
        (f"import socket\nif socket.gethostname() == 'a':\n    {load()}", "may change anything"),
        (f"for n in range(2):\n    {load()}", "may change anything"),
    ],
)
def test_a_file_that_is_not_certain_leaves_nothing_certain(text: str, words: str) -> None:
    found = machine({HUB: limit(1) + text, SUB: limit(2)}).found[KEY]
    assert (found.kind, found.value) == ("unknown", None)
    assert words in found.reason
    assert found.file == HUB


def test_a_line_after_one_that_is_not_certain_counts_and_is_changed_where_it_stands() -> None:
    facts = machine({HUB: load("$X/a.py") + limit(1)})
    assert facts.found[KEY].value == 1
    plan = planned(facts, "[named_servers]\nactive_limit = 5\n")
    assert [c.after for c in plan.changes] == [(load("$X/a.py") + limit(5)).encode()]


def test_files_that_load_each_other_are_told_as_what_stops_the_hub() -> None:
    facts = machine({HUB: load(), SUB: limit(2) + load(HUB)})
    assert "the hub does not start" in facts.found[KEY].reason
    assert facts.found[KEY].origin == f"{SUB}:2"
    with pytest.raises(RefusedError, match="the hub does not start"):
        planned(facts, "[named_servers]\nactive_limit = 5\n")


def test_a_file_that_cannot_be_understood_hides_what_it_says() -> None:
    found = machine({HUB: limit(1) + load(), SUB: "c.JupyterHub.active_server_limit = (\n"}).found
    assert (found[KEY].kind, found[KEY].file) == ("unknown", SUB)


def test_a_plain_value_is_changed_in_the_file_it_stands_in() -> None:
    facts = machine({HUB: limit(1) + load(), SUB: limit(2)})
    plan = planned(facts, "[named_servers]\nactive_limit = 5\n")
    assert [(c.path, c.after, c.effect) for c in plan.changes] == [
        (SUB, limit(5).encode(), "hub restart")
    ]


def test_what_no_file_says_goes_to_the_hubs_own_file_after_what_it_loads() -> None:
    text = f"{load()}c.JupyterHub.ip = ''\n"
    facts = machine({HUB: text, SUB: "c.JupyterHub.port = 1\n"})
    plan = planned(facts, "[named_servers]\nactive_limit = 5\n")
    assert [c.path for c in plan.changes] == [HUB]
    assert (plan.changes[0].after or b"").startswith(text.encode())


def test_a_computed_value_in_a_loaded_file_is_overridden_at_the_end_of_the_hubs_own() -> None:
    computed = "c.JupyterHub.active_server_limit = f()\n"
    facts = machine({HUB: load(), SUB: computed})
    plan = planned(facts, "[named_servers]\nactive_limit = 5\n")
    assert [change.path for change in plan.changes] == [HUB]
    assert f"{SUB}, line 1, stays as it is; the block in {HUB} overrides it" in [
        notice.text for notice in plan.warnings
    ]
    after = with_files(facts, {change.path: change.after for change in plan.changes})
    assert (after.found[KEY].value, text_of(after, SUB)) == (5, computed)


def test_the_place_the_hub_runs_in_and_every_file_it_loads_are_found(tmp_path: Path) -> None:
    files = {
        "etc/systemd/system/hub.service": "[Service]\nWorkingDirectory=/srv/hub\n"
        "ExecStart=/opt/hub/bin/jupyterhub -f /etc/hub.py\n",
        "etc/hub.py": "load_subconfig('a.py')\nimport glob\n"
        "for f in sorted(glob.glob('/etc/hub.d/*.py')):\n    load_subconfig(f)\n",
        "srv/hub/a.py": "load_subconfig('/srv/b.py')\n",
        "srv/b.py": limit(3),
        "etc/hub.d/z.py": "c.JupyterHub.allow_named_servers = True\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    facts = detect(Host(tmp_path), Options())
    assert facts.found[KEY].origin == "/srv/b.py:1"
    assert facts.found["named_servers.allow"].origin == "/etc/hub.d/z.py:1"


STATEMENTS = (
    *("c.A.x = [1]", "c.A.x.append(3)", "c.A.x.extend([4])", "if c.A.x:\n    c.A.x.append(8)"),
    *("load_subconfig('a.py')", "load_subconfig('ROOT/b.py')", "load_subconfig('missing.py')"),
    *("fs = sorted(glob.glob('d/*.py'))", "fs = glob.glob('d/*.py')", "gs = fs", "fs.reverse()"),
    *("fs += ['a.py']", "fs = list(fs)", "del fs[0]", "def g():\n    fs.reverse()", "g()"),
    *("for f in fs:\n    load_subconfig(f)", "for f in gs:\n    load_subconfig(f)"),
    "for f in sorted(glob.glob('d/*.py')):\n    load_subconfig(f)",
    "if os.path.exists('a.py'):\n    load_subconfig('a.py')",
    "if os.path.isfile('missing.py'):\n    load_subconfig('missing.py')\nelse:\n    c.A.x = [7]",
    "try:\n    load_subconfig('a.py')\n    1 / 0\nexcept ZeroDivisionError:\n    c.A.x = [9]",
    *("kept = [5]", "c.A.x = kept", "kept.append(6)", "s = c.A", "s.x.append(2)"),
    *("for i in range(2):\n    load_subconfig('b.py')", "list(map(load_subconfig, fs))"),
    *("os.chdir('d')", "c.B.y = c.A.x"),
)
ADDITIONS = ("c.A.x = [10]", "c.A.x.append(11)", "c.A.x.extend([12])", "c.B.y = 3")


def made_up(number: int) -> dict[str, str]:
    """Return files that load one another, as the number has them."""
    random = Random(number)  # noqa: S311 - to choose, not to keep secrets

    def some(statements: tuple[str, ...], most: int) -> str:
        return "\n".join(random.choices(statements, k=random.randint(1, most))) + "\n"

    head = "import glob, os\nfs, gs, kept = [], [], []\ns = c.A\ndef g(): pass\n"
    return {
        "main.py": head + some(STATEMENTS, 9),
        "a.py": some((*ADDITIONS, "load_subconfig('b.py')", "load_subconfig('d/2.py')"), 3),
        "b.py": some(ADDITIONS, 2),
        "d/1.py": some(ADDITIONS, 1),
        "d/2.py": some(ADDITIONS, 1),
    }


def test_nothing_read_of_files_that_load_one_another_is_wrong(tmp_path: Path) -> None:
    landing, known = HubTrait("A", "x"), 0
    for number in range(200):
        root = tmp_path / str(number)
        files = made_up(number)
        facts = machine_in(root, files)
        try:
            truth = as_traitlets(root, "A", "x")
        except Exception:  # noqa: BLE001, S112 - then the hub does not start
            continue
        found = folded(ladder(landing, facts), landing)
        if found.kind in {"exact", "default"}:
            known += 1
            assert (found.raw or []) == (truth or []), files
    assert known > 50
