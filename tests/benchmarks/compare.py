"""jhwizard side by side with the programs people use today, in one run, taking turns.

    .venv/bin/python tests/benchmarks/compare.py --jhwizard ~/.local/share/jhwizard/bin/jhwizard

Prints medians, 95th percentiles and ratios; docs/performance.md says what they mean. Not a test:
a busy machine makes every number larger, and the ratios are what stays. The jupyter commands are
those of the environment `hub6` of the real tests.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import at_work
import start_up
from many import EXTENSIONS, KERNELS, many
from on_a_terminal import Answer
from real.built import built

from jhwizard.demo import build

TODAY = ("jupyter ", "jupyterhub ")
TEXTUAL = "a one-widget Textual app, first screen"
RATIOS = (
    ("jhwizard --version", "python -c pass"),
    ("jhwizard setup, first screen", TEXTUAL),
    ("jhwizard demo, first screen", TEXTUAL),
)


def main() -> None:
    """Print everything."""
    given = _arguments()
    with tempfile.TemporaryDirectory(prefix="jhwizard-benchmark-") as name:
        os.environ["TMPDIR"] = name
        place = Path(name)
        _start_up(given, place)
        _at_work(given, place)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    here = Path(sys.executable).with_name("jhwizard")
    parser.add_argument("--jhwizard", type=Path, default=here, help="an installed one is quicker")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--smoke", action="store_true", help="one tiny round, nothing of Jupyter")
    given = parser.parse_args()
    given.rounds = 1 if given.smoke else given.rounds
    given.jhwizard = given.jhwizard.absolute()
    return given


def _start_up(given: argparse.Namespace, place: Path) -> None:
    root, state = build(place / "small" / "machine"), place / "state"
    times = start_up.medians(start_up.starts(given.jhwizard, root, state), given.rounds)
    _print_times(times)
    for ours, other in RATIOS:
        print(f"{times[ours] / times[other]:8.2f}     {ours} / {other}")
    if given.smoke:
        return
    hub = Path(built("hub6"))
    times = start_up.medians(
        start_up.jupyter_commands(given.jhwizard, hub, state), math.ceil(given.rounds / 2)
    )
    _print_times(times)
    today = sum(seconds for name, seconds in times.items() if name.startswith(TODAY))
    print(f"{today / times['jhwizard show']:8.2f}     the four / jhwizard show")


def _at_work(given: argparse.Namespace, place: Path) -> None:
    python, whiptail = str(given.jhwizard.with_name("python")), bool(shutil.which("whiptail"))
    print("\n   first output     screen still    bytes\n     p50    p95      p50    p95      p50")
    _print_keys(at_work.others(python, whiptail=whiptail, rounds=given.rounds))
    with at_work.setup(given.jhwizard, place / "small" / "machine", place / "state") as wizard:
        memory = {"at the first screen": wizard.resident()}
        _print_keys(
            [("first visits of steps, jhwizard", at_work.around(wizard, 0 if given.smoke else 1))]
        )
        memory["after all steps"] = wizard.resident()
        if not given.smoke:
            _print_keys(at_work.keys(wizard, given.rounds))
            _print_keys([("steps, jhwizard", at_work.around(wizard, 10))])
            memory["ten times round"] = wizard.resident()
    size = (3, 2) if given.smoke else (KERNELS, EXTENSIONS)
    root = many(place / "many" / "machine", *size)
    print(f"with {size[0]} kernelspecs and {size[1]} extensions more:")
    with at_work.setup(given.jhwizard, root, place / "state") as wizard:
        if not given.smoke:
            _print_keys(at_work.long_lists(wizard, max(given.rounds // 5, 1)))
        memory["with the long lists"] = wizard.resident()
    for name, size_now in memory.items():
        print(f"{size_now:8.1f} MB  resident {name}")


def _print_times(times: dict[str, float]) -> None:
    for name, seconds in times.items():
        print(f"{seconds * 1000:8.0f} ms  {name}")


def _print_keys(measured: Iterable[tuple[str, list[Answer]]]) -> None:
    for name, answers in measured:
        first, still = [a.first * 1000 for a in answers], [a.still * 1000 for a in answers]
        size = _percentile([a.size for a in answers], 50)
        both = " ".join(
            f"{_percentile(x, 50):7.0f}{_percentile(x, 95):7.0f} " for x in (first, still)
        )
        print(f" {both}{size:8.0f}   {name}")


def _percentile(values: list[float] | list[int], share: int) -> float:
    return sorted(values)[max(math.ceil(len(values) * share / 100) - 1, 0)]


if __name__ == "__main__":
    main()
