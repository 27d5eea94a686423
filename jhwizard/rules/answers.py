"""The rules of the questions, as the doctor's: what is in force is looked at like any answer.

A rule of a step speaks in the wizard of answers; here it speaks of what files say already. Those
that only a new answer can break are in `OF_ANSWERS_ALONE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jhwizard.facts import AdminExempt, Facts, Found
from jhwizard.jupyter import capabilities
from jhwizard.language import _
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings import setting as records
from jhwizard.settings.hub_culler import IDLE, INTERVAL, REMOVE, USERS

TEXTS = {
    "interface-not-installed": _("People are sent to an interface that is not installed."),
    "interface-starts-nothing": _(
        "JupyterHub before 4.1 with Notebook 7 and nbclassic, where no server starts."
    ),
    "interface-classic-cannot-start": _("The legacy Notebook with something it cannot start with."),
    "interface-classic-in-an-image": _("The legacy Notebook in an image that is not looked into."),
    "interface-nothing-answers": _("A landing page of a package that is not installed."),
    "interface-fields-nobody-fills": _("A landing page with a {name} that nobody may fill in."),
    "interface-not-known": _("A landing page of something unknown."),
    "culling-kernels-keep-server": _(
        "A time for servers, and none for the kernels that keep them."
    ),
    "culling-interval-is-long": _("Idle kernels are looked for more seldom than their time."),
    "culling-nothing-to-stop": _("Switches of kernel culling, without a time for kernels."),
    "culling-work-is-lost": _("Kernels are stopped while a cell runs."),
    "culling-terminal-interval-is-long": _(
        "Silent terminals are looked for more seldom than their time."
    ),
    "culling-kernel-idle-of-seconds": _("A time for kernels of less than a minute."),
    "culling-kernel-interval-of-seconds": _("Kernels are looked for every few seconds."),
    "culling-server-idle-of-seconds": _("A time for servers of less than a minute."),
    "culling-terminal-idle-of-seconds": _("A time for terminals of less than a minute."),
    "culling-terminal-interval-of-seconds": _("Terminals are looked for every few seconds."),
    "culling-open-tabs": _("Kernels with an open tab are never stopped."),
    "culling-terminals": _("Open terminals do not keep a server."),
    "culling-silent-jobs": _("Silent jobs end with their terminal."),
    "culling-hub-unknown": _("A culler, and no hub found that could start it."),
    "culling-not-installed": _("jhwizard's culler, not installed beside the hub."),
    "culling-no-roles": _("jhwizard's culler with a JupyterHub before 2.0."),
    "culling-stops-work": _("A hub's culler of less than 10 minutes, which stops who works."),
    "culling-second-culler": _("A culler beside the one of The Littlest JupyterHub."),
    "culling-looks-late": _("The hub's culler looks more seldom than its time."),
    "culling-stops-all": _("A greatest age, at which busy servers stop, too."),
    "culling-deletes-users": _("The culler deletes people from the hub."),
    "culling-deletes-volumes": _(
        "The culler deletes named servers, and KubeSpawner their volumes."
    ),
    "culling-silent-work": _("Silent computations count as idle to the hub's culler."),
    "extensions-interface-switched-off": _("The extension of the page people land on is off."),
    "extensions-unknown-extension": _("A switch for a server extension that is not installed."),
    "extensions-cython-missing": _("IPython's extension cython without Cython."),
    "extensions-needed": _("What the interface is built on is switched off."),
    "extensions-manager-still-installs": _("Only the page of the extension manager is off."),
    "extensions-own-files-win": _("People's own labconfig beats what is off or locked."),
    "kernels-default-not-offered": _("A default kernel that is not among those offered."),
    "kernels-unknown-kernel": _("A kernel is offered that is not installed."),
    "kernels-unknown-default": _("A default kernel that is not installed, or cannot start."),
    "kernels-native-stays": _("ensure_native_kernel off, while python3 is installed."),
    "kernels-default-is-gone": _("Python's own kernel is off, and still the default."),
    "kernels-refuse-to-start": _("Encryption is required of kernels that cannot encrypt."),
    "kernels-no-security": _("Kernels are hidden, which forbids none."),
    "named-servers-nothing-known": _("A name with a {field} that the spawner does not know."),
    "named-servers-same-for-all": _("A name that is the same for all people."),
    "named-servers-same-for-servers": _("A name that is the same for all servers of a person."),
    "named-servers-ambiguous": _("A name that two people's servers may share."),
    "named-servers-limit-without-servers": _("A limit, while named servers are off."),
    "named-servers-spawner-knows-one": _(
        "Named servers with SystemdSpawner, where the second kills the first."
    ),
    "named-servers-no-functions": _("A limit with an exception, before JupyterHub 3.1."),
    "named-servers-no-limit": _("Named servers without a limit: 0 is none."),
    "named-servers-less-for-all": _("One person may take all servers there may be."),
    "named-servers-stopped-ones-count": _("Stopped named servers count for the limit."),
    "named-servers-volume-goes": _("KubeSpawner's volumes go with named servers."),
    "named-servers-all-count": _("What counts for the limit of all servers."),
    "environment-people-win": _("People's own files beat the admin's."),
    "environment-system-still-loses": _("A preference that only the environment's files have."),
    "environment-changes-nothing": _("JUPYTER_PREFER_ENV_PATH=0, which is so by itself."),
    "environment-others-write": _("People may not install for themselves, but for everybody."),
    "environment-not-looked-at": _("An environment whose rights were not looked at."),
    "environment-others-write-too": _("People may install for everybody."),
    "environment-refuses": _("pip refuses what people may do."),
    "environment-no-security": _("Keeping people from installing keeps order only."),
    "environment-means-nothing": _("pip refuses by itself what is refused."),
}
"""Name of a rule of a step to what it is about."""

OF_ANSWERS_ALONE = frozenset(
    {
        *("interface-nothing-like-it", "interface-of-another-app"),
        *("extensions-unknown-disabled", "extensions-unknown-locked"),
        *("kernels-in-an-image", "kernels-cannot-install", "kernels-shared-too"),
        *("kernels-cannot-share", "kernels-taken-back", "kernels-tells", "kernels-cannot-encrypt"),
        *("culling-needs-a-time", "named-servers-containers-stay"),
        *("environment-cannot-install", "environment-not-roots", "environment-asked-elsewhere"),
        *("environment-refused-by-classes", "environment-not-checked"),
    }
)
"""Rules about what an answer would change or install."""

_EVEN_BY_DEFAULT = frozenset({"interface-starts-nothing"})
"""Rules about what is there, whoever has set it."""

_MAKERS = frozenset({"nb-conda-kernels", "environment-kernels", "nb-venv-kernels"})
"""Packages that offer kernels of their own making."""


def _kernels_are_files(facts: Facts) -> bool:
    """Return whether nothing makes up kernels that are no files, such as nb_conda_kernels."""
    packages = facts.user.packages if facts.user else {}
    servers = (source for source in facts.sources if source.role == "server")
    lines = (write for source in servers for write in source.reading.writes)
    return not (_MAKERS & set(packages)) and all(
        write.trait not in {"kernel_spec_manager_class", "*"} for write in lines
    )


_ONLY_WHERE: dict[str, Callable[[Facts], bool]] = {
    # JupyterHub 4.0 starts its servers as extensions, which work; only its old way does not.
    "interface-starts-nothing": lambda facts: not capabilities.starts_as_extension(facts.hub),
    **dict.fromkeys(
        ("kernels-unknown-kernel", "kernels-unknown-default", "kernels-default-is-gone"),
        _kernels_are_files,
    ),
}
"""Rules that are on the safe side about answers, and not certain of all they speak of."""

_NO_MORE_THAN_NOTES = frozenset({"extensions-unknown-extension"})
"""Rules that are not certain of what files say: any module may be a server extension."""


def _half(key: str, facts: Facts) -> int:
    value = facts.found[key].value
    return max(value // 2, 1) if isinstance(value, int) else 60


_FIXES: dict[str, Callable[[Facts], Fix]] = {
    "interface-not-installed": lambda facts: Fix(
        _("Choose an interface that is installed, or install this one."),
        {"interface.app": SETTINGS["interface.app"].default(facts)},
    ),
    "culling-kernels-keep-server": lambda _facts: Fix(
        _("Give kernels a time too, such as 20m."), {"culling.kernel_idle": 1200}
    ),
    "culling-interval-is-long": lambda facts: Fix(
        _("Look for idle kernels more often."),
        {"culling.kernel_interval": _half("culling.kernel_idle", facts)},
    ),
    "culling-terminal-interval-is-long": lambda facts: Fix(
        _("Look for silent terminals more often."),
        {"culling.terminal_interval": _half("culling.terminal_idle", facts)},
    ),
    "culling-work-is-lost": lambda _facts: Fix(
        _("Let running cells end."), {"culling.kernel_busy": False}
    ),
    "culling-stops-work": lambda _facts: Fix(_("Give it 10m or more."), {IDLE: 600}),
    "culling-looks-late": lambda facts: Fix(
        _("Let the hub look more often."), {INTERVAL: _half(IDLE, facts)}
    ),
    "culling-deletes-users": lambda _facts: Fix(_("Keep people."), {USERS: False}),
    "culling-deletes-volumes": lambda _facts: Fix(_("Keep named servers."), {REMOVE: False}),
    "named-servers-limit-without-servers": lambda _facts: Fix(
        _("Allow named servers, or take the limit out."), {"named_servers.allow": True}
    ),
    "named-servers-spawner-knows-one": lambda _facts: Fix(
        _("Leave named servers off."), {"named_servers.allow": False}
    ),
}


def _is_told(found: Found) -> bool:
    """Return whether another rule says what is wrong with a number: True, or one below 0."""
    limit = found.raw.limit if isinstance(found.raw, AdminExempt) else found.raw
    is_number = isinstance(found.value, int) and not isinstance(found.value, bool)
    return is_number and isinstance(limit, int) and (limit is True or limit < 0)


def _set_one(keys: tuple[str, ...], facts: Facts) -> Found:
    """Return what is in force for the first of a rule's settings that somebody has set."""
    is_set = (facts.found[key] for key in keys if facts.found[key].kind != "default")
    return next(is_set, facts.found[keys[0]])


def _rule(step_rule: records.Rule) -> Rule:
    name = step_rule.name

    def find(facts: Facts) -> Iterator[Spot]:
        values = {key: facts.found[key].value for key in SETTINGS}
        found = _set_one(step_rule.keys, facts)
        is_set = found.kind != "default" or name in _EVEN_BY_DEFAULT
        makes_sense = SETTINGS[step_rule.keys[0]].when(facts, values)
        if name in _ONLY_WHERE:
            makes_sense = makes_sense and _ONLY_WHERE[name](facts)
        if (
            is_set
            and makes_sense
            and not _is_told(found)
            and (text := step_rule.finds(values, facts))
        ):
            fix = _FIXES[name](facts) if name in _FIXES else None
            yield Spot(text, step_rule.keys[:1], found.file, found.line, fix)

    level = "note" if name in _NO_MORE_THAN_NOTES else step_rule.level
    return Rule(name, TEXTS[name], level, find)


RULES: tuple[Rule, ...] = tuple(
    _rule(rule) for step in STEPS for rule in step.rules if rule.name in TEXTS
)
