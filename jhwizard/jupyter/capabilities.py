"""What an installed environment can do, decided by the versions of its packages.

The only place with a version number of Jupyter. Each function says one thing that a record
of `jhwizard.settings` may ask, and where the fact was found.
"""

from __future__ import annotations

from jhwizard.installed import Environment

DOCS = "https://jupyterhub.readthedocs.io/en/stable"
SERVER_DOCS = "https://jupyter-server.readthedocs.io/en/latest"
LIMIT_FUNCTION = "JupyterHub 3.1"
"""The first release whose limit of named servers may be a function."""
ROLES = "JupyterHub 2.0"
"""The first release that gives services roles, and the scopes that the idle culler needs."""
ALLOWED_KERNELS = "jupyter_client 7.0"
"""The first release that knows `allowed_kernelspecs`, which was called `whitelist` before."""
LOCKS = "JupyterLab 4.1"
"""The first release whose extensions can be locked."""
RECENT_LAB = "4.6"
"""A JupyterLab of today, for pages that speak of no deployment."""


def _at_least(environment: Environment | None, package: str, *release: int) -> bool:
    version = environment.version(package) if environment else None
    return version is not None and version >= release


def has_lab(environment: Environment | None) -> bool:
    """Return whether JupyterLab can be the landing page (jupyterlab >= 3.1, as the hub tests)."""
    return _at_least(environment, "jupyterlab", 3, 1)


def locks_extensions(environment: Environment | None) -> bool:
    """Return whether extensions can be locked (jupyterlab >= 4.1, `jupyter labextension lock`).

    An environment that is not known is taken for one of today.
    """
    return environment is None or _at_least(environment, "jupyterlab", 4, 1)


def has_notebook(environment: Environment | None) -> bool:
    """Return whether Notebook 7 is there; it shows its files at `/tree`."""
    return _at_least(environment, "notebook", 7)


def has_legacy_notebook(environment: Environment | None) -> bool:
    """Return whether the legacy Notebook is there, a server application of its own.

    `notebook.notebookapp` was taken out with Notebook 7; what came before 5.3 does not know the
    traits that are asked about.
    """
    version = environment.version("notebook") if environment else None
    return version is not None and (5, 3) <= version < (7,)


def may_be_legacy(environment: Environment | None) -> bool:
    """Return whether servers may be the legacy Notebook; an environment that is not known may."""
    return environment is None or has_legacy_notebook(environment)


def starts_as_extension(hub: Environment | None) -> bool:
    """Return whether the hub's server is an extension of the modern one (JupyterHub >= 4)."""
    return hub is None or "jupyterhub" not in hub.packages or _at_least(hub, "jupyterhub", 4)


def has_nbclassic(environment: Environment | None) -> bool:
    """Return whether the classic pages of nbclassic are there."""
    return environment is not None and "nbclassic" in environment.packages


def has_terminals(environment: Environment | None) -> bool:
    """Return whether terminals are an extension of their own, with a config file of its own.

    An environment that is not known is taken for one of today, where they are (jupyter_server 2).
    """
    return environment is None or "jupyter-server-terminals" in environment.packages


def nbclassic_url(environment: Environment | None) -> str:
    """Return where nbclassic shows its files: it yields `/tree` to Notebook 7 only.

    An environment that is not known is taken for one of today, with Notebook 7.
    """
    return "/tree" if environment and not has_notebook(environment) else "/nbclassic/tree"


def starts_no_server(hub: Environment | None, user: Environment | None) -> bool:
    """Return whether every server would die at its start.

    JupyterHub before 4.1 patches a module that Notebook 7 no longer has, as soon as nbclassic
    is installed beside it (jupyterhub/jupyterhub, pull request 4651).
    """
    old = (
        hub is not None and "jupyterhub" in hub.packages and not _at_least(hub, "jupyterhub", 4, 1)
    )
    return old and has_notebook(user) and has_nbclassic(user)


def encrypts_kernels(environment: Environment | None) -> bool:
    """Return whether the server can encrypt its connections to kernels.

    `MappingKernelManager.transport_encryption` came with jupyter_server 2.20, the keys with
    jupyter_client 8.9. An environment that is not known is taken for one of today.
    """
    if environment is None:
        return True
    server = _at_least(environment, "jupyter-server", 2, 20)
    return server and _at_least(environment, "jupyter-client", 8, 9)


def limit_may_be_function(hub: Environment | None) -> bool:
    """Return whether the named-server limit may be a function (JupyterHub >= 3.1)."""
    return hub is None or "jupyterhub" not in hub.packages or _at_least(hub, "jupyterhub", 3, 1)


def has_roles(hub: Environment | None) -> bool:
    """Return whether services have roles (JupyterHub >= 2)."""
    return hub is None or "jupyterhub" not in hub.packages or _at_least(hub, "jupyterhub", 2)


def people_outrank_environment(environment: Environment | None) -> bool:
    """Return whether `~/.jupyter` by itself beats an environment that somebody else owns.

    jupyter_core 5.0 preferred every virtual environment; since 5.1.1 only one's own
    (`prefer_environment_over_user`).
    """
    return _at_least(environment, "jupyter-core", 5, 1, 1)


def docker_names_servers(hub: Environment | None) -> bool:
    """Return whether containers of named servers have names of their own (dockerspawner >= 12).

    A release that is not known is taken for one of today, as in the next function.
    """
    known = hub is not None and "dockerspawner" in hub.packages
    return not known or _at_least(hub, "dockerspawner", 12)


def kube_slugs(hub: Environment | None) -> bool:
    """Return whether pods' names are made of `{user_server}` (kubespawner >= 7)."""
    known = hub is not None and "jupyterhub-kubespawner" in hub.packages
    return not known or _at_least(hub, "jupyterhub-kubespawner", 7)


def restricts_server_names(hub: Environment | None) -> bool:
    """Return whether named servers must have short lower-case names (JupyterHub >= 6)."""
    return _at_least(hub, "jupyterhub", 6)


def needs_allow(hub: Environment | None) -> bool:
    """Return whether nobody may log in but who is allowed to (JupyterHub >= 5)."""
    return _at_least(hub, "jupyterhub", 5)


def culler_is_traitlets(hub: Environment | None) -> bool | None:
    """Return whether the culler reads its command with traitlets; None where that is not known.

    jupyterhub-idle-culler 2.0 (its changelog; 1.4.0 and 2.0.0 tried); before, tornado did.
    """
    if hub is None or hub.version("jupyterhub-idle-culler") is None:
        return None
    return _at_least(hub, "jupyterhub-idle-culler", 2)
