"""What a sample user's servers cannot reach, by real modes on small machines."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from machines import HUB, machine
from trees import ALICE, may_really, needs_root, tree

from jhwizard.check import check
from jhwizard.facts import Facts
from jhwizard.installed import Kernelspec
from jhwizard.rules.reach import RULES
from jhwizard.rules.rule import Finding

pytestmark = needs_root

NAMES = {rule.name for rule in RULES}
SERVER = "etc/jupyter/jupyter_server_config.py"
LINE = "c.ServerApp.shutdown_no_activity_timeout = 60\n"
SPECS = "usr/local/share/jupyter/kernels"


def found(facts: Facts) -> list[Finding]:
    return [f for f in check(facts) if f.rule in NAMES]


def said(facts: Facts) -> list[str]:
    return [
        f"{f.level} {f.where}: {f.text} -> {f.fix.words if f.fix else ''}" for f in found(facts)
    ]


def with_kernel(argv: tuple[str, ...]) -> Facts:
    spec = Kernelspec("r", PurePosixPath("/", SPECS, "r"), "R", "R", argv)
    return replace(machine({}), kernelspecs=(spec,))


def test_a_healthy_machine_keeps_nobody_from_anything() -> None:
    with tree() as made:
        made.write(SERVER, LINE)
        made.write(f"{SPECS}/r/kernel.json", "{}")
        made.write("opt/r/bin/r", "#!", mode=0o755)
        facts = made.facts(with_kernel(("/opt/r/bin/r",)))
        assert said(facts) == []
        assert facts.examined
        assert facts.examined.person
        assert facts.examined.person.name == "alice"


def test_a_python_below_roots_home_is_named_with_the_directory_and_the_one_chmod() -> None:
    with tree() as made:
        python = made.write("root/venv/bin/python3", "#!", mode=0o755)
        made.chmod("root", 0o700)
        (made.root / "opt/jupyterhub/bin/python3").unlink()
        (made.root / "opt/jupyterhub/bin/python3").symlink_to("/root/venv/bin/python3")
        facts = made.facts()
        assert said(facts) == [
            (
                "error /root: alice cannot start /opt/jupyterhub/bin/python3, and so no "
                "server starts: /root is 0700, and belongs to root -> `chmod o+x /root`"
            )
        ]
        assert not may_really(python, "x", ALICE, [ALICE])
        made.chmod("root", 0o701)
        assert may_really(python, "x", ALICE, [ALICE])
        assert said(made.facts()) == []


def test_config_that_nobody_else_reads_does_not_count_and_is_said_once_per_directory() -> None:
    with tree() as made:
        made.write(SERVER, LINE)
        made.write("etc/jupyter/jupyter_config.py", LINE)
        made.chmod("etc/jupyter", 0o750)
        assert said(made.facts()) == [
            (
                "error /etc/jupyter: alice cannot read /etc/jupyter/jupyter_config.py, and "
                "so nothing in it counts: /etc/jupyter is 0750, and belongs to root (and "
                "one more thing that they need) -> `chmod o+x /etc/jupyter`"
            )
        ]


def test_of_a_file_the_chmod_lets_people_read_it() -> None:
    with tree() as made:
        made.write(SERVER, LINE, mode=0o600)
        (finding,) = found(made.facts())
        assert finding.file == PurePosixPath("/", SERVER)
        assert finding.fix
        assert finding.fix.words == f"`chmod o+r /{SERVER}`"


def test_the_hubs_own_file_is_nothing_that_servers_need() -> None:
    with tree() as made:
        made.write("etc/jupyterhub/jupyterhub_config.py", "c.JupyterHub.port = 1\n", mode=0o600)
        assert said(made.facts()) == []


def test_a_group_that_somebody_is_in_lets_him_in_and_others_not() -> None:
    with tree() as made:
        made.write(SERVER, LINE)
        made.chmod(SERVER, 0o640, 0, 20010)
        assert said(made.facts(user="alice")) == []
        made.chmod(SERVER, 0o640, 0, 20020)
        assert [f.rule for f in found(made.facts(user="alice"))] == ["out-of-reach"]
        assert said(made.facts(user="bob")) == []


def test_a_directory_of_switches_has_to_be_listed() -> None:
    with tree() as made:
        switches = "opt/jupyterhub/etc/jupyter/jupyter_server_config.d"
        made.write(f"{switches}/x.json", '{"ServerApp": {"jpserver_extensions": {"x": true}}}')
        assert said(made.facts()) == []
        made.chmod(switches, 0o711)
        (finding,) = found(made.facts())
        assert finding.fix
        assert finding.fix.words == f"`chmod o+r /{switches}`"


def test_a_file_that_a_server_opens_itself_stops_it_and_one_of_its_pages_fails_them() -> None:
    with tree() as made:
        switches = "opt/jupyterhub/etc/jupyter/jupyter_server_config.d/x.json"
        page = "etc/jupyter/labconfig/page_config.json"
        made.write(switches, '{"ServerApp": {"jpserver_extensions": {"x": true}}}', mode=0o600)
        made.write(page, '{"disabledExtensions": {"x": true}}', mode=0o600)
        effects = {
            text.partition(" cannot read ")[2].partition(":")[0] for text in said(made.facts())
        }
        assert effects == {
            f"/{switches}, and so no server starts",
            f"/{page}, and so every page fails",
        }
        # Behind a closed directory they are not there at all.
        made.chmod("etc/jupyter/labconfig", 0o700)
        assert any("nothing in it counts" in text for text in said(made.facts()))


def test_one_directory_of_kernels_that_may_not_be_listed_hides_them_all() -> None:
    with tree() as made:
        made.directory(SPECS)
        made.chmod(SPECS, 0o711)
        assert said(made.facts()) == [
            (
                f"error /{SPECS}: alice cannot list /{SPECS}, and so no kernel at all is offered: "
                f"/{SPECS} is 0711, and belongs to root -> `chmod o+r /{SPECS}`"
            )
        ]
        assert [f.rule for f in found(made.facts())] == ["kernels-vanish"]


def test_a_directory_of_kernels_behind_a_closed_one_hides_only_its_own() -> None:
    with tree() as made:
        made.directory(SPECS)
        made.chmod("usr/local/share", 0o700)
        assert [(f.rule, str(f.file)) for f in found(made.facts())] == [
            ("out-of-reach", "/usr/local/share")
        ]


def test_a_kernels_program_that_may_not_be_started_is_a_warning() -> None:
    with tree() as made:
        made.write(f"{SPECS}/r/kernel.json", "{}")
        made.write("opt/r/bin/r", "#!", mode=0o700)
        assert said(made.facts(with_kernel(("/opt/r/bin/r",)))) == [
            (
                "warning /opt/r/bin/r: alice cannot start /opt/r/bin/r, and so its kernel fails: "
                "/opt/r/bin/r is 0700, and belongs to root -> `chmod o+x /opt/r/bin/r`"
            )
        ]


def test_where_nobody_has_an_account_people_are_spoken_of() -> None:
    with tree() as made:
        made.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        made.write(SERVER, LINE, mode=0o600)
        (finding,) = found(made.facts())
        assert finding.text.startswith("people cannot read")


def test_who_looks_after_the_environment_is_no_sample() -> None:
    with tree() as made:
        made.chmod("opt/jupyterhub", 0o755, ALICE, ALICE)
        examined = made.facts().examined
        assert examined
        assert examined.person
        assert examined.person.name == "bob"


@pytest.mark.parametrize("spawner", ["simple", "dockerspawner.DockerSpawner", "mine.Spawner"])
def test_servers_that_do_not_run_as_their_people_are_not_judged(spawner: str) -> None:
    text = f"c.JupyterHub.spawner_class = '{spawner}'\n"
    with tree() as made:
        made.write(str(HUB)[1:], text)
        made.write(SERVER, LINE, mode=0o600)
        assert said(made.facts(machine({HUB: text}))) == []
        examined = made.facts(machine({HUB: text}), user="alice").examined
        assert examined
        assert any("alice" in text for text in examined.unasked)


def test_a_name_that_nobody_has_is_said_and_nothing_is_judged() -> None:
    with tree() as made:
        made.write(SERVER, LINE, mode=0o600)
        facts = made.facts(user="carl")
        assert said(facts) == []
        assert facts.examined
        assert "There is no user carl on this machine" in facts.examined.unasked[-1]


def test_an_access_control_list_is_named_and_no_chmod() -> None:
    with tree() as made:
        file = made.write(SERVER, LINE)
        subprocess.run(["setfacl", "-m", f"u:{ALICE}:---", file], check=True)
        (finding,) = found(made.facts())
        assert finding.text.endswith(f"the access control list of /{SERVER} keeps alice out")
        assert finding.fix
        assert finding.fix.words == f"`getfacl /{SERVER}` shows the list"
