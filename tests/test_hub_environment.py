from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from machines import HUB, machine
from running import document, fingerprint, verb

from jhwizard.arguments import parser
from jhwizard.detect import Options, detect
from jhwizard.errors import UsageError
from jhwizard.facts import Facts, Found
from jhwizard.host import Host
from jhwizard.hub_environment import from_file, from_process, variables_of
from jhwizard.understand import understand
from jhwizard.variables import Variables

READS = 'import os\nc.Spawner.default_url = os.environ.get("PAGE", "/lab")\n'
SECRET = "hunter2-in-the-environment"  # noqa: S105 - of nothing


def read(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "hub.env"
    path.write_bytes(text.encode())
    return from_file(path)


def test_a_file_as_systemd_reads_it(tmp_path: Path) -> None:
    text = r"""# the hub's own
; and more
IDLE=1200
NAME="a b" 
export TOKEN='x=y'
EMPTY=
LONG=one \
two
 SPACES =  a b  # no comment  	
QUOTES="say \"hi\" \n for $2 \`x\` \\"
SINGLE='a\n"b"'
LINES="one
two"
INSIDE=a"b"'c'
BARE=a\b\ \\c\ 
JOINED="a"'b'
LAST=x"""  # noqa: W291
    assert read(tmp_path, text) == {
        "IDLE": "1200",
        "NAME": "a b",
        "TOKEN": "x=y",
        "EMPTY": "",
        "LONG": "one two",
        "SPACES": "a b  # no comment",
        "QUOTES": 'say "hi" \\n for $2 `x` \\',
        "SINGLE": 'a\\n"b"',
        "LINES": "one\ntwo",
        "INSIDE": "a\"b\"'c'",
        "BARE": "ab \\c ",
        "JOINED": "ab",
        "LAST": "x",
    }


def test_line_ends_of_windows_and_a_byte_order_mark_are_no_part_of_a_value(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffA=1\r\n\r\nB='2'\r\n") == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A=1\nwhat is this\n", 2),
        ("A=1\n=2\n", 2),
        ("A='one\ntwo'\nB\n", 3),
        ('A=1\n\nB="never closed\n', 3),
        ("A='x' y\n", 1),
        ("A=\0\n", 1),
    ],
)
def test_a_line_that_sets_nothing_certain_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)
    assert refused.value.where == f"{tmp_path}/hub.env:{line}"


@pytest.mark.parametrize("content", [None, b"\xff\xfe=", b"A=1\n" * (1 << 19)])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "hub.env"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"hub\.env cannot be read"):
        from_file(path)


def test_the_variables_of_a_running_process() -> None:
    code = "import sys; print(flush=True); sys.stdin.read()"
    given = {**os.environ, "IDLE": "20 minutes"}
    with subprocess.Popen(
        [sys.executable, "-c", code], env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert from_process(process.pid)["IDLE"] == "20 minutes"
        process.communicate(b"")


def test_a_process_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no process"):
        from_process(2**22 + 1)


def test_a_process_of_somebody_else_is_not_permitted() -> None:
    code = (
        "import os; os.setuid(65534)\n"
        "from jhwizard.hub_environment import from_process\n"
        "from jhwizard.errors import NotPermittedError\n"
        f"try: from_process({os.getpid()})\n"
        "except NotPermittedError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"


def test_a_later_file_beats_an_earlier_one_and_both_beat_the_process(tmp_path: Path) -> None:
    first, second = tmp_path / "first.env", tmp_path / "second.env"
    first.write_text("HOME=/first\nA=1\n")
    second.write_text("A=2\n")
    variables = variables_of([first, second], os.getpid())
    assert (variables["HOME"], variables["A"]) == ("/first", "2")
    assert variables["PATH"] == from_process(os.getpid())["PATH"]


def test_files_may_be_named_before_and_after_the_verb() -> None:
    words = ["--env-file", "a", "show", "--env-file", "b", "--env-file", "c"]
    assert parser().parse_args(words).env_file == [Path("a"), Path("b"), Path("c")]


# What the hub's file says with them


def read_with(path: PurePosixPath, text: str, variables: Variables) -> Facts:
    return understand(replace(machine({path: text}), variables=variables))


def page(text: str, variables: Variables = Variables()) -> Found:  # noqa: B008 - frozen
    return read_with(HUB, text, variables).found["interface.default_url"]


def test_a_variable_that_a_file_names_is_exact_and_others_stay_unknown() -> None:
    part = Variables((("PAGE", "/tree"),))
    assert page(READS, part).value == "/tree"
    unknown = page(READS, Variables((("OTHER", "/tree"),)))
    assert (unknown.kind, unknown.reason) == ("env", "/lab or $PAGE")
    asks = 'import os\nc.Spawner.default_url = "/a" if "PAGE" in os.environ else "/b"\n'
    assert page(asks, part).value == "/a"
    assert page(asks, Variables((("OTHER", ""),))).kind != "exact"


@pytest.mark.parametrize(
    "line",
    [
        'os.environ.setdefault("PAGE", "/tree")',
        'dict(os.environ).get("PAGE", "/tree")',
        'os.environ.copy().pop("PAGE", "/tree")',
        '"/tree" if os.getenv("PAGE") is None else "/"',
    ],
)
def test_a_part_never_says_that_a_variable_is_not_set(line: str) -> None:
    text = f"import os\nc.Spawner.default_url = {line}\n"
    assert page(text, Variables((("OTHER", "x"),))).kind != "exact"
    assert page(text, Variables((("OTHER", "x"),), whole=True)).value == "/tree"


def test_what_a_process_does_not_have_is_not_set() -> None:
    assert page(READS, Variables((("OTHER", "x"),), whole=True)).value == "/lab"


def test_peoples_servers_are_not_read_with_the_hubs_environment() -> None:
    path = HUB.parents[1] / "jupyter/jupyter_server_config.py"
    text = 'import os\nc.MappingKernelManager.cull_idle_timeout = int(os.environ["IDLE"])\n'
    facts = read_with(path, text, Variables((("IDLE", "60"),), whole=True))
    assert facts.found["culling.kernel_idle"].kind == "env"


def root(tmp_path: Path, text: str) -> Path:
    hub = tmp_path / "root/etc/jupyterhub/jupyterhub_config.py"
    hub.parent.mkdir(parents=True)
    hub.write_text(text)
    return tmp_path / "root"


def test_one_remark_names_the_variables_that_values_depend_on(tmp_path: Path) -> None:
    text = (
        "import os\n"
        'c.JupyterHub.db_url = os.environ["DB"]\n'  # no setting of ours
        'c.Spawner.default_url = os.environ["PAGE"]\n'
        'c.JupyterHub.active_server_limit = int(os.environ.get("MOST", 0))\n'
    )
    host = Host(root(tmp_path, text))
    expected = (
        "/etc/jupyterhub/jupyterhub_config.py reads $MOST, $PAGE: "
        "--env-from PID or --env-file FILE tells what that is"
    )
    assert expected in detect(host, Options()).remarks
    some = Options(variables=Variables((("PAGE", "/lab"), ("MOST", "3"))))
    assert not any("--env-from" in remark for remark in detect(host, some).remarks)


def test_the_verbs_take_files_and_never_tell_what_is_in_them(tmp_path: Path) -> None:
    machine_root = root(tmp_path, READS)
    env = tmp_path / "hub.env"
    env.write_text(f"PAGE=/tree\nTOKEN={SECRET}\n")
    state, plan = tmp_path / "state", tmp_path / "plan.json"
    common = ("--root", machine_root, "--state", state, "--env-file", env)
    shown = verb("show", "--json", *common)
    settings = document(shown)["settings"]
    assert isinstance(settings, dict)
    assert settings["interface.default_url"]["value"] == "/tree"
    assert verb("explain", "interface.default_url", *common).stdout.count("/tree") == 1
    answers = verb("answers", *common).stdout
    assert verb("plan", "-", *common, given=answers).stdout == ""
    same = '[interface]\ndefault_url = "/tree"\n'
    assert verb("plan", "-", *common, given=same).returncode == 0
    other = '[interface]\ndefault_url = "/lab"\n'
    assert verb("plan", "-", "-o", plan, *common, given=other).returncode == 4
    done = verb("apply", "-", "--yes", *common, given=other)
    assert done.returncode == 0, done.stderr
    hub = (machine_root / "etc/jupyterhub/jupyterhub_config.py").read_text()
    assert hub.startswith(READS)
    assert 'c.Spawner.default_url = "/lab"' in hub
    kept = "".join(p.read_text(errors="replace") for p in state.rglob("*") if p.is_file())
    assert fingerprint(state)
    assert SECRET not in shown.stdout + shown.stderr + done.stderr + kept + plan.read_text()


def test_an_environment_is_in_no_repr() -> None:
    variables = Variables((("TOKEN", SECRET),))
    facts = replace(machine({}), variables=variables)
    assert SECRET not in repr(variables) + repr(facts) + repr(Options(variables=variables))


def test_the_verbs_take_a_process(tmp_path: Path) -> None:
    where = root(tmp_path, READS)
    code = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={"PAGE": "/tree"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        done = verb("show", "--json", "--root", where, "--env-from", str(process.pid))
        process.communicate(b"")
    found = json.loads(done.stdout)["settings"]["interface.default_url"]
    assert (found["value"], found["kind"]) == ("/tree", "exact")


@pytest.mark.parametrize("word", ["hub", "-1", "1.5"])
def test_what_is_no_process_is_a_wrong_word(word: str) -> None:
    done = verb("show", f"--env-from={word}")
    assert done.returncode == 2
    assert "write the number of a process" in done.stderr
