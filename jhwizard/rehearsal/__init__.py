"""A real JupyterHub on files that are not written yet, in a cage, and what is seen there.

`cage` holds everything apart from the machine, `staged` lays the planned files over the real ones;
`hub_side` runs in the hub, `watch_server` in a person's server, `visit` goes through both like a
browser. None of them knows what is expected: `judge` compares, in jhwizard's own process.
"""
