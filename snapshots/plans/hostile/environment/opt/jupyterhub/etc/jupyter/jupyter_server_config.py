# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# Idle kernels are looked for every 2m.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_interval = 120

# Set for everybody's server.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.ServerApp.max_body_size = 1000000

# Set for everybody's server.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.ServerApp.tornado_settings = {"headers": {"X-Frame": "a'\"b"}}
# <<< jhwizard <<<
