"""Files that a config opens: what is taken from them, proved by Jupyter's own loader."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import assert_agrees, composed

from jhwizard.facts import Problem, Write
from jhwizard.jupyter.python_reading import read_python
from jhwizard.jupyter.reader.child import read_in_child

USERS = b"alice admin\n\nbob\r\n"
START = "import json, os\nfrom pathlib import Path\np = {path!r}\n"
DOCUMENTED = """\
c.X.y = allowed = set()
c.X.z = admin = set()
with open(os.path.join(os.path.dirname(p), "users")) as f:
    for line in f:
        if not line.strip():
            continue
        parts = line.split()
        name = parts[0]
        allowed.add(name)
        if len(parts) > 1 and parts[1] == "admin":
            admin.add(name)
"""
FUNCTION = """\
def names(path):
    with open(path) as f:
        return f.read().split()
"""
FORMS = [
    (DOCUMENTED, {"alice", "bob"}),
    ("c.X.y = open(p).read()", "alice admin\n\nbob\n"),
    ("c.X.y = open(p).read().strip().splitlines()", ["alice admin", "", "bob"]),
    ("c.X.y = open(p, 'r').readlines()", ["alice admin\n", "\n", "bob\n"]),
    ("c.X.y = open(p, mode='rt', encoding='utf-8').readline()", "alice admin\n"),
    ("c.X.y = open(p, 'rb').read()", USERS),
    ("c.X.y = open(p, 'rb').read().decode()", USERS.decode()),
    ("c.X.y = [line.strip() for line in open(p) if line.strip()]", ["alice admin", "bob"]),
    ("c.X.y = {line.split()[0] for line in open(p) if line.strip()}", {"alice", "bob"}),
    ("c.X.y = sorted(line.strip() for line in open(p))", ["", "alice admin", "bob"]),
    ("c.X.y = ''.join(line.upper() for line in open(p))", "ALICE ADMIN\n\nBOB\n"),
    ("c.X.y = list(open(p))", ["alice admin\n", "\n", "bob\n"]),
    ("c.X.y = set()\nc.X.y.update(open(p).read().split())", {"alice", "admin", "bob"}),
    ("with open(p) as f:\n    c.X.y = f.read().split()", ["alice", "admin", "bob"]),
    ("with open(p) as f:\n    a = f.readline()\n    c.X.y = [a, f.read()]", None),
    ("f = open(p)\nfor a in f:\n    break\nc.X.y = [a, *f]", None),
    ("f = open(p)\nfor a in f:\n    c.X.y = a + f.readline()", None),
    ("f = open(p)\nf.read()\nc.X.y = f.read()", ""),
    ("f = open(p)\nc.X.y = f.readline()\nf.close()", "alice admin\n"),
    ("c.X.y = Path(p).read_text()", "alice admin\n\nbob\n"),
    ("c.X.y = (Path(p).parent / 'users').read_text(encoding='utf-8').split()[0]", "alice"),
    ("c.X.y = Path(p).read_bytes()", USERS),
    ("with Path(p).open() as f:\n    c.X.y = f.readlines()[2]", "bob\n"),
    (f"{FUNCTION}c.X.y = names(p)", ["alice", "admin", "bob"]),
    ("import sys\nsys.path.insert(0, os.path.dirname(p))\nc.X.y = open(p).readline()", None),
    ("if not os.path.exists(p):\n    raise ValueError(p)\nc.X.y = open(p).readline()", None),
]


def in_file(path: Path, text: str, content: bytes = USERS) -> tuple[str, dict[str, bytes]]:
    path.write_bytes(content)
    return START.format(path=str(path)) + text, {str(path): content}


@pytest.mark.parametrize(("text", "value"), FORMS, ids=[text for text, _value in FORMS])
def test_what_is_read_from_a_known_file_is_exact(text: str, value: object, tmp_path: Path) -> None:
    text, opened = in_file(tmp_path / "users", text)
    reading = read_python(text.encode(), opened=opened)
    found = composed(reading)["X", "y"]
    assert not isinstance(found, Write)
    assert value is None or found == value
    assert assert_agrees(text, tmp_path, opened=opened)["unknown"] == 0
    assert reading.opens == ()
    assert reading.writes[-1].read_from == tuple(opened)


NOT_KNOWN = [
    ("c.X.y = open(os.environ['ANY']).read()", "computed"),
    ("c.X.y = open(p, errors='ignore').read()", "from"),
    ("c.X.y = open(p, newline='').read()", "from"),
    ("c.X.y = open(p, encoding='utf-16').read(1)", "its encoding is not followed"),
    ("with open(p, 'a') as g:\n    g.write('x')\nc.X.y = open(p).read()", "may have changed it"),
    ("os.system('true')\nc.X.y = open(p).read()", "may have changed it"),
    ("import subprocess as s\ns.run(['true'])\nc.X.y = open(p).read()", "may have changed it"),
    ("Path(p).touch()\nc.X.y = open(p).read()", "may have changed it"),
    ("Path(p).write_text('x')\nc.X.y = open(p).read()", "may have changed it"),
    ("import shutil\nshutil.copy(p, p + '2')\nc.X.y = open(p).read()", "may have changed it"),
    ("f = open(p)\nopen(p, 'w').close()\nc.X.y = f.read()", ""),
    ("f = open(p)\nf.close()\nc.X.z = 1\nif zlib.crc32(b''):\n    c.X.y = f.read()", ""),
    ("import codecs\ncodecs.open(p, 'w').close()\nc.X.y = open(p).read()", "may have changed it"),
    ("def f():\n    os.remove(p)\nimport atexit\natexit.register(f)\nc.X.y = open(p).read()", ""),
    ("try:\n    c.X.y = open(p).read()\nexcept OSError:\n    c.X.y = ''", "inside a try"),
    ("c.X.y = []\nfor line in open(p):\n    c.X.y += [line]\n    open(p, 'a').write(line)", ""),
    ("f = open(p)\na = any(x for x in f)\nc.X.y = f.read()", ""),
    ("f = open(p)\na = 'bob\\n' in f\nc.X.y = f.read()", ""),
    ("f = open(p)\na = enumerate(f)\nc.X.y = f.read()", ""),
    ("f = open(p)\na = next(f)\nc.X.y = f.read()", ""),
]


@pytest.mark.parametrize(("text", "why"), NOT_KNOWN, ids=[text for text, _why in NOT_KNOWN])
def test_what_may_be_otherwise_when_the_hub_starts_is_not_known(
    text: str, why: str, tmp_path: Path
) -> None:
    text, opened = in_file(tmp_path / "users", "import zlib\n" + text)
    found = composed(read_python(text.encode(), opened=opened))["X", "y"]
    assert isinstance(found, Write)
    assert why in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "c.X.y = open(p).read()",
        "c.X.y = open(p).read().strip().split()",
        "with open(p) as f:\n    c.X.y = f.readlines()",
        "c.X.y = Path(p).read_text()",
        "c.X.y = names = set()\nwith open(p) as f:\n    for line in f:\n        names.add(line)",
    ],
)
def test_a_file_of_which_nothing_is_known_is_named_with_the_reason(text: str) -> None:
    text = START.format(path="/srv/users") + text
    for opened in ({}, {"/srv/users": Problem("it is not there")}):
        reading = read_python(text.encode(), opened=opened)
        found = composed(reading)["X", "y"]
        assert isinstance(found, Write)
        assert "`/srv/users`" in found.reason
        assert ("it is not there" in found.reason) is bool(opened)
        assert reading.opens == (() if opened else ("/srv/users",))


def test_a_relative_path_is_not_known_and_not_asked_for() -> None:
    reading = read_python(b"c.X.y = open('users').read()", opened={"users": b"x"})
    assert "depends on where the hub is started" in reading.writes[-1].reason
    assert reading.opens == ()


@pytest.mark.parametrize("content", [b"\xff\xfe", "Jürgen\n".encode(), b"\n" * 40_000])
def test_text_that_depends_on_the_locale_or_is_long_is_not_known(content: bytes) -> None:
    reading = read_python(b"c.X.y = open('/f').read()", opened={"/f": content})
    assert reading.writes[-1].kind == "computed"
    assert "`/f`" in reading.writes[-1].reason


def test_an_encoding_that_is_named_is_known(tmp_path: Path) -> None:
    name = "Jürgen\u2028\x0c"
    text = "c.X.y = open(p, encoding='utf-8').readlines()"
    text, opened = in_file(tmp_path / "users", text, name.encode())
    assert composed(read_python(text.encode(), opened=opened))["X", "y"] == [name]
    assert_agrees(text, tmp_path, opened=opened)


def test_json_in_a_file_is_known_and_broken_json_ends_the_config(tmp_path: Path) -> None:
    text = "with open(p) as f:\n    c.X.y = json.load(f)['a']"
    text, opened = in_file(tmp_path / "users", text, b'{"a": [1, null]}')
    assert composed(read_python(text.encode(), opened=opened))["X", "y"] == [1, None]
    assert_agrees(text, tmp_path, opened=opened)
    reading = read_python(text.encode(), opened=dict.fromkeys(opened, b"{"))
    assert "the file ends here" in reading.writes[-1].reason


def test_lines_that_are_no_pairs_end_the_config(tmp_path: Path) -> None:
    text, opened = in_file(tmp_path / "users", "c.X.y = dict(a.split() for a in open(p))")
    assert "ends here: ValueError" in read_python(text.encode(), opened=opened).writes[-1].reason


def test_a_list_of_thousands_of_users_is_read(tmp_path: Path) -> None:
    users = "".join(f"student{number:05}\n" for number in range(4500)).encode()
    text, opened = in_file(tmp_path / "users", DOCUMENTED, users)
    assert len(composed(read_python(text.encode(), opened=opened))["X", "y"]) == 4500  # type: ignore[arg-type]


def test_the_limited_process_opens_nothing_and_knows_what_it_is_given(tmp_path: Path) -> None:
    text, opened = in_file(tmp_path / "users", "c.X.y = open(p).readline()")
    assert read_in_child(text.encode(), None, None).writes[-1].kind == "computed"
    assert read_in_child(text.encode(), None, None, opened).writes[-1].value == "alice admin\n"


def test_what_does_not_come_from_a_file_is_not_said_to(tmp_path: Path) -> None:
    text = "a = open(p).readline()\nc.X.y = a.strip()\nc.X.z = 1\na = 2\nc.X.w = a"
    text, opened = in_file(tmp_path / "users", text)
    writes = read_python(text.encode(), opened=opened).writes
    assert [bool(write.read_from) for write in writes] == [True, False, False]
