"""Where the environments of the real tests are."""

import subprocess
from pathlib import Path, PurePosixPath

BUILD = Path(__file__).parent / "environments" / "build"


def built(name: str) -> PurePosixPath:
    """Return the prefix of a built environment; AssertionError with what to do, if it is not."""
    answer = subprocess.run([BUILD, "--where", name], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr.strip()
    return PurePosixPath(answer.stdout.strip())
