"""Fields: long lists, other names, what is not known, hostile text, and the two ways back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shots import Flow, StartFlow

from jhwizard.screens.app import look
from jhwizard.screens.fields import rows_of, ticked, with_tick
from jhwizard.screens.widgets import Choices
from jhwizard.settings import SETTINGS

KERNELS = "usr/local/share/jupyter/kernels"


def add_kernel(root: Path, name: str, display_name: str) -> None:
    directory = root / KERNELS / name
    directory.mkdir(parents=True)
    argv = ["/usr/bin/R", "{connection_file}"]
    spec = {"argv": argv, "display_name": display_name, "language": "R"}
    (directory / "kernel.json").write_text(json.dumps(spec))


def answer(flow: Flow, key: str) -> object:
    return flow.app.session.known().answers[key]


async def test_a_long_list_can_be_filtered_and_ticked(flow: StartFlow, demo: Path) -> None:
    for number in range(30):
        add_kernel(demo, f"course-{number:02}", f"Course of {2000 + number}")
    async with flow("many-kernels", demo) as f:
        await f.step("kernels", *["f8"] * 4)
        await f.step("filtered", " 2017", "tab", "space")
        assert answer(f, "kernels.allowed") == ("course-17",)
        await f.press("ctrl+q", "y")


async def test_a_name_that_is_not_offered_can_be_typed(flow: StartFlow, demo: Path) -> None:
    async with flow("other-names", demo) as f:
        await f.press("f8", "f8", "f8", "tab", "tab")
        shown = await f.press(" a b!", "enter")
        assert "✗ “b!” is not a name" in shown
        await f.press("ctrl+u", " sql", "enter")
        assert answer(f, "extensions.ipython") == ("sql",)
        shown = await f.press("shift+tab", "end")
        assert "[x] sql" in shown
        await f.press("space")
        assert answer(f, "extensions.ipython") == ()
        await f.press("ctrl+q")


async def test_f6_takes_the_default_and_f5_what_is_in_force(flow: StartFlow, demo: Path) -> None:
    async with flow("ways-back", demo) as f:
        await f.press("f8", "end", "enter")
        assert answer(f, "interface.app") == "nbclassic"
        await f.press("f6")
        assert answer(f, "interface.app") == "lab"
        assert f.app.session.known().answers.changed("interface.app")
        await f.press("f5")
        assert not f.app.session.known().answers.changed("interface.app")
        await f.press("ctrl+q")
    assert f.app.return_value == 130


async def test_an_unknown_answer_that_is_emptied_again_stays_as_it_is(
    flow: StartFlow, demo: Path
) -> None:
    (demo / "etc/jupyter").mkdir()
    config = demo / "etc/jupyter/jupyter_server_config.py"
    config.write_text("c = get_config()\nc.MappingKernelManager.cull_idle_timeout = ours()\n")
    async with flow("emptied", demo) as f:
        await f.press("f8", "f8", " 5m")
        assert f.app.session.known().answers.changed("culling.kernel_idle")
        await f.press("backspace", "backspace")
        assert not f.app.session.known().answers.changed("culling.kernel_idle")
        assert f.app.session.known().bad == {}
        await f.press("ctrl+q")


async def test_text_from_files_is_shown_and_never_obeyed(flow: StartFlow, demo: Path) -> None:
    add_kernel(demo, "sly", "[red]R[/red] \x1b[2J\u202e [/]")
    async with flow("sly-kernel", demo) as f:
        shown = await f.press(*["f8"] * 4)
        assert "[red]R[/red]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        await f.press("space", *["f8"] * 3)
        await f.press("ctrl+q", "y")


async def test_another_target_is_taken_at_once_and_answers_stay(
    flow: StartFlow, demo: Path
) -> None:
    async with flow("target", demo) as f:
        await f.press("f8", "f8", " 1h", "f7", "f7", "shift+tab")
        shown = await f.step("environment", "down", "enter")
        assert "(•) The users' environment" in shown
        assert isinstance(f.app.focused, Choices)
        assert answer(f, "culling.kernel_idle") == 3600
        await f.press("f2", "end", "up", "enter")
        plan = f.app.session.review
        assert plan is not None
        assert [str(change.path) for change in plan.plan.changes] == [
            "/opt/jupyterhub/etc/jupyter/jupyter_server_config.py"
        ]
        await f.press("ctrl+q", "y")


async def test_a_tick_taken_back_is_no_change(flow: StartFlow, demo: Path) -> None:
    async with flow("tick-back", demo) as f:
        wizard = f.app.session.known()
        for key in ("extensions.server", "extensions.ipython", "kernels.allowed"):
            setting = SETTINGS[key]
            row = rows_of(wizard, setting)[0].value
            before = row in ticked(wizard, setting)
            wizard.put(key, with_tick(wizard, setting, row, chosen=not before))
            assert wizard.answers.changed(key)
            wizard.put(key, with_tick(wizard, setting, row, chosen=before))
            assert not wizard.answers.changed(key)
        await f.press("ctrl+q")


@pytest.mark.parametrize(
    ("variables", "theme"),
    [
        ({}, "jhwizard-dark"),
        ({"COLORFGBG": "15;0"}, "jhwizard-dark"),
        ({"COLORFGBG": "0;15"}, "jhwizard-light"),
        ({"COLORFGBG": "0;default;15", "NO_COLOR": "1"}, "ansi-dark"),
        ({"NO_COLOR": ""}, "jhwizard-dark"),
    ],
)
def test_the_look_follows_the_terminal(variables: dict[str, str], theme: str) -> None:
    assert look(variables) == theme
