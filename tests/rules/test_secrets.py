"""What people may read or write and should not, by real modes on small machines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from machines import HUB, machine
from trees import ALICE, PASSWD, needs_root, tree

from jhwizard.check import check
from jhwizard.facts import Facts
from jhwizard.rules.secrets import RULES

pytestmark = needs_root

NAMES = {rule.name for rule in RULES}
FILE = str(HUB)[1:]
SERVER = "etc/jupyter/jupyter_server_config.py"
SECRETS = """
c.JupyterHub.cookie_secret = bytes.fromhex("00")
c.ConfigurableHTTPProxy.auth_token = "0123456789"
c.JupyterHub.services = [{"name": "x", "api_token": "abcdef"}]
c.JupyterHub.db_url = "postgresql://hub:hunter2@db/hub"
c.Spawner.environment = {"DB_PASSWORD": "hunter2"}
"""
HARMLESS = """
import os
c.ConfigurableHTTPProxy.auth_token = os.environ["TOKEN"]
c.JupyterHub.cookie_secret_file = "/srv/cookie_secret"
c.GenericOAuthenticator.token_url = "https://login.example/token"
c.GenericOAuthenticator.client_secret = "<your client secret>"
c.JupyterHub.db_url = "sqlite:///jupyterhub.sqlite"
c.KubeSpawner.image_pull_secrets = ["registry"]
c.Spawner.env_keep = ["API_TOKEN"]
"""


def found(facts: Facts) -> list[str]:
    return [
        f"{f.rule} {f.where}: {f.text} -> {f.fix.words if f.fix else ''}"
        for f in check(facts)
        if f.rule in NAMES
    ]


def hub(text: str) -> Facts:
    return machine({HUB: text})


def test_secrets_in_a_file_that_everybody_reads_are_named_with_the_chmod() -> None:
    with tree() as made:
        made.write(FILE, SECRETS)
        (text,) = found(made.facts(hub(SECRETS)))
        assert text == (
            f"readable-secret {HUB}:3: everybody on this machine may read this file (0644), and "
            "c.ConfigurableHTTPProxy.auth_token, c.JupyterHub.services, c.JupyterHub.db_url and 1 "
            f"more in it -> `chmod o-r {HUB}`; root and the group root may read it still"
        )
        assert "hunter2" not in text


def test_a_file_that_nobody_else_reaches_keeps_its_secrets() -> None:
    with tree() as made:
        made.write(FILE, SECRETS, mode=0o640)
        assert found(made.facts(hub(SECRETS))) == []
        made.chmod(FILE, 0o644)
        made.chmod("etc/jupyterhub", 0o750)
        assert found(made.facts(hub(SECRETS))) == []


def test_what_only_speaks_of_secrets_holds_none() -> None:
    with tree() as made:
        made.write(FILE, HARMLESS)
        assert found(made.facts(hub(HARMLESS))) == []


def test_a_group_counts_if_it_is_certainly_of_ordinary_users() -> None:
    with tree() as made:
        made.write(FILE, SECRETS)
        made.chmod(FILE, 0o640, 0, 20020)
        assert found(made.facts(hub(SECRETS))) == []
        made.chmod(FILE, 0o640, 0, 100)
        (text,) = found(made.facts(hub(SECRETS)))
        assert "everybody in the group users may read this file (0640)" in text
        assert text.endswith(f"-> `chmod g-r {HUB}`")


def test_config_that_everybody_may_change_is_as_good_as_theirs() -> None:
    with tree() as made:
        made.write(FILE, "", mode=0o666)
        made.write(SERVER, "", mode=0o646)
        assert found(made.facts(hub(""))) == [
            (
                f"writable-config {HUB}: everybody on this machine may change this file "
                f"(0666), and so whatever JupyterHub does -> `chmod o-w {HUB}`"
            ),
            (
                f"writable-config /{SERVER}: everybody on this machine may change this file "
                f"(0646), which everybody's servers run -> `chmod o-w /{SERVER}`"
            ),
        ]
        made.chmod(FILE, 0o664)
        made.chmod(SERVER, 0o644)
        assert found(made.facts(hub(""))) == []


def test_a_directory_that_is_open_to_all_may_hold_another_config_tomorrow() -> None:
    with tree() as made:
        made.write(FILE, "")
        made.chmod("etc/jupyterhub", 0o777)
        (text,) = found(made.facts(hub("")))
        assert text.startswith("writable-config-directory /etc/jupyterhub: everybody on")
        assert text.endswith("-> `chmod o-w /etc/jupyterhub`")
        made.chmod("etc/jupyterhub", 0o1777)
        (text,) = found(made.facts(hub("")))
        assert "move the config files" in text


def test_an_environment_that_everybody_may_change_is_named() -> None:
    place = PurePosixPath("/opt/jupyterhub/lib/python3.11/site-packages")
    facts = machine({})
    assert facts.user
    environment = replace(facts.user, writable=place)
    facts = replace(facts, user=environment, hub=replace(environment, writable=None))
    with tree() as made:
        made.chmod(str(place)[1:], 0o777)
        assert found(made.facts(facts)) == [
            (
                f"writable-environment {place}: everybody on this machine may change the "
                f"environment of everybody's servers (0777) -> `chmod -R o-w {place}`"
            )
        ]
        # An admin's own account may own it.
        made.chmod(str(place)[1:], 0o755, ALICE, ALICE)
        assert found(made.facts(facts)) == []


def test_jupyterhub_refuses_a_cookie_secret_that_others_read() -> None:
    text = "c.JupyterHub.cookie_secret_file = '/srv/secret'\n"
    with tree() as made:
        made.write(FILE, text)
        made.write("srv/secret", "00", mode=0o644)
        assert found(made.facts(hub(text))) == [
            (
                "open-cookie-secret /srv/secret: JupyterHub does not start with a cookie "
                "secret that is open to all (0644) -> `chmod o= /srv/secret`"
            )
        ]
        made.chmod("srv/secret", 0o640)
        assert found(made.facts(hub(text))) == []
        # It is not looked at where the secret is said.
        made.chmod("srv/secret", 0o644)
        text += "c.JupyterHub.cookie_secret = secret()\n"
        made.write(FILE, text)
        assert found(made.facts(hub(text))) == []


def test_a_database_that_people_may_write_to_is_named_and_one_they_read_is_not() -> None:
    facts = replace(hub(""), hub_directory=PurePosixPath("/srv"))
    with tree() as made:
        made.write(FILE, "")
        made.write("srv/jupyterhub.sqlite", "", mode=0o666)
        (text,) = found(made.facts(facts))
        assert text.startswith("writable-database /srv/jupyterhub.sqlite: everybody on this")
        made.chmod("srv/jupyterhub.sqlite", 0o644)
        assert found(made.facts(facts)) == []


def test_where_nobody_has_an_account_and_servers_are_images_nobody_reads() -> None:
    text = SECRETS + "c.JupyterHub.spawner_class = 'dockerspawner.DockerSpawner'\n"
    with tree() as made:
        made.write(FILE, text)
        assert found(made.facts(hub(text))) != []
        made.write("etc/passwd", PASSWD.splitlines()[0] + "\n")
        assert found(made.facts(hub(text))) == []
