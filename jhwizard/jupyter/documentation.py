"""Pages of Jupyter's documentation that describe one trait, of the version that is installed.

Read the Docs keeps a build for every release. From JupyterHub 4 on the pages of its classes are at
`reference/api/`, before at `api/`.
"""

from __future__ import annotations

from jhwizard.installed import Environment

_HUB = "https://jupyterhub.readthedocs.io/en"
_MODULES = {"JupyterHub": "app", "Spawner": "spawner", "LocalProcessSpawner": "spawner"}
_REARRANGED = (4,)


def hub_trait_page(name: str, hub: Environment | None) -> str:
    """Return the page of `Class.trait`; empty for a class that has none there."""
    cls, _dot, _trait = name.partition(".")
    module = _MODULES.get(cls)
    if module is None:
        return ""
    version = hub.packages.get("jupyterhub", "") if hub else ""
    is_release = bool(version) and version.replace(".", "").isdigit()
    old = is_release and hub is not None and (hub.version("jupyterhub") or ()) < _REARRANGED
    place = "api" if old else "reference/api"
    kept = version if is_release else "stable"
    return f"{_HUB}/{kept}/{place}/{module}.html#jupyterhub.{module}.{name}"
