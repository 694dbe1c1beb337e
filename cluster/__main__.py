"""``python -m cluster``: the same command line, as ``ray job submit`` runs it."""

from cluster.cli import main

main()
