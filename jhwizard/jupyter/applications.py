"""The two applications that people's servers can be, and what each calls its files and traits.

JupyterLab, Notebook 7 and nbclassic are extensions of one of them, jupyter_server's `ServerApp`.
The other one is the legacy Notebook, `NotebookApp` of notebook < 7: it reads other files and
knows another class. Tried on a started server of notebook 6.5.7 with jupyterhub 6.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass

from jhwizard.facts import Facts
from jhwizard.language import _

VARIABLE = "JUPYTERHUB_SINGLEUSER_APP"
"""The environment variable that names the application to the single-user server."""
EXTENSION_VARIABLE = "JUPYTERHUB_SINGLEUSER_EXTENSION"
"""Anything but 0 and nothing keeps the legacy Notebook from starting (since JupyterHub 4)."""
OLD_LAB_VARIABLE = "JUPYTER_ENABLE_LAB"
"""No file of jupyterhub 6.1, jupyter_server 2.21, jupyterlab 4.6, notebook 7.6 or 6.5 names it."""
LEGACY_NAME = "notebook.notebookapp.NotebookApp"
"""The name of the legacy Notebook that every JupyterHub from 2 on understands."""
LEGACY_NAMES = frozenset({"notebook", LEGACY_NAME})
"""All its names (jupyterhub 6.1, singleuser/app.py); the short one came with JupyterHub 4."""


@dataclass(frozen=True)
class Application:
    """What an application calls its config files, its class and its extensions' switches."""

    title: str
    """In words, after "people's servers are"."""
    cls: str
    """The class whose section of a config file holds the application's own traits."""
    config: str
    """Its config file, without the suffix; `.d` holds what switches its extensions."""
    switches: str
    """The trait of its class that switches extensions."""
    extensions_files: tuple[str, ...] = ()
    """Config files that its extensions load by themselves, weakest first."""

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of its config files, weakest first (jupyter_core, `JupyterApp`)."""
        return (*self.extensions_files, "jupyter_config", self.config)

    @property
    def switch_directory(self) -> str:
        """Return the name of the directory whose files switch extensions."""
        return f"{self.config}.d"

    @property
    def switch_trait(self) -> tuple[str, str]:
        """Return class and trait that switch extensions."""
        return self.cls, self.switches


SERVER = Application(
    _("the modern Jupyter server"),
    "ServerApp",
    "jupyter_server_config",
    "jpserver_extensions",
    (
        "jupyter_notebook_config",
        "jupyter_lab_config",
        "jupyter_jupyter_server_terminals_config",
    ),
)
"""Each extension's file is there only with the extension.

An extension puts the server's config on top of its own file before it hands both back
(jupyter_server 2.21, `ExtensionApp._link_jupyter_server_extension`), so these lose to the server's
files in every directory, and the extension that is linked first wins.
"""

LEGACY = Application(
    _("the legacy Notebook"), "NotebookApp", "jupyter_notebook_config", "nbserver_extensions"
)
"""Its `.d` files are merged with the JSON file of their directory; the trait beats both, name by
name (notebook 6.5, `NotebookApp.init_server_extension_config`).
"""

PASSING_FILES = frozenset({"jupyter_notebook_config", "jupyter_lab_config"})
"""Files of the extensions that pass on what stands there under `NotebookApp`."""
APPLICATIONS = (SERVER, LEGACY)
_MODERN_ONLY = frozenset(
    {
        *("ServerApp", "ExtensionApp", "LabServerApp", "LabApp", "TerminalsExtensionApp"),
        *("AsyncMultiKernelManager", "AsyncMappingKernelManager"),
    }
)


def application(facts: Facts) -> Application:
    """Return the application that people's servers are."""
    return LEGACY if facts.legacy else SERVER


def other_application(facts: Facts) -> Application:
    """Return the application that they are not."""
    return SERVER if facts.legacy else LEGACY


def renamed(cls: str, facts: Facts) -> str:
    """Return a class of the other application's own by the running one's name for it."""
    return application(facts).cls if cls == other_application(facts).cls else cls


def knows(cls: str, trait: str, facts: Facts) -> bool:
    """Return whether a trait of a config file means anything to the running application.

    The modern one passes what stands under `NotebookApp` on (notebook_shim), too late for the page
    that JupyterHub sends people to.
    """
    if facts.legacy:
        return cls not in _MODERN_ONLY
    return (cls, trait) != (LEGACY.cls, "default_url")
