from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from jhwizard.installed import Environment
from jhwizard.jupyter.spawner_names import NameTemplate, fields, name_template


def hub(**packages: str) -> Environment:
    known = {name.replace("_", "-"): version for name, version in packages.items()}
    return Environment(PurePosixPath("/opt/hub"), None, "3.11", known)


def known(spawner: str, **packages: str) -> NameTemplate:
    found = name_template(spawner, hub(**packages))
    assert found is not None
    return found


@pytest.mark.parametrize("version", ["12.0.0", "14.0.0"])
def test_the_own_template_of_a_recent_dockerspawner_keeps_servers_apart(version: str) -> None:
    docker = known("SwarmSpawner", dockerspawner=version)
    assert docker.names_server(docker.default)
    assert docker.keeps_apart(docker.default)
    assert not docker.keeps_apart("{prefix}-{username}-{servername}")
    assert not docker.keeps_apart("{username}{servername}")
    assert docker.keeps_apart("{servername}_{raw_username}")


def test_the_own_template_of_an_old_dockerspawner_does_not() -> None:
    docker = known("DockerSpawner", dockerspawner="0.11.1")
    assert not docker.names_server(docker.default)
    assert docker.keeps_apart(docker.safe)
    assert not docker.keeps_apart("{prefix}-{username}--{servername}")


@pytest.mark.parametrize("version", ["0.12.0", "6.2.0", "7.1.0"])
def test_pods_are_kept_apart_by_the_own_template_of_each_kubespawner(version: str) -> None:
    kube = known("KubeSpawner", jupyterhub_kubespawner=version)
    assert kube.names_server(kube.default)
    assert kube.keeps_apart(kube.default)
    assert ("user_server" in kube.known) == (version == "7.1.0")
    assert not kube.keeps_apart("jupyter-{username}-{servername}")


def test_no_template_of_systemdspawner_names_a_server_and_processes_have_none() -> None:
    assert not known("UserCreatingSpawner").names_server("jupyter-{USERNAME}-{servername}")
    assert name_template("LocalProcessSpawner", hub()) is None


@pytest.mark.parametrize("text", ["{", "{}", "{0}", "{a.b}", "{a!r}", "{a:3}", "a b", "a/b", "é"])
def test_what_no_name_can_be_made_of_is_no_template(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot stand|'[{}]'"):
        fields(text)
