"""The ways people write a config file: what each is worth, proved by Jupyter's own loader."""

from __future__ import annotations

from pathlib import Path

import pytest
from loading import assert_agrees, composed
from traitlets.config.loader import LazyConfigValue

from jhwizard.facts import Missing, Reading, Write
from jhwizard.jupyter.python_reading import read_python


def read(text: str, environ: dict[str, str] | None = None) -> Reading:
    return read_python(text.encode(), environ)


def only(text: str, environ: dict[str, str] | None = None) -> Write:
    return read(text, environ).writes[-1]


FORMS = [
    # names, folding, displays
    ("d = '/work'\nc.X.y = d", "/work"),
    ("a = b = 2\nc.X.y = a * b + 60 * 60", 3604),
    (
        "d = '/w'\nc.X.y = {'u-{username}': d, 'l': [d, (d,)]}",
        {"u-{username}": "/w", "l": ["/w", ("/w",)]},
    ),
    ("l = [1]\nc.X.y = [*l, 2] + [3]", [1, 2, 3]),
    ("d = {'a': 1}\nc.X.y = {**d, 'b': 2}", {"a": 1, "b": 2}),
    ("d = {'a': 1}\nc.X.y = d | {'b': 2}", {"a": 1, "b": 2}),
    ("c.X.y = 'a' 'b' + 'c' * 2", "abcc"),
    ("c.X.y = b'bytes'", b"bytes"),
    ("c.X.y: int = 1", 1),
    ("c.X.y, a = 1, 2", 1),
    ("a, (b, e) = 1, [2, 3]\nc.X.y = (b, e)", (2, 3)),
    ("c.X.y = x = 3", 3),
    ("c.X.y = [n for n in range(4) if n % 2]", [1, 3]),
    ("c.X.y = {k: len(k) for k in ('a', 'bb')}", {"a": 1, "bb": 2}),
    ("c.X.y = {s.strip() for s in 'a, b'.split(',')}", {"a", "b"}),
    ("c.X.y = 1 if 2 > 1 else 3", 1),
    ("c.X.y = None or 'b'", "b"),
    ("c.X.y = [1, 2, 3][1:]", [2, 3]),
    ("c.X.y = 'abc'[-1]", "c"),
    ("if (n := 4) > 3:\n    c.X.y = n", 4),
    # calls that depend on nothing else
    ("import os\nc.X.y = os.path.join('/a', 'b', '..', 'c')", "/a/b/../c"),
    ("from pathlib import Path\nc.X.y = str(Path('/a') / 'b')", "/a/b"),
    ("import datetime\nc.X.y = int(datetime.timedelta(hours=1).total_seconds())", 3600),
    ("from datetime import timedelta as t\nc.X.y = t(minutes=2).total_seconds()", 120.0),
    ("c.X.y = '{}-{n:03d}'.format('a', n=7)", "a-007"),
    ("c.X.y = '%s/%d' % ('a', 7)", "a/7"),
    ("p = 80\nc.X.y = f'http://{\"h\"}:{p:05d}{p!r}'", "http://h:0008080"),
    ("c.X.y = ' A,b '.strip().lower().split(',')", ["a", "b"]),
    ("c.X.y = int('7') + len('abc') + max(1, 2) + sum([1, 2])", 15),
    ("c.X.y = sorted({'b', 'a'})", ["a", "b"]),
    ("c.X.y = dict(a=1, **{'b': 2})", {"a": 1, "b": 2}),
    ("c.X.y = list(zip('ab', (1, 2)))", [("a", 1), ("b", 2)]),
    ("c.X.y = set(list('aa'))", {"a"}),
    ("import logging\nc.X.y = logging.DEBUG", 10),
    ("import os\nc.X.y = os.sep", "/"),
    ("import os\nc.X.y = os.path.dirname(os.path.abspath('/a/../b/c'))", "/b"),
    ("from urllib.parse import quote\nc.X.y = quote('a b')", "a%20b"),
    ("import json\nc.X.y = json.loads('{\"a\": [1]}')", {"a": [1]}),
    # changes and second names
    ("c.X.y = s = set()\ns.add('a')", {"a"}),
    ("c.X.y = l = []\nl.append(1)\nl += [2]\nl.extend((3,))\nl.insert(0, 0)", [0, 1, 2, 3]),
    ("d = {'a': {}}\nc.X.y = d['a']\nd['a']['b'] = 1", {"b": 1}),
    ("c.X.y = {'a': 1}\nc.X.y['b'] = 2\ndel c.X.y['a']", {"b": 2}),
    ("c.X.y = {'a': 1}\nc.X.y |= {'b': 2}", {"a": 1, "b": 2}),
    ("c.X.y = ['a']\nc.X.y += ['b']", ["a", "b"]),
    ("c.X.y = {}\nc.X.y.setdefault('a', []).append(1)", {"a": [1]}),
    ("c.X.y = c.A.z = []\nc.A.z.append(1)", [1]),
    ("l = [1]\nc.X.y = l\nl = [2]", [1]),
    ("s = c.X\ns.y = 5", 5),
    ("config = get_config()\nconfig.X.y = 5", 5),
    ("get_config().X.y = 5", 5),
    ("c['X']['y'] = 5", 5),
    ("setattr(c.X, 'y', 5)", 5),
    ("for k, v in {'y': 5}.items():\n    setattr(getattr(c, 'X'), k, v)", 5),
    # conditions, loops, functions
    ("debug = False\nif debug:\n    c.X.y = 1\nelse:\n    c.X.y = 2", 2),
    ("c.X.y = 1\nif False:\n    c.X.y = 2", 1),
    ("import zlib\nif zlib.crc32(b''):\n    c.X.y = 1\nelse:\n    c.X.y = 1", 1),
    ("import zlib\nc.X.y = 7 if zlib.crc32(b'') else 7", 7),
    ("c.X.y = []\nfor i in range(3):\n    c.X.y.append(i)", [0, 1, 2]),
    ("i = 0\nwhile i < 3:\n    c.X.y = i\n    i += 1", 2),
    ("for i in (1, 2):\n    if i == 2:\n        continue\n    c.X.y = i", 1),
    ("for i in (1, 2):\n    if i == 2:\n        break\n    c.X.y = i", 1),
    ("def minutes(n, unit=60):\n    return n * unit\nc.X.y = minutes(20)", 1200),
    ("def fill(section):\n    section.y = 3\nfill(c.X)", 3),
    ("def later():\n    c.X.y = 2\nc.X.y = 1", 1),
    ("n = 1\ndef f():\n    global n\n    n = 2\nf()\nc.X.y = n", 2),
    ("def f(n):\n    if n:\n        return 'a'\n    return 'b'\nc.X.y = f(0)", "b"),
    ("add = lambda a, b=2: a + b\nc.X.y = add(1)", 3),
    ("class Defaults:\n    image = 'a'\nc.X.y = Defaults.image", "a"),
    ("try:\n    n = int('x')\nexcept ValueError:\n    n = 3\nc.X.y = n", 3),
    ("try:\n    c.X.y = 1\nfinally:\n    pass", 1),
    ("import os\nwith open(os.devnull) as f:\n    c.X.y = 1", 1),
    ("if __name__ == '__main__':\n    c.X.y = 2\nelse:\n    c.X.y = 1", 1),
]


@pytest.mark.parametrize(("text", "value"), FORMS, ids=[text for text, _value in FORMS])
def test_a_form_that_can_be_decided_is_exact(text: str, value: object, tmp_path: Path) -> None:
    assert composed(read(text))["X", "y"] == value
    assert_agrees(text, tmp_path)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("def hook(s):\n    pass\nc.X.y = hook", "function"),
        ("c.X.y = lambda s: None", "function"),
        ("class Mine:\n    pass\nc.X.y = Mine", "function"),
        ("from elsewhere import thing\nc.X.y = thing", "computed"),
        ("import socket\nc.X.y = socket.gethostname()", "computed"),
        ("import os\nc.X.y = os.environ['A']", "env"),
        ("import os\nc.X.y = int(os.getenv('A', 3))", "env"),
        ("import os\nc.X.y = os.environ.get('A') or 'b'", "env"),
        ("c.X.y = open('f').read()", "computed"),
        ("with open('f') as f:\n    c.X.y = f.read()", "computed"),
        ("for line in open('f'):\n    c.X.y = line", "unknown"),
        ("c.X.y = names = set()\nfor line in open('f'):\n    names.add(line)", "unknown"),
        ("import os\nif os.path.exists('f'):\n    c.X.y = 1", "computed"),
        (
            "try:\n    import dockerspawner\n    c.X.y = 1\nexcept ImportError:\n    c.X.y = 2",
            "computed",
        ),
        ("async def f():\n    pass\nc.X.y = f()", "computed"),
        ("def f():\n    yield 1\nc.X.y = list(f())", "computed"),
        ("c.X.y = l = []\nregister(l)", "unknown"),
        ("c.X.y = 1\nexec(open('f').read())", "unknown"),
        ("c.X.y = 1\ndel c.X.y", "unknown"),
    ],
)
def test_a_form_that_cannot_be_decided_says_what_it_is(text: str, kind: str) -> None:
    write = composed(read(text))["X", "y"]
    assert isinstance(write, Write)
    assert (write.op, write.value, write.kind) == ("unknown", None, kind)
    assert write.reason
    assert write.line <= text.count("\n") + 1


def test_a_variable_is_said_with_its_default_unless_the_environment_is_known() -> None:
    text = "import os\nc.X.y = int(os.environ.get('T', 1200))\n"
    parts = only(text).parts
    assert isinstance(parts, Missing)
    assert (parts.variable, parts.fallback) == ("T", 1200)
    assert only(text, {"T": "7"}).value == 7
    assert only(text, {}).value == 1200
    assert only("import os\nc.X.y = os.environ['T']\n", {}).kind == "env"


def test_a_function_is_said_with_the_line_that_defines_it() -> None:
    parts = only("def hook(s):\n    pass\n\nc.Spawner.pre_spawn_hook = hook\n").parts
    assert isinstance(parts, Missing)
    assert (parts.refers, parts.line, parts.kind) == ("hook", 1, "function")


def test_what_is_known_of_a_list_is_said_with_a_gap_for_the_rest() -> None:
    write = only("import sys\nc.X.y = [{'command': [sys.executable, '-m', 'm']}]\n")
    assert isinstance(write.parts, list)
    program, *words = write.parts[0]["command"]
    assert (program.refers, words, write.kind) == ("sys.executable", ["-m", "m"], "computed")


def test_branches_that_differ_are_both_said() -> None:
    write = only("import os\nif os.path.exists('f'):\n    c.X.y = 1\nelse:\n    c.X.y = 2\n")
    assert (write.kind, write.alternatives) == ("computed", (1, 2))


def test_a_subconfig_is_named_so_that_it_can_be_read_in_its_place() -> None:
    first, doubt, last = read("c.X.y = 1\nload_subconfig('b.py')\nc.X.z = 2\n").writes
    assert (doubt.subconfig, doubt.cls, doubt.trait, doubt.line) == ("b.py", "*", "*", 2)
    assert (first.value, last.value) == (1, 2)


# Bugs that only a comparison with the loader finds.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("import os\nc.X.y = os.environ.get('UNSET')", None),
        ("import os\nos.environ['MINE'] = 'a'\nc.X.y = os.environ['MINE']", "a"),
        ("import os\nc.X.y = os.environ.setdefault('MINE', 'b')", "b"),
        ("import os\nc.X.y = 'SET' in os.environ", True),
        ("import os\nc.X.y = 'UNSET' not in os.environ", True),
        ("import os\nc.X.y = os.getenv('SET', 'other')", "value"),
        ("from os import environ as e\nc.X.y = e.pop('SET')", "value"),
        ("import os\ntry:\n    c.X.y = os.environ['UNSET']\nexcept KeyError:\n    c.X.y = 9", 9),
    ],
)
def test_the_environment_is_what_it_is_at_that_line(
    text: str, value: object, tmp_path: Path
) -> None:
    environ = {"SET": "value"}
    assert composed(read(text, environ))["X", "y"] == value
    assert_agrees(text, tmp_path, environ)


def test_an_attribute_of_a_module_is_no_class(tmp_path: Path) -> None:
    text = "import sys\nimport logging\nc.A.x = logging.WARNING\nc.A.y = sys.executable\n"
    said = composed(read(text))
    assert said["A", "x"] == 30
    assert isinstance(said["A", "y"], Write)
    assert_agrees(text, tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "import zlib\nl = []\nc.X.y = l\nif zlib.crc32(b''):\n    l.append(1)\nl.append(2)\n",
        "import zlib\nl = []\nk = [l]\nif zlib.crc32(b''):\n    c.X.y = l\nk[0].append(1)\n",
        "import zlib\na, b = [], []\nn = a if zlib.crc32(b'') else b\nc.X.y = a\nn.append(1)\n",
        "import zlib\ns = c.A if zlib.crc32(b'') else c.B\nc.A.x = c.B.x = 1\ns.x = 2\n",
        "import os\ndef f():\n    if os.getpid():\n        return\n    c.X.y = 2\nc.X.y = 3\nf()\n",
        "import zlib\nfor i in (1, 2):\n    if zlib.crc32(b''):\n        continue\n    c.X.y = i\n",
        "n = c.A\nc.merge({'A': {'x': 1}})\nn.x = 2\n",
        "exec('def n(): c.A.x = 1')\ndef n():\n    c.A.x = 2\nexec('def n(): c.A.x = 3')\nn()\n",
        "l = [1]\nc.A.x.append(l)\nl.append(2)\n",
        "c.A.x = 1\nc.A.x = c.B.x\nc.B.x.append(2)\n",
        "def f(a=[]):\n    a.append(1)\n    return a\nc.X.y = f()\nf()\n",
        "l = [1, 2]\nfor i in l:\n    if len(l) < 5:\n        l.append(i)\nc.X.y = l\n",
        "import functools\nl = []\nc.X.y = l\np = functools.partial(l.append, 1)\np()\n",
        "def f():\n    c.X.y = 2\nimport atexit\ng = map(lambda i: f(), [1])\nc.X.y = 1\nlist(g)\n",
    ],
)
def test_second_names_outlive_branches_and_calls(text: str, tmp_path: Path) -> None:
    assert_agrees(text, tmp_path)


def test_an_addition_to_a_trait_that_is_not_set_stays_an_addition(tmp_path: Path) -> None:
    text = "c.X.y.append('a')\nc.X.y.extend(['b'])\nc.X.z.update({'k': 1})\n"
    said = composed(read(text))
    assert isinstance(said["X", "y"], LazyConfigValue)
    assert [write.op for write in read(text).writes] == ["append", "extend", "update"]
    assert_agrees(text, tmp_path)


def test_what_load_dotenv_may_set_is_not_known_and_what_is_set_stays() -> None:
    start = "import os\nfrom dotenv import load_dotenv\n"
    text = start + "load_dotenv({})\nc.X.y = os.getenv('{}', 'z')\n"
    assert only(text.format("", "SET"), {"SET": "a"}).value == "a"
    assert only(text.format("", "UNSET"), {"SET": "a"}).kind == "env"
    assert only(text.format("override=True", "SET"), {"SET": "a"}).kind == "env"
    assert only(text.format("override=1", "UNSET"), {"SET": "a"}).kind == "env"


LOOP = """\
import somebodys
somebodys.install(c)
c.JupyterHub.port = 1
c.Authenticator.admin_users = admins = set()
with open("admins") as file:
    for line in file:
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        {last}
c.JupyterHub.hub_port = 2
"""


@pytest.mark.parametrize(
    ("last", "is_known"),
    [
        ("admins.add(parts[0].lower())", True),
        ("name = parts[0]; admins.add(name)", True),
        ("admins.add(somebodys.name(line))", False),
        ("admins.add(line.name.first())", False),
        ("file.close()", False),
        ("admins.update(file)", False),
        ("str = somebodys.text; str(line)", False),
    ],
)
def test_a_loop_over_the_lines_of_a_file_runs_no_code_of_others(
    last: str, *, is_known: bool
) -> None:
    writes = read(LOOP.format(last=last)).writes
    doubts = [w.line for w in writes if (w.cls, w.trait) == ("*", "*")]
    assert (doubts == [2]) is is_known
    (admins,) = [w for w in writes if w.trait == "admin_users"][-1:]
    assert admins.kind != "exact"
