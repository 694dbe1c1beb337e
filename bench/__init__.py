"""Measurements: Seedbed against other generators, and against its own goals. ``python -m bench --help``.

Nothing here is part of the installed packages, and nothing of them imports it.
"""
