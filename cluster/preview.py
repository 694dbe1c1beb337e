"""Shows rows of a plan on the spot: as a table for eyes, or in any text format for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pyarrow as pa

from cluster.errors import OrderError
from formats import Chunk, Flattening, Place, TableShape, format_named
from generator import Plan, RowRange, TablePlan, nearest


def show_preview(plan: Plan, table: str | None, offset: int, limit: int, format_name: str) -> None:
    """Prints rows [offset, offset + limit) of one table or of all. OrderError where there is no such table or row."""
    chosen = list(plan.tables.values()) if table is None else [_table(plan, table)]
    beyond = [item for item in chosen if offset and offset >= item.rows]
    if beyond:
        raise OrderError(f"table {beyond[0].name!r} has {beyond[0].rows:,} rows; there is no row {offset:,}")
    if format_name == "json":
        _write_json(chosen, offset, limit)
        return
    for number, item in enumerate(chosen):
        batch = item.batch(RowRange(offset, min(offset + limit, item.rows)))
        if format_name == "table":
            print_table(item, batch, offset)
        else:
            if number and format_name != "ndjson":
                sys.stdout.write("\n")
            _write(item, batch, format_name)


def _table(plan: Plan, name: str) -> TablePlan:
    if name not in plan.tables:
        raise OrderError(f"there is no table {name!r}; {nearest(name, plan.tables)}")
    return plan.tables[name]


def _write_json(tables: list[TablePlan], offset: int, limit: int) -> None:
    """One object: each table's rows as objects."""
    encoded = []
    for table in tables:
        batch = table.batch(RowRange(offset, min(offset + limit, table.rows)))
        lines = b"".join(_encoded(table, batch, "ndjson")).splitlines()
        encoded.append(json.dumps(table.name).encode() + b": [" + b", ".join(lines) + b"]")
    sys.stdout.write((b'{"tables": {' + b", ".join(encoded) + b"}}\n").decode())


def _encoded(table: TablePlan, batch: pa.RecordBatch, format_name: str) -> Iterator[Chunk]:
    encoder = format_named(format_name).encoder(TableShape(table.name, batch.schema), Place())
    for chunks in (encoder.begin(), encoder.encode(batch), encoder.end()):
        yield from chunks


def _write(table: TablePlan, batch: pa.RecordBatch, format_name: str) -> None:
    """Bytes exactly as the format gives them."""
    if not format_named(format_name).text:
        raise OrderError(f"a {format_name} preview is nothing to look at; use table, csv or ndjson")
    sys.stdout.flush()
    for chunk in _encoded(table, batch, format_name):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def print_table(table: TablePlan, batch: pa.RecordBatch, offset: int) -> None:
    """A table as wide as the terminal; columns that do not fit are named below it. Nested ones are shown flat."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    batch = Flattening(batch.schema).batch(batch)
    cells = {
        name: [_cell(value) for value in column.to_pylist()]
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }
    widths = {name: min(max([len(name), *map(len, column)]), 36) for name, column in cells.items()}
    shown, hidden = _fitting(widths, max(console.width, 80))
    until = offset + batch.num_rows
    title = (
        f"{table.name}: rows {offset:,} to {until - 1:,} of {table.rows:,}"
        if batch.num_rows
        else f"{table.name}: no rows"
    )
    view = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in shown:
        numeric = pa.types.is_integer(batch.schema.field(name).type) or pa.types.is_decimal(
            batch.schema.field(name).type
        )
        view.add_column(
            Text(name), justify="right" if numeric else "left", no_wrap=True, max_width=36, overflow="ellipsis"
        )
    for row in zip(*(cells[name] for name in shown), strict=True):
        view.add_row(*map(Text, row))
    console.print(view)
    if hidden:
        console.print(Text(f"  and {', '.join(hidden)} (wider terminal, or --format csv)", style="dim"), soft_wrap=True)


def _fitting(widths: dict[str, int], room: int) -> tuple[list[str], list[str]]:
    shown: list[str] = []
    used = 0
    for name, width in widths.items():
        used += width + 3
        if shown and used > room:
            break
        shown.append(name)
    return shown, [name for name in widths if name not in shown]


def _cell(value: object) -> str:
    if value is None:
        return "∅"
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("+00:00", "Z")
    text = str(value)
    return text if text.isprintable() else repr(text)[1:-1]
