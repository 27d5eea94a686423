from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from subprocess import CompletedProcess

import pexpect
import pytest
from running import document, environment, verb

from jhwizard.agree import agreed
from jhwizard.detect import Options
from jhwizard.errors import UsageError
from jhwizard.host import Host
from jhwizard.launch import Launch

TEXT = "import os\nexec(\"c.Spawner.default_url = '/la' + 'b'\")\nopen('/etc/hostname').read()\n"
KEY = "interface.default_url"


@pytest.fixture
def hub() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="jhwizard-agree-"))
    directory.chmod(0o755)
    (directory / "hub.py").write_text(TEXT)
    yield directory / "hub.py"
    shutil.rmtree(directory)


def words(hub: Path, *more: str) -> list[str]:
    named = ["--hub-config", str(hub), "--hub-python", sys.executable, "--evaluate"]
    return [*named, "--state", str(hub.parent / "state"), *more]


def run(hub: Path, *more: str, given: str | None = None) -> CompletedProcess[str]:
    return verb(*more, *words(hub), given=given)


def default_url(done: CompletedProcess[str]) -> object:
    settings = document(done)["settings"]
    assert isinstance(settings, dict)
    return settings[KEY]["value"], settings[KEY]["evaluated"]


def test_with_yes_it_is_run_after_it_was_said_what_it_does(hub: Path) -> None:
    done = run(hub, "show", "--json", "--yes", "--env-from", str(os.getpid()))
    assert default_url(done) == ("/lab", True)
    said = done.stderr.splitlines()
    assert f"  {hub}:2: runs other code: exec" in said
    assert f"  {hub}:3: reads files: open" in said
    assert any("can change no file, reach no network, and leave nothing" in line for line in said)


@pytest.mark.parametrize(
    "given",
    [["show"], ["explain", KEY], ["answers"], ["plan", "-"], ["apply", "-"], ["status"]],
)
def test_without_a_terminal_and_a_yes_nothing_is_run(hub: Path, given: list[str]) -> None:
    hub.write_text(f"{TEXT}import sys\nsys.exit('it was run')\n")
    done = run(hub, *given, given="[interface]\ndefault_url = '/tree'\n")
    assert done.returncode == 2
    assert "there is no terminal to ask at, and nothing was run" in done.stderr
    assert "add --yes" in done.stderr
    assert "it was run" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 130), ("", 130)])
def test_at_a_terminal_it_is_asked(hub: Path, answer: str, status: int) -> None:
    command = ["-m", "jhwizard", "show", KEY, *words(hub, "--no-color")]
    child = pexpect.spawn(
        sys.executable, command, env={**environment(), "TERM": "dumb"}, timeout=60, encoding="utf-8"
    )
    child.expect_exact("runs other code: exec")
    child.expect_exact("Run it? [y/N] ")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == status
    said = str(child.before)
    assert (", evaluated" in said) == (answer == "y")
    assert ("Nothing was run." in said) == (answer != "y")


def test_a_foreign_root_is_never_evaluated(demo: Path) -> None:
    done = verb("show", "--evaluate", "--yes", "--root", demo)
    assert done.returncode == 2
    assert "programs under another root are not started" in done.stderr


def test_a_python_that_somebody_else_may_exchange_is_not_started(hub: Path) -> None:
    directory = hub.parent / "open"
    directory.mkdir()
    directory.chmod(0o777)
    (directory / "python3").symlink_to(sys.executable)
    options = Options(PurePosixPath(hub))
    started = Launch(PurePosixPath(directory / "python3"), PurePosixPath(hub))
    with pytest.raises(UsageError, match="other people than root may exchange it"):
        agreed(Host(), options, started, yes=True)
    with pytest.raises(UsageError, match="is not known"):
        agreed(Host(), options, Launch(), yes=True)


def test_an_answers_file_cannot_ask_for_it(hub: Path) -> None:
    content = "evaluate = true\n[interface]\ndefault_url = '/tree'\n"
    named = ["--hub-config", str(hub), "--hub-python", sys.executable]
    done = verb("plan", "-", *named, given=content)
    assert done.returncode in {2, 3}
    assert "evaluate" in done.stderr


def test_a_file_that_cannot_be_run_is_read_and_that_is_said(hub: Path) -> None:
    hub.write_text("c.Spawner.default_url = '/lab'\nif:\n")
    done = run(hub, "show", "--json", "--yes")
    assert done.returncode == 0
    assert f"note: {hub}:2 could not be evaluated: Python cannot read the file" in done.stderr


def test_a_plan_on_what_was_evaluated_lands_in_the_block_and_is_then_empty(hub: Path) -> None:
    text = 'exec("c.JupyterHub.active_server_limit = 1 + 2")\n'
    hub.write_text(text)
    given = ("--yes", "--env-from", str(os.getpid()))
    same = "[named_servers]\nactive_limit = 3\n"
    assert run(hub, "plan", "-", *given, given=same).returncode == 0
    other = "[named_servers]\nactive_limit = 5\n"
    done = run(hub, "apply", "-", *given, given=other)
    assert done.returncode == 0, done.stderr
    assert hub.read_text().startswith(text)
    assert run(hub, "plan", "-", *given, given=other).returncode == 0
    shown = run(hub, "show", "named_servers.active_limit", *given).stdout
    assert [line.split()[-3:] for line in shown.splitlines()[1:]] == [
        ["named_servers.active_limit", "5", f"{hub}:8"],
        ["3", f"{hub}:1,", "evaluated"],
    ]
    # What stands below is the evaluation again, not a guess from the block.
    back = run(hub, "apply", "-", *given, given=same)
    assert back.returncode == 0, back.stderr
    assert run(hub, "plan", "-", *given, given=same).returncode == 0
