"""How long a rehearsal takes, beside a bare script that starts the same hub, server and kernels.

    sudo .venv/bin/python tests/benchmarks/rehearsal.py [ROUNDS]

Both on a machine of their own with the real JupyterHub 6 of the tests, in turn, so that a slow
minute hits both. The bare script starts the hub with its proxy, a server, and each kernel that is
offered, which adds 1 and 1. It reads no config files, looks at no limits and judges nothing.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).parents[1]))

from real.built import built
from real.hub import Hub
from real.machine import PATH, Machine

COMMAND = Path(sys.executable).with_name("jhwizard")
HUB_FILE = "/etc/jupyterhub/jupyterhub_config.py"


def rehearsal(machine: Machine) -> None:
    proxy = built("proxy") / "node_modules/.bin"
    words: list[str | PurePosixPath] = [
        "rehearse",
        "--yes",
        "--hub-python",
        built("hub6") / "bin/python",
    ]
    machine.run([COMMAND, *words], env={"PATH": f"{PATH}:{proxy}"}, timeout=300)


def bare(machine: Machine) -> None:
    with Hub(machine, built("hub6")) as hub:
        hub.start_server("al")
        offered = hub.server_api("al", "GET", "/api/kernelspecs").json()["kernelspecs"]
        for name in offered:
            hub.run_in_kernel("al", name, "1+1")


def seconds(run: Callable[[Machine], None], machine: Machine) -> float:
    began = time.monotonic()
    run(machine)
    return time.monotonic() - began


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    took: dict[str, list[float]] = {"rehearsal": [], "bare script": []}
    with Machine(writable=[built("hub6")]) as machine:
        machine.write(HUB_FILE, "c.Authenticator.allow_all = True\n")
        for _round in range(rounds):
            took["rehearsal"].append(seconds(rehearsal, machine))
            took["bare script"].append(seconds(bare, machine))
    for name, all_of_it in took.items():
        print(f"{name:12} {statistics.median(all_of_it):6.1f} s  ({min(all_of_it):.1f} to", end=" ")
        print(f"{max(all_of_it):.1f})")
    medians = [statistics.median(all_of_it) for all_of_it in took.values()]
    print(f"ratio        {medians[0] / medians[1]:6.2f}")


if __name__ == "__main__":
    main()
