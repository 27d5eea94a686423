from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from jhwizard import probe


def found_by(*path: Path, more: str = "") -> dict[str, object]:
    """Run the probe as detection does, with `path` in front of everything."""
    code = f"import sys, runpy; sys.path[:0] = {[str(p) for p in path]!r}; {more}"
    code += f"runpy.run_path({probe.__file__!r}, run_name='__main__')"
    command = [sys.executable, "-I", "-c", code]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(x for x in output.splitlines() if x.startswith(probe.MARK))
    found = json.loads(line.removeprefix(probe.MARK))
    assert isinstance(found, dict)
    return found


def distribution(site: Path, name: str, version: str, points: str = "") -> None:
    info = site / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(points)


def test_it_tells_packages_spawners_and_the_interpreter(tmp_path: Path) -> None:
    distribution(
        tmp_path, "My_Spawner.x", "1.0", "[jupyterhub.spawners]\nmine = m:S\n[other]\nx = y:z\n"
    )
    found = found_by(tmp_path)
    assert found["packages"]["my-spawner-x"] == "1.0"  # type: ignore[index]
    assert found["spawners"]["mine"] == "m:S"  # type: ignore[index]
    assert found["prefix"] == sys.prefix
    assert found["python_version"] == ".".join(map(str, sys.version_info[:3]))


def test_the_first_of_two_is_the_one_that_counts(tmp_path: Path) -> None:
    distribution(tmp_path / "a", "thing", "2")
    distribution(tmp_path / "b", "thing", "1")
    assert found_by(tmp_path / "a", tmp_path / "b")["packages"]["thing"] == "2"  # type: ignore[index]


def test_leftovers_of_an_uninstallation_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "gone-1.0.dist-info").mkdir()
    (tmp_path / "~ip-1.0.dist-info").mkdir()
    distribution(tmp_path, "jupyterhub_broken", "1", "[jupyterhub.spawners\nnonsense")
    distribution(tmp_path, "good", "1")
    assert found_by(tmp_path)["packages"]["good"] == "1"  # type: ignore[index]


def test_it_imports_nothing_of_jupyter_and_is_quick() -> None:
    start = time.monotonic()
    more = "import atexit; atexit.register(lambda: print(*sys.modules)); "
    command = [sys.executable, "-X", "importtime", "-I", probe.__file__]
    found_by(more=more)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "jupyter" not in done.stderr
    assert "traitlets" not in done.stderr
    assert time.monotonic() - start < 5
