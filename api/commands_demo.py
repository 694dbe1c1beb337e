"""The command ``seedbed demo``."""

from __future__ import annotations

from typing import Annotated

import typer

from cluster.failures import Exit, guarded


@guarded
def demo(
    s3: Annotated[bool, typer.Option("--s3", help="Onto an S3 server, started for it and stopped in the end.")] = False,
    rows: Annotated[
        list[str] | None, typer.Option("--rows", "-n", metavar="N|TABLE=N", help="Other row counts, as for generate.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the data sets, and say where they are.")] = False,
) -> None:
    """Start the service on this machine, and do over HTTP what a user would: a shop of five million rows, and more."""
    from api.demo import Wanted, run_demo

    if s3 and keep:
        raise typer.BadParameter("--s3 and --keep exclude each other: the server ends with the demonstration")
    if not run_demo(Wanted(s3, tuple(rows or ()), keep)):
        raise typer.Exit(Exit.DIFFERENT)
