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
