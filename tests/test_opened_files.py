"""Files that the hub's config opens: read with care, and said to be where a value comes from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from machines import HUB
from running import verb

from jhwizard.detect import detect
from jhwizard.facts import Problem
from jhwizard.host import Host
from jhwizard.opened_files import MOST_OPENED, read_opened
from jhwizard.options import Options

READS = "c = get_config()\nc.JupyterHub.named_server_limit_per_user = int(open({!r}).read())\n"


def machine_with(root: Path, config: str, files: dict[str, str]) -> Path:
    for name, text in {str(HUB): config, **files}.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def shown_by(root: Path, *argv: str) -> str:
    done = verb(*argv, "--root", str(root), "--hub-config", str(HUB))
    return done.stdout + done.stderr


def reason(root: Path, path: str = "/srv/limit") -> str:
    found = read_opened(Host(root), path)
    assert isinstance(found, Problem)
    return found.text


def test_a_value_that_is_read_from_a_file_is_known_and_says_so(tmp_path: Path) -> None:
    root = machine_with(tmp_path, READS.format("/srv/limit"), {"/srv/limit": "4\n"})
    (line,) = [x for x in shown_by(root, "show").splitlines() if "named_servers.limit" in x]
    assert line.split()[1] == "4"
    assert line.endswith(f"{HUB}:2, from /srv/limit")
    assert "from /srv/limit" in shown_by(root, "explain", "named_servers.limit")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    root = machine_with(tmp_path, READS.format("/srv/limit"), {})
    facts = detect(Host(root), Options(hub_config=HUB))
    (write,) = facts.sources[0].reading.writes
    assert write.kind == "computed"
    assert facts.opened == {"/srv/limit": Problem("it is not there")}


def test_what_is_opened_by_a_path_from_a_file_is_read_as_well(tmp_path: Path) -> None:
    files = {"/srv/where": "/srv/limit", "/srv/limit": "4"}
    text = READS.replace("open({!r})", "open(open('/srv/where').read())")
    facts = detect(Host(machine_with(tmp_path, text, files)), Options(hub_config=HUB))
    assert facts.found["named_servers.limit"].raw == 4


def test_only_so_many_files_are_read(tmp_path: Path) -> None:
    config = "".join(f"c.X.y{number} = open('/f{number}').read()\n" for number in range(50))
    facts = detect(Host(machine_with(tmp_path, config, {})), Options(hub_config=HUB))
    assert len(facts.opened) == MOST_OPENED


def test_a_link_is_followed_inside_the_root_and_never_out_of_it(tmp_path: Path) -> None:
    root = machine_with(tmp_path / "root", "", {"/srv/real": "inside"})
    (tmp_path / "outside").write_text("outside")
    (root / "srv/link").symlink_to("/srv/real")
    (root / "srv/out").symlink_to(tmp_path / "outside")
    (root / "srv/up").symlink_to("../../outside")
    assert read_opened(Host(root), "/srv/link") == b"inside"
    assert reason(root, "/srv/out") == reason(root, "/srv/up") == "it is not there"


def test_no_pipe_directory_or_large_file_is_read(tmp_path: Path) -> None:
    root = machine_with(
        tmp_path, "", {"/srv/large": "x" * (1 << 20), "/srv/fits": "x" * (64 << 10)}
    )
    os.mkfifo(root / "srv/limit")
    assert reason(root) == "it is not a regular file"
    assert reason(root, "/srv") == "it is not a regular file"
    assert "too large" in reason(root, "/srv/large")
    assert len(read_opened(Host(root), "/srv/fits")) == 64 << 10  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/proc/self/environ", "/sys/kernel/mm", "/dev/zero"])
def test_what_the_kernel_makes_up_is_not_read_even_by_a_link(path: str, tmp_path: Path) -> None:
    root = machine_with(tmp_path, "", {path: "secret"})
    (root / "srv").mkdir()
    (root / "srv/limit").symlink_to(path)
    assert reason(root, path) == reason(root) == "it is no file on a disk"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_not_known(tmp_path: Path) -> None:
    root = machine_with(tmp_path, "", {"/srv/limit": "4"})
    (root / "srv/limit").chmod(0)
    assert reason(root) == "it cannot be read by you"


def test_secrets_from_a_file_are_not_shown(tmp_path: Path) -> None:
    config = """\
token = open("/srv/token").read().strip()
c.ConfigurableHTTPProxy.auth_token = token
c.Spawner.environment = {"TOKEN": token}
c.Spawner.args = ["--ServerApp.token=" + token, "--IdentityProvider.token=" + token]
culler = ["python3", "-m", "jupyterhub_idle_culler", "--timeout=60", "--api-token=" + token]
c.JupyterHub.services = [{"name": "x", "api_token": token, "command": culler}]
"""
    root = machine_with(tmp_path, config, {"/srv/token": "hunter2"})
    keys = ("culling.hub_idle", "culling.server_idle", "interface.app")
    verbs = [["show"], ["status"], ["answers"], *(["explain", key] for key in keys)]
    said = [shown_by(root, *argv) for argv in verbs]
    said += [shown_by(root, *argv, "--json") for argv in verbs if argv != ["answers"]]
    assert not any("hunter2" in text for text in said)
