"""The files that a config file opens to take values from, such as a list of users."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from jhwizard.errors import NotPermittedError, WizardError
from jhwizard.facts import Problem
from jhwizard.host import Host
from jhwizard.language import _

MOST_OPENED: Final = 20
"""How many such files are read."""
_LARGEST: Final = 64 << 10
_KERNELS: Final = {"dev", "proc", "sys"}


def read_opened(host: Host, path: str) -> bytes | Problem:
    """Return what a regular file of up to 64 KiB holds, or why that is not known."""
    place = PurePosixPath(path)
    try:
        inside = host.inside(host.real(place))
        if inside.parts[1:2] and inside.parts[1] in _KERNELS:
            return Problem(_("it is no file on a disk"))
        state = host.read(place, _LARGEST)
    except NotPermittedError:
        return Problem(_("it cannot be read by you"))
    except (WizardError, OSError, ValueError) as error:
        return Problem(error.text if isinstance(error, WizardError) else _("it cannot be read"))
    return Problem(_("it is not there")) if state is None else state.content
