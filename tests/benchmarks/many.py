"""A machine with hundreds of kernelspecs and server extensions, to see whether lists stay quick."""

from __future__ import annotations

import json
from pathlib import Path

from jhwizard.demo import build

KERNELS, EXTENSIONS = 500, 300


def many(directory: Path, kernels: int = KERNELS, extensions: int = EXTENSIONS) -> Path:
    """Make the demonstration machine in `directory` with that many more; return its root."""
    root = build(directory)
    for number in range(kernels):
        spec = {
            "argv": ["/usr/bin/R", "--args", "{connection_file}"],
            "display_name": f"Course of {1500 + number}",
            "language": "R",
        }
        place = root / f"usr/local/share/jupyter/kernels/course-{number:03}"
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(spec))
    switches = root / "opt/jupyterhub/etc/jupyter/jupyter_server_config.d"
    switches.mkdir(parents=True, exist_ok=True)
    for number in range(extensions):
        enabled = {"ServerApp": {"jpserver_extensions": {f"extension_{number:03}": True}}}
        (switches / f"extension-{number:03}.json").write_text(json.dumps(enabled))
    return root
