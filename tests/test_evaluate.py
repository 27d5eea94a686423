from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import pytest
from running import CHECKOUT, NOBODY

from jhwizard import confine, evaluate, load_hub_config, own_program
from jhwizard.detect import Options, detect
from jhwizard.errors import WizardError
from jhwizard.evaluate import Program, admins_part, fingerprint, lacks, load
from jhwizard.evaluated import Additions, Loaded
from jhwizard.facts import Facts, Missing
from jhwizard.host import Host
from jhwizard.variables import Variables

WHOLE = Variables((("PATH", "/usr/bin:/bin"), ("IDLE", "1200")), whole=True)
PYTHON = PurePosixPath(sys.executable)

ORDINARY = 1234
"""A user that nothing on this machine belongs to."""
Try = Callable[[str], Loaded]


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that everybody may enter, and write to."""
    directory = Path(tempfile.mkdtemp(prefix="jhwizard-evaluate-"))
    directory.chmod(0o777)
    yield directory
    shutil.rmtree(directory)


def loaded(text: str, place: Path, variables: Variables = WHOLE) -> Loaded:
    where = PurePosixPath(place)
    return load(Host(), Program(PYTHON, where), where / "hub.py", text.encode(), variables)


def value(text: str, place: Path) -> object:
    """Return what `c.X.y` is after `text`."""
    return loaded(text, place).values["X", "y"]


def as_user(user: int, text: str, place: Path) -> dict[str, object]:
    """Return the traits of class X, loaded by an ordinary user, or the `error`."""
    (place / "hub.py").write_text(text)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path, PurePosixPath as P\n"
        "from jhwizard.evaluate import Program, load\n"
        "from jhwizard.facts import Variables\n"
        "from jhwizard.host import Host\n"
        "from jhwizard.errors import WizardError\n"
        "import json\n"
        "where = P(sys.argv[2])\n"
        "content = Path(where / 'hub.py').read_bytes()\n"
        "program = Program(P(sys.executable), where)\n"
        "try: found = load(Host(), program, where / 'hub.py', content, Variables(whole=True))\n"
        "except WizardError as error: print(json.dumps({'error': error.text}))\n"
        "else: print(json.dumps({t: v for (_c, t), v in found.values.items()}))\n"
    )
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    command = [*become, sys.executable, "-I", "-c", code, str(CHECKOUT), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def alive(mark: str) -> bool:
    """Return whether a process with this word in its command line runs, some time later."""
    time.sleep(0.2)
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark in path.read_text(errors="replace"):
                return True
        except OSError:
            continue
    return False


# What it sets


def test_what_reading_cannot_follow_is_known(place: Path) -> None:
    (place / "limits.py").write_text("def most():\n    return 7\n")
    (place / "page.txt").write_text("/lab\n")
    text = (
        "import os, subprocess, sys\n"
        "sys.path.insert(0, os.path.dirname(__file__))\n"
        "import limits\n"
        "exec('c.A.executed = 1 + 1')\n"
        "c.A.read = open('page.txt').read().strip()\n"  # beside the file, as nothing else is known
        "c.A.imported = limits.most()\n"
        "c.A.variable = os.environ['IDLE']\n"
        "c.A.unset = os.environ.get('HOME', 'none')\n"
        "c.A.program = subprocess.check_output(['echo', 'hello'], text=True).strip()\n"
    )
    assert {trait: v for (_cls, trait), v in loaded(text, place).values.items()} == {
        "executed": 2,
        "read": "/lab",
        "imported": 7,
        "variable": "1200",
        "unset": "none",
        "program": "hello",
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1, (2.5, {3}), None]", [1, (2.5, {3}), None]),
        ("{'a': {1: b'\\xff\\x00'}, (1, 'b'): True}", {"a": {1: b"\xff\x00"}, (1, "b"): True}),
        ("float('-inf')", float("-inf")),
        ("'\\x1b[31m\\ud800'", "\x1b[31m\ud800"),
        ("__import__('collections').OrderedDict(a=1)", {"a": 1}),
        ("1 << 200", 1 << 200),
    ],
)
def test_every_plain_value_comes_back_as_it_is(
    place: Path, expression: str, expected: object
) -> None:
    found = value(f"c.X.y = {expression}\n", place)
    assert found == expected
    assert repr(found) == repr(expected)


def test_what_is_no_data_is_named(place: Path) -> None:
    text = (
        "import json, os.path, decimal\n"
        "def mine(handler): pass\n"
        "c.X.function, c.X.cls, c.X.object = mine, json.JSONDecoder, decimal.Decimal(1)\n"
        "c.X.inside = {'a': 1, 'b': os.path.join}\n"
        "c.X.large = 10 ** 5000\n"
    )
    found = loaded(text, place).values
    named = {
        trait: (part.kind, part.refers)
        for (_cls, trait), part in found.items()
        if isinstance(part, Missing)
    }
    assert named == {
        "function": ("function", "mine"),
        "cls": ("function", "json.decoder.JSONDecoder"),
        "object": ("computed", "decimal.Decimal"),
        "large": ("computed", "int"),
    }
    inside = found["X", "inside"]
    assert isinstance(inside, dict)
    assert inside["a"] == 1
    assert inside["b"].refers == "posixpath.join"


def test_what_is_only_added_to_or_asked_for_is_not_set(place: Path) -> None:
    text = "c.X.asked_for\nc.X.list.append(1)\nc.X.dict.update(a=1) if 0 else c.X.dict\n"
    assert loaded(text, place).values == {("X", "list"): Additions((("extend", [1]),))}


def test_variables_that_nobody_told_are_named(place: Path) -> None:
    (place / "mine.py").write_text("import os\nDEEP = os.environ.get('DEEP')\n")
    text = (
        "import os, sys, logging.config, asyncio\n"  # libraries ask for what they like
        "sys.path.insert(0, '.')\nimport mine\n"
        "c.X.a = os.getenv('PAGE', '/lab')\n"
        "c.X.b = 'MODE' in os.environ\n"
        "c.X.c = os.environ['IDLE']\n"
        "exec(\"c.X.d = os.environ.get('EXECUTED')\")\n"
    )
    some = loaded(text, place, Variables((("IDLE", "5"),)))
    assert some.values["X", "c"] == "5"
    assert some.asked == ("DEEP", "EXECUTED", "MODE", "PAGE")
    whole = loaded(text, place, Variables((("IDLE", "5"),), whole=True))
    assert whole.asked == ()
    for everything in ("dict(os.environ)", "os.system('true')", "os.popen('echo').read()"):
        text = f"import os\nc.X.d = {everything}\n"
        assert loaded(text, place, Variables()).asked == ("*",)
        assert loaded(text, place).asked == ()


def test_a_subconfig_is_loaded_along(place: Path) -> None:
    (place / "more.py").write_text("c.X.y = 5\n")
    assert value(f"load_subconfig({str(place / 'more.py')!r})\n", place) == 5


def test_modules_of_the_hubs_own_path_are_found(place: Path) -> None:
    (place / "lib").mkdir()
    (place / "lib/mine.py").write_text("y = 3\n")
    variables = Variables((("PYTHONPATH", str(place / "lib")),), whole=True)
    text = "import mine\nc.X.y = mine.y\n"
    assert loaded(text, place, variables).values["X", "y"] == 3


# What it cannot do

REFUSED = "try:\n    {act}\n    c.X.y = 'done'\nexcept OSError as error:\n    c.X.y = 'refused'\n"

ACTS = {
    "write": "open(r'{place}/kept.txt', 'w').write('gone')",
    "truncate": "import os; os.truncate(r'{place}/kept.txt', 0)",
    "remove": "import os; os.remove(r'{place}/kept.txt')",
    "new": "open(r'{place}/new.txt', 'w').write('new')",
    "rename": "import os; os.rename(r'{place}/kept.txt', r'{place}/new.txt')",
    "temporary": "import tempfile; tempfile.mkstemp()",
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("user", [0, ORDINARY])
def test_no_file_is_changed(place: Path, act: str, user: int) -> None:
    kept = place / "kept.txt"
    kept.write_text("kept")
    os.chown(kept, user or NOBODY, user or NOBODY)
    text = REFUSED.format(act=ACTS[act].format(place=place))
    if user:
        assert as_user(user, text, place) == {"y": "refused"}
    else:
        assert value(text, place) == "refused"
    assert kept.read_text() == "kept"
    assert not (place / "new.txt").exists()


@pytest.mark.parametrize("user", [0, ORDINARY])
def test_the_network_is_out_of_reach(place: Path, user: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        act = f"import socket; socket.create_connection({server.getsockname()!r}, 5)"
        text = REFUSED.format(act=act)
        found = as_user(user, text, place)["y"] if user else value(text, place)
    assert found == "refused"


def test_root_becomes_nobody_for_good(place: Path) -> None:
    text = (
        "import os, re\n"
        "status = open('/proc/self/status').read()\n"
        "c.X.ids = os.getresuid() + os.getresgid()\n"
        "c.X.groups = os.getgroups()\n"
        "c.X.capabilities = int(re.search(r'CapEff:\\s*(\\w+)', status)[1], 16)\n"
        "c.X.no_new_privileges = re.search(r'NoNewPrivs:\\s*(\\d)', status)[1]\n"
    )
    found = {trait: v for (_cls, trait), v in loaded(text, place).values.items()}
    assert found == {
        "ids": (NOBODY,) * 6,
        "groups": [],
        "capabilities": 0,
        "no_new_privileges": "1",
    }


def test_a_file_that_only_root_may_read_is_loaded_all_the_same(place: Path) -> None:
    (place / "root").mkdir(mode=0o700)
    hub = place / "root/hub.py"
    hub.write_text("c.X.y = __file__\n")
    found = load(
        Host(), Program(PYTHON, PurePosixPath("/")), PurePosixPath(hub), hub.read_bytes(), WHOLE
    )
    assert found.values["X", "y"] == str(hub)


def test_the_environment_stands_in_no_list_of_processes(place: Path) -> None:
    secret = uuid.uuid4().hex
    text = (
        "import glob, os\n"
        "c.X.y = os.environ['TOKEN']\n"
        "found = []\n"
        "for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
        "    try:\n        found.append(open(path).read())\n    except OSError:\n        pass\n"
        "c.X.seen = os.environ['TOKEN'] in ' '.join(found)\n"
    )
    found = loaded(text, place, Variables((("TOKEN", secret),), whole=True)).values
    assert found == {("X", "y"): secret, ("X", "seen"): False}


# How it may end


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        (
            "c.X.y = 1\nraise RuntimeError('no \\x1b[31m luck')\n",
            r"RuntimeError: no \\x1b\[31m luck",
            2,
        ),
        ("import sys\n\nsys.exit('enough')\n", "SystemExit: enough", 3),
        ("import os\nos._exit(0)\n", "before it said what it sets", None),
        ("import os, signal\nos.kill(os.getpid(), 9)\nos.abort()\n", "signal", None),
        ("c.X.y = bytearray(2 << 30)\n", "MemoryError", 1),
        ("open('/etc/shadow')\n", "PermissionError", 1),
        ("import no_such_module\n", "No module named", 1),
        ("c.X.y = l = []\nl.append(l)\n", "nested too deeply", None),
        ("c.X.y = list(range(10 ** 6))\n", "too many", None),
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E\n", "E", 3),
    ],
)
def test_a_file_that_fails_is_told_with_the_reason(
    place: Path, text: str, why: str, line: int | None
) -> None:
    with pytest.raises(WizardError, match=why) as failed:
        loaded(text, place)
    assert failed.value.line == line


@pytest.mark.parametrize(
    "report",
    [
        "{}",
        "[]",
        '{"traits": [["A", "b"]], "asked": []}',
        '{"traits": [["A", 1, 2]], "asked": []}',
        '{"traits": [["A", "b", {"set": [{"list": []}]}]], "asked": []}',
        '{"traits": [["A", "b", {"exec": "1"}]], "asked": []}',
        '{"traits": [], "asked": [1]}',
        '{"traits": [["A", "b", DEEP]], "asked": []}',
    ],
)
def test_what_it_says_of_itself_is_not_believed(place: Path, report: str) -> None:
    text = (
        "import os\n"
        f"report = {load_hub_config.MARK + report + chr(10)!r}\n"
        "report = report.replace('DEEP', '{\"list\": [' * 200 + ']}' * 200)\n"
        "for handle in range(3, 20):\n"
        "    try:\n        os.write(handle, report.encode())\n"
        "    except OSError:\n        pass\n"
        "os._exit(0)\n"
    )
    with pytest.raises(WizardError, match="makes no sense"):
        loaded(text, place)


def test_a_flood_is_cut_off_and_prints_go_nowhere(place: Path) -> None:
    assert value("print('x' * (50 << 20))\nc.X.y = 1\n", place) == 1
    flood = (
        "import os\n"
        "for handle in range(3, 20):\n"
        "    try:\n        [os.write(handle, b'x' * 65536) for n in range(1000)]\n"
        "    except OSError:\n        pass\n"
    )
    with pytest.raises(WizardError):
        loaded(flood, place)


HANG = (
    "import os, subprocess, sys, time\n"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', {mark!r}])\n"
    "time.sleep(600)\n"
)

DAEMON = (
    "import os, sys, time\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork() == 0:\n"
    "        os.closerange(0, 20)\n"
    "        code = 'import time; time.sleep(600)'\n"
    "        os.execv(sys.executable, [sys.executable, '-c', code, {mark!r}])\n"
    "    os._exit(0)\n"
    "time.sleep(0.3)\n"
    "c.X.y = 1\n"
)


def test_a_file_that_hangs_is_ended_with_all_it_started(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = uuid.uuid4().hex
    monkeypatch.setattr(evaluate, "SECONDS", 1.0)
    began = time.monotonic()
    with pytest.raises(WizardError, match="more than 1 seconds"):
        loaded(HANG.format(mark=mark), place)
    assert time.monotonic() - began < 10
    assert not alive(mark)


def test_a_daemon_is_dead_afterwards(place: Path) -> None:
    mark = uuid.uuid4().hex
    assert value(DAEMON.format(mark=mark), place) == 1
    assert not alive(mark)


# Where the kernel does not allow it

POOR = ("setpriv", "--bounding-set=-sys_admin", "--")
"""Root as in most containers: it may not leave the machine's network or mounts."""


def confined(text: str, *prefix: str, seconds: float = 10) -> dict[str, object]:
    told = {"argv": [sys.executable, "-I", "-c", text], "cwd": "/", "seconds": seconds}
    command = [*prefix, *own_program.command(confine.__name__, json.dumps(told))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, object] = json.loads(done.stdout.removeprefix(confine.MARK))
    return found


def test_what_cannot_be_prevented_is_said() -> None:
    assert confined("", *POOR)["lacks"] == ["files", "network", "processes"]
    assert lacks(Host()) == ()


def test_without_the_kernels_help_nothing_is_written_and_no_daemon_stays(place: Path) -> None:
    mark, kept = uuid.uuid4().hex, place / "kept.txt"
    kept.write_text("kept")
    text = DAEMON.format(mark=mark).replace("c.X.y = 1", "print(os.getuid())")
    assert confined(text, *POOR)["output"] == f"{NOBODY}\n"
    assert not alive(mark)
    slow = confined(HANG.format(mark=mark), *POOR, seconds=1)
    assert slow["slow"]
    assert not alive(mark)
    confined(f"open({str(place / 'new.txt')!r}, 'w').write('new')", *POOR)
    assert (place / "new.txt").read_text() == ""
    confined(f"open({str(kept)!r}, 'a').write('more')", *POOR)
    assert kept.read_text() == "kept"


# What of a file is run

BLOCK = "# >>> jhwizard >>>\nc.X.y = 2\n# <<< jhwizard <<<\n"


def test_jhwizards_own_lines_are_not_run_and_the_others_keep_their_numbers() -> None:
    text = f"import a\n{BLOCK}# end\n".encode()
    assert admins_part(text) == b"import a\n\n\n\n# end\n"
    assert admins_part(b"import a\n") == b"import a\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{BLOCK}c.X.y = 3\n", "stands behind jhwizard's block"),
        ("# >>> jhwizard >>>\n", "damaged"),
        ("if:\n", "cannot read"),
        (f"c.X.y = {'(' * 100}1{')' * 100}\n", "too large"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_not_run(text: str, why: str) -> None:
    with pytest.raises(WizardError, match=why):
        admins_part(text.encode())


def test_an_agreement_outlives_what_jhwizard_writes_and_nothing_else() -> None:
    text = b"import a\nc.X.y = 1  # one\nc.X.z = a.b\n"
    agreed = fingerprint(text)
    assert fingerprint(text.replace(b"= 1", b"= 500")) == agreed
    assert fingerprint(text + b"\n" + BLOCK.encode()) == agreed
    assert fingerprint(text.replace(b"a.b", b"a.c")) != agreed
    assert fingerprint(b"import os\n" + text) != agreed


# What comes of it


def facts(text: str, place: Path, agreed: str = "", **more: object) -> Facts:
    hub = place / "hub.py"
    hub.write_text(text)
    options = Options(
        PurePosixPath(hub),
        Path(sys.executable),
        evaluate=agreed or fingerprint(text.encode()),
        **more,  # type: ignore[arg-type]
    )
    return detect(Host(), options)


def test_values_in_force_are_those_of_the_evaluation_and_say_so(place: Path) -> None:
    text = "import os\nexec(\"c.Spawner.default_url = '/la' + 'b'\")\n"
    found = facts(text, place, variables=WHOLE).found["interface.default_url"]
    assert (found.value, found.kind, found.evaluated) == ("/lab", "exact", True)
    assert found.origin == f"{place}/hub.py:2, evaluated"


def test_a_spawner_that_reading_does_not_find_is_known(place: Path) -> None:
    text = "exec('class OurSpawner: pass\\nc.JupyterHub.spawner_class = OurSpawner')\n"
    assert facts(text, place, variables=WHOLE).spawner == "OurSpawner"


def test_a_file_that_fails_leaves_what_was_read_and_a_remark(place: Path) -> None:
    text = "c.JupyterHub.active_server_limit = 3\nimport no_such_module\n"
    there = facts(text, place)
    assert there.found["named_servers.active_limit"].value == 3
    assert there.evaluation is None
    why = "ModuleNotFoundError: No module named 'no_such_module'"
    assert f"{place}/hub.py:2 could not be evaluated: {why}" in there.remarks


def test_what_has_changed_since_the_agreement_is_not_run(place: Path) -> None:
    there = facts("exec('c.X.y = 1')\n", place, agreed=fingerprint(b"exec('c.X.y = 2')\n"))
    assert there.evaluation is None
    assert any("has changed since you agreed" in remark for remark in there.remarks)


def test_the_variables_it_asked_for_are_named_in_a_remark(place: Path) -> None:
    text = "import os\nexec(\"c.Spawner.default_url = os.environ.get('PAGE', '/lab')\")\n"
    there = facts(text, place)
    found = there.found["interface.default_url"]
    assert (found.kind, found.reason) == ("env", "/lab, if $PAGE is not set")
    assert any("reads $PAGE: --env-from PID" in remark for remark in there.remarks)
