from __future__ import annotations

from dataclasses import replace

import pytest
from machines import ETC, HUB, machine

from jhwizard.facts import Facts
from jhwizard.output import explain_text, show_document, show_table
from jhwizard.settings import SETTINGS
from jhwizard.summary import oddities
from jhwizard.understand import understand

KEY = "culling.kernel_idle"
DOCKER = "c.JupyterHub.spawner_class = 'dockerspawner.DockerSpawner'\n"
CULL = "c.MappingKernelManager.cull_idle_timeout = 2400\n"


def docker(more: str = "", server: str = CULL) -> Facts:
    facts = machine({HUB: DOCKER + more, ETC: server})
    return understand(replace(facts, user=None))


def test_what_this_machines_files_say_is_not_in_force_for_servers_in_an_image() -> None:
    facts = docker()
    why = "not in the image that DockerSpawner starts servers from"
    (_head, first, second) = show_table(facts, [KEY]).splitlines()
    assert f"unknown: {why}" in first
    assert "perhaps: 40m" in second
    assert '"kind": "unknown"' in show_document(facts, [KEY])
    assert f"unknown: {why}" in explain_text(SETTINGS[KEY], facts)
    assert [o.file for o in oddities(facts) if why in o.text] == [ETC]


@pytest.mark.parametrize(
    "mount",
    [
        "c.DockerSpawner.volumes = {'/etc/jupyter': '/etc/jupyter'}\n",
        "c.DockerSpawner.read_only_volumes = somebodys()\n",
        f"c.DockerSpawner.volumes = {{'{ETC}': {{'bind': '{ETC}', 'mode': 'ro'}}}}\n",
    ],
)
def test_of_a_file_that_may_be_mounted_it_is_said_that_nobody_knows(mount: str) -> None:
    assert "perhaps not mounted in the image of DockerSpawner" in show_table(docker(mount), [KEY])


def test_what_the_hub_tells_servers_is_in_force_in_an_image_too() -> None:
    words = "c.Spawner.args = ['--MappingKernelManager.cull_idle_timeout=60']\n"
    assert "1m" in show_table(docker(words, ""), [KEY])
    assert "unknown" not in show_table(docker(words, ""), [KEY])


def test_a_file_in_force_on_this_machine_stays_so() -> None:
    facts = machine({HUB: "", ETC: CULL})
    assert "40m" in show_table(facts, [KEY]).splitlines()[1]
