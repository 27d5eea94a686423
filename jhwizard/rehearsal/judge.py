"""Compares what was seen with what should be seen, setting by setting, as soon as it is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jhwizard.errors import RefusedError
from jhwizard.jupyter import paths
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.rehearsal import judge_hub, judge_idle, judge_kernels
from jhwizard.rehearsal.judge_hub import proof
from jhwizard.rehearsal.proof import Proof, Seen, Skipped, Verdict, Wanted
from jhwizard.settings import SETTINGS
from jhwizard.settings.interface import CLASSIC
from jhwizard.settings.setting import (
    HubCuller,
    LabExtensions,
    NotConfig,
    OtherTraits,
    ServerExtensions,
    ServerTrait,
    Setting,
    SpawnerName,
    SpawnerVariable,
)
from jhwizard.traits_found import by_running_name
from jhwizard.which_application import under_application

_LEGACY_APP = "notebook.notebookapp.NotebookApp"
_LEGACY_TITLE = "Home Page - Select or create a notebook"
_OK, _ERROR = 200, 400


class Judge:
    """Hears what was seen, and says each thing once."""

    def __init__(self, wanted: Wanted) -> None:
        """Nothing is seen yet."""
        self._wanted = wanted
        self._seen: dict[str, Mapping[str, object]] = {}
        self._open = list(SETTINGS)

    def hear(self, what: str, said: Mapping[str, object]) -> Iterator[Proof | Skipped]:
        """Take one observation; yield what it settles."""
        name = f"kernel:{said.get('name')}" if what == "kernel" else what
        self._seen[name] = said
        if what == "kernel":
            yield judge_kernels.kernel(said)
        if what.startswith("idle "):
            yield judge_idle.idle(what.partition(" ")[2], said, self._wanted)
        yield from self._settled()

    @property
    def seen(self) -> Seen:
        """Return all that was seen by now."""
        return self._seen

    def rest(self, reason: str) -> Iterator[Skipped]:
        """Yield what was not seen at all."""
        yield from (Skipped(key, reason) for key in self._open)
        self._open = []

    def _settled(self) -> Iterator[Proof | Skipped]:
        for key in list(self._open):
            verdict = judged(SETTINGS[key], self._seen, self._wanted)
            if verdict is not None:
                self._open.remove(key)
                yield verdict


def judged(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    """Return what is known of one setting by now."""
    value = wanted.values[record.key]
    if not record.when(wanted.after, wanted.values):
        return Skipped(record.key, _("it means nothing with the other answers"))
    if value is None:
        why = wanted.after.found[record.key].reason or _("not understood")
        reason = _("what it should be is not known: {why}").format(why=shown(why, 120))
        return Skipped(record.key, reason)
    return _judged(record, seen, wanted)


def _judged(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:  # noqa: PLR0911 - a table
    if record.step == "interface":
        return _interface(record, seen, wanted)
    if record.step == "named_servers" and not isinstance(record.lands, SpawnerName):
        return judge_hub.limits(record, seen, wanted)
    match record.lands:
        case HubCuller():
            return judge_hub.culler(record, seen, wanted)
        case NotConfig():
            return judge_kernels.installed(record, seen, wanted)
        case SpawnerName():
            return Skipped(record.key, _("the spawner that uses it is replaced here"))
    failed = _server_failed(record, seen)
    if failed or "server" not in seen:
        return failed
    return _of_server(record, seen, wanted)


def _server_failed(record: Setting, seen: Seen) -> Verdict:
    landing = seen.get("landing", {})
    if landing and not landing["ready"]:
        return Skipped(record.key, _("the server did not start"))
    unwatched = seen.get("server", {}).get("unwatched")
    looks_inside = not isinstance(record.lands, LabExtensions) and record.step != "interface"
    if unwatched and looks_inside and record.key != "extensions.ipython":
        text = _("{program} is no Python script, so the server in it was not looked into")
        return Skipped(record.key, text.format(program=shown(str(unwatched))))
    return None


def _interface(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:
    landing = seen.get("landing")
    if landing is None:
        return None
    if not landing["ready"]:
        text = _("the server did not start: {why}").format(why=shown(str(landing["why"]), 120))
        return proof(record, wanted, text, ok=False)
    status, title = landing["status"], str(landing["title"])
    missed = _("a page with status {status}: {title}").format(status=status, title=shown(title))
    if record.key == "interface.app":
        observed: object = _shown_app(seen) or missed
    else:
        start = f"{landing['base']}user/{wanted.user}"
        path = str(landing["path"]).removeprefix(start).rstrip("/")
        observed = path if status == _OK else f"{path}: {missed}"
        should = str(wanted.values[record.key]).replace("{username}", wanted.user).rstrip("/")
        return proof(record, wanted, observed, ok=observed == should)
    return proof(record, wanted, observed)


def _shown_app(seen: Seen) -> str:
    landing, found = seen["landing"], seen.get("server", {}).get("found", {})
    if landing["status"] != _OK:
        return ""
    lineage = found.get("lineage", ()) if isinstance(found, Mapping) else ()
    if _LEGACY_APP in lineage or landing["title"] == _LEGACY_TITLE:
        return CLASSIC
    if landing["title"] == "JupyterLab":
        return "lab"
    if landing["title"] == "Home":
        return "notebook" if landing["config_data"] else "nbclassic"
    return ""


def _of_server(record: Setting, seen: Seen, wanted: Wanted) -> Verdict:  # noqa: PLR0911 - the same
    lands = under_application(record, wanted.after).lands
    found = seen["server"]["found"]
    assert isinstance(found, Mapping)  # noqa: S101 - as the visitor tells it
    if isinstance(lands, LabExtensions):
        return _page(record, lands, seen, wanted)
    if record.key == "extensions.ipython":
        return judge_kernels.ipython(record, seen, wanted)
    if "error" in found or not found:
        why = shown(str(found.get("error", _("it wrote nothing down"))), 120)
        reason = _("the server could not be looked into: {why}").format(why=why)
        return Skipped(record.key, reason)
    match lands:
        case ServerTrait(cls, trait):
            return _trait(record, found["traits"].get(f"{cls}.{trait}"), seen, wanted)
        case SpawnerVariable(name):
            return _variable(record, found["environ"].get(name), found, wanted)
        case ServerExtensions():
            return _extensions(record, found, wanted)
        case OtherTraits():
            return _other_traits(record, found, wanted)
    return Skipped(record.key, _("nothing that runs shows it"))


def _trait(record: Setting, held: object, seen: Seen, wanted: Wanted) -> Verdict:
    if not isinstance(held, list) or not held:
        return Skipped(record.key, _("nothing in the running server has it"))
    if record.key in {"kernels.allowed", "kernels.default"}:
        return judge_kernels.offered(record, held[0], seen, wanted)
    return proof(record, wanted, judge_hub.meant(record, held[0], wanted))


def _variable(
    record: Setting, value: object, found: Mapping[str, object], wanted: Wanted
) -> Proof | Skipped:
    absent = record.absent if record.absent is not None else True
    try:
        observed = absent if value is None else record.read(value, wanted.after)
    except RefusedError as error:
        observed = error.text
    if record.key == "environment.users_may_override" and observed is False:
        observed = observed if not _own_first(found, wanted) else _("people's own files win")
    if record.key == "environment.users_may_install" and observed is False and found["user_site"]:
        observed = _("the server still looks into ~/.local")
    return proof(record, wanted, observed)


def _own_first(found: Mapping[str, object], wanted: Wanted) -> bool:
    """Return whether the running server looks into people's own files before the admin's."""
    order = found["config_path"]
    assert isinstance(order, list)  # noqa: S101 - as the server wrote it down
    own, admins = f"{found['home']}/.jupyter", str(paths.config_directory(wanted.after))
    return own in order and (admins not in order or order.index(own) < order.index(admins))


def _extensions(record: Setting, found: Mapping[str, object], wanted: Wanted) -> Proof:
    loaded, should = found["extensions"], wanted.values[record.key]
    assert isinstance(loaded, Mapping)  # noqa: S101 - as the server wrote it down
    assert isinstance(should, Mapping)  # noqa: S101 - the setting's own terms
    observed = {name: bool(loaded.get(name)) for name in should}
    wrong = [name for name in should if should[name] != observed[name]]
    warnings = found["warnings"]
    assert isinstance(warnings, list)  # noqa: S101 - the same
    said = next((w for w in warnings if any(name in str(w) for name in wrong)), "")
    return proof(record, wanted, observed, note=shown(str(said), 200) if wrong else "")


def _other_traits(record: Setting, found: Mapping[str, object], wanted: Wanted) -> Proof | Skipped:
    should, held = wanted.values[record.key], found["traits"]
    assert isinstance(should, Mapping)  # noqa: S101 - the setting's own terms
    assert isinstance(held, Mapping)  # noqa: S101 - as the server wrote it down
    if not should:
        return Skipped(record.key, _("no other trait is set"))
    observed, unseen = {}, []
    for name in should:
        there = held.get(by_running_name(name, wanted.after))
        if there:
            observed[name] = there[0]
        else:
            unseen.append(name)
    if not observed:
        return Skipped(record.key, _("nothing in the running server has such a trait"))
    note = _("not seen: {names}").format(names=", ".join(unseen)) if unseen else ""
    ok = all(judge_hub.same(should[name], value) for name, value in observed.items())
    return proof(record, wanted, observed, ok=ok, note=shown(note, 200))


def _page(record: Setting, lands: LabExtensions, seen: Seen, wanted: Wanted) -> Verdict:
    page = seen.get("page")
    if page is None:
        return None
    if not page["path"]:
        return Skipped(record.key, _("no page of JupyterLab or Notebook 7 answers"))
    if int(str(page["status"])) >= _ERROR:
        text = _("the page {path} answers with status {status}")
        observed = text.format(path=page["path"], status=page["status"])
        return proof(record, wanted, observed, ok=False)
    names = page["disabled" if lands.section.startswith("disabled") else "locked"]
    return judge_hub.names(record, wanted, names)
