# >>> jhwizard >>>
# Written by jhwizard. Change it with `jhwizard setup`; `jhwizard undo` takes it back.

# IPython extensions that every Python kernel loads.
# https://ipython.readthedocs.io/en/stable/config/extensions/index.html
c.InteractiveShellApp.extensions.extend(["cython"])
# <<< jhwizard <<<
