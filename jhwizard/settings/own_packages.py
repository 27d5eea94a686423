"""Whether people may install packages for themselves, beside everybody's environment."""

from __future__ import annotations

from jhwizard.errors import UselessError
from jhwizard.facts import Facts
from jhwizard.language import _
from jhwizard.printable import shown
from jhwizard.settings.kinds import YesNo
from jhwizard.settings.setting import Rule, Setting, SpawnerVariable, Values

KEY = "environment.users_may_install"
_VARIABLE = "PYTHONNOUSERSITE"


def _read(value: object, _facts: Facts) -> bool:
    """Return yes for an empty variable only (Python's `site.py`: any other text turns it off)."""
    if not isinstance(value, str):
        advice = _('{value} is no text, and no server starts with it: write "1" or ""')
        raise UselessError(advice.format(value=shown(ascii(value), 40)))
    return not value


def _says(values: Values, _facts: Facts) -> str:
    if values[KEY]:
        return _("What people install with `pip install --user` is found.")
    return _("What people install with `pip install --user` is passed over.")


def _others_write(values: Values, facts: Facts) -> str:
    if values[KEY] is not False or facts.user is None or facts.user.writable is None:
        return ""
    return _(
        "People may write to {path}, and so install for everybody: take that right away first, "
        "such as with `chown -R root: {prefix}` and `chmod -R go-w {prefix}`"
    ).format(path=facts.user.writable, prefix=facts.user.prefix)


def _others_write_too(values: Values, facts: Facts) -> str:
    if not values[KEY] or facts.user is None or facts.user.writable is None:
        return ""
    return _(
        "People may write to {path} as well, so what one of them installs there everybody gets."
    ).format(path=facts.user.writable)


def _not_looked_at(values: Values, facts: Facts) -> str:
    if values[KEY] is not False or facts.user is not None:
        return ""
    return _(
        "Whether people may write to the environment of their servers was not looked at, as it is "
        "not on this machine or not known"
    )


def _refuses(values: Values, facts: Facts) -> str:
    if not values[KEY] or facts.user is None or not facts.user.refuses_user:
        return ""
    return _(
        "pip refuses --user there, as {why}. What works for people is a virtual environment of "
        "their own with ipykernel in it: `python -m ipykernel install --user --name NAME`."
    ).format(why=facts.user.refuses_user)


def _no_security(values: Values, _facts: Facts) -> str:
    if values[KEY] is not False:
        return ""
    return _(
        "This keeps order and protects nothing: a virtual environment of one's own and "
        "`pip install --target` still work."
    )


def _means_nothing(values: Values, facts: Facts) -> str:
    if values[KEY] is not False or facts.user is None or not facts.user.refuses_user:
        return ""
    return _(
        "pip refuses --user there already, as {why}. The answer still counts for kernels of other "
        "environments."
    ).format(why=facts.user.refuses_user)


USERS_MAY_INSTALL = Setting(
    key=KEY,
    sentence=_("May people install Python packages for themselves, with `pip install --user`?"),
    help=_(
        "Such packages lie in ~/.local, can come before everybody's and keep a server from "
        "starting. With no, servers and their kernels pass over them, and it is checked that "
        "people cannot write to the environment. A kernel whose kernel.json sets the variable "
        "itself, and a virtual environment, where nobody looks into ~/.local, see no difference."
    ),
    kind=YesNo(),
    lands=SpawnerVariable(_VARIABLE),
    source="https://docs.python.org/3/using/cmdline.html#envvar-PYTHONNOUSERSITE",
    default=lambda _facts: True,
    says=_says,
    write=lambda values, _facts: "" if values[KEY] else "1",
    read=_read,
)

RULES = (
    Rule((KEY,), "error", _others_write),
    Rule((KEY,), "warning", _not_looked_at),
    Rule((KEY,), "note", _others_write_too),
    Rule((KEY,), "note", _refuses),
    Rule((KEY,), "note", _no_security),
    Rule((KEY,), "note", _means_nothing),
)
