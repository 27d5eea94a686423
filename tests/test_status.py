"""`status`: what was written, what is there now, the default; and the three ways to settle it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import document, fingerprint, verb

from jhwizard.errors import Status

ANSWERS = '[culling]\nkernel_idle = "20m"\nkernel_interval = "1m"\n[named_servers]\nallow = true\n'
SERVER = "etc/jupyter/jupyter_server_config.py"
KEY = "culling.kernel_idle"


@pytest.fixture
def applied(demo: Path) -> Path:
    done = verb("apply", "-", "--root", demo, "--yes", given=ANSWERS)
    assert done.returncode == Status.DONE, done.stderr
    return demo


def edit(root: Path, before: str, after: str) -> None:
    path = root / SERVER
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def states(root: Path, *words: str | Path) -> tuple[int, dict[str, str]]:
    done = verb("status", *words, "--root", root, "--json")
    settings = document(done)["settings"]
    assert isinstance(settings, dict)
    return done.returncode, {key: found["state"] for key, found in settings.items()}


def test_what_is_as_it_was_written_is_the_same(applied: Path) -> None:
    status, found = states(applied)
    assert status == Status.DONE
    assert found == {
        "interface.app": "new",
        "interface.default_url": "new",
        KEY: "same",
        "culling.kernel_interval": "same",
        "named_servers.allow": "same",
    }


def test_an_edit_by_hand_is_drift_and_shows_all_three_values(applied: Path) -> None:
    edit(applied, "cull_idle_timeout = 1200", "cull_idle_timeout = 60")
    done = verb("status", "--root", applied, "--json")
    assert done.returncode == Status.PENDING
    assert json.loads(done.stdout)["settings"][KEY] == {
        "written": "20m",
        "now": "1m",
        "default": "never",
        "state": "edited",
    }
    table = verb("status", "--root", applied)
    row = next(line for line in table.stdout.splitlines() if line.startswith(KEY))
    assert row.split() == [KEY, "edited", "since", "20m", "1m", row.split()[-1]]
    assert row.split()[-1].startswith(f"/{SERVER}:")


def test_a_line_that_is_gone_is_removed(applied: Path) -> None:
    edit(applied, "c.MappingKernelManager.cull_idle_timeout = 1200\n", "")
    assert states(applied)[1][KEY] == "removed"


def test_what_was_taken_back_is_not_missed(applied: Path) -> None:
    assert verb("undo", "--root", applied).returncode == Status.DONE
    assert KEY not in states(applied)[1]


def test_what_was_answered_with_default_is_not_missed(applied: Path) -> None:
    verb("apply", "-", "--root", applied, "--yes", given='[culling]\nkernel_idle = "default"\n')
    assert KEY not in states(applied)[1]


def test_keep_leaves_the_file_and_speaks_no_more_of_it(applied: Path) -> None:
    edit(applied, "cull_idle_timeout = 1200", "cull_idle_timeout = 60")
    before = fingerprint(applied / "etc")
    status, found = states(applied, "--keep", KEY)
    assert (status, found[KEY]) == (Status.DONE, "new")
    assert states(applied) == (status, found)
    assert fingerprint(applied / "etc") == before


def test_adopt_counts_the_edit_as_written(applied: Path) -> None:
    edit(applied, "cull_idle_timeout = 1200", "cull_idle_timeout = 60")
    assert states(applied, "--adopt", KEY)[1][KEY] == "same"
    edit(applied, "cull_idle_timeout = 60", "cull_idle_timeout = 1200")
    assert states(applied)[1][KEY] == "edited"


def test_restore_writes_again_what_was_written_and_can_be_undone(applied: Path) -> None:
    written = fingerprint(applied / "etc")
    edit(applied, "cull_idle_timeout = 1200", "cull_idle_timeout = 60")
    edited = fingerprint(applied / "etc")
    done = verb("status", "--restore", KEY, "--root", applied, "--yes")
    assert done.returncode == Status.DONE, done.stderr
    assert fingerprint(applied / "etc") == written
    assert states(applied)[0] == Status.DONE
    assert verb("undo", "--root", applied).returncode == Status.DONE
    assert fingerprint(applied / "etc") == edited


def test_an_undone_keep_is_drift_again(applied: Path) -> None:
    edit(applied, "cull_idle_timeout = 1200", "cull_idle_timeout = 60")
    states(applied, "--keep", KEY)
    assert verb("undo", "--root", applied).returncode == Status.DONE
    assert states(applied)[1][KEY] == "edited"


def test_a_machine_is_compared_with_an_answers_file(demo: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('[interface]\napp = "default"\n[named_servers]\nallow = false\n')
    status, found = states(demo, answers)
    assert status == Status.PENDING
    assert found["interface.app"] == "edited"
    assert found["named_servers.allow"] == "same"


def test_what_several_writes_said_of_one_table_counts_together(applied: Path) -> None:
    for name in ("jupyter_resource_usage", "nbgitpuller"):
        switch = f"[extensions.server]\n{name} = false\n"
        assert verb("apply", "-", "--root", applied, "--yes", given=switch).returncode == 0
    path = applied / SERVER
    path.write_text(path.read_text().replace('"jupyter_resource_usage": False, ', ""))
    done = verb("status", "--root", applied, "--json")
    found = json.loads(done.stdout)["settings"]["extensions.server"]
    assert found["written"] == {"jupyter_resource_usage": False, "nbgitpuller": False}
    assert (done.returncode, found["state"]) == (Status.PENDING, "edited")


def test_one_switch_of_an_extension_is_compared_by_its_name(applied: Path) -> None:
    switch = "[extensions.server]\njupyter_resource_usage = false\n"
    verb("apply", "-", "--root", applied, "--yes", given=switch)
    done = verb("status", "--root", applied, "--json")
    found = json.loads(done.stdout)["settings"]["extensions.server"]
    assert found["written"] == {"jupyter_resource_usage": False}
    assert found["state"] == "same"


@pytest.mark.parametrize("way", ["--keep", "--adopt", "--restore"])
def test_what_jhwizard_never_wrote_cannot_be_settled(demo: Path, way: str) -> None:
    before = fingerprint(demo)
    done = verb("status", way, KEY, "--root", demo)
    assert (done.returncode, done.stdout) == (Status.USAGE, "")
    assert f"{KEY} was not written by jhwizard" in done.stderr
    assert fingerprint(demo) == before
