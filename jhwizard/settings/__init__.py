"""What can be asked: one module for each step, one record for each setting.

`STEPS` is the wizard's order, said here and nowhere else.
"""

from __future__ import annotations

from jhwizard.settings import (
    culling,
    environment,
    extensions,
    interface,
    kernels,
    named_servers,
)
from jhwizard.settings.setting import Setting, Step

STEPS: tuple[Step, ...] = (
    interface.STEP,
    culling.STEP,
    extensions.STEP,
    kernels.STEP,
    named_servers.STEP,
    environment.STEP,
)

SETTINGS: dict[str, Setting] = {s.key: s for step in STEPS for s in step.settings}
"""Every setting by its key, in the wizard's order."""
