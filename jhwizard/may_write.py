"""Which paths of a plan whoever runs jhwizard may write, and what helps where they may not."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from jhwizard.errors import NotPermittedError
from jhwizard.host import Host
from jhwizard.language import _
from jhwizard.plan import Change, Plan
from jhwizard.state import nearest


def permitted(plan: Plan, host: Host) -> tuple[PurePosixPath, ...]:
    """Return the paths that whoever runs jhwizard may not write; none is fine."""
    places = [c.where for c in plan.commands if not os.access(host.real(c.where), os.W_OK)]
    return (*places, *(change.path for change in plan.changes if not _may_write(change, host)))


def refuse_not_permitted(plan: Plan, host: Host) -> None:
    """Raise NotPermittedError if a path of the plan may not be written, and say what helps."""
    forbidden = permitted(plan, host)
    if not forbidden:
        return
    names = ", ".join(map(str, forbidden))
    if os.geteuid() == 0:
        text = _("even root may not write {names}; nothing was written").format(names=names)
        fix = _("the file system is read-only, or `lsattr -d` shows that the file is immutable")
        raise NotPermittedError(text, file=forbidden[0], fix=fix)
    text = _("you may not write {names}; nothing was written").format(names=names)
    fix = _("save the plan with `jhwizard plan ANSWERS -o PLAN`, then `sudo jhwizard apply PLAN`")
    raise NotPermittedError(text, file=forbidden[0], fix=fix)


def _may_write(change: Change, host: Host) -> bool:
    try:
        real = host.real(change.path)
    except PermissionError:
        return False
    above = nearest(real.parent)
    if above.is_dir() and not os.access(above, os.W_OK | os.X_OK):
        return False
    return not real.exists() or (os.access(real, os.W_OK) and _may_own(change.owner))


def _may_own(owner: tuple[int, int] | None) -> bool:
    """Return whether the new file can be given to the owner of the old one."""
    if owner is None or os.geteuid() == 0:
        return True
    return owner[0] == os.geteuid() and owner[1] in {os.getegid(), *os.getgroups()}
