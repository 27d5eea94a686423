# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# A server without kernels stops after 1h30m without activity.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.ServerApp.shutdown_no_activity_timeout = 5400

# A kernel that is idle for 20m is stopped.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_idle_timeout = 1200

# Idle kernels are looked for every 2m.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.MappingKernelManager.cull_interval = 120

# Only these kernels are offered: python3.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.KernelSpecManager.allowed_kernelspecs = {"python3"}

# Set for everybody's server.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.ServerApp.max_body_size = 1000000

# Set for everybody's server.
# https://jupyter-server.readthedocs.io/en/latest/other/full-config.html
c.ServerApp.tornado_settings = {"headers": {"X-Frame": "a'\"b"}}
# <<< jhwizard <<<
