"""The wheel holds what the checkout holds, and starts from there."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from running import CHECKOUT, environment

IGNORED = {"__pycache__"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of what git knows, so that the checkout stays clean."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=CHECKOUT, capture_output=True, check=True).stdout
    copy = ["tar", "-c", "-C", str(CHECKOUT), "--null", "--ignore-failed-read", "-T-"]
    archive = subprocess.run(copy, input=files, capture_output=True, check=False).stdout
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive, check=True)
    setuptools = importlib.metadata.version("setuptools").split(".")
    isolated = [] if int(setuptools[0]) >= 80 else ["ignored"]
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(source)]
    command += [] if isolated else ["--no-isolation"]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def wanted() -> set[str]:
    """Return every file of the package, as it should be called when installed."""
    found = set()
    for place, name in (
        (CHECKOUT / "jhwizard", "jhwizard"),
        (CHECKOUT / "screens", "jhwizard/screens"),
    ):
        for path in place.rglob("*"):
            below = path.relative_to(place)
            if path.is_file() and not IGNORED & set(below.parts) and below.parts[0] != "screens":
                found.add(f"{name}/{below}")
    return found


def test_the_wheel_holds_every_file_and_no_other(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert package == wanted()
    assert "jhwizard/py.typed" in package
    assert "jhwizard/screens/wizard.tcss" in package
    assert any("dist-info/METADATA" in name for name in package)


def test_it_installs_one_package_and_shows_its_own_machine(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = [str(venv / "bin/pip"), "install", "--no-deps", "--no-index", "-q", str(wheel)]
    variables = environment()
    del variables["PYTHONPATH"]  # pip would take the checkout for the installed package
    subprocess.run(pip, check=True, capture_output=True, env=variables, cwd="/")
    site = next(venv.glob("lib/python3*/site-packages"))
    assert not (site / "screens").exists()
    theirs = [p for p in map(Path, sys.path) if p.name == "site-packages"]
    # The dependencies of the tests' own environment, without jhwizard itself.
    lines = [f"import sys; sys.path.append({str(p)!r})" for p in theirs]
    (site / "dependencies.pth").write_text("\n".join(lines) + "\n")
    code = (
        "import sys; from pathlib import Path; import jhwizard; from jhwizard.demo import build; "
    )
    code += "build(Path(sys.argv[1])); print(jhwizard.__file__)"
    python = str(venv / "bin/python")
    built = subprocess.run(
        [python, "-c", code, tmp_path / "machine"],
        capture_output=True,
        text=True,
        env=variables,
        cwd="/",
        check=True,
    )
    assert built.stdout.strip() == str(site / "jhwizard/__init__.py")
    shown = subprocess.run(
        [venv / "bin/jhwizard", "show", "--root", tmp_path / "machine"],
        capture_output=True,
        text=True,
        env=variables,
        cwd="/",
        check=True,
    )
    assert "/etc/jupyterhub/jupyterhub_config.py:10" in shown.stdout
    command = [python, "-c", "import jhwizard.screens.app"]
    subprocess.run(command, env=variables, cwd="/", check=True)
