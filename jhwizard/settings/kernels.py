"""Kernels: which ones are offered, which one starts first, and who may listen to them."""

from __future__ import annotations

from jhwizard.errors import UselessError
from jhwizard.facts import Facts
from jhwizard.jupyter import capabilities, paths
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings import install_kernels
from jhwizard.settings.interface import CLASSIC
from jhwizard.settings.kinds import Names, OneOf, YesNo
from jhwizard.settings.read_traits import read_bool
from jhwizard.settings.setting import (
    Choice,
    NotConfig,
    Rule,
    ServerTrait,
    Setting,
    Step,
    Values,
)

_CONFIG = f"{capabilities.SERVER_DOCS}/other/full-config.html"
NATIVE = "python3"
"""The default of `MultiKernelManager.default_kernel_name`."""
_POLICIES = ("disabled", "auto", "required")
_TOO_OLD = _("jupyter_server or jupyter_client is too old to encrypt")


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
        raise UselessError(advice.format(name=shown(capital), lower=shown(capital.lower())))
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
    known = {spec.name for spec in facts.kernelspecs} | _to_be(values, facts)
    unknown = [name for name in _allowed(values) if name not in known]
    if not known or not unknown:
        return ""
    return _("No kernel called {names} is installed: people would not see it").format(
        names=", ".join(unknown)
    )


def _unknown_default(values: Values, facts: Facts) -> str:
    default = values["kernels.default"]
    specs = {spec.name: spec for spec in facts.kernelspecs}
    if not specs or default in (None, NATIVE) or str(default).lower() in _to_be(values, facts):
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


def _native_stays(values: Values, facts: Facts) -> str:
    spec = next((s for s in facts.kernelspecs if s.name == NATIVE), None)
    allowed = _allowed(values)
    if values["kernels.native"] is not False or spec is None or (allowed and NATIVE not in allowed):
        return ""
    return _(
        "{name} is still offered, since it is installed in {directory}: to hide it, tick only "
        "other kernels above"
    ).format(name=NATIVE, directory=spec.directory)


def _default_is_gone(values: Values, facts: Facts) -> str:
    known = {spec.name for spec in facts.kernelspecs}
    default = str(values["kernels.default"]).lower()
    if values["kernels.native"] is not False or not known or default != NATIVE or NATIVE in known:
        return ""
    return _(
        "New notebooks start with {name}, which nobody would have then: choose another default"
    ).format(name=NATIVE)


def _encryption(value: object, facts: Facts) -> object:
    """Return the policy in force; what does not know the trait encrypts nothing."""
    if not capabilities.encrypts_kernels(facts.user):
        return _POLICIES[0]
    policy = value.lower() if isinstance(value, str) else ""
    if policy in _POLICIES:
        return policy
    advice = _("{value} is no policy, and no server starts with it: write {names}")
    names = " / ".join(_POLICIES)
    raise UselessError(advice.format(value=shown(ascii(value), 40), names=names))


def _encryption_choices(facts: Facts) -> tuple[Choice, ...]:
    why = "" if capabilities.encrypts_kernels(facts.user) else _TOO_OLD
    return (
        Choice("disabled", _("no")),
        Choice("auto", _("of those that can"), why),
        Choice("required", _("always: kernels that cannot do not start"), why),
    )


def _cannot_encrypt(values: Values, facts: Facts) -> str:
    reasons = {choice.value: choice.unavailable for choice in _encryption_choices(facts)}
    reason = reasons.get(str(values["kernels.encryption"]), "")
    advice = _("{reason}: nothing would be encrypted. Upgrade them, or answer disabled")
    return advice.format(reason=reason) if reason else ""


def _refuse_to_start(values: Values, facts: Facts) -> str:
    if values["kernels.encryption"] != "required":
        return ""
    allowed = _allowed(values)
    plain = [
        spec.name
        for spec in facts.kernelspecs
        if not (spec.encrypts or spec.problem) and (not allowed or spec.name in allowed)
    ]
    if not plain:
        return ""
    return _(
        "These kernels cannot encrypt and would not start any more: {names}. Answer auto to let "
        "them start without"
    ).format(names=", ".join(plain))


def _home_choices(facts: Facts) -> tuple[Choice, ...]:
    return tuple(
        Choice(k.answer, f"{k.display_name or k.name} ({k.owner})", k.obstacle)
        for k in facts.home_kernels
    )


def _newly_shared(values: Values, facts: Facts) -> list[str]:
    wanted, found = values["kernels.share"], facts.found["kernels.share"].value
    return [n for n in _names(wanted) if n not in _names(found)]


def _to_be(values: Values, facts: Facts) -> set[str]:
    """Return the names of the kernels that are about to be shared or installed."""
    new = _newly_shared(values, facts)
    shared = {kernel.name for kernel in facts.home_kernels if kernel.answer in new}
    return shared | install_kernels.to_be_installed(values)


def _names(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _cannot_share(values: Values, facts: Facts) -> str:
    homes = {kernel.answer: kernel for kernel in facts.home_kernels}
    offered = {spec.name for spec in facts.kernelspecs}
    taken: set[str] = set()
    for name in _newly_shared(values, facts):
        kernel = homes.get(name)
        if kernel is None:
            text = _("No home has a kernel called {name}: write one of {names}")
            return text.format(name=name, names=", ".join(homes) or _("none"))
        if kernel.obstacle:
            text = _("The kernel {name} cannot be shared: {why}")
            return text.format(name=name, why=kernel.obstacle)
        if kernel.name in offered or kernel.name in taken:
            text = _("A kernel called {name} is offered already: let its owner rename the other")
            return text.format(name=kernel.name)
        taken.add(kernel.name)
    return ""


def _taken_back(values: Values, facts: Facts) -> str:
    wanted = _names(values["kernels.share"])
    gone = [n for n in _names(facts.found["kernels.share"].value) if n not in wanted]
    if not gone:
        return ""
    text = _("{names}: shared kernels are taken back with `jhwizard undo`, not here")
    return text.format(names=", ".join(gone))


def _tells(values: Values, facts: Facts) -> str:
    new = _newly_shared(values, facts)
    names = [k.answer for k in facts.home_kernels if k.answer in new and k.tells]
    if not names:
        return ""
    text = _("{names}: the environment variables in kernel.json can be read by everybody then")
    return text.format(names=", ".join(names))


SHARE = Setting(
    key="kernels.share",
    sentence=_("Which kernels from people's homes shall everybody have?"),
    help=_(
        "A kernel installed in a home is offered to its owner alone. Sharing writes its kernelspec "
        "where everybody's server finds it; the environment behind it stays where it is, and its "
        "owner can still change it: share only what you trust."
    ),
    kind=Names(example="physics", empty="none", lower=True, adds=True),
    lands=NotConfig("shared kernels", _("a kernelspec for everybody"), paths.kernel_directory),
    source="https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs",
    default=lambda _facts: (),
    says=lambda _values, _facts: "",
    write=lambda values, _facts: values["kernels.share"],
    choices=_home_choices,
)

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

NATIVE_KERNEL = Setting(
    key="kernels.native",
    sentence=_("Offer the server's own Python as a kernel even if none is installed?"),
    help=_(
        "Jupyter adds python3, for the environment its server runs in, where no kernel of that "
        "name is installed. ipykernel installs one beside itself, and that one stays offered "
        "with no, too: hide it by offering only other kernels."
    ),
    kind=YesNo(),
    lands=ServerTrait("KernelSpecManager", "ensure_native_kernel"),
    source=_CONFIG,
    default=lambda _facts: True,
    says=lambda values, _facts: (
        _("The server's own Python is offered as a kernel even if none is installed.")
        if values["kernels.native"]
        else _("Only kernels that are installed are offered.")
    ),
    write=lambda values, _facts: values["kernels.native"],
    read=lambda value, _facts: read_bool(value),
)

ENCRYPTION = Setting(
    key="kernels.encryption",
    sentence=_("Encrypt what servers and kernels say to each other?"),
    help=_(
        "Without it, whoever can log in to the machine itself can listen to the output of other "
        "people's kernels on its loopback address. Kernels say in their kernel.json whether they "
        "can do it; ipykernel 7 does."
    ),
    kind=OneOf(*_POLICIES),
    lands=ServerTrait("MappingKernelManager", "transport_encryption"),
    source=_CONFIG,
    default=lambda _facts: _POLICIES[0],
    says=lambda values, _facts: _("Encryption between servers and kernels: {policy}.").format(
        policy=values["kernels.encryption"]
    ),
    write=lambda values, _facts: values["kernels.encryption"],
    read=_encryption,
    choices=_encryption_choices,
    # The legacy Notebook's kernel manager has no such trait.
    when=lambda _facts, values: values["interface.app"] != CLASSIC,
)

STEP = Step(
    name="kernels",
    title=_("Kernels"),
    intro=_("The languages and environments people can run notebooks in."),
    settings=(ALLOWED, DEFAULT, NATIVE_KERNEL, ENCRYPTION, install_kernels.INSTALL, SHARE),
    rules=(
        *install_kernels.RULES,
        Rule(("kernels.share",), "error", _cannot_share),
        Rule(("kernels.share",), "error", _taken_back),
        Rule(("kernels.share",), "warning", _tells),
        Rule(("kernels.default", "kernels.allowed"), "error", _default_not_offered),
        Rule(("kernels.allowed",), "warning", _unknown_kernel),
        Rule(("kernels.default",), "error", _unknown_default),
        Rule(("kernels.native", "kernels.allowed"), "warning", _native_stays),
        Rule(("kernels.native", "kernels.default"), "error", _default_is_gone),
        Rule(("kernels.encryption",), "error", _cannot_encrypt),
        Rule(("kernels.encryption", "kernels.allowed"), "warning", _refuse_to_start),
        Rule(("kernels.allowed",), "note", _no_security),
    ),
)
