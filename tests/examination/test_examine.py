"""What the doctor asks besides reading: how it is asked, kept, and given up on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import ETC, HUB, facts_of, host_of, machine
from running import document, verb

from jhwizard.check import check
from jhwizard.examination import asked_classes
from jhwizard.examination.examine import examine
from jhwizard.examination.trait_help import help_of, releases, told
from jhwizard.examined import Examination, TraitHelp
from jhwizard.facts import Facts
from jhwizard.host import Host
from jhwizard.jupyter.documentation import hub_trait_page
from jhwizard.settings import SETTINGS

PROBE = """#!{python}
import json, sys
asked = json.load(sys.stdin)
open({log!r}, "a").write(asked["side"] + "\\n")
{more}
known = {{name: {{"type": "an int", "default": "0", "help": "Helps."}} for name in asked["help"]}}
said = {{"lines": [{{}} for _ in asked["lines"]], "help": known, "compiled": {{}}}}
print("noise")
print("jhwizard-classes:" + json.dumps(said))
"""


def on(python: Path | str, files: dict[PurePosixPath, str]) -> Facts:
    """Return a machine whose one environment has this interpreter."""
    facts = machine(files)
    assert facts.user
    environment = replace(facts.user, python=PurePosixPath(python))
    return replace(facts, hub=environment, user=environment)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes an interpreter that answers, after it has done more."""

    def make(more: str = "") -> Path:
        path, log = tmp_path / "python", str(tmp_path / "log")
        path.write_text(PROBE.format(python=sys.executable, log=log, more=more))
        path.chmod(0o755)
        return path

    return make


def looked(facts: Facts, tmp_path: Path) -> tuple[Examination, list[str]]:
    words: list[str] = []
    facts = examine(facts, Host(), tmp_path / "state", None, words.append)
    assert facts.examined
    return facts.examined, words


def test_each_side_is_asked_once_and_then_never_again(
    tmp_path: Path, program: Callable[[str], Path]
) -> None:
    facts = on(program(""), {HUB: "c.JupyterHub.port = 1\n"})
    first, words = looked(facts, tmp_path)
    assert words == ["Asking the installed classes what they know of your config (some seconds)"]
    assert first.unasked == ()
    again, words = looked(facts, tmp_path)
    assert (again, words) == (first, [])
    assert sorted((tmp_path / "log").read_text().split()) == ["hub", "server"]


def test_what_changes_in_a_file_or_a_package_is_asked_anew(
    tmp_path: Path, program: Callable[[str], Path]
) -> None:
    facts = on(program(""), {HUB: "c.JupyterHub.port = 1\n"})
    looked(facts, tmp_path)
    looked(on(program(""), {HUB: "c.JupyterHub.port = 2\n"}), tmp_path)
    assert sorted((tmp_path / "log").read_text().split()) == ["hub", "hub", "server"]
    assert facts.hub
    newer = replace(facts.hub, packages={**facts.hub.packages, "jupyterhub": "6.2.0"})
    looked(replace(facts, hub=newer), tmp_path)
    assert sorted((tmp_path / "log").read_text().split()) == ["hub", "hub", "hub", "server"]


def test_answers_do_not_pile_up(tmp_path: Path, program: Callable[[str], Path]) -> None:
    for number in range(12):
        looked(on(program(""), {HUB: f"c.JupyterHub.port = {number}\n"}), tmp_path)
    names = [path.name for path in (tmp_path / "state/cache").iterdir()]
    assert len([name for name in names if name.startswith("classes-hub-")]) == 8
    assert len([name for name in names if name.startswith("help-")]) == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("import time; time.sleep(60)", "it gave no answer within 2 seconds"),
        ("sys.exit('no such thing')", "it ended with status 1: no such thing"),
        ("print('jhwizard-classes:[]'); sys.exit()", "what it said of its classes makes no sense"),
        ("print('jhwizard-classes:{}'); sys.exit()", "what it said of them makes no sense"),
        ("os = __import__('os'); os.kill(os.getpid(), 9)", "it was ended by signal 9"),
    ],
)
def test_what_could_not_be_asked_is_said_with_the_reason(
    tmp_path: Path,
    program: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    more: str,
    why: str,
) -> None:
    monkeypatch.setattr(asked_classes, "_SECONDS", 2.0)
    start = time.monotonic()
    found, _words = looked(on(program(more), {}), tmp_path)
    assert time.monotonic() - start < 30
    assert found.unasked == (
        f"The classes of JupyterHub were not asked: {why}",
        f"The classes of people's servers were not asked: {why}",
    )


def test_nothing_that_an_interpreter_started_lives_on(
    tmp_path: Path, program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asked_classes, "_SECONDS", 2.0)
    child = tmp_path / "child"
    more = (
        "import subprocess, time\n"
        f"open({str(child)!r}, 'w').write(str(subprocess.Popen(['sleep', '300']).pid))\n"
        "time.sleep(60)"
    )
    facts = replace(on(program(more), {}), hub=None)
    looked(facts, tmp_path)
    end = time.monotonic() + 10
    while Path("/proc", child.read_text()).exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_an_environment_without_jupyterhub_says_so_and_files_are_compiled_all_the_same(
    tmp_path: Path,
) -> None:
    facts = on(sys.executable, {HUB: "print 1\n", ETC: "c.ServerApp.x = 1\n"})
    found, _words = looked(facts, tmp_path)
    assert found.unasked[0].startswith("The classes of JupyterHub were not asked: ModuleNotFound")
    assert [(u.path, u.line) for u in found.uncompiled] == [(HUB, 1)]
    # The file is broken for everybody, which another rule says.
    assert "python-too-old" not in {f.rule for f in check(replace(facts, examined=found))}


def test_another_root_is_looked_at_without_starting_anything(tmp_path: Path) -> None:
    facts = examine(facts_of("values"), host_of("values"), tmp_path, None, lambda _words: None)
    assert facts.examined
    why = "programs under another root are not started"
    assert facts.examined.unasked[:2] == (
        f"The classes of JupyterHub were not asked: {why}",
        f"The classes of people's servers were not asked: {why}",
    )


def test_secrets_are_not_asked_about() -> None:
    text = "c.ConfigurableHTTPProxy.auth_token = 'hunter2'\nc.JupyterHub.port = 'x'\n"
    facts = machine({HUB: text})
    asked = [value for _s, _w, value in asked_classes.said_lines("hub", facts)]
    assert asked == ["", "'x'"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("c.A.x = 5\n", "5"),
        ("c.A.x = {'a'}\n", "{'a'}"),
        ("c.A.x = (1, [2.5, None])\n", "(1, [2.5, None])"),
        ("c.A.x = 5\nc.A.x = y\n", ""),
        ("c.A.x = float('nan')\n", ""),
        ("c.A.x = 5\nsetup(c)\n", ""),
        ("c.A.x.update({'a': 1})\n", ""),
        ("c.A.x = set()\n", "set()"),
    ],
)
def test_a_value_is_asked_about_where_it_is_known_and_counts(text: str, value: str) -> None:
    facts = machine({HUB: text})
    found = [v for _s, write, v in asked_classes.said_lines("hub", facts) if write.cls == "A"]
    assert found[-1] == value


def test_the_help_of_a_setting_is_that_of_its_trait() -> None:
    known = TraitHelp("an int", "0", "Helps.\n\nMore.\n\n.. versionadded:: 1.2", "https://x")
    examined = Examination(traits={"JupyterHub.active_server_limit": known})
    facts = replace(machine({}), examined=examined)
    by_trait = [key for key, record in SETTINGS.items() if help_of(record, facts) == known]
    assert len(by_trait) == 1
    assert help_of(SETTINGS["culling.kernel_idle"], facts) is None
    assert releases(known) == ("new in 1.2",)
    assert told(known) == [
        "The installed version takes an int, and 0 by default (new in 1.2).",
        "Helps.",
        "https://x",
    ]


def test_long_help_is_cut_to_three_lines() -> None:
    lines = told(TraitHelp("a list", "", "word " * 200, ""))
    assert lines[0] == "The installed version takes a list."
    assert len(lines) == 4
    assert max(map(len, lines)) <= 90
    assert lines[-1].endswith("…")


@pytest.mark.parametrize(
    ("version", "page"),
    [
        ("6.1.1", "6.1.1/reference/api/app.html"),
        ("4.0.2", "4.0.2/reference/api/app.html"),
        ("3.1.1", "3.1.1/api/app.html"),
        ("6.2.0.dev0", "stable/reference/api/app.html"),
    ],
)
def test_the_page_is_that_of_the_installed_version(version: str, page: str) -> None:
    hub = machine({}, jupyterhub=version).hub
    name = "JupyterHub.allow_named_servers"
    assert hub_trait_page(name, hub) == (
        f"https://jupyterhub.readthedocs.io/en/{page}#jupyterhub.app.{name}"
    )
    assert hub_trait_page("DockerSpawner.image", hub) == ""


def test_explain_has_help_only_where_it_costs_nothing(demo: Path) -> None:
    shown = verb("explain", "culling.kernel_idle", "--root", demo)
    assert "The installed version" not in shown.stdout
    assert (
        document(verb("explain", "culling.kernel_idle", "--root", demo, "--json"))["installed"]
        is None
    )
