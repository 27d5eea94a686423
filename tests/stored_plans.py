"""Plans as real files: `snapshots/plans/<deployment>/<answers>/` holds what would be written.

JHWIZARD_PLANS_UPDATE=1 stores what is planned now; read the diff before you accept it.
"""

from __future__ import annotations

import os
from pathlib import Path

from jhwizard.plan import Plan

SNAPSHOTS = Path(__file__).parents[1] / "snapshots" / "plans"
UPDATE = bool(os.environ.get("JHWIZARD_PLANS_UPDATE"))


def compare_plan(deployment: str, answers: str, plan: Plan | str) -> None:
    """Compare a plan, or the refusal of one, with the stored files."""
    directory = SNAPSHOTS / deployment / answers
    if UPDATE:
        _store(directory, _files(plan))
    assert _stored(directory) == _files(plan)


def _files(plan: Plan | str) -> dict[str, bytes]:
    """Return the files by path; a file that goes away is an empty one called `….deleted`."""
    if isinstance(plan, str):
        return {"REFUSED.txt": f"{plan}\n".encode()}
    files = {
        str(change.path).lstrip("/") + ("" if change.after else ".deleted"): change.after or b""
        for change in plan.changes
    }
    warnings = "".join(f"{notice.key}: {notice.text}\n" for notice in plan.warnings)
    files |= {"WARNINGS.txt": warnings.encode()} if warnings else {}
    return files or {"NOTHING.txt": b"Nothing to change.\n"}


def _stored(directory: Path) -> dict[str, bytes]:
    paths = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def _store(directory: Path, files: dict[str, bytes]) -> None:
    for path in [path for path in directory.rglob("*") if path.is_file()]:
        path.unlink()
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
