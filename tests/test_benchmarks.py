"""The comparison in docs/performance.md can be repeated; no time is asserted anywhere."""

from __future__ import annotations

import subprocess
import sys

from running import CHECKOUT, environment


def test_the_benchmarks_run() -> None:
    done = subprocess.run(
        [sys.executable, CHECKOUT / "tests/benchmarks/compare.py", "--smoke"],
        capture_output=True,
        text=True,
        env={**environment(), "LANG": "C.UTF-8"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "jhwizard setup, first screen / a one-widget Textual app" in done.stdout
    assert "resident after all steps" in done.stdout
