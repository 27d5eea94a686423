# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A kernel that is idle for 20m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 1200

# Idle kernels are looked for every 2m.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_interval = 120

# An idle kernel is stopped even if its notebook is open in a browser tab.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_connected = True

# A server without kernels stops after 1h without activity.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.NotebookApp.shutdown_no_activity_timeout = 3600

# A terminal that has shown nothing new for 3h is closed.
# https://github.com/jupyter-server/jupyter_server_terminals
c.TerminalManager.cull_inactive_timeout = 10800

# Silent terminals are looked for every 10m.
# https://github.com/jupyter-server/jupyter_server_terminals
c.TerminalManager.cull_interval = 600

# Server extensions switched on or off for everybody.
# https://jupyter-server.readthedocs.io/en/latest/operators/configuring-extensions.html
c.NotebookApp.nbserver_extensions.update({"jupyterlab": False})

# Only these kernels are offered: python3.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.KernelSpecManager.allowed_kernelspecs = {"python3"}
# <<< jhwizard <<<
