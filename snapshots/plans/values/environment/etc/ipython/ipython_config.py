c.InteractiveShellApp.extensions = ["autoreload", "cython"]
