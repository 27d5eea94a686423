"""Deployments that somebody else set up: what is seen there, and how little an answer changes."""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path

import machines
import pytest
from shots import StartFlow, tree_hash

HUB = "etc/jupyterhub/jupyterhub_config.py"
SERVER = "etc/jupyter/jupyter_server_config.py"


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """Return what copies a recorded deployment to where it can be written to."""
    return Deployment(tmp_path)


class Deployment:
    """Copies of recorded deployments, and what became of them."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __call__(self, name: str) -> Path:
        """Return the root of a fresh copy."""
        root = self.place / name
        shutil.copytree(machines.DEPLOYMENTS / name, root, symlinks=True)
        return root

    def diff(self, name: str, path: str) -> list[str]:
        """Return the lines of a file that went and that came."""
        before, after = ((base / name / path) for base in (machines.DEPLOYMENTS, self.place))
        lines = difflib.unified_diff(
            before.read_text().splitlines(), after.read_text().splitlines(), n=0, lineterm=""
        )
        return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


async def test_a_value_from_the_environment_is_shown_as_such_and_may_be_overridden(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("computed")
    async with flow("environment-variables", root) as f:
        await f.step("at-a-glance")
        await f.step("interface", "f8")
        assert "/lab or $INTERFACE" in await f.press("down", "enter")
        await f.step("review", "f8", "f8", "f8", "f8", "f8", "f8")
        await f.press("f8", "y", "f8")
    added = deployment.diff("computed", HUB)
    assert 'c.Spawner.default_url = "/tree"' in "\n".join(added)
    assert not [line for line in added if line.startswith("-")]


async def test_a_limit_that_is_a_function_is_read_and_one_number_changes_it(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("values")
    async with flow("function-limit", root) as f:
        await f.step("in-force", "f8", "f8", "f8", "f8", "f8")
        await f.step("five", "tab", "end", "backspace", " 5", "enter")
        await f.step("review", "f8", "f8")
        await f.press("f8", "y", "f8")
    assert f.app.return_value == 0


async def test_names_for_parts_of_the_configuration_are_followed_and_two_bytes_change(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("aliases")
    async with flow("docker-names", root) as f:
        await f.step("at-a-glance")
        await f.step("interface", "f8", "down", "enter")
        await f.step("named-servers", "f8", "f8", "f8", "f8", "tab", "end", "backspace", " 4")
        await f.step("review", "f8", "f8")
        await f.press("f8", "y", "f8")
    assert deployment.diff("aliases", HUB) == [
        '-docker.default_url = "/lab"  # they start in Lab since 2023',
        '+docker.default_url = "/tree"  # they start in Lab since 2023',
        "-hub.named_server_limit_per_user = 2  # the machine is small",
        "+hub.named_server_limit_per_user = 4  # the machine is small",
    ]


async def test_a_hub_whose_people_have_the_legacy_notebook(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("legacy")
    async with flow("legacy-notebook", root) as f:
        await f.step("at-a-glance")
        await f.step("interface", "f8")
        await f.step("idle-servers", "f8")


async def test_a_tljh_host_has_its_drop_ins_changed_and_the_rest_told_as_a_command(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("tljh")
    async with flow("tljh-host", root) as f:
        await f.step("at-a-glance")
        said = await f.step("interface", "f8", "down", "enter")
        assert "tljh-config set user_environment.default_app" in said
        await f.press("f5")
        await f.step("named-servers", "f8", "f8", "f8", "f8")


async def test_a_file_with_a_syntax_error_is_read_only_and_says_where(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("broken")
    before = tree_hash(root)
    async with flow("syntax-error", root) as f:
        assert "jupyter_server_config.py:2" in await f.step("at-a-glance")
        await f.step("refused-at-the-field", "f8", "f8", " 20m", "tab")
        review = await f.step("review", "f8", "f8", "f8", "f8", "f8")
        assert "1 answer cannot be written" in review
        await f.press("enter")
        assert "✗" not in await f.step("as-now", "f5")
        await f.press("ctrl+q", "y")
    assert tree_hash(root) == before


def grown(culler: str) -> str:
    """Return a hub's file of 900 lines, as years leave it behind, around a culler's lines."""
    notes = [
        f"## Option {number} of the spawner, as the template of 2019 described it.\n"
        f"#  Nobody remembers why it is here; it was tried in term {number}.\n"
        f"#  Default: {number}\n"
        f"# c.Spawner.option_{number} = {number}\n\n"
        for number in range(1, 121)
    ]
    groups = "".join(f'    "course-{n}": {{"users": ["teacher{n}"]}},\n' for n in range(1, 261))
    hook = (
        "def make_home(spawner):\n    name = spawner.user.name\n"
        '    path = os.path.join("/srv/homes", name)\n    os.makedirs(path, exist_ok=True)\n\n\n'
        "c.Spawner.pre_spawn_hook = make_home\n\n"
    )
    limit = (
        "c.JupyterHub.allow_named_servers = True\n"
        "c.JupyterHub.named_server_limit_per_user = 2  # decided in 2021\n\n"
    )
    parts = [culler, *notes[:60], limit, f"c.JupyterHub.load_groups = {{\n{groups}}}\n\n", hook]
    return "".join([*parts, *notes[60:]])


async def test_two_answers_change_two_lines_of_a_file_of_nine_hundred(
    flow: StartFlow, deployment: Deployment
) -> None:
    root = deployment("culler")
    hub = root / HUB
    before = grown(hub.read_text())
    hub.write_text(before)
    assert before.count("\n") > 900
    async with flow("nine-hundred-lines", root, size=(120, 40)) as f:
        await f.step("at-a-glance")
        # The first row of what is set is the culler's time: Enter goes to its question.
        await f.step("one-jump", "shift+tab", "shift+tab", "enter")
        await f.step("half-an-hour", "ctrl+u", " 30m", "enter")
        await f.press("f8", "f8", "f8", "tab", "ctrl+u", " 4")
        await f.step("review", "f8", "f8")
        await f.press("f8", "y", "f8")
    lines = list(zip(before.splitlines(), hub.read_text().splitlines(), strict=True))
    assert [new.strip() for old, new in lines if old != new] == [
        '"--timeout=1800",  # the readers\' council wanted an hour',
        "c.JupyterHub.named_server_limit_per_user = 4  # decided in 2021",
    ]


async def test_what_the_doctor_finds_is_mended_by_a_key_and_reviewed_like_any_change(
    flow: StartFlow, demo: Path
) -> None:
    hub = demo / "etc/jupyterhub/jupyterhub_config.py"
    hub.write_text(hub.read_text() + "c.MappingKernelManager.cull_idle_timeout = 1200\n")
    server = demo / "etc/jupyter/jupyter_server_config.py"
    server.parent.mkdir(exist_ok=True)
    server.write_text(
        "c.MappingKernelManager.cull_idle_timeout = 120\n"
        "c.MappingKernelManager.cull_interval = 600\n"
    )
    async with flow("doctor", demo) as f:
        await f.step("found", "shift+tab", "shift+tab", "shift+tab", "home")
        await f.step("fixed", "down", "enter")
        assert f.app.session.known().answers["culling.kernel_idle"] == 1200
        assert "F4 gives the answer" in await f.step("at-its-question", "f5", "tab")
        await f.step("by-a-key", "f4")
        assert f.app.session.known().answers["culling.kernel_interval"] == 60
        await f.press("ctrl+q", "y")
    assert server.read_text().endswith("cull_interval = 600\n")
