from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jhwizard.errors import UsageError
from jhwizard.hub_environment import from_file, from_process


def read(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / "hub.env"
    path.write_text(text)
    return from_file(path)


def test_a_file_as_systemd_reads_it(tmp_path: Path) -> None:
    text = """\
# the hub's own
; and more
IDLE=1200
NAME="a b" \nexport TOKEN='x=y'
EMPTY=
LONG=one \\
two
"""
    assert read(tmp_path, text) == {
        "IDLE": "1200",
        "NAME": "a b",
        "TOKEN": "x=y",
        "EMPTY": "",
        "LONG": "one two",
    }


def test_a_line_that_sets_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read(tmp_path, "A=1\nwhat is this\n")
    assert refused.value.line == 2


@pytest.mark.parametrize("content", [None, b"\xff\xfe="])
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
