"""What installs packages into an environment: conda for its own environments, else pip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from jhwizard.host import Host
from jhwizard.installed import Environment
from jhwizard.language import _


def with_installer(host: Host, user: Environment | None) -> Environment | None:
    """Return the environment with its installer, or with the reason why there is none."""
    if user is None:
        return None
    user = replace(user, trusted=host.is_trusted(user.prefix))
    if user.python is None or not host.is_this_machine:
        text = _("the Python of people's servers cannot be started here")
        return replace(user, obstacle=text)
    if host.exists(user.prefix / "conda-meta"):
        conda = _conda_of(host, user.prefix)
        text = _("{prefix} is a conda environment, and its conda was not found")
        return replace(user, conda=conda, obstacle="" if conda else text.format(prefix=user.prefix))
    if "pip" not in user.packages:
        text = _("pip is missing: run `{python} -m ensurepip` first").format(python=user.python)
        return replace(user, obstacle=text)
    return user


def _conda_of(host: Host, prefix: PurePosixPath) -> PurePosixPath | None:
    """Return conda beside the environment, or of the installation whose `envs` it is in."""
    above = [prefix, *([prefix.parent.parent] if prefix.parent.name == "envs" else [])]
    places = [place / name for place in above for name in ("bin/conda", "bin/mamba")]
    return next((p for p in places if host.exists(p) and host.is_trusted(p)), None)
