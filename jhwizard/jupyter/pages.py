"""Which package answers at which page of a person's server.

The first part of an address is its page: `/lab/tree/x.ipynb` is a page of `/lab`.
"""

from __future__ import annotations

import re

FIELDS = frozenset({"username", "base_url"})
"""What JupyterHub itself fills into a page (jupyterhub 6.1, `Spawner.template_namespace`)."""

_PACKAGES = {
    "desktop": "jupyter-remote-desktop-proxy",
    "git-pull": "nbgitpuller",
    "rstudio": "jupyter-rsession-proxy",
    "voila": "voila",
}
"""Pages of other packages than the interfaces, as each of them registers its own."""

CLASSIC_PAGES = frozenset({"tree", "notebooks", "edit", "terminals"})
"""Pages of Notebook 7, of nbclassic without it, and of the legacy Notebook."""


def page_of(url: str) -> str:
    """Return the first part of an address."""
    return re.split(r"[/?#]", url.strip("/"), maxsplit=1)[0]


def package_of(url: str) -> str:
    """Return the package that answers at an address; nothing if that is not known."""
    return _PACKAGES.get(page_of(url), "")


def unknown_fields(url: str) -> list[str]:
    """Return the names in braces that JupyterHub itself cannot fill in."""
    return [name for name in re.findall(r"\{([a-z_]+)\}", url) if name not in FIELDS]
