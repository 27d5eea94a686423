"""Files that exist and may not be read: what every verb says of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import NOBODY, document, verb

from jhwizard.errors import Status

AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", "--clear-groups")
JSON = "etc/jupyter/jupyter_server_config.json"
ANSWERS = '[culling]\nkernel_idle = "20m"\n'

Run = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="root hides files from somebody else")


@pytest.fixture
def nobody(demo: Path, tmp_path: Path) -> Run:
    """Return what runs a verb as somebody who may not read what is root's alone."""
    for path in [tmp_path, *tmp_path.parents][:4]:
        path.chmod(path.stat().st_mode | 0o755)
    python = subprocess.run([*AS_NOBODY, sys.executable, "-c", ""], check=False)
    if python.returncode:
        pytest.skip("the interpreter of the tests is out of reach for other users")

    def run(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        return verb(*words, "--root", demo, given=given, prefix=AS_NOBODY)

    return run


def hide(path: Path, content: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    path.chmod(0o600)


def test_a_hidden_json_file_is_named_with_what_helps(demo: Path, nobody: Run) -> None:
    hide(demo / JSON, '{"MappingKernelManager": {"cull_idle_timeout": 3600}}')
    explained = document(nobody("explain", "culling.kernel_idle", "--json"))["edit"]
    assert isinstance(explained, dict)
    assert (explained["file"], explained["how"]) == (f"/{JSON}", "not")
    assert "Permission denied" in explained["reason"]
    text = nobody("explain", "culling.kernel_idle").stdout
    assert f"Permission denied: run it with sudo, which may read it (/{JSON})." in text
    done = nobody("plan", "-", given=ANSWERS)
    assert done.returncode == Status.REFUSED
    assert "Permission denied" in done.stderr
    assert "run it with sudo" in done.stderr
    assert "move that line" not in done.stderr


def test_a_hidden_hub_config_is_not_called_broken(demo: Path, nobody: Run) -> None:
    hub = demo / "etc/jupyterhub/jupyterhub_config.py"
    hide(hub, hub.read_text())
    done = nobody("plan", "-", given="[named_servers]\nallow = true\n")
    assert done.returncode == Status.REFUSED
    assert "Permission denied" in done.stderr
    assert "run it with sudo" in done.stderr
    assert "mend the file" not in done.stderr


def test_a_broken_json_file_is_to_be_mended(demo: Path) -> None:
    (demo / "etc/jupyterhub/jupyterhub_config.json").write_text('{"JupyterHub": {"a": ')
    done = verb("plan", "-", "--root", demo, given="[named_servers]\nallow = true\n")
    assert done.returncode == Status.REFUSED
    assert "mend the file first" in done.stderr
