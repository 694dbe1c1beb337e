"""``seedbed estimate``: what an order comes to, before anything is made. Thin, like all commands."""

from __future__ import annotations

import json as json_text
import math
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cluster.cli_values import document_of, formats_of, rows_of
from cluster.failures import guarded

if TYPE_CHECKING:
    from cluster.estimate import Estimate

_SHOWN = 20


@guarded
def estimate(
    schema: Annotated[str, typer.Argument(metavar="SCHEMA", help="A YAML or JSON file; - reads standard input.")],
    rows: Annotated[list[str] | None, typer.Option("--rows", "-n", metavar="N|TABLE=N", help="Row counts.")] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="One or several: csv,parquet.")] = "csv",  # noqa: A002
    option: Annotated[list[str] | None, typer.Option("--option", "-O", metavar="KEY=VALUE")] = None,
    compression: Annotated[str, typer.Option("--compression", "-c", help="none, gzip or zstd.")] = "none",
    zip: Annotated[bool, typer.Option("--zip", help="One zip archive.")] = False,  # noqa: A002
    parts_only: Annotated[bool, typer.Option("--parts-only", help="One object a part; nothing is merged.")] = False,
    actors: Annotated[int | None, typer.Option("--actors", "-a", min=1, help="How many; default: one a CPU.")] = None,
    node_actors: Annotated[
        int | None, typer.Option("--node-actors", min=1, help="How many a node has room for; default: one a CPU.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output instead of text.")] = False,
) -> None:
    """Say how many bytes, parts and seconds an order comes to. Nothing is written; a trillion rows take no longer."""
    from cluster.estimate import estimate as look
    from cluster.order import Order

    order = Order.of(
        document_of(schema, None),
        "memory://estimate",
        format=formats_of(format, option),
        compression=compression,
        rows=rows_of(rows),
        layout="parts" if parts_only else "merged",
        archive="zip" if zip else "none",
    )
    processors = os.cpu_count() or 1
    _show(look(order.compile()), actors or processors, node_actors or processors, json)


def _show(found: Estimate, actors: int, node_actors: int, as_json: bool) -> None:
    seconds = found.seconds_with(actors)
    nodes = math.ceil(min(actors, found.actors) / node_actors)
    if as_json:
        values = {**asdict(found), "useful_actors": found.actors, "actor_seconds": found.seconds}
        values |= {"actors": actors, "seconds": seconds, "nodes": nodes, "node_seconds": nodes * seconds}
        print(json_text.dumps(values))
        return
    from cluster.display import size

    width = max(len(f"{share.table or 'all tables'}, {share.format}") for share in found.shares)
    for share in found.shares[:_SHOWN]:
        what = f"{share.table or 'all tables'}, {share.format}"
        objects = f"{share.objects:,} object{'' if share.objects == 1 else 's'}"
        print(f"{what:{width}}  {size(share.bytes):>10}  {objects}")
    if len(found.shares) > _SHOWN:
        print(f"and {len(found.shares) - _SHOWN:,} more")
    about = "" if found.exact else "about "
    parts = f"{found.parts:,} part{'' if found.parts == 1 else 's'}"
    print(f"{found.rows:,} rows, {about}{size(found.bytes)}, {parts}")
    print(
        f"about {_time(seconds)} with {actors:,} actor{'' if actors == 1 else 's'} on {nodes:,} node"
        f"{'' if nodes == 1 else 's'}: {nodes * seconds:,.1f} node-seconds (at most {found.actors:,} of use)"
    )


def _time(seconds: float) -> str:
    """Seconds as people read them."""
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:,.1f} {name}"
    return f"{seconds:,.1f} seconds"
