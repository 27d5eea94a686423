"""Count what the doctor says of real config files, to be read and judged one by one.

    .venv/bin/python tests/benchmarks/checks/measure_checks.py [-v] FOLDER…

Each `*.py` of a FOLDER is looked at by itself on an otherwise plain machine of today: as the hub's
own file where the folder is called `hub`, else as /etc/jupyter/jupyter_server_config.py. Nothing
of them is run. One row per rule: how many findings, in how many files; with -v each error and
warning with its file and line. The figures of the last reading are in docs/checks.md.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from machines import ETC, HUB, machine

from jhwizard.check import check
from jhwizard.facts import Facts
from jhwizard.jupyter import classes
from jhwizard.rules import RULES
from jhwizard.rules.rule import Finding
from jhwizard.understand import understand

_TODAY = {
    "jupyter-server": "2.21.1",
    "jupyter-client": "8.10.0",
    "jupyter-core": "5.9.1",
    "jupyter-server-terminals": "0.5.4",
    "jupyterhub-idle-culler": "2.0.0",
    "dockerspawner": "14.0.0",
    "jupyterhub-kubespawner": "7.0.0",
    "cython": "3.2.0",
}


def as_machine(path: Path) -> Facts:
    text = path.read_text(errors="replace")
    is_hubs = path.parent.name == "hub"
    facts = machine({HUB if is_hubs else ETC: text}, **_TODAY)
    if classes.starts_containers(facts.spawner):
        facts = understand(replace(facts, user=None))
    return facts


def findings(folders: list[Path]) -> Iterator[tuple[Path, Finding]]:
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            for found in check(as_machine(path)):
                yield path, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-v", action="store_true")
    parser.add_argument("folders", nargs="+", type=Path)
    given = parser.parse_args()
    counts: Counter[str] = Counter()
    files: dict[str, set[Path]] = defaultdict(set)
    for path, found in findings(given.folders):
        counts[found.rule] += 1
        files[found.rule].add(path)
        if given.v and found.level != "note":
            print(f"{found.level} {found.rule} {path.name}:{found.line} {found.text}")
    count = sum(len(list(folder.rglob("*.py"))) for folder in given.folders)
    print(f"{count} files")
    for rule in RULES:
        if counts[rule.name]:
            row = f"{rule.level:8} {rule.name:40} {counts[rule.name]:5}"
            print(f"{row} in {len(files[rule.name])} files")


if __name__ == "__main__":
    main()
