"""Kernels: which of the installed kernels are offered, and which one starts first."""

from __future__ import annotations

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.kinds import Names, OneOf
from jhwizard.settings.setting import Choice, Rule, ServerTrait, Setting, Step, Values

_CONFIG = f"{capabilities.SERVER_DOCS}/other/full-config.html"
NATIVE = "python3"
"""The default of `MultiKernelManager.default_kernel_name`."""


def _choices(facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        Choice(spec.name, f"{spec.display_name or spec.name}", spec.problem)
        for spec in facts.kernelspecs
    )


def _allowed(values: Values) -> tuple[str, ...]:
    names = values["kernels.allowed"]
    return names if isinstance(names, tuple) else ()


def _offered(value: object, _facts: Facts) -> object:
    if not isinstance(value, set | frozenset | list | tuple):
        return None
    names = sorted({str(name) for name in value})
    capital = next((name for name in names if name != name.lower()), "")
    if capital:
        # Kernels' names are lower-cased before they are looked up in the set, as it stands.
        advice = _("{name} names no kernel, since all names are in lower case: write {lower}")
        raise RefusedError(advice.format(name=shown(capital), lower=shown(capital.lower())))
    return tuple(names)


def _says_allowed(values: Values, _facts: Facts) -> str:
    names = _allowed(values)
    if not names:
        return _("Every installed kernel is offered.")
    return _("Only these kernels are offered: {names}.").format(names=", ".join(names))


def _default_not_offered(values: Values, _facts: Facts) -> str:
    allowed, default = _allowed(values), values["kernels.default"]
    if not allowed or default is None or str(default).lower() in allowed:
        return ""
    return _(
        "The default kernel {name} is not among the kernels offered: offer it too, or choose "
        "another default"
    ).format(name=default)


def _unknown_kernel(values: Values, facts: Facts) -> str:
    known = {spec.name for spec in facts.kernelspecs}
    unknown = [name for name in _allowed(values) if name not in known]
    if not known or not unknown:
        return ""
    return _("No kernel called {names} is installed: people would not see it").format(
        names=", ".join(unknown)
    )


def _unknown_default(values: Values, facts: Facts) -> str:
    default = values["kernels.default"]
    specs = {spec.name: spec for spec in facts.kernelspecs}
    if not specs or default is None or default == NATIVE:
        return ""
    spec = specs.get(str(default).lower())
    if spec is None:
        missing = _("No kernel called {name} is installed: new notebooks would fail")
        return missing.format(name=default)
    broken = _("The default kernel cannot start: {problem}")
    return broken.format(problem=spec.problem) if spec.problem else ""


def _no_security(values: Values, _facts: Facts) -> str:
    if not _allowed(values):
        return ""
    return _("Other kernels are hidden, not forbidden: who knows a name can still start it.")


ALLOWED = Setting(
    key="kernels.allowed",
    sentence=_("Which kernels shall people be offered?"),
    help=_(
        "Kernels that are not ticked are missing from the launcher and from the kernel menu. "
        "This hides them; it does not protect anything. With none ticked, all are offered."
    ),
    kind=Names(example="python3, ir", empty="all", lower=True),
    lands=ServerTrait("KernelSpecManager", "allowed_kernelspecs"),
    source=_CONFIG,
    default=lambda _facts: (),
    says=_says_allowed,
    write=lambda values, _facts: set(_allowed(values)),
    read=_offered,
    needs=capabilities.ALLOWED_KERNELS,
    choices=_choices,
)

DEFAULT = Setting(
    key="kernels.default",
    sentence=_("Which kernel shall a new notebook start with?"),
    help=_("People can choose another kernel for each notebook at any time."),
    kind=OneOf(),
    lands=ServerTrait("MultiKernelManager", "default_kernel_name"),
    source=_CONFIG,
    default=lambda _facts: NATIVE,
    says=lambda values, _facts: _("New notebooks start with the kernel {name}.").format(
        name=values["kernels.default"]
    ),
    write=lambda values, _facts: values["kernels.default"],
    read=lambda value, _facts: value if isinstance(value, str) else None,
    choices=_choices,
)

STEP = Step(
    name="kernels",
    title=_("Kernels"),
    intro=_("The languages and environments people can run notebooks in."),
    settings=(ALLOWED, DEFAULT),
    rules=(
        Rule(("kernels.default", "kernels.allowed"), "error", _default_not_offered),
        Rule(("kernels.allowed",), "warning", _unknown_kernel),
        Rule(("kernels.default",), "error", _unknown_default),
        Rule(("kernels.allowed",), "note", _no_security),
    ),
)
