"""Packages in a conda environment, by its own conda.

Runs where JHWIZARD_CONDA_PYTHON names the Python of a conda environment with JupyterHub and
JupyterLab; no registry of Python packages has conda, so that CI does not build one.
"""

import bz2
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path, PurePosixPath

import pytest

from real.conftest import COMMAND
from real.hub import Hub
from real.machine import Machine
from real.test_written import UNIT

PYTHON = PurePosixPath(os.environ.get("JHWIZARD_CONDA_PYTHON", "/nowhere/bin/python3"))
NAME = "jhwizard_tiny"
"""With what pip and conda spell differently; in no other channel."""

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        "JHWIZARD_CONDA_PYTHON" not in os.environ,
        reason="JHWIZARD_CONDA_PYTHON names no Python of a conda environment with JupyterHub",
    ),
]


def build_channel(directory: Path) -> None:
    """Make a channel of one package in two versions, without metadata of Python's own."""
    packages = {}
    for version in ("1.0", "1.1"):
        index: dict[str, object] = {
            "name": NAME,
            "version": version,
            "build": "0",
            "build_number": 0,
        }
        index |= {"depends": ["python"], "noarch": "python", "subdir": "noarch"}
        name = f"site-packages/{NAME}.py"
        code = f"WORD = 'tiny {version}'\n".encode()
        path = {"_path": name, "path_type": "hardlink", "size_in_bytes": len(code)}
        path |= {"sha256": hashlib.sha256(code).hexdigest()}
        link = {"noarch": {"type": "python"}, "package_metadata_version": 1}
        files = {"info/index.json": index, "info/link.json": link}
        files["info/paths.json"] = {"paths": [path], "paths_version": 1}
        content = archive({**{n: json.dumps(v).encode() for n, v in files.items()}, name: code})
        file = f"{NAME}-{version}-0.tar.bz2"
        (directory / "noarch").mkdir(exist_ok=True)
        (directory / "noarch" / file).write_bytes(content)
        sums = {kind: hashlib.new(kind, content).hexdigest() for kind in ("md5", "sha256")}
        packages[file] = {**index, **sums, "size": len(content)}
    data = {"info": {"subdir": "noarch"}, "packages": packages, "packages.conda": {}}
    (directory / "noarch/repodata.json").write_text(json.dumps(data))


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return bz2.compress(stream.getvalue())


def test_conda_installs_for_everybody_and_is_not_asked_again(tmp_path: Path) -> None:
    prefix = PYTHON.parents[1]
    base = prefix.parents[1] if prefix.parent.name == "envs" else prefix
    build_channel(tmp_path)
    tmp_path.chmod(0o755)
    more = [] if base.is_relative_to("/srv") or base.is_relative_to("/opt") else [base]
    options = f"--state /srv/jhwizard-test --hub-python {PYTHON} --user-python {PYTHON}"
    with Machine(writable=more) as machine:
        machine.write("/etc/jupyterhub/jupyterhub_config.py", "")
        machine.write("/etc/systemd/system/jupyterhub.service", UNIT.format(prefix=prefix))

        def run(command: str, package: str = "", *, check: bool = True) -> tuple[int, str, str]:
            done = machine.run(
                ["sh", "-c", f"umask 077; exec {command}"],
                env={"CONDA_CHANNELS": tmp_path.as_uri()},
                input=f'[environment]\npackages = ["{package}"]\n[culling]\nkernel_idle = "30m"\n',
                check=check,
                timeout=600,
            )
            return done.returncode, done.stdout, done.stderr

        status, _out, talk = run(f"{COMMAND} apply - --yes {options}", f"{NAME}==9", check=False)
        assert status == 1
        assert NAME in talk[talk.index("nothing was written:") :]
        assert run(f"{COMMAND} history --json {options}")[1].count('"id"') == 0

        run(f"{COMMAND} apply - --yes {options}", f"{NAME}==1.0")
        run(f"{COMMAND} apply - --yes {options}", f"{NAME.replace('_', '-')}>=1.1")
        assert run(f"{COMMAND} plan - {options}", NAME)[0] == 0
        with Hub(machine, prefix) as hub:
            hub.start_server("al")
            code = f"import {NAME}; print({NAME}.WORD)"
            assert hub.run_in_kernel("al", "python3", code) == "tiny 1.1\n"

        _status, _undone, talk = run(f"{COMMAND} undo {options}")
        back = talk.partition("to take it back, run: ")[2].splitlines()[0]
        assert back.endswith(f"--prefix {prefix} {NAME}==1.0")
        run(f"{back} --yes")
        assert "conda" not in run(f"{COMMAND} plan - {options}", f"{NAME}==1.0")[1]
