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
    ("culling-times", (" 1h", "enter", " 20m", "enter", " 2 min", "enter")),
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
