# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# The admin's config directory outranks people's own ~/.jupyter.
# https://docs.jupyter.org/en/latest/use/jupyter-directories.html
c.Spawner.environment.update({"JUPYTER_CONFIG_PATH": "/etc/jupyter"})
# <<< jhwizard <<<
