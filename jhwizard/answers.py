"""What the admin wants: one trait for each setting, starting as the values in force.

The only thing that changes while the wizard runs. An answer nobody gave is left as it is; an
answers file (TOML) says only what differs, and keeps its comments when it is written again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from traitlets import HasTraits, TraitError

from jhwizard.errors import RefusedError, WizardError, raise_all
from jhwizard.facts import Facts, Found
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings import SETTINGS, STEPS
from jhwizard.settings.kinds import Names, Switches
from jhwizard.settings.traits_kind import Traits
from jhwizard.traits_found import merged

if TYPE_CHECKING:
    from jhwizard.settings.setting import Setting

DEFAULT = "default"
"""The answer that takes a setting out of the files, so that Jupyter's own default counts."""

_TRAITS = type(
    "_TRAITS", (HasTraits,), {key.replace(".", "_"): s.kind for key, s in SETTINGS.items()}
)


class Answers(Mapping[str, object]):
    """A mapping from setting key to the wanted value, None where it is not known.

    `asked` are the keys the admin gave an answer to, `reset` those to be taken out of the files.
    """

    def __init__(self, facts: Facts) -> None:
        """Start as the values in force."""
        self.facts = facts
        self.asked: set[str] = set()
        self.reset: set[str] = set()
        self._traits = _TRAITS()
        for key in SETTINGS:
            self._put(key, facts.found[key].value)

    def __getitem__(self, key: str) -> object:
        """Return the wanted value."""
        follows = setting(key).follows
        if follows and self._follows(key, follows.key):
            return follows.answer(self._own(follows.key), self.facts)
        return self._own(key)

    def __iter__(self) -> Iterator[str]:
        """Return the keys in the wizard's order."""
        return iter(SETTINGS)

    def __len__(self) -> int:
        """Return the number of settings."""
        return len(SETTINGS)

    def give(self, key: str, value: object) -> None:
        """Take `value` (in the setting's own terms or as TOML has it) as the answer to `key`.

        Raises RefusedError with what to write instead; the answer before stays.
        """
        known = setting(key)
        if isinstance(value, str) and value.strip().lower() == DEFAULT:
            self.take_default(key)
            return
        wanted = known.kind.from_toml(value)
        if known.absent is not None and wanted == known.absent:
            self.take_default(key)
            return
        if isinstance(known.kind, Switches):
            wanted = {**_table(self[key]), **_table(wanted)}
        elif isinstance(known.kind, Traits):
            wanted = merged(_table(self[key]), _table(wanted))
        self._put(key, wanted)
        self.reset.discard(key)
        self.asked.add(key)

    def take_now(self, key: str) -> None:
        """Go back to the value in force: the question counts as not asked."""
        self._put(key, self.facts.found[key].value)
        self.asked.discard(key)
        self.reset.discard(key)

    def take_default(self, key: str) -> None:
        """Want the setting taken out of the files."""
        self._put(key, setting(key).default(self.facts))
        self.asked.add(key)
        self.reset.add(key)

    def changed(self, key: str) -> bool:
        """Return whether the answer differs from what is in force."""
        found, follows = self.facts.found[key], setting(key).follows
        if follows and self._follows(key, follows.key):
            return self[key] != found.value
        return self._given(key)

    def changes(self) -> dict[str, object]:
        """Return what differs from what is in force, as an answers file has it; None: taken out.

        Of a table, the names that differ; "default" for one that is taken out.
        """
        return {key: self._change(key) for key in SETTINGS if self.changed(key)}

    def _change(self, key: str) -> object:
        value, there = self[key], self.facts.found[key].value
        if key in self.reset:
            return None
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            gone = {name: DEFAULT for name in there if name not in value}
            new = {name: item for name, item in value.items() if there.get(name) != item}
            return {**new, **gone}
        return SETTINGS[key].kind.to_toml(value)  # type: ignore[arg-type]

    def _given(self, key: str) -> bool:
        """Return whether an answer to this very question differs from what is in force."""
        found = self.facts.found[key]
        if key in self.reset:
            return found.kind != "default"
        return key in self.asked and self._own(key) != found.value

    def _follows(self, key: str, leader: str) -> bool:
        """Return whether the answer to `leader` decides `key`, which has none of its own."""
        if key in self.reset and leader in self.asked - self.reset:
            return True
        found, follows = self.facts.found[key], setting(key).follows
        if follows and follows.unless_set and found.value is not None and found.kind != "default":
            return False
        return key not in self.asked and self._given(leader)

    def _own(self, key: str) -> object:
        return getattr(self._traits, key.replace(".", "_"))

    def _put(self, key: str, value: object) -> None:
        try:
            setattr(self._traits, key.replace(".", "_"), value)
        except TraitError as error:
            raise RefusedError(str(error)) from error


def setting(key: str) -> Setting:
    """Return the record of a key.

    Raises UsageError for one that does not exist, with the nearest one that does.
    """
    try:
        return SETTINGS[key]
    except KeyError:
        raise _unknown_key(key) from None


def read_answers(content: bytes, facts: Facts) -> Answers:
    """Return the answers of a TOML file, on top of what is in force.

    Raises RefusedError with the key, for a key that does not exist or a value that is none; the
    others of the file are with it.
    """
    answers, refused = Answers(facts), list[WizardError]()
    for key, value in _flat(content):
        if key == "target":
            continue  # decided before the facts were gathered: see `target_of`
        if key not in SETTINGS:
            refused.append(_unknown_key(key, RefusedError))
            continue
        try:
            answers.give(key, _added(answers, key, value))
        except RefusedError as error:
            refused.append(RefusedError(f"{key}: {error.text}", fix=error.fix))
    raise_all(refused)
    return answers


def target_of(content: bytes) -> str | None:
    """Return the target an answers file names; None when it names none.

    Raises RefusedError where it is no name at all; whether there is such a target is asked later.
    """
    target = next((value for key, value in _flat(content) if key == "target"), None)
    if target is None or isinstance(target, str):
        return target
    raise RefusedError(_("target: it must be text"), fix=_('write target = "system"'))


def write_answers(facts: Facts, answers: Mapping[str, object] | None = None) -> str:
    """Return an answers file: what is in force, or `answers`, each with a line on its origin.

    What TOML cannot say (a function, something not understood) is left out with a comment.
    """
    import tomlkit  # noqa: PLC0415 - 60 ms that only this verb needs

    document = tomlkit.document()
    document.add(tomlkit.comment(_("jhwizard answers. A key that is absent is left as it is.")))
    document.add("target", tomlkit.item(facts.target))
    for step in STEPS:
        table = tomlkit.table()
        # Tables of their own come last: in TOML everything after one would belong to it.
        for record in sorted(step.settings, key=lambda s: isinstance(s.kind, Switches | Traits)):
            value = facts.found[record.key].value if answers is None else answers[record.key]
            table.add(tomlkit.comment(_origin(record, facts.found[record.key])))
            item = None if value is None else tomlkit.item(record.kind.to_toml(value))  # type: ignore[arg-type]
            if item is not None and _is_said_above(record, value, facts):
                table.add(tomlkit.comment(f"{record.name} = {item.as_string()}"))
            elif item is not None:
                table.add(record.name, item)
            table.add(tomlkit.nl())
        document.add(step.name, table)
    return tomlkit.dumps(document)


def _is_said_above(record: Setting, value: object, facts: Facts) -> bool:
    """Return whether an answer is just what the one it follows amounts to.

    Only as a comment, so that whoever changes the other one in the file need not change both.
    """
    follows, keys = record.follows, list(SETTINGS)
    if follows is None or follows.unless_set or keys.index(follows.key) > keys.index(record.key):
        return False
    return value == follows.answer(facts.found[follows.key].value, facts)


def _origin(record: Setting, found: Found) -> str:
    words = f"{record.name}: {found.reason}" if found.reason else record.sentence
    return shown(f"{words} ({found.origin})", 200)


def _flat(content: bytes) -> Iterator[tuple[str, object]]:
    """Yield `step.name` and value of each answer; a name without a table is yielded alone."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        text = _("The answers are not TOML: {why}").format(why=shown(str(error), 120))
        raise RefusedError(text, fix=_('write lines such as kernel_idle = "20m"')) from error
    steps = {step.name for step in STEPS}
    for name, value in document.items():
        if (name in steps and isinstance(value, Mapping)) or (
            name != "target" and isinstance(value, Mapping) and value
        ):
            yield from ((f"{name}.{key}", item) for key, item in value.items())
        else:
            yield name, value


def _added(answers: Answers, key: str, value: object) -> object:
    kind, there = SETTINGS[key].kind, answers[key]
    if not isinstance(kind, Names) or not kind.adds or not isinstance(there, tuple):
        return value
    if isinstance(value, str) and value.strip().lower() in {DEFAULT, kind.empty}:
        return value
    return [*there, *kind.from_toml(value)]


def _table(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _unknown_key(key: str, error: type[WizardError] | None = None) -> WizardError:
    import difflib  # noqa: PLC0415 - only a misspelt key needs it

    from jhwizard.errors import UsageError  # noqa: PLC0415

    keys = [known for known in SETTINGS if known.startswith(f"{key}.")]
    if keys:
        text = _("There is no setting called “{key}”: it is a step of the wizard")
        fix = _("write one of: {keys}").format(keys=", ".join(keys))
        return (error or UsageError)(text.format(key=key), fix=fix)
    near = difflib.get_close_matches(key, SETTINGS, 1, 0.5)
    hint = _(" Did you mean {near}?").format(near=near[0]) if near else ""
    text = _("There is no setting called “{key}”.").format(key=shown(key)) + hint
    return (error or UsageError)(text, fix=_("`jhwizard show` lists every setting"))
