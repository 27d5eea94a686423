from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import NOBODY, document, environment, fingerprint, verb

from jhwizard.errors import Status

ANSWERS = """
[culling]
kernel_idle = "20m"

[named_servers]
allow = true
limit = 3
"""
HUB = "etc/jupyterhub/jupyterhub_config.py"


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.toml"
    path.write_text(ANSWERS)
    return path


@pytest.fixture
def applied(demo: Path, answers: Path) -> Path:
    done = verb("apply", answers, "--root", demo, "--yes")
    assert done.returncode == Status.DONE, done.stderr
    return demo


def test_show_is_a_table_on_stdout(demo: Path) -> None:
    done = verb("show", "--root", demo)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].split() == ["interface.app", "lab", f"/{HUB}:10"]


def test_show_json_has_exactly_the_keys_that_are_promised(demo: Path) -> None:
    found = document(verb("show", "--root", demo, "--json"))
    assert set(found) == {"version", "deployment", "settings"}
    deployment, settings = found["deployment"], found["settings"]
    assert isinstance(deployment, dict)
    assert {"target", "root", "hub_config", "hub", "user_env", "spawner"} <= set(deployment)
    assert deployment["hub"]["jupyterhub"] == "6.1.1"
    assert isinstance(settings, dict)
    keys = {"value", "kind", "origin", "trait", "ours", "evaluated", "shadows", "problem"}
    assert {frozenset(setting) for setting in settings.values()} == {frozenset(keys)}
    assert settings["interface.app"]["origin"] == {"file": f"/{HUB}", "line": 10}
    assert settings["named_servers.limit"]["value"] == 0


def test_show_of_some_keys(demo: Path) -> None:
    done = verb("show", "culling.kernel_idle", "--root", demo, "--json")
    assert list(document(done)["settings"]) == ["culling.kernel_idle"]  # type: ignore[call-overload]


def test_options_stand_before_or_after_the_verb(demo: Path) -> None:
    before = verb("--root", demo, "--json", "show")
    assert before.stdout == verb("show", "--root", demo, "--json").stdout
    assert before.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("show", "culling.kernel_idel"),
        ("show", "--env-file", "x"),
        ("show", "--evaluate"),
        ("show", "--roo", "/"),
        ("rehearse", "--within", "3"),
        ("try", "x"),
        ("status", "--keep"),
        ("status", "--keep", "culling.kernel_idle", "--adopt", "culling.kernel_idle"),
        ("status", "/dev/null", "--restore", "culling.kernel_idle"),
        ("frob",),
        ("setup", "--plain"),
        ("setup", "--json-loop"),
        ("setup", "--step", "nothing"),
        ("setup",),
        ("demo",),
        (),
        ("plan",),
        ("plan", "/no/such/file"),
        ("plan", "/etc"),
        ("apply", "/dev/zero", "--yes"),
        ("show", "--root", "/no/such/root"),
        ("show", "--root", "/etc/passwd"),
        ("show", "--target", "helm"),
        ("show", "--target", "nonsense"),
        ("show", "--hub-config", "relative.py"),
        ("show", "--hub-python", "/no/python"),
        ("undo", "7777", "--state", "/no/state"),
    ],
)
def test_wrong_words_are_2_with_a_sentence_and_no_data(words: tuple[str, ...]) -> None:
    done = verb(*words)
    assert (done.returncode, done.stdout) == (Status.USAGE, ""), done.stderr
    assert "jhwizard: " in done.stderr
    assert "Traceback" not in done.stderr
    told = verb(*words, "--json")
    assert told.returncode == Status.USAGE
    assert told.stderr == ""
    error = document(told)["error"]
    assert isinstance(error, dict)
    assert set(error) == {"code", "text", "file", "line", "fix"}
    assert error["code"] == "usage"


def test_help_and_version_are_0() -> None:
    assert verb("--version").stdout == "jhwizard 0.1.0\n"
    assert "Exit status" in verb("--help").stdout
    assert verb("apply", "--help").returncode == 0


def test_what_is_in_force_as_answers_changes_nothing(demo: Path) -> None:
    done = verb("answers", "--root", demo)
    assert (done.returncode, done.stderr) == (0, "")
    plan = verb("plan", "-", "--root", demo, given=done.stdout)
    assert (plan.returncode, plan.stdout) == (0, ""), plan.stderr
    assert plan.stderr == "Nothing to change.\n"


def test_plan_shows_a_diff_and_is_4(demo: Path, answers: Path) -> None:
    before = fingerprint(demo)
    done = verb("plan", answers, "--root", demo)
    assert done.returncode == Status.PENDING
    assert "+c.MappingKernelManager.cull_idle_timeout = 1200\n" in done.stdout
    assert "\x1b" not in done.stdout
    found = document(verb("plan", answers, "--root", demo, "--json"))
    assert set(found) == {"version", "changes", "commands", "warnings", "snippet"}
    changes = found["changes"]
    assert isinstance(changes, list)
    assert {frozenset(c) for c in changes} == {
        frozenset({"path", "action", "diff", "mode", "owner", "effect"})
    }
    assert {(c["action"], c["effect"]) for c in changes} == {
        ("create", "next server start"),
        ("edit", "hub restart"),
    }
    assert fingerprint(demo) == before


def test_apply_check_only_looks(demo: Path, answers: Path) -> None:
    before = fingerprint(demo)
    done = verb("apply", answers, "--check", "--yes", "--root", demo, "--json")
    assert done.returncode == Status.PENDING
    assert document(done)["done"] is False
    assert fingerprint(demo) == before


def test_apply_without_a_terminal_needs_yes(demo: Path, answers: Path) -> None:
    before = fingerprint(demo)
    done = verb("apply", answers, "--root", demo)
    assert (done.returncode, done.stdout) == (Status.USAGE, "")
    assert "--yes" in done.stderr
    assert fingerprint(demo) == before


def test_apply_history_undo(demo: Path, answers: Path) -> None:
    before = fingerprint(demo)
    done = document(verb("apply", answers, "--root", demo, "--yes", "--json"))
    assert (done["done"], done["receipt"]) == (True, "0001")
    again = verb("apply", answers, "--root", demo, "--yes", "--json")
    assert (again.returncode, document(again)["changes"]) == (0, [])
    history = document(verb("history", "--root", demo, "--json"))
    assert set(history) == {"version", "receipts"}
    assert [set(r) for r in history["receipts"]] == [  # type: ignore[attr-defined]
        {"id", "when", "title", "paths", "undone"}
    ]
    undone = document(verb("undo", "0001", "--root", demo, "--json"))
    assert undone["done"] is True
    after = fingerprint(demo, without=demo / "var")
    assert after == before
    twice = verb("undo", "--root", demo)
    assert (twice.returncode, twice.stdout) == (Status.ERROR, "")
    assert "undo of 0001" in verb("history", "--root", demo).stdout


def test_undo_after_an_edit_is_5_with_the_diff(applied: Path) -> None:
    with (applied / HUB).open("a") as stream:
        stream.write("c.JupyterHub.port = 1\n")
    done = verb("undo", "--root", applied)
    assert (done.returncode, done.stdout) == (Status.CONFLICT, "")
    assert "-c.JupyterHub.port = 1" in done.stderr


def test_a_saved_plan_is_private_and_written_as_it_was(
    demo: Path, answers: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "PLAN"
    done = verb("plan", answers, "-o", saved, "--root", demo)
    assert done.returncode == Status.PENDING
    assert saved.stat().st_mode & 0o7777 == 0o600
    assert next(iter(json.loads(saved.read_text()))) == "jhwizard_plan"
    applied = verb("apply", saved, "--yes", "--root", demo)
    assert applied.returncode == 0
    assert "cull_idle_timeout" in (demo / "etc/jupyter/jupyter_server_config.py").read_text()


def test_a_saved_plan_of_files_that_changed_is_5(demo: Path, answers: Path, tmp_path: Path) -> None:
    saved = tmp_path / "PLAN"
    verb("plan", answers, "-o", saved, "--root", demo)
    with (demo / HUB).open("a") as stream:
        stream.write("# mine\n")
    before = fingerprint(demo)
    for words in (("apply", "--yes"), ("apply", "--check"), ("plan",)):
        assert verb(words[0], saved, *words[1:], "--root", demo).returncode == Status.CONFLICT
    assert fingerprint(demo) == before


def test_whoever_may_not_write_is_told_what_to_do(
    demo: Path, answers: Path, tmp_path: Path
) -> None:
    for path in [tmp_path, *tmp_path.parents][:4]:
        path.chmod(path.stat().st_mode | 0o755)
    as_nobody = ("setpriv", f"--reuid={NOBODY}", "--clear-groups")
    by_hand = [*as_nobody, "sh", "-c", f"echo >> {demo}/{HUB}"]
    assert subprocess.run(by_hand, capture_output=True, check=False).returncode
    before = fingerprint(demo)
    state = {"XDG_STATE_HOME": "/tmp/jhwizard-test-of-nobody"}  # noqa: S108 - never made
    python = subprocess.run(
        [*as_nobody, sys.executable, "-c", ""], capture_output=True, check=False
    )
    if python.returncode:
        pytest.skip("the interpreter of the tests is out of reach for other users")
    done = verb("apply", answers, "--yes", "--root", demo, prefix=as_nobody, **state)
    assert (done.returncode, done.stdout) == (Status.NOT_PERMITTED, ""), done.stderr
    assert "sudo jhwizard apply PLAN" in done.stderr
    assert fingerprint(demo) == before
    shown = verb("show", "--root", demo, prefix=as_nobody, **state)
    assert shown.returncode == 0


def terminal(*words: str | Path, send: bytes = b"") -> tuple[int, str]:
    """Run a verb on a terminal of its own; send keys once it asks."""
    pid, handle = pty.fork()
    if pid == 0:
        argv = [sys.executable, "-m", "jhwizard", *map(str, words)]
        os.execve(sys.executable, argv, environment(TERM="xterm"))  # noqa: S606
    output = b""
    sent = False
    while True:
        try:
            chunk = os.read(handle, 65536)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
        if not sent and b"[y/N]" in output:
            sent = True
            time.sleep(0.1)
            os.write(handle, send)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(handle)
    return status, output.decode()


@pytest.mark.parametrize("keys", [b"\x03", b"\n", b"n\n", b"\x04"])
def test_no_at_the_question_writes_nothing(demo: Path, answers: Path, keys: bytes) -> None:
    before = fingerprint(demo)
    status, output = terminal("apply", answers, "--root", demo, send=keys)
    assert status == Status.INTERRUPTED
    assert "Write 2 files?" in output
    assert "Traceback" not in output
    assert fingerprint(demo) == before


def test_yes_at_the_question_writes_and_the_diff_has_colours(demo: Path, answers: Path) -> None:
    status, output = terminal("apply", answers, "--root", demo, send=b"y\n")
    assert status == Status.DONE
    assert "\x1b[32m+c.JupyterHub.allow_named_servers = True\x1b[0m" in output
    assert "jhwizard undo 0001" in output


def test_no_color_means_none(demo: Path, answers: Path) -> None:
    _status, output = terminal("plan", answers, "--root", demo, "--no-color")
    assert "\x1b[3" not in output


def test_a_reader_that_goes_away_is_no_news(demo: Path) -> None:
    command = f"{sys.executable} -m jhwizard show --json --root {demo} | true"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.stderr == ""
    full = f"{sys.executable} -m jhwizard show --root {demo} > /dev/full"
    done = subprocess.run(
        ["sh", "-c", full], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 1
    assert done.stderr == "jhwizard: standard output cannot be written: No space left on device\n"


def test_a_closed_or_ascii_output_ends_no_verb(demo: Path, answers: Path) -> None:
    command = f"{sys.executable} -m jhwizard show --root {demo} >&- 2>&- <&-"
    assert subprocess.run(["sh", "-c", command], env=environment(), check=False).returncode == 0
    with (demo / HUB).open("a") as stream:
        stream.write("# caf\u00e9 \U0001f600\n")
    done = verb("plan", answers, "--root", demo, PYTHONIOENCODING="ascii")
    assert done.returncode == Status.PENDING
    assert "\\xe9" in done.stdout


def test_secrets_and_escapes_stay_out_of_what_is_printed(demo: Path, answers: Path) -> None:
    secret = "hunter" + "2"
    with (demo / HUB).open("a") as stream:
        stream.write(f'c.ConfigurableHTTPProxy.auth_token = "{secret}"\n')
        stream.write(f"c.X.password = '{secret}'\n# \x1b]52;c;aGk=\x07 \u202e\x9b31m\n")
    spec = demo / "usr/local/share/jupyter/kernels/evil/kernel.json"
    spec.parent.mkdir()
    spec.write_text(json.dumps({"argv": ["/\x1b]0;x\x07"], "display_name": "\x1b[2J"}))
    switch = {"ServerApp": {"jpserver_extensions": {"\x1b[2Jevil\x9b": False}}}
    path = demo / "opt/jupyterhub/etc/jupyter/jupyter_server_config.d/evil.json"
    path.write_text(json.dumps(switch))
    for words in (("plan", answers), ("show",), ("answers",), ("apply", answers, "--yes")):
        for more in ((), ("--json",)):
            done = verb(*words, *more, "--root", demo)
            text = done.stdout + done.stderr
            assert not [c for c in text if not c.isprintable() and c != "\n"]
            assert secret not in text
            assert done.returncode in {0, 4}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[culling\n", "not TOML"),
        (b"\xff\xfe\x00", "not TOML"),
        (b"[culling]\nkernel_idel = 1\n", "culling.kernel_idle"),
        (b"[culling]\nkernel_idle = true\n", "culling.kernel_idle"),
        (b"[culling]\nkernel_idle = -5\n", "culling.kernel_idle"),
        (b"nonsense = 1\n", "nonsense"),
        (b"[culling]\nkernel_idle = [1]\n", "culling.kernel_idle"),
        (b"culling = 5\n", "culling"),
        (b'{"jhwizard_plan": 1}', "damaged"),
        (b'{"jhwizard_plan": 2, "changes": []}', "another version"),
    ],
)
def test_wrong_answers_are_3_with_a_sentence_and_nothing_written(
    demo: Path, tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "wrong"
    path.write_bytes(content)
    before = fingerprint(demo)
    done = verb("apply", path, "--yes", "--root", demo)
    assert (done.returncode, done.stdout) == (Status.REFUSED, ""), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert fingerprint(demo) == before


WRONG = """
colour = 3
[culling]
kernel_idle = "soon"
[named_servers]
limit = -1
[nonsense]
one = 1
two = 2
"""


def test_all_that_is_wrong_with_answers_is_told_at_once(demo: Path) -> None:
    done = verb("plan", "-", "--root", demo, given=WRONG)
    assert (done.returncode, done.stdout) == (Status.REFUSED, "")
    told = [line for line in done.stderr.splitlines() if line.startswith("jhwizard: ")]
    names = ("colour", "kernel_idle", "limit", "nonsense.one", "nonsense.two")
    assert all(name in line for name, line in zip(names, told, strict=True))
    found = document(verb("plan", "-", "--root", demo, "--json", given=WRONG))
    errors = found["errors"]
    assert isinstance(errors, list)
    assert (found["error"], len(errors)) == (errors[0], len(names))


def test_all_answers_without_a_place_are_told_at_once(demo: Path) -> None:
    (demo / "etc/jupyterhub/jupyterhub_config.json").write_text('{"JupyterHub": {"a": ')
    given = "[named_servers]\nallow = true\nactive_limit = 5\n"
    done = verb("plan", "-", "--root", demo, given=given)
    assert done.returncode == Status.REFUSED
    for key in ("named_servers.allow", "named_servers.active_limit"):
        assert f"{key}: this file may decide it" in done.stderr


@pytest.mark.parametrize("damage", ["syntax", "binary", "large", "pipe", "directory"])
def test_a_config_that_cannot_be_edited_is_3_with_its_name(
    demo: Path, answers: Path, damage: str
) -> None:
    path = demo / HUB
    path.unlink()
    if damage == "syntax":
        path.write_text("c.X.y = (\n")
    elif damage == "binary":
        path.write_bytes(bytes(range(256)))
    elif damage == "large":
        path.write_bytes(b"#" * (2 << 20))
    elif damage == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    before = fingerprint(demo)
    done = verb("apply", answers, "--yes", "--root", demo)
    assert (done.returncode, done.stdout) == (Status.REFUSED, ""), done.stderr
    assert f"/{HUB}" in done.stderr
    assert "Traceback" not in done.stderr
    assert fingerprint(demo) == before
    assert verb("show", "--root", demo).returncode == 0


def test_schema_is_json() -> None:
    done = verb("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["title"] == "jhwizard answers"


def test_a_run_that_was_cut_off_is_put_back_by_the_next_verb(applied: Path) -> None:
    receipt = applied / "var/lib/jhwizard/journal/0001/receipt.json"
    receipt.write_text(receipt.read_text().replace('"committed"', '"prepared"'))
    done = verb("show", "culling.kernel_idle", "--root", applied)
    assert "0001 was cut off" in done.stderr
    assert "never" in done.stdout


def test_ctrl_c_during_detection_is_130(tmp_path: Path) -> None:
    python = tmp_path / "bin/python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nsleep 60\n")
    python.chmod(0o755)
    command = [sys.executable, "-m", "jhwizard", "show", "--hub-python", str(python)]
    with subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        _output, errors = process.communicate()
    assert process.returncode == Status.INTERRUPTED
    assert b"Traceback" not in errors
    assert time.monotonic() - start < 2
