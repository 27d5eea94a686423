# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# Idle kernels are looked for every 2m.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_interval = 120
# <<< jhwizard <<<
