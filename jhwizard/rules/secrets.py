"""Rules about what people may read or write, and should not."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from shlex import quote

from jhwizard.examined import Exposed
from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.rules.rule import Fix, Rule, Spot

_NAMED = 3


def _of(what: str, facts: Facts) -> Iterator[Exposed]:
    return (
        each for each in (facts.examined.exposed if facts.examined else ()) if each.what == what
    )


def _who(each: Exposed) -> str:
    if each.by:
        return _("everybody in the group {group}").format(group=each.by)
    return _("everybody on this machine")


def _chmod(each: Exposed, bits: str) -> str:
    who = "g" if each.by else "o"
    return f"`chmod {who}-{bits} {quote(str(each.path))}`"


def _readable_secret(facts: Facts) -> Iterator[Spot]:
    text = _("{who} may read this file ({mode:04o}), and {names} in it")
    for each in _of("secret", facts):
        names = ", ".join(f"c.{name}" for name in each.names[:_NAMED])
        if len(each.names) > _NAMED:
            names += _(" and {count} more").format(count=len(each.names) - _NAMED)
        words = text.format(who=_who(each), mode=each.mode, names=names)
        fix = _("{chmod}; {owner} and the group {group} may read it still").format(
            chmod=_chmod(each, "r"), owner=each.owner, group=each.group
        )
        if each.by:
            fix = _chmod(each, "r")
        yield Spot(words, (), each.path, each.line, Fix(fix))


def _open_cookie_secret(facts: Facts) -> Iterator[Spot]:
    text = _("JupyterHub does not start with a cookie secret that is open to all ({mode:04o})")
    for each in _of("cookie", facts):
        fix = Fix(f"`chmod o= {quote(str(each.path))}`")
        yield Spot(text.format(mode=each.mode), (), each.path, None, fix)


def _writable_config(facts: Facts) -> Iterator[Spot]:
    for each in _of("config", facts):
        if each.side == "hub":
            text = _("{who} may change this file ({mode:04o}), and so whatever JupyterHub does")
        else:
            text = _("{who} may change this file ({mode:04o}), which everybody's servers run")
        words = text.format(who=_who(each), mode=each.mode)
        yield Spot(words, (), each.path, each.line, Fix(_chmod(each, "w")))


def _writable_directory(facts: Facts) -> Iterator[Spot]:
    text = _(
        "{who} may put files into this directory ({mode:04o}), such as a .json of the same name, "
        "which decides over the config file there"
    )
    for each in _of("directory", facts):
        words = text.format(who=_who(each), mode=each.mode)
        yield Spot(words, (), each.path, None, Fix(_closed(each)))


def _closed(each: Exposed) -> str:
    if each.mode & stat.S_ISVTX:  # such as /tmp, which has to be open
        return _("move the config files to a directory that only root may write to")
    return _chmod(each, "w")


def _writable_environment(facts: Facts) -> Iterator[Spot]:
    for each in _of("environment", facts):
        if each.side == "hub":
            text = _("{who} may change the environment JupyterHub runs in ({mode:04o})")
        else:
            text = _("{who} may change the environment of everybody's servers ({mode:04o})")
        words = text.format(who=_who(each), mode=each.mode)
        fix = Fix(_chmod(each, "w").replace("chmod", "chmod -R"))
        yield Spot(words, (), each.path, None, fix)


def _writable_database(facts: Facts) -> Iterator[Spot]:
    text = _("{who} may write to JupyterHub's database ({mode:04o}), and so become an admin")
    for each in _of("database", facts):
        words = text.format(who=_who(each), mode=each.mode)
        yield Spot(words, (), each.path, None, Fix(_chmod(each, "w")))


RULES: tuple[Rule, ...] = (
    Rule(
        "readable-secret",
        _("A config file with a secret, token or password in it that people may read."),
        "warning",
        _readable_secret,
    ),
    Rule(
        "open-cookie-secret",
        _("A cookie secret that others may read or write: JupyterHub refuses it."),
        "error",
        _open_cookie_secret,
    ),
    Rule(
        "writable-config", _("A config file that people may write to."), "warning", _writable_config
    ),
    Rule(
        "writable-config-directory",
        _("A directory of config files that people may put files into."),
        "warning",
        _writable_directory,
    ),
    Rule(
        "writable-environment",
        _("An environment that people may change for the hub, or for everybody."),
        "warning",
        _writable_environment,
    ),
    Rule(
        "writable-database",
        _("A database of the hub that people may write to."),
        "warning",
        _writable_database,
    ),
)
