"""The command line of people's servers: a layer above all their files, edited word by word."""

from __future__ import annotations

import pytest
from machines import ENV, ETC, HUB, machine, planned, text_of

from jhwizard.errors import RefusedError
from jhwizard.explain import destination, silent_files
from jhwizard.facts import Facts
from jhwizard.settings import SETTINGS
from jhwizard.understand import with_files

KEY = "culling.kernel_idle"
WORD = "--MappingKernelManager.cull_idle_timeout"
FILE = {ETC: "c.MappingKernelManager.cull_idle_timeout = 9\n"}


def args(*words: object, cls: str = "Spawner") -> str:
    return f"c.{cls}.args = {list(words)!r}\n"


def given(text: str) -> Facts:
    return machine({HUB: text} | FILE)


def hub_after(facts: Facts, toml: str) -> str:
    """Return the hub's file as an answers file leaves it."""
    plan = planned(facts, toml)
    return text_of(with_files(facts, {c.path: c.after for c in plan.changes}), HUB)


@pytest.mark.parametrize(
    "text",
    [
        args(f"{WORD}=60"),
        args("--debug", WORD, "60", "--no-browser"),
        args(f"-{WORD.lstrip('-')}=60", "--allow-root"),
        args("--port", "8888", f"{WORD}= 60"),
        "c.Spawner.args.append('--debug')\n" + f"c.Spawner.args.append({WORD + '=60'!r})\n",
        f"c.Spawner.args = [{WORD + '=60'!r}, other()]\n",
        f"c.Spawner.cmd = ['jupyterhub-singleuser', {WORD + '=60'!r}]\n",
        f"c.Spawner.cmd = ['jupyterhub-singleuser', {WORD!r}]\n" + args("60"),
        "c.JupyterHub.spawner_class = 'docker'\n" + args(f"{WORD}=60", cls="DockerSpawner"),
    ],
)
def test_a_word_beats_every_file_and_is_shown_with_its_line(text: str) -> None:
    found = given(text).found[KEY]
    assert (found.kind, found.value, found.file, found.trait) == ("exact", 60, HUB, WORD)
    assert [shadow.value for shadow in found.shadows] == [9]


@pytest.mark.parametrize(
    ("key", "word", "value"),
    [
        ("culling.kernel_busy", "--MappingKernelManager.cull_busy=true", True),
        ("culling.kernel_busy", "--MappingKernelManager.cull_busy=0", False),
        ("culling.server_idle", "--ServerApp.shutdown_no_activity_timeout=1_000", 1000),
        ("kernels.default", "--MultiKernelManager.default_kernel_name='ir'", "ir"),
        ("interface.default_url", "--ServerApp.default_url=/voila", "/voila"),
        ("kernels.allowed", "--KernelSpecManager.allowed_kernelspecs={'ir'}", ("ir",)),
        ("kernels.allowed", "--KernelSpecManager.allowed_kernelspecs=ir", ("ir",)),
        ("extensions.users_may_install", "--LabApp.extension_manager=readonly", False),
    ],
)
def test_a_word_is_read_by_the_type_of_its_trait(key: str, word: str, value: object) -> None:
    found = machine({HUB: args(word)}).found[key]
    assert (found.kind, found.origin) == ("exact", f"{HUB}:1")
    assert found.value == value


def test_sections_of_classes_keep_their_order_on_the_command_line() -> None:
    stronger = {ENV: "c.AsyncMappingKernelManager.cull_idle_timeout = 7\n"}
    found = machine({HUB: args(f"{WORD}=60")} | stronger).found[KEY]
    assert (found.value, found.file) == (7, ENV)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (args(f"{WORD}=1h"), "nothing starts with it"),
        (args(WORD), "no server starts"),
        (args(WORD, "--debug"), "no server starts"),
        (args(f"{WORD}=1", f"{WORD}=2"), "no server starts"),
        (args("--ServerApp.MappingKernelManager.cull_idle_timeout=1"), "command line"),
        (args("--config=/srv/other.py"), "another config file"),
        (args("--ServerApp.config_file", "/srv/other.py"), "another config file"),
        (f"c.Spawner.args = [f'{WORD}={{idle()}}']\n", "command line"),
        (f"c.Spawner.args = words('{WORD}=1')\n", "command line"),
        (f"c.Spawner.cmd = ['sh', '-c', 'exec jupyterhub-singleuser {WORD}=1']\n", "command line"),
    ],
)
def test_what_is_not_certain_is_told_with_its_line_and_refused(text: str, words: str) -> None:
    facts = given(text)
    found = facts.found[KEY]
    assert (found.value, found.origin) == (None, f"{HUB}:1")
    assert words in found.reason


def test_words_that_set_nothing_of_ours_do_no_harm() -> None:
    words = ("--debug", "--no-browser", "--allow-root", "--ip=0.0.0.0", "--port", "8888")
    other = ("--ServerApp.tornado_settings={'headers': {}}", "--ServerApp.allow_origin=*")
    facts = given(args(*words, *other))
    assert facts.found[KEY].value == 9
    assert silent_files(SETTINGS["culling.server_idle"], facts) == (ETC,)


def test_kubernetes_passes_no_words_on_without_a_command_of_its_own() -> None:
    text = "c.JupyterHub.spawner_class = 'kubespawner'\n" + args(f"{WORD}=60")
    assert given(text).found[KEY].value == 9
    assert given(f"{text}c.Spawner.cmd = ['jupyterhub-singleuser']\n").found[KEY].value == 60


@pytest.mark.parametrize(
    ("words", "after"),
    [
        (("--debug", f"{WORD}=60"), ("--debug", f"{WORD}=1200")),
        ((WORD, "60", "--debug"), (WORD, "1200", "--debug")),
    ],
)
def test_an_answer_changes_the_word_and_nothing_beside_it(
    words: tuple[str, ...], after: tuple[str, ...]
) -> None:
    facts = given(args(*words))
    goes_to = destination(SETTINGS[KEY], facts)
    assert goes_to
    assert (goes_to.how, goes_to.file, goes_to.line) == ("in place", HUB, 1)
    written = hub_after(facts, '[culling]\nkernel_idle = "20m"\n')
    assert written.replace('"', "'") == args(*after)


def test_the_layout_of_the_list_of_words_stays() -> None:
    text = "c.Spawner.args = [\n    {},\n    '--debug'\n]  # for now\n"
    before = given(text.format(f'"{WORD}=60"'))
    after = hub_after(before, '[culling]\nkernel_idle = "20m"\n')
    assert after == text.format(f'"{WORD}=1200"')


def test_words_of_one_list_and_other_lines_of_the_file_change_together() -> None:
    page, busy = "--ServerApp.default_url=/tree", "--MappingKernelManager.cull_busy=true"
    facts = given("c.JupyterHub.active_server_limit = 1\n" + args(f"{WORD}=60", busy, page))
    toml = (
        '[interface]\napp = "lab"\n[culling]\nkernel_idle = "20m"\nkernel_busy = false\n'
        "[named_servers]\nactive_limit = 400\n"
    )
    words = (f"{WORD}=1200", busy.replace("true", "False"), page.replace("tree", "lab"))
    expected = "c.JupyterHub.active_server_limit = 400\n" + args(*words)
    assert hub_after(facts, toml).replace('"', "'") == expected


def test_default_takes_the_words_away() -> None:
    facts = machine({HUB: args("--debug", WORD, "60", "--no-browser")})
    toml = '[culling]\nkernel_idle = "default"\n'
    assert hub_after(facts, toml) == args("--debug", "--no-browser")


def test_words_in_a_json_file_are_changed_there() -> None:
    path = HUB.with_suffix(".json")
    facts = machine({path: f'{{"Spawner": {{"args": ["--debug", "{WORD}=60"]}}}}\n'})
    plan = planned(facts, '[culling]\nkernel_idle = "20m"\n')
    assert [change.path for change in plan.changes] == [path]
    assert f'"{WORD}=1200"'.encode() in (plan.changes[0].after or b"")
    assert b'"--debug"' in (plan.changes[0].after or b"")


def test_words_that_several_lines_put_together_are_refused_with_the_line() -> None:
    facts = given(f"c.Spawner.args.append({WORD + '=60'!r})\n")
    with pytest.raises(RefusedError, match="decided elsewhere") as refused:
        planned(facts, '[culling]\nkernel_idle = "20m"\n')
    assert refused.value.where == f"{HUB}:1"
