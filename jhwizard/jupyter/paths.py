"""Where Jupyter looks for configuration and data, in its true order for an ordinary user.

From jupyter_core 5.9 (`jupyter_core/paths.py`), tried on real servers: people's own `~/.jupyter`
stands above an environment they do not own, and `JUPYTER_CONFIG_PATH` above everything. What
root sees is another order.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.facts import Facts
from jhwizard.installed import Environment

ETC = PurePosixPath("/etc/jupyter")
LOCAL = PurePosixPath("/usr/local/etc/jupyter")
HUB_CONFIGS = (
    PurePosixPath("/etc/jupyterhub/jupyterhub_config.py"),
    PurePosixPath("/srv/jupyterhub/jupyterhub_config.py"),
)
"""Where the hub's file is looked for when no running hub and no unit names one."""

IPYTHON_FILES = ("ipython_config", "ipython_kernel_config")
"""Config files of a Python kernel, weakest first."""
OUR_EXTENSIONS = "zz_jhwizard.json"
"""Alphabetical order decides inside `.d`: `zz` comes after the packages' own files."""


def config_directory(facts: Facts) -> PurePosixPath:
    """Return the config directory that the target writes to."""
    return target_directory(facts.target, facts.user)


def target_directory(target: str, user: Environment | None) -> PurePosixPath:
    """Return `/etc/jupyter`, or that of the users' environment for the target `env`."""
    if target == "env" and user is not None:
        return user.prefix / "etc/jupyter"
    return ETC


def config_path(user: Environment | None, first: tuple[PurePosixPath, ...]) -> list[PurePosixPath]:
    """Return the config directories, weakest first; `first` is `JUPYTER_CONFIG_PATH`."""
    env = [user.prefix / "etc/jupyter"] if user else []
    order = [ETC, LOCAL, *env, *reversed(first)]
    # A directory named twice counts where it is strongest.
    return [d for i, d in enumerate(order) if d not in order[i + 1 :]]


def kernel_directory(facts: Facts) -> PurePosixPath:
    """Return where the target puts kernelspecs for everybody."""
    if facts.target == "env" and facts.user is not None:
        return facts.user.prefix / "share/jupyter/kernels"
    return PurePosixPath("/usr/local/share/jupyter/kernels")


def packages_directory(facts: Facts) -> PurePosixPath:
    """Return the environment that packages for everybody go into; `/` if it is not known."""
    return facts.user.prefix if facts.user else PurePosixPath("/")


def ipython_path(prefixes: tuple[PurePosixPath, ...]) -> list[PurePosixPath]:
    """Return IPython's config directories, weakest first, for kernels of `prefixes`."""
    system = [PurePosixPath("/etc/ipython"), PurePosixPath("/usr/local/etc/ipython")]
    return [*system, *(prefix / "etc/ipython" for prefix in prefixes)]


def kernel_path(user: Environment | None) -> list[PurePosixPath]:
    """Return the directories of kernelspecs that everybody sees, the first name wins."""
    env = [user.prefix / "share/jupyter/kernels"] if user else []
    shared = ("/usr/local/share/jupyter/kernels", "/usr/share/jupyter/kernels")
    return [*env, *map(PurePosixPath, shared)]
