"""What jhwizard writes for a spawner is what the installed spawner names containers by."""

import json
from pathlib import PurePosixPath

import pytest

from real.hub import ADMIN_FILE
from real.machine import Machine
from real.test_written import write

pytestmark = pytest.mark.real

ANSWERS = '[named_servers]\nallow = true\nname_template = "{template}"\n'
NAMES = """
import json, sys
from dockerspawner import DockerSpawner
from jupyterhub import orm
from jupyterhub.app import JupyterHub
from types import SimpleNamespace
hub = JupyterHub()
hub.load_config_file(sys.argv[1])
assert hub.spawner_class is DockerSpawner
al = SimpleNamespace(name="al", id=1)
names = []
for server in ("", "x"):
    made = DockerSpawner(config=hub.config, user=al, orm_spawner=orm.Spawner(name=server))
    names.append(made.object_name)
print(json.dumps(names))
"""


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("lab-{username}--{servername}", ["lab-al--", "lab-al--x"]),
        ("{prefix}-{username}--{servername}", ["jupyter-al", "jupyter-al--x"]),
    ],
)
def test_containers_are_named_by_the_template(
    machine: Machine, hub6: PurePosixPath, template: str, names: list[str]
) -> None:
    machine.write(ADMIN_FILE, 'c.JupyterHub.spawner_class = "docker"\n')
    write(machine, hub6, ANSWERS.format(template=template))
    asked = machine.run([hub6 / "bin/python", "-c", NAMES, ADMIN_FILE], cwd=machine.tmp)
    assert json.loads(asked.stdout) == names
