"""Type and default of each trait jhwizard writes, asked of the real packages."""

import json
import subprocess
from typing import NamedTuple

import pytest
from real.built import built

pytestmark = pytest.mark.real


class Expected(NamedTuple):
    """A trait as jhwizard believes it to be."""

    module: str
    trait: str
    type: str
    default: object
    """As JSON: a set is a sorted list."""


EXPECTED = [
    Expected("jupyter_server.serverapp", "ServerApp.shutdown_no_activity_timeout", "Int", 0),
    Expected("jupyter_server.serverapp", "ServerApp.default_url", "Unicode", "/"),
    Expected("jupyter_server.serverapp", "ServerApp.jpserver_extensions", "Dict", {}),
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "MappingKernelManager.cull_idle_timeout",
        "Int",
        0,
    ),
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "MappingKernelManager.cull_interval",
        "Int",
        300,
    ),
    Expected("jupyter_client.kernelspec", "KernelSpecManager.allowed_kernelspecs", "Set", []),
    Expected(
        "jupyter_client.multikernelmanager",
        "MultiKernelManager.default_kernel_name",
        "Unicode",
        "python3",
    ),
    Expected("jupyterhub.app", "JupyterHub.allow_named_servers", "Bool", default=False),
    Expected("jupyterhub.app", "JupyterHub.named_server_limit_per_user", "Union", 0),
    Expected("jupyterhub.spawner", "Spawner.default_url", "Unicode", ""),
    Expected("jupyterhub.spawner", "Spawner.environment", "Dict", {}),
    Expected("IPython.core.shellapp", "InteractiveShellApp.extensions", "List", []),
]

ASK = """
import importlib, json, sys
answers = []
for module, trait in json.load(sys.stdin):
    owner, name = trait.split(".")
    found = getattr(importlib.import_module(module), owner).class_traits(config=True)[name]
    types = [kind.__name__ for kind in type(found).__mro__]
    answers.append([types, found.default()])
json.dump(answers, sys.stdout, default=sorted)
"""


class Installed(NamedTuple):
    """A trait as the package has it."""

    types: list[str]
    """Names of its trait type and of those it is derived from."""
    default: object


@pytest.fixture(scope="module")
def installed() -> dict[str, Installed]:
    """The traits of EXPECTED, as the environment hub6 has them."""
    asked = json.dumps([[each.module, each.trait] for each in EXPECTED])
    answers = subprocess.run(
        [built("hub6") / "bin/python", "-c", ASK],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answers.returncode == 0, answers.stderr
    traits = [each.trait for each in EXPECTED]
    given = json.loads(answers.stdout)
    return {trait: Installed(*answer) for trait, answer in zip(traits, given, strict=True)}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda each: str(each.trait))
def test_the_installed_package_has_the_trait_with_this_type_and_default(
    expected: Expected, installed: dict[str, Installed]
) -> None:
    found = installed[expected.trait]
    assert expected.type in found.types
    assert found.default == expected.default
