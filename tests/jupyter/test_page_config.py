"""JupyterLab's page config as it is read here, beside the installed jupyterlab_server's reading."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import HUB, machine
from real.built import built

from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter.extensions import lab_core, lab_extensions
from jhwizard.settings.lab_extensions import NEEDED
from jhwizard.understand import with_files

DIRECTORIES = ("etc/jupyter", "usr/local/etc/jupyter", "opt/jupyterhub/etc/jupyter", "srv/policy")
"""Weakest first; the last one is the hub's JUPYTER_CONFIG_PATH."""
LAB_DIRECTORIES = [f"{directory}/labconfig" for directory in DIRECTORIES]
PAGE_FILES = ("page_config.d/a.json", "page_config.d/zz_jhwizard.json", "page_config.json")
SETTINGS = "opt/jupyterhub/share/jupyter/lab/settings"
EXTENSIONS = "opt/jupyterhub/share/jupyter/labextensions"

JUPYTERLAB = """
import json, os, sys
import jupyter_core.paths
from jupyterlab_server.config import get_page_config, get_static_page_config

def judged(function):
    try:
        return sorted(function())
    except Exception as error:
        return repr(error)

for line in sys.stdin:
    root = line.strip()
    at = lambda *names: [os.path.join(root, name) for name in names]
    jupyter_core.paths.SYSTEM_CONFIG_PATH[:] = at("usr/local/etc/jupyter", "etc/jupyter")
    jupyter_core.paths.ENV_CONFIG_PATH[:] = at("opt/jupyterhub/etc/jupyter")
    os.environ["JUPYTER_CONFIG_DIR"], os.environ["JUPYTER_CONFIG_PATH"] = at("nobody", "srv/policy")
    data = at("opt/jupyterhub/share/jupyter/labextensions")
    settings = os.path.join(root, "opt/jupyterhub/share/jupyter/lab/settings")
    def disabled():
        return set(get_page_config(data, settings)["disabledExtensions"])
    def locked():  # as jupyterlab.labapp.LabApp.initialize_handlers
        found = get_static_page_config(level="all").get("lockedExtensions", {})
        return {rule for rule, value in found.items() if value}
    print(json.dumps([judged(disabled), judged(locked)]))
"""


def facts_of(root: Path) -> Facts:
    """Return the machine in a directory, as far as pages are concerned."""
    files = {
        PurePosixPath("/", path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*.json*")
        if path.is_file() and "labextensions" not in path.parts
    }
    facts = machine({HUB: 'c.Spawner.environment = {"JUPYTER_CONFIG_PATH": "/srv/policy"}\n'})
    facts = replace(facts, lab_extensions=lab_extensions(Host(root), facts.user))
    return with_files(facts, files)


def some_names(dice: random.Random) -> dict[str, object]:
    values = [True, True, True, False, False, None, 0, 1, "no", ""]
    chosen = {name: dice.choice(values) for name in "abcd" if dice.random() < 0.4}
    return chosen | ({"a": {"b": True}} if dice.random() < 0.02 else {})


def some_section(dice: random.Random) -> object:
    odd: list[object] = [[], ["a"], None, True, "a", {}]
    return dice.choice(odd) if dice.random() < 0.03 else some_names(dice)


def some_file(dice: random.Random) -> bytes:
    if dice.random() < 0.05:
        return dice.choice([b"", b"{", b"[]", b"\xff", b"// no\n{}"])
    sections: dict[str, object] = {"quitButton": False} if dice.random() < 0.5 else {}
    for name in ("disabledExtensions", "lockedExtensions"):
        if dice.random() < 0.7:
            sections[name] = some_section(dice)
    return json.dumps(sections, indent=dice.choice([None, 2])).encode()


def some_machine(root: Path, dice: random.Random) -> None:
    paths = [f"{directory}/{file}" for directory in LAB_DIRECTORIES for file in PAGE_FILES]
    chances = dict.fromkeys(paths, 0.4)
    chances |= {f"{SETTINGS}/page_config.json": 0.2, f"{SETTINGS}/page_config.json5": 0.1}
    for path, chance in chances.items():
        if dice.random() < chance:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(some_file(dice))
    for name in ("a", "e"):
        if dice.random() < 0.3:
            lab = {"_build": {"load": "x"}, "disabledExtensions": dice.sample("abcd", 2)}
            package = {"name": name, "version": "1", "jupyterlab": lab}
            (root / EXTENSIONS / name).mkdir(parents=True)
            (root / EXTENSIONS / name / "package.json").write_text(json.dumps(package))


@pytest.mark.real
def test_of_random_files_the_same_is_in_force_as_jupyterlab_says(tmp_path: Path) -> None:
    """What JupyterLab fails on is not known here, and hardly anything else is."""
    dice = random.Random(4)  # noqa: S311 - the same files every time
    roots = [tmp_path / str(number) for number in range(300)]
    for root in roots:
        root.mkdir()
        some_machine(root, dice)
    python = str(built("hub6") / "bin/python3")
    given = "".join(f"{root}\n" for root in roots)
    said = subprocess.run(
        [python, "-c", JUPYTERLAB], input=given, capture_output=True, text=True, check=True
    )
    unknown = 0
    for root, line in zip(roots, said.stdout.splitlines(), strict=True):
        disabled, locked = json.loads(line)
        found = facts_of(root).found
        known = found["extensions.lab_disabled"]
        unknown += known.value is None and isinstance(disabled, list)
        if known.value is not None:
            assert list(known.value) == disabled, root  # type: ignore[call-overload]
        if isinstance(disabled, list) and found["extensions.lab_locked"].value is not None:
            assert list(found["extensions.lab_locked"].value) == locked, root  # type: ignore[call-overload]
    assert unknown < len(roots) // 10


@pytest.mark.real
def test_what_an_interface_is_built_on_is_among_its_installed_extensions() -> None:
    environment = Environment(built("hub6"), None, "", {})
    core = lab_core(Host(Path("/")), environment)
    assert {"@jupyterlab/terminal-extension", "@jupyterlab/pdf-extension"} <= set(core)
    assert {name for names in NEEDED.values() for name in names} <= set(core)
