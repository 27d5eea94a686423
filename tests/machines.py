"""The recorded deployments, as facts: `tests/deployments/<name>` is a small machine's `/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path, PurePosixPath

from jhwizard.answers import Answers, read_answers, target_of
from jhwizard.detect import Options, detect
from jhwizard.facts import Facts, FileState, Found
from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.make_plan import make_plan
from jhwizard.plan import Plan
from jhwizard.understand import understand, with_files
from jhwizard.verify import verify

DEPLOYMENTS = Path(__file__).with_name("deployments")
ANSWERS = Path(__file__).with_name("answers")
NAMES = tuple(sorted(path.name for path in DEPLOYMENTS.iterdir()))
IMAGES = {"aliases", "docker"}
"""Machines whose users' servers run in an image: there is no target `env` on these."""
SOUND = tuple(name for name in NAMES if name not in {"broken", "hostile", "tljh"})
"""Deployments whose files can all be understood and edited, and that no other program decides."""

HUB = PurePosixPath("/etc/jupyterhub/jupyterhub_config.py")
ETC = PurePosixPath("/etc/jupyter/jupyter_server_config.py")
PREFIX = PurePosixPath("/opt/jupyterhub")
ENV = PREFIX / "etc/jupyter/jupyter_server_config.py"
OURS = PREFIX / "etc/jupyter/jupyter_server_config.d/zz_jhwizard.json"


def host_of(deployment: str) -> Host:
    return Host(DEPLOYMENTS / deployment)


@cache
def facts_of(deployment: str, target: str | None = None) -> Facts:
    return detect(host_of(deployment), Options(target=target))


def facts_at(deployment: str, target: str) -> Facts:
    """Return what is there for a target, or for the only one that an image leaves."""
    return facts_of(deployment, "system" if deployment in IMAGES else target)


def machine(files: dict[PurePosixPath, str], *, target: str = "system", **packages: str) -> Facts:
    """Return a machine that has just these files, and these packages in its one environment."""
    have = {"jupyterhub": "6.1.1", "jupyterlab": "4.6.6", "notebook": "7.6.5", "nbclassic": "1.3.3"}
    environment = Environment(PREFIX, None, "3.11", {**have, **packages})
    states = {path: FileState(text.encode(), 0o644, 0, 0) for path, text in files.items()}
    return understand(
        Facts(
            target=target,
            root="/nowhere",
            hub=environment,
            user=environment,
            hub_config=HUB,
            hub_config_exists=HUB in files,
            spawner="",
            sources=(),
            files=states,
        )
    )


def found(key: str, files: dict[PurePosixPath, str], **packages: str) -> Found:
    return machine(files, **packages).found[key]


def planned(facts: Facts, toml: str) -> Plan:
    """Return the plan of an answers file, proved."""
    answers = read_answers(toml.encode(), facts)
    plan = make_plan(facts, answers)
    verify(plan, facts, answers, Host(DEPLOYMENTS))
    return plan


def after(facts: Facts, toml: str) -> Facts:
    """Return the machine as it is when the plan of an answers file has been written."""
    return with_files(facts, {change.path: change.after for change in planned(facts, toml).changes})


def text_of(facts: Facts, path: PurePosixPath) -> str:
    state = facts.files.get(path)
    return state.content.decode() if state else ""


def answered(deployment: str, name: str) -> tuple[Facts, Answers]:
    """Return a deployment and the answers of `tests/answers/<name>.toml` to it."""
    content = (ANSWERS / f"{name}.toml").read_bytes()
    facts = facts_of(deployment, target_of(content))
    return facts, read_answers(content, facts)
