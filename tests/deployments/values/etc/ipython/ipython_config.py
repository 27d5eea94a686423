c.InteractiveShellApp.extensions = ["autoreload"]
