"""What the cage is told: the files to lay over, what to start, and the names to look at."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jhwizard import own_program
from jhwizard.facts import Facts
from jhwizard.plan import Plan
from jhwizard.rehearsal import cage, hub_side, judge_idle, sample
from jhwizard.rehearsal.proof import Wanted, Wishes
from jhwizard.settings import SETTINGS
from jhwizard.settings.install_kernels import to_be_installed
from jhwizard.settings.setting import ServerTrait, SpawnerVariable
from jhwizard.traits_found import by_running_name
from jhwizard.which_application import under_application

_LIBRARY = (
    "browse",
    "hub_side",
    "talk",
    "trivial",
    "visit",
    "visit_hub",
    "visit_idle",
    "watch_server",
)
_CONFIG = """
import json, sys
sys.path.insert(0, {library!r})
load_subconfig({admins!r})  # silently passed over by JupyterHub, if it is not there
from jhwizard.rehearsal import hub_side
with open({told!r}) as stream:
    hub_side.configure(c, json.load(stream))
"""
_HUB, _SERVER = 60.0, 120.0


@dataclass(frozen=True)
class Setup:
    """What is rehearsed, and as whom."""

    plan: Plan
    facts: Facts
    wanted: Wanted
    who: sample.Person
    wishes: Wishes
    scaled: tuple[str, ...] = ()
    """Words for people's servers that scale down their times; nothing in the first pass."""


def cage_words(setup: Setup) -> dict[str, object]:
    """Return what `cage.main` reads. Raises WizardError where there is no proxy."""
    facts, who = setup.facts, setup.who
    assert facts.hub is not None  # noqa: S101 - refused before
    proxy = sample.proxy(facts)
    environ = sample.environment(facts)
    environ["PATH"] = sample.node_path(environ["PATH"])
    own = {"HOME": str(cage.HOME), "TMPDIR": "/tmp", "USER": who.name}  # noqa: S108
    told = str(cage.LIBRARY / "told.json")
    asked = _asked(setup, proxy)
    config = {"library": str(cage.LIBRARY), "admins": str(facts.hub_config), "told": told}
    user = facts.user if facts.user and facts.user.python else facts.hub
    hub = [str(facts.hub.python), str(facts.hub.prefix / "bin/jupyterhub"), "-f"]
    visit = [str(user.python), *own_program.start("jhwizard.rehearsal.visit", cage.LIBRARY), told]
    cwd = str(facts.hub_directory or facts.hub_config.parent)
    return {
        "files": sample.files(setup.plan, facts),
        "home": who.home,
        "uid": who.uid,
        "gid": who.gid,
        "groups": list(who.groups),
        "library": {
            **_library(),
            "told.json": json.dumps(asked),
            "config.py": _CONFIG.format(**config),
        },
        "hub": {
            "argv": [*hub, str(cage.LIBRARY / "config.py")],
            "environ": environ | own,
            "cwd": cwd,
        },
        "visit": {"argv": visit, "environ": environ | own, "cwd": "/"},
    }


def _library() -> dict[str, str]:
    """Return the modules that run in there, by Pythons that cannot read jhwizard's directories."""
    here = Path(cage.__file__).parent
    modules = {
        f"jhwizard/rehearsal/{n}.py": (here / f"{n}.py").read_text("utf-8") for n in _LIBRARY
    }
    return {"jhwizard/__init__.py": "", "jhwizard/rehearsal/__init__.py": "", **modules}


def _asked(setup: Setup, proxy: str) -> dict[str, object]:
    """Return what the hub's side and the visitor are told: names, and nothing they should find."""
    facts, who, wishes = setup.facts, setup.who, setup.wishes
    return {
        "secret": secrets.token_hex(16),
        "proxy": proxy,
        "user": who.name,
        "home": who.home if who.home and Path(who.home).is_dir() else str(cage.HOME),
        "directory": str(cage.HOME),
        "library": str(cage.LIBRARY),
        "seen": str(cage.HOME / "server.json"),
        "address": hub_side.ADDRESS,
        "hub_address": hub_side.HUB_ADDRESS,
        "servers": facts.user is not None,
        "ask": _names_to_look_at(setup.wanted),
        "kernels": _kernels(setup.wanted),
        "most_kernels": wishes.most_kernels,
        "kernel_seconds": wishes.kernel_seconds,
        "hub_seconds": _HUB,
        "server_seconds": _SERVER,
        "seconds": list(setup.scaled),
        "idle_seconds": judge_idle.longest(),
        "culler": bool(setup.wanted.values["culling.hub_idle"]),
    }


def _names_to_look_at(wanted: Wanted) -> dict[str, list[str]]:
    after = wanted.after
    landings = [under_application(record, after).lands for record in SETTINGS.values()]
    traits = [f"{each.cls}.{each.trait}" for each in landings if isinstance(each, ServerTrait)]
    more = wanted.values["environment.traits"]
    names = list(more) if isinstance(more, Mapping) else []
    return {
        "traits": [*traits, *(by_running_name(str(name), after) for name in names)],
        "variables": [each.name for each in landings if isinstance(each, SpawnerVariable)],
        "packages": _packages(wanted.values["environment.packages"]),
    }


def _packages(wishes: object) -> list[str]:
    if not isinstance(wishes, tuple) or not wishes:
        return []
    from packaging.requirements import Requirement  # noqa: PLC0415 - only packages need it

    return [Requirement(str(each)).name for each in wishes]


def _kernels(wanted: Wanted) -> list[str]:
    """Return kernels that answers speak of, which are started before others."""
    values = wanted.values
    shared, allowed = values["kernels.share"], values["kernels.allowed"]
    homes = {kernel.answer: kernel.name for kernel in wanted.after.home_kernels}
    names = [homes.get(str(n), str(n)) for n in shared] if isinstance(shared, tuple) else []
    more = map(str, allowed) if isinstance(allowed, tuple) else ()
    return [*sorted(to_be_installed(values)), *names, *more]
