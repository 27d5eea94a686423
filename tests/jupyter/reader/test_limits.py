"""Files that are much work, or are made to be: the reader ends soon, and says what it left out."""

from __future__ import annotations

import resource
import time

import pytest

from jhwizard.jupyter.python_reading import read_python
from jhwizard.jupyter.reader.child import is_modest, read_in_child

HOSTILE = {
    "a list doubled sixty times": "x = [1]\n" + "x = x + x\n" * 60 + "c.X.y = x\n",
    "a text doubled sixty times": "x = 'a' * 999\n" + "x = x + x\n" * 60 + "c.X.y = x\n",
    "lists of lists": "x = []\n" + "x = [x, x]\n" * 100 + "c.X.y = x\n",
    "a list in itself": "x = []\nx.append(x)\nc.X.y = x\n",
    "the largest of many": "c.X.y = max(range(10**10)), sum(range(10**10)), sorted(range(10**9))\n",
    "a set of many": "c.X.y = s = set()\ns.update(range(10**10))\n",
    "a power of a power": "c.X.y = 9**9**9\n",
    "a wide format": "c.X.y = '%10000000000d' % 1\n",
    "a wide format of its own": "c.X.y = '{:10000000000}'.format(1)\n",
    "a wide field": "c.X.y = f'{1:10000000000}'\n",
    "a wide number": "c.X.y = '1'.zfill(10**10)\n",
    "a width among the values": "c.X.y = '%*d' % (10**9, 1)\n",
    "a shift": "c.X.y = 1 << 10**9\n",
    "a loop without end": "while True:\n    c.X.y = 1\n",
    "a function that calls itself": "def f(n):\n    return f(n) + f(n)\nc.X.y = f(1)\n",
    "loops in loops": "for i in range(9999):\n    for j in range(9999):\n        c.X.y = 1\n" * 50,
    "thousands of conditions": "".join(f"if u{i}:\n    c.X.y = {i}\n" for i in range(5000)),
    "conditions in a function": "def f():\n"
    + "".join(f"    if u{i}:\n        return {i}\n" for i in range(60))
    + "c.X.y = f()\n",
    "a second name added to": "c.X.y = s = []\n" + "s.append(1)\n" * 8000,
    "code that is not read": "register(c)\n" + "".join(f"c.A{i}.y = 1\nf()\n" for i in range(4000)),
    "brackets": "c.X.y = " + "(" * 5000 + "1" + ")" * 5000,
    "a megabyte of brackets": "(" * 1_000_000,
    "signs": "c.X.y = " + "-" * 200_000 + "1",
    "attributes": "c.X.y = a" + ".a" * 200_000,
    "sums": "c.X.y = 1" + "+1" * 200_000,
    "elifs": "if a: pass\n" + "elif a: pass\n" * 3000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_not_understood(text: str) -> None:
    start = time.process_time()
    reading = read_python(text.encode())
    assert time.process_time() - start < 4
    assert reading.problem or reading.writes[-1].op == "unknown"
    assert not any(write.spliceable for write in reading.writes if write.cls in {"X", "*"})


@pytest.mark.parametrize(
    "name", ["brackets", "a megabyte of brackets", "signs", "attributes", "sums", "elifs"]
)
def test_what_the_parser_itself_may_choke_on_is_parsed_in_a_process_of_its_own(name: str) -> None:
    assert not is_modest(HOSTILE[name].encode())


def test_an_ordinary_file_is_read_here_and_what_jupyter_generates_at_once() -> None:
    comments = "## What this is for.\n#  Default: 1\n# c.JupyterHub.thing_{} = 1\n\n"
    text = "".join(map(comments.format, range(800))) + "c.JupyterHub.ip = '::'\n"
    assert is_modest(text.encode())
    start = time.process_time()
    (write,) = read_python(text.encode()).writes
    assert time.process_time() - start < 0.2
    assert (write.value, write.line) == ("::", 3201)


def test_a_long_file_says_the_same_from_a_process_of_its_own() -> None:
    text = "".join(f"c.A{i % 50}.y{i} = {i}\n" for i in range(20_000)).encode()
    assert not is_modest(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    writes = read_python(text).writes
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < 4
    assert [write.value for write in writes] == list(range(20_000))
    assert all(write.spliceable for write in writes)


def test_the_process_gets_environment_and_place_and_gives_back_problems() -> None:
    text = b"import os\nc.X.y = os.environ['A'] + os.path.basename(__file__)\n"
    (write,) = read_in_child(text, {"A": "a"}, "/etc/b.py").writes
    assert write.value == "ab.py"
    problem = read_in_child(b"c.X.y = = 1\n", None, None).problem
    assert problem
    assert problem.line == 1


def test_after_too_much_work_the_rest_of_the_file_is_still_read() -> None:
    reading = read_python(b"while True:\n    c.X.y = 1\nc.Z.w = 2\n")
    assert [(w.cls, w.op) for w in reading.writes if w.cls != "*"][-1] == ("Z", "=")
