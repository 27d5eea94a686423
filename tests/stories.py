"""Ways through the wizard on the demonstration machine, as tables of keys.

A story is a list of steps; a step is a name and the keys that lead there. A key with a blank
before it is typed letter by letter. The same tables drive the screens inside a test and on a
real terminal.
"""

from __future__ import annotations

Step = tuple[str, tuple[str, ...]]

FIRST_TIME: tuple[Step, ...] = (
    ("deployment", ()),
    ("interface", ("f8",)),
    ("interface-notebook", ("down", "enter")),
    ("culling", ("f8",)),
    (
        "culling-times",
        (
            " 20m",
            "enter",
            " 2 min",
            "enter",
            "tab",
            "tab",
            " 1h",
            "enter",
            "pageup",
            "pageup",
            "pageup",
        ),
    ),
    ("extensions", ("f8",)),
    ("extensions-chosen", ("down", "space", "tab", "space")),
    ("kernels", ("f8",)),
    ("kernels-chosen", ("space", "end", "space")),
    ("named-servers", ("f8",)),
    ("named-servers-three", ("up", "enter", "tab", " 3")),
    ("people", ("f8",)),
    ("people-may-not", ("down", "enter")),
    ("review", ("f8",)),
    ("confirm", ("f8",)),
    ("outcome", ("y",)),
)
"""From nothing to a written setup, through every step."""

WRITTEN = {
    "etc/jupyterhub/jupyterhub_config.py": (
        'c.Spawner.default_url = "/tree"  # since the move to Lab\n',
        "c.JupyterHub.allow_named_servers = True\n",
        "c.JupyterHub.named_server_limit_per_user = 3\n",
        'c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})\n',
    ),
    "etc/jupyter/jupyter_server_config.py": (
        "c.ServerApp.shutdown_no_activity_timeout = 3600\n",
        "c.MappingKernelManager.cull_idle_timeout = 1200\n",
        "c.MappingKernelManager.cull_interval = 120\n",
        '"jupyter_resource_usage": False',
        'c.KernelSpecManager.allowed_kernelspecs = {"ir", "python3"}\n',
    ),
    "etc/ipython/ipython_config.py": ("autoreload",),
}
"""What that story leaves in the files, by their path below the root."""

MISTAKES: tuple[Step, ...] = (
    ("soon", ("f8", "f8", " soon", "tab")),
    ("kernel-not-offered", ("f8", "f8", "space")),
    ("minus-one", ("f8", "up", "enter", "tab", " -1")),
    ("refused", ("f8", "f8")),
    ("jump", ("enter",)),
    ("corrected", (" 40m", "enter")),
    ("two-left", ("f2", "end", "up", "enter")),
)
"""Three answers that cannot be written, and the first one put right."""

AROUND: tuple[Step, ...] = (
    ("help", ("f8", "f8", "f1")),
    ("back-in-the-step", ("escape",)),
    ("steps", ("f2", "down", "down")),
    ("jumped", ("enter",)),
    ("palette", ("ctrl+p", " named")),
    ("by-palette", ("enter",)),
    ("changed", ("up", "enter")),
    ("as-now", ("f5",)),
    ("changed-again", ("enter",)),
    ("quit", ("ctrl+q",)),
    ("stayed", ("n",)),
)
"""Everything that moves, and nothing that writes."""
