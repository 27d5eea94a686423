"""Type and default of each trait jhwizard writes, asked of the real packages."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest
from real.built import built

from jhwizard import demo
from jhwizard.answers import Answers
from jhwizard.detect import Options, detect
from jhwizard.facts import AdminExempt, Facts
from jhwizard.host import Host
from jhwizard.jupyter.applications import LEGACY
from jhwizard.jupyter.classes import server_lineage
from jhwizard.jupyter.python_editing import render_value
from jhwizard.jupyter.spawner_names import name_template
from jhwizard.layers import trait_of
from jhwizard.prepare import prepare
from jhwizard.settings import SETTINGS
from jhwizard.settings.setting import (
    HubCuller,
    LabExtensions,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    SpawnerName,
    SpawnerVariable,
)

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
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "AsyncMappingKernelManager.cull_idle_timeout",
        "Int",
        0,
    ),
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "MappingKernelManager.cull_connected",
        "Bool",
        default=False,
    ),
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "MappingKernelManager.cull_busy",
        "Bool",
        default=False,
    ),
    Expected(
        "jupyter_server_terminals.terminalmanager",
        "TerminalManager.cull_inactive_timeout",
        "Int",
        0,
    ),
    Expected(
        "jupyter_server_terminals.terminalmanager", "TerminalManager.cull_interval", "Int", 300
    ),
    Expected(
        "jupyter_server.services.kernels.kernelmanager",
        "MappingKernelManager.transport_encryption",
        "CaselessStrEnum",
        "disabled",
    ),
    Expected(
        "jupyter_client.kernelspec", "KernelSpecManager.ensure_native_kernel", "Bool", default=True
    ),
    Expected("jupyterlab.labapp", "LabApp.extension_manager", "Unicode", "pypi"),
    Expected("jupyter_client.kernelspec", "KernelSpecManager.allowed_kernelspecs", "Set", []),
    Expected(
        "jupyter_client.multikernelmanager",
        "MultiKernelManager.default_kernel_name",
        "Unicode",
        "python3",
    ),
    Expected("jupyterhub.app", "JupyterHub.allow_named_servers", "Bool", default=False),
    Expected("jupyterhub.app", "JupyterHub.named_server_limit_per_user", "Union", 0),
    Expected("jupyterhub.app", "JupyterHub.active_server_limit", "Int", 0),
    Expected("jupyterhub.app", "JupyterHub.services", "List", []),
    Expected("jupyterhub.app", "JupyterHub.load_roles", "List", []),
    Expected("jupyterhub.spawner", "Spawner.default_url", "Unicode", ""),
    Expected("jupyterhub.spawner", "Spawner.environment", "Dict", {}),
    Expected("IPython.core.shellapp", "InteractiveShellApp.extensions", "List", []),
]

ASK = """
import ast, importlib, json, sys
from traitlets import HasTraits
answers = []
for module, trait, value in json.load(sys.stdin):
    owner, name = trait.split(".")
    owner = getattr(importlib.import_module(module), owner)
    found = owner.class_traits(config=True)[name]
    types = [kind.__name__ for kind in type(found).__mro__]
    accepted = value is None or found.validate(HasTraits(), ast.literal_eval(value)) is not None
    bases = [each.__name__ for each in owner.__mro__]
    answers.append([types, found.default(), accepted, bases])
json.dump(answers, sys.stdout, default=sorted)
"""


class Installed(NamedTuple):
    """A trait as the package has it."""

    types: list[str]
    """Names of its trait type and of those it is derived from."""
    default: object
    accepts: bool
    """Whether it takes what jhwizard writes."""
    bases: list[str]
    """The class and those it is derived from."""


def samples() -> dict[str, str]:
    """Return a value for each trait, as jhwizard would write it, in Python."""
    facts = detect(Host(demo.MACHINE), Options())
    answers = Answers(facts)
    for key, record in SETTINGS.items():
        if key != "extensions.server":
            answers.give(key, record.kind.parse(record.kind.example))
    values = {name(key): SETTINGS[key].write(answers, facts) for key in SETTINGS}
    return {
        trait: render_value(value.limit if isinstance(value, AdminExempt) else value)
        for trait, value in values.items()
    }


def name(key: str) -> str:
    """Return the trait a setting lands in, as `Class.trait`."""
    return ".".join(trait_of(SETTINGS[key].lands))


@pytest.fixture(scope="module")
def installed() -> dict[str, Installed]:
    """The traits of EXPECTED, as the environment hub6 has them."""
    written = {t: v for t, v in samples().items() if t != "Spawner.environment"}
    asked = json.dumps([[each.module, each.trait, written.get(each.trait)] for each in EXPECTED])
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
    assert found.accepts


@pytest.mark.parametrize("key", SETTINGS)
def test_the_default_of_a_setting_is_the_default_of_the_installed_trait(
    key: str, installed: dict[str, Installed]
) -> None:
    record = SETTINGS[key]
    if isinstance(record.lands, OtherTraits | NotConfig | LabExtensions | SpawnerName):
        return  # no trait, or several that are tried on the classes themselves: see below
    default = installed[name(key)].default
    if isinstance(record.lands, ServerExtensions | SpawnerVariable):
        assert default == {}
        return
    if isinstance(record.lands, HubCuller):
        assert default == []
        return
    facts: Facts = detect(Host(demo.MACHINE), Options())
    assert record.read(default, facts) == record.default(facts)


ASK_NAMES = """
import importlib, json, sys
from types import SimpleNamespace as Some
from jupyterhub import orm
from traitlets.config import Config
module, cls, trait, template = sys.argv[1:]
owner = getattr(importlib.import_module(module), cls)
config = Config({cls: {trait: template}} if template else {})
def named(user, server):
    if cls == "KubeSpawner":
        kube = Some(
            name=server, user=Some(name=user, id=7), slug_scheme="safe", namespace="x",
            _namespace_default=lambda: "x",
        )
        used = template or owner.class_traits()[trait].default()
        return owner._expand_user_properties(kube, used)
    made = owner(config=config, user=Some(name=user, id=7), orm_spawner=orm.Spawner(name=server))
    if cls == "SystemdSpawner":
        return made._expand_user_vars(getattr(made, trait))
    return made.object_name
print(json.dumps([named(user, server) for user, server in json.load(sys.stdin)]))
"""


def named(cls: str, template: str, people: list[tuple[str, str]]) -> list[str]:
    """Return what the installed spawner calls the servers of people; none if it fails."""
    known = name_template(cls, None)
    assert known
    module = {"KubeSpawner": "kubespawner", "SystemdSpawner": "systemdspawner"}
    words = [module.get(cls, "dockerspawner"), cls, known.trait, template]
    python = str(built("hub6") / "bin/python")
    done = subprocess.run(
        [python, "-c", ASK_NAMES, *words],
        input=json.dumps(people),
        capture_output=True,
        text=True,
        check=False,
    )
    if "KeyError" in done.stderr:
        return []
    assert done.returncode == 0, done.stderr
    return [str(name) for name in json.loads(done.stdout)]


PEOPLE = [
    ("a-b", "c"),
    ("a", "b-c"),
    ("a", ""),
    ("a", "c"),
    ("ab", "c"),
    ("a", "bc"),
    ("a--b", "c"),
]


@pytest.mark.parametrize("cls", ["DockerSpawner", "SwarmSpawner", "KubeSpawner", "SystemdSpawner"])
def test_the_installed_spawner_puts_in_what_jhwizard_knows(cls: str) -> None:
    known = name_template(cls, None)
    assert known
    every = "-".join(f"{{{name}}}" for name in known.known)
    assert len(named(cls, every, [("al", "x")])) == 1
    # Docker refuses a name with braces.
    stays = ["{no_such_name}"] if known.cls == "DockerSpawner" else []
    assert named(cls, "{no_such_name}", [("al", "x")]) == stays
    own, said = named(cls, "", PEOPLE), named(cls, known.default, PEOPLE)
    # DockerSpawner's own template has a shorter form for servers without a name.
    assert [o for o, (_user, server) in zip(own, PEOPLE, strict=True) if server] == [
        s for s, (_user, server) in zip(said, PEOPLE, strict=True) if server
    ]
    assert (len(set(own)) == len(PEOPLE)) is bool(known.safe)


@pytest.mark.parametrize(
    ("cls", "template"),
    [
        ("DockerSpawner", "{prefix}-{username}-{servername}"),
        ("DockerSpawner", "{username}{servername}"),
        ("DockerSpawner", "{username}_{servername}"),
        ("DockerSpawner", "{username}.{servername}"),
        ("KubeSpawner", "jupyter-{username}-{servername}"),
        ("KubeSpawner", "jupyter-{username}--{servername}"),
        ("KubeSpawner", "x-{safe_user_server}"),
    ],
)
def test_a_template_said_to_keep_servers_apart_does(cls: str, template: str) -> None:
    known = name_template(cls, None)
    assert known
    names = named(cls, template, PEOPLE)
    if known.keeps_apart(template):
        assert len(set(names)) == len(PEOPLE)


def test_a_single_dash_lets_two_people_share_a_pod() -> None:
    names = named("KubeSpawner", "jupyter-{username}-{servername}", PEOPLE[:2])
    assert names == ["jupyter-a-b-c"] * 2


def test_the_sections_of_lab_are_merged_in_the_order_jhwizard_knows(
    installed: dict[str, Installed],
) -> None:
    bases = installed["LabApp.extension_manager"].bases
    known = server_lineage("LabApp")
    assert [base for base in reversed(bases) if base in known] == list(known)


def test_the_sections_of_the_kernel_manager_are_merged_in_the_order_jhwizard_knows(
    installed: dict[str, Installed],
) -> None:
    manager = "AsyncMappingKernelManager.cull_idle_timeout"
    bases = installed[manager].bases
    known = server_lineage("MappingKernelManager")
    assert [base for base in reversed(bases) if base in known] == list(known)


@pytest.fixture(scope="module")
def judged() -> dict[str, str]:
    """Why the environment hub6 refuses each trait; empty for one it takes."""
    wanted: dict[str, object] = {
        "ServerApp.max_body_size": 1000000,
        "ServerApp.max_body_sise": 1,
        "ServrApp.max_body_size": 1,
        "ServerApp.port": "8888",
        "ServerApp.port_retries": True,
        "ServerApp.base_url": "/\N{SNOWMAN}",
        "ContentsManager.allow_hidden": True,
        "LabApp.core_mode": 5,
        "KernelManager.shutdown_wait_time": 5,
        "Spawner.cmd": "x",
        "IPKernelApp.quiet": True,
    }
    python = PurePosixPath(built("hub6") / "bin/python")
    host, state = Host(), Path(tempfile.mkdtemp())
    facts = detect(host, Options(hub_python=Path(python), user_python=Path(python)))
    answers = Answers(facts)
    answers.give("environment.traits", wanted)
    said: list[str] = []
    facts = prepare(facts, answers, host, state, said.append)
    assert len(said) == 1
    again = prepare(replace(facts, checks={}), answers, host, state, said.append)
    assert again.checks == facts.checks
    assert len(said) == 1, "the second time it comes from the cache"
    shutil.rmtree(state)
    return {name: facts.checks[name].refused for name in wanted}


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("ServerApp.max_body_size", ""),
        ("ServerApp.max_body_sise", "has no trait max_body_sise. Did you mean max_body_size?"),
        ("ServrApp.max_body_size", "have no class ServrApp. Did you mean ServerApp?"),
        ("ServerApp.port", 'cannot be "8888": it expects an int'),
        ("ServerApp.port_retries", "cannot be true: it expects an int"),
        ("ServerApp.base_url", ""),
        ("ContentsManager.allow_hidden", ""),
        ("LabApp.core_mode", "cannot be 5: it expects a boolean"),
        ("KernelManager.shutdown_wait_time", ""),
        ("Spawner.cmd", "have no class Spawner."),
        ("IPKernelApp.quiet", "have no class IPKernelApp"),
    ],
)
def test_a_trait_is_judged_by_the_installed_classes(
    judged: dict[str, str], name: str, refused: str
) -> None:
    assert refused in judged[name]
    assert bool(refused) == bool(judged[name])


LEGACY_EXPECTED = {
    "notebook.notebookapp:NotebookApp.shutdown_no_activity_timeout": 0,
    "notebook.notebookapp:NotebookApp.default_url": "/tree",
    "notebook.notebookapp:NotebookApp.nbserver_extensions": {},
    "notebook.services.kernels.kernelmanager:MappingKernelManager.cull_idle_timeout": 0,
    "notebook.services.kernels.kernelmanager:MappingKernelManager.cull_interval": 300,
    "notebook.services.kernels.kernelmanager:MappingKernelManager.cull_connected": False,
    "notebook.services.kernels.kernelmanager:MappingKernelManager.cull_busy": False,
    "notebook.services.kernels.kernelmanager:MappingKernelManager.default_kernel_name": "python3",
    "notebook.services.kernels.kernelmanager:MappingKernelManager.transport_encryption": None,
    "notebook.terminal.terminalmanager:TerminalManager.cull_inactive_timeout": 0,
    "notebook.terminal.terminalmanager:TerminalManager.cull_interval": 300,
    "jupyter_client.kernelspec:KernelSpecManager.ensure_native_kernel": True,
    "jupyter_client.kernelspec:KernelSpecManager.allowed_kernelspecs": [],
}
"""Default by class and trait of notebook 6.5; None for a trait that is not there."""

LEGACY_ASK = """
import importlib, json, sys
answers = {}
for name in json.load(sys.stdin):
    module, _, rest = name.partition(":")
    cls, trait = rest.split(".")
    owner = getattr(importlib.import_module(module), cls)
    found = owner.class_traits(config=True).get(trait)
    bases = [each.__name__ for each in owner.__mro__]
    answers[name] = [found.default() if found else None, bases]
json.dump(answers, sys.stdout, default=sorted)
"""


def test_the_legacy_notebook_has_these_traits_and_defaults_and_sections() -> None:
    answers = subprocess.run(
        [built("notebook6") / "bin/python", "-c", LEGACY_ASK],
        input=json.dumps(list(LEGACY_EXPECTED)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answers.returncode == 0, answers.stderr
    installed = json.loads(answers.stdout)
    assert {name: default for name, (default, _) in installed.items()} == LEGACY_EXPECTED
    for name, (_default, bases) in installed.items():
        known = server_lineage(name.partition(":")[2].partition(".")[0], LEGACY)
        of_hub = [each for each in known if each.startswith("SingleUser")]
        assert [each for each in reversed(bases) if each in known] + of_hub == list(known)
