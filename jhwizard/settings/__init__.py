"""What can be asked: one module for each step, one record for each setting.

`STEPS` is the wizard's order, said here and nowhere else.
"""

from __future__ import annotations

from jhwizard.jupyter import classes
from jhwizard.jupyter.applications import APPLICATIONS, LEGACY, SERVER
from jhwizard.settings import (
    culling,
    environment,
    extensions,
    interface,
    kernels,
    named_servers,
)
from jhwizard.settings.setting import (
    HubTrait,
    IPythonTrait,
    ServerExtensions,
    ServerTrait,
    Setting,
    Step,
)

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


def owner_of(cls: str, trait: str) -> str:
    """Return the key of the setting that decides a trait, in whatever class section it stands."""
    if (cls, trait) in {each.switch_trait for each in APPLICATIONS}:
        return next(k for k, s in SETTINGS.items() if isinstance(s.lands, ServerExtensions))
    cls = SERVER.cls if cls == LEGACY.cls else cls
    for key, record in SETTINGS.items():
        for lands in (record.lands, record.stronger):
            match lands:
                case ServerTrait() | HubTrait() | IPythonTrait() if lands.trait == trait:
                    if cls in {lands.cls, *classes.server_lineage(lands.cls)}:
                        return key
    return ""
