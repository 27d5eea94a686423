# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

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
