"""Rules about kernels: which ones fail, which ones nobody finds, and which ones look alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.installed import HomeKernel, Kernelspec
from jhwizard.jupyter.kernelspecs import SERVERS_OWN
from jhwizard.language import _, ngettext
from jhwizard.printable import shown
from jhwizard.rules.rule import Fix, Rule, Spot
from jhwizard.share_kernels import KEY

_KEYS = ("kernels.allowed",)
_ROOT = "root"
_NAMED = 3


def _broken(facts: Facts) -> Iterator[Spot]:
    text = _("the kernel {name} cannot be used: {why}")
    barriers = facts.examined.barriers if facts.examined else ()
    # A directory that nobody may list is said once, and not for every kernel in it.
    closed = {b.at for b in barriers if b.behind == "kernels" and b.at == b.wanted}
    for spec in facts.kernelspecs:
        if spec.problem and spec.directory.parent not in closed:
            words = text.format(name=shown(spec.name), why=spec.problem)
            yield Spot(words, _KEYS, spec.directory)


def _hidden(facts: Facts) -> Iterator[Spot]:
    text = _("this kernel {name} is offered to nobody, since {directory} has one of that name")
    winners = {spec.name: spec for spec in facts.kernelspecs}
    for each in facts.examined.hidden_kernels if facts.examined else ():
        winner = winners.get(each.name)
        # Of two that start the same it makes no difference which one is found.
        if winner is None or winner.problem or winner.argv == each.argv:
            continue
        words = text.format(name=shown(each.name), directory=winner.directory)
        fix = Fix(_("give its directory another name, or remove it"))
        yield Spot(words, _KEYS, each.directory, None, fix)


def _same_titles(facts: Facts) -> Iterator[Spot]:
    text = _("the kernels {names} are both shown as “{title}”, and people cannot tell them apart")
    titles: dict[str, list[Kernelspec]] = {}
    for spec in facts.kernelspecs:
        if spec.display_name and not spec.problem and _is_offered(spec, facts):
            titles.setdefault(spec.display_name, []).append(spec)
    for title, specs in titles.items():
        if len(specs) > 1:
            names = _(" and ").join(shown(spec.name) for spec in specs)
            words = text.format(names=names, title=shown(title))
            fix = Fix(_("change display_name in {file}").format(file=_file(specs[-1])))
            yield Spot(words, _KEYS, specs[-1].directory, None, fix)


def _file(spec: Kernelspec) -> PurePosixPath:
    return spec.directory / "kernel.json"


def _is_offered(spec: Kernelspec, facts: Facts) -> bool:
    allowed = facts.found["kernels.allowed"].value
    return not isinstance(allowed, tuple) or not allowed or spec.name in allowed


def _of_root(facts: Facts) -> Iterator[Spot]:
    text = _("the kernel {name} lies in the home of root, and nobody else is offered it")
    for kernel in facts.home_kernels:
        if kernel.owner != _ROOT or _is_everybodys(kernel, facts):
            continue
        words = text.format(name=shown(kernel.name))
        if kernel.obstacle:
            fix = Fix(_("install it anew for everybody: {why}").format(why=kernel.obstacle))
        else:
            fix = Fix(_("share it with everybody"), {KEY: (*_shared(facts), kernel.answer)})
        yield Spot(words, (KEY,), kernel.directory, None, fix)


def _shared(facts: Facts) -> tuple[str, ...]:
    value = facts.found[KEY].value
    return value if isinstance(value, tuple) else ()


def _is_everybodys(kernel: HomeKernel, facts: Facts) -> bool:
    names = {spec.name for spec in facts.kernelspecs}
    return kernel.name in names or kernel.answer in _shared(facts)


def _of_people(facts: Facts) -> Iterator[Spot]:
    """Yield one note for all: kernels of one's own are an everyday thing."""
    own = [k for k in facts.home_kernels if k.owner != _ROOT and not _is_everybodys(k, facts)]
    if not own:
        return
    text = ngettext(
        "one kernel lies in somebody's home, and only its owner is offered it: {names}",
        "{count} kernels lie in people's homes, and only their owners are offered them: {names}",
        len(own),
    )
    names = ", ".join(shown(kernel.answer) for kernel in own[:_NAMED])
    names += ", …" if len(own) > _NAMED else ""
    words = text.format(count=len(own), names=names)
    can_be = tuple(kernel.answer for kernel in own if not kernel.obstacle)
    fix = Fix(_("share those that everybody shall have"), {}) if can_be else None
    yield Spot(words, (KEY,), own[0].directory, None, fix)


def _servers_own(facts: Facts) -> Iterator[Spot]:
    text = _(
        "the kernel {name} starts “{program}”, which is always the Python of people's servers, "
        "whatever environment it was made for"
    )
    for spec in facts.kernelspecs:
        if facts.user is None or spec.problem or not spec.argv:
            continue
        at_home = spec.directory.is_relative_to(facts.user.prefix)
        if SERVERS_OWN.fullmatch(spec.argv[0]) and not at_home:
            words = text.format(name=shown(spec.name), program=spec.argv[0])
            fix = Fix(_("write the whole path of its Python in {file}").format(file=_file(spec)))
            yield Spot(words, _KEYS, spec.directory, None, fix)


def _unfound(facts: Facts) -> Iterator[Spot]:
    text = _(
        "the kernel {name} starts {program}, which is in no usual place: it works only if "
        "JupyterHub's own PATH leads there"
    )
    for each in facts.examined.unfound if facts.examined else ():
        words = text.format(name=shown(each.name), program=shown(each.program))
        fix = Fix(_("write its whole path in {file}").format(file=each.directory / "kernel.json"))
        yield Spot(words, _KEYS, each.directory, None, fix)


RULES: tuple[Rule, ...] = (
    Rule(
        "kernel-broken",
        _("A kernel that cannot start, or that people are not offered because of a fault in it."),
        "warning",
        _broken,
    ),
    Rule(
        "kernel-unfound",
        _("A kernel whose program is named without its place, and is in no usual one."),
        "note",
        _unfound,
    ),
    Rule(
        "kernel-hidden",
        _("A kernelspec that another one of the same name hides."),
        "warning",
        _hidden,
    ),
    Rule(
        "kernels-alike",
        _("Two kernels that are shown by the same title."),
        "warning",
        _same_titles,
    ),
    Rule("kernel-of-root", _("A kernel in root's home, which nobody sees."), "warning", _of_root),
    Rule("kernels-in-homes", _("Kernels that only their owners see."), "note", _of_people),
    Rule(
        "kernel-of-the-server",
        _("A kernel for everybody that starts `python`, which means the server's own Python."),
        "note",
        _servers_own,
    ),
)
