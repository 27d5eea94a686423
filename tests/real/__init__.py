"""Tests on real JupyterHub, Jupyter Server and kernels.

A package, unlike the other tests: `real.conftest` is another module than `conftest`.
"""
