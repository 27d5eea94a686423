"""What a rehearsal needs of the machine: somebody to be, a proxy, and the files to lay over."""

from __future__ import annotations

import base64
import os
import pwd
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from jhwizard.errors import NotPermittedError, UsageError, WizardError
from jhwizard.facts import Facts
from jhwizard.landing import is_of_hub
from jhwizard.language import _
from jhwizard.plan import Plan

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PROXY = "configurable-http-proxy"
_NAMELESS = "sample"
"""What nobody is called in the hub."""
_FOREIGN = ("CONFIGPROXY_", "JUPYTERHUB_", "JPY_", "PYTHON")
"""Variables of the real hub that would lead a second one astray; people's servers get none."""


@dataclass(frozen=True)
class Person:
    """The ordinary user who everything of a rehearsal runs as."""

    name: str
    """In the hub."""
    uid: int
    gid: int
    groups: tuple[int, ...]
    home: str
    """Empty for somebody without one, who gets an empty one."""


def person(name: str | None) -> Person:
    """Return who to be: `name`, or nobody; whoever runs jhwizard where that is not root.

    Raises UsageError for somebody who does not exist or is root.
    """
    mine = os.geteuid()
    if mine and name is None:
        return _person(pwd.getpwuid(mine))
    if name is None:
        entry = _nobody()
        return Person(_NAMELESS, entry[0], entry[1], (), "")
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise UsageError(_("--user: there is no user {name}").format(name=name)) from None
    if found.pw_uid == 0:
        fix = _("name an ordinary user, or leave --user out")
        raise UsageError(_("--user: people's servers are not started as root"), fix=fix)
    if mine not in {0, found.pw_uid}:
        text = _("--user: only root can be somebody else")
        raise NotPermittedError(text, fix=_("run it with sudo, or leave --user out"))
    return _person(found)


def _person(entry: pwd.struct_passwd) -> Person:
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid) if os.geteuid() == 0 else []
    return Person(entry.pw_name, entry.pw_uid, entry.pw_gid, tuple(groups), entry.pw_dir)


def _nobody() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return entry.pw_uid, entry.pw_gid


def environment(facts: Facts) -> dict[str, str]:
    """Return the variables the hub is started with: those that are known, and a PATH."""
    known = {k: v for k, v in facts.variables.items() if not k.startswith(_FOREIGN)}
    places = [f"{each.prefix}/bin" for each in (facts.hub, facts.user) if each]
    path = ":".join(dict.fromkeys([*places, *known.get("PATH", _PATH).split(":")]))
    return {"LANG": "C.UTF-8", **known, "PATH": path}


def proxy(facts: Facts) -> str:
    """Return the proxy's program.

    Raises WizardError with where it was looked for, and the line that installs it.
    """
    prefixes = [each.prefix for each in (facts.hub, facts.user) if each]
    beside = [*prefixes, facts.hub_config.parent, *filter(None, [facts.hub_directory])]
    places = [*(p / "bin" for p in prefixes), *(p / "node_modules/.bin" for p in beside)]
    paths = [*map(str, places), *environment(facts)["PATH"].split(":"), os.environ.get("PATH", "")]
    path = ":".join(paths)
    named = [word for word in _named(facts) if word]
    found = next(filter(None, (shutil.which(word, path=path) for word in [*named, _PROXY])), None)
    if found is None:
        text = _("{name}, which JupyterHub needs, was not found; it was looked for in {places}")
        where = ", ".join(dict.fromkeys(place for place in path.split(":") if place))
        fix = _("install it: npm install -g {name}").format(name=_PROXY)
        raise WizardError(text.format(name=_PROXY, places=where), fix=fix)
    if shutil.which("node", path=path) is None:
        text = _("{proxy} is there, but node, which it runs with, is not")
        raise WizardError(text.format(proxy=found), fix=_("install Node.js, and keep it on PATH"))
    return found


def node_path(path: str) -> str:
    """Return a PATH on which node is, wherever jhwizard finds it."""
    node = shutil.which("node", path=path) or shutil.which("node")
    return path if node is None else f"{path}:{os.path.dirname(node)}"  # noqa: PTH120


def _named(facts: Facts) -> Iterator[str]:
    """Yield what the hub's files name as the proxy's program, the last one first."""
    for source in reversed(facts.sources):
        for write in reversed(source.reading.writes):
            if (write.cls, write.trait) == ("ConfigurableHTTPProxy", "command"):
                words = write.value if isinstance(write.value, list | tuple) else [write.value]
                yield from (str(word) for word in words[:1] if isinstance(word, str))


def files(plan: Plan, facts: Facts) -> list[dict[str, object]]:
    """Return the planned files, and those of the hub, which whoever runs it here has to read."""
    found: dict[PurePosixPath, Mapping[str, object]] = {}
    for path, state in facts.files.items():
        if state is not None and not state.mode & 0o004 and is_of_hub(path, facts):
            found[path] = _file(state.content, state.mode, (state.uid, state.gid), for_hub=True)
    for change in plan.changes:
        owner = change.owner or (0, 0)
        of_hub = is_of_hub(change.path, facts)
        found[change.path] = _file(change.after, change.mode, owner, for_hub=of_hub)
    return [{"path": str(path), **told} for path, told in found.items()]


def _file(
    content: bytes | None, mode: int, owner: tuple[int, int], *, for_hub: bool
) -> dict[str, object]:
    text = None if content is None else base64.b64encode(content).decode()
    return {"content": text, "mode": mode, "owner": list(owner), "for_hub": for_hub}
