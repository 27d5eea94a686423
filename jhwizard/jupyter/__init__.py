"""What Jupyter dictates: versions, paths and their order, classes, and its config languages."""
