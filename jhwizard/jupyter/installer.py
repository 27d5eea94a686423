"""What installs packages into an environment: conda for its own environments, else pip."""

from __future__ import annotations

from dataclasses import replace

from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.jupyter import conda
from jhwizard.language import _


def with_installer(host: Host, user: Environment | None) -> Environment | None:
    """Return the environment with its installer, or with the reason why there is none."""
    if user is None:
        return None
    user = replace(user, trusted=host.is_trusted(user.prefix))
    if user.python is None or not host.is_this_machine:
        text = _("the Python of people's servers cannot be started here")
        return replace(user, obstacle=text)
    if conda.is_condas(host, user.prefix):
        return _with_conda(host, user)
    if "pip" not in user.packages:
        text = _("pip is missing: run `{python} -m ensurepip` first").format(python=user.python)
        return replace(user, obstacle=text)
    return user


def _with_conda(host: Host, user: Environment) -> Environment:
    """Return a conda environment with its conda, if nobody else may change that, and its records.

    What pip put there is pip's to change, where there is a pip.
    """
    known = conda.records(host, user.prefix)
    others = conda.not_condas(host, user.prefix, known) if "pip" in user.packages else frozenset()
    found = conda.condas_of(host, user.prefix)
    # Its Python stands in `bin`, also where the program is in `condabin`.
    places = ((path, (path, path.parent.parent / "bin")) for path in found)
    safe = next((path for path, both in places if all(map(host.is_trusted, both))), None)
    text = _("{prefix} is a conda environment, and its conda was not found")
    if found:
        text = _("other people than root may change {conda}, which looks after {prefix}")
    why = "" if safe else text.format(prefix=user.prefix, conda=found[0] if found else "")
    return replace(user, conda=safe, by_conda=known, by_others=others, obstacle=why)
