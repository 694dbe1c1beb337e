"""Shows rows of a plan on the spot: as a table for eyes, or in any text format for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cluster.errors import OrderError
from cluster.outputs import formats_named
from cluster.shapes import shapes_of
from formats import Chunk, Flattening, Format, Place, TableShape, Tail, format_named
from generator import Plan, RowRange, TablePlan, nearest


def show_preview(
    plan: Plan, table: str | None, offset: int, limit: int, written: Any = None, *, as_json: bool = False
) -> None:
    """Prints rows [offset, offset + limit) of one table or of all: as a table, or as the format ``written`` has them.

    ``as_json``: one object with the rows of every table. OrderError where there is no such table or row.
    """
    chosen = list(plan.tables.values()) if table is None else [_table(plan, table)]
    beyond = [item for item in chosen if offset and offset >= item.rows]
    if beyond:
        raise OrderError(f"table {beyond[0].name!r} has {beyond[0].rows:,} rows; there is no row {offset:,}")
    batches = ((item, item.batch(RowRange(offset, min(offset + limit, item.rows)))) for item in chosen)
    if as_json:
        _write_json(batches)
    elif written is None:
        for item, batch in batches:
            print_table(item, batch, offset)
    else:
        _write(plan, batches, _text_format(written))


def page_of(
    plan: Plan,
    table: str | None,
    offset: int,
    limit: int,
    written: Any = "ndjson",
    fields: Sequence[str] | None = None,
) -> bytes:
    """Rows [offset, offset + limit) of a table, or of the only one there is, as a text format has them by themselves.

    ``fields``: only these, in this order. OrderError where there is no such table, row or field. As fast anywhere.
    """
    if table is None and len(plan.tables) > 1:
        raise OrderError(f"name one of the tables: {', '.join(plan.tables)}")
    chosen = _table(plan, table or next(iter(plan.tables)))
    if offset < 0 or limit < 0 or (offset and offset >= chosen.rows):
        raise OrderError(f"table {chosen.name!r} has {chosen.rows:,} rows; there is no row {offset:,}")
    known = chosen.arrow_schema.names
    for name in fields or ():
        if name not in known:
            raise OrderError(f"table {chosen.name!r} has no field {name!r}; {nearest(name, known)}")
    rows = RowRange(offset, min(offset + limit, chosen.rows)).indices()
    batch = chosen.take(rows, None if fields is None else tuple(fields))
    shape = shapes_of(plan, {})[chosen.name] if fields is None else TableShape(chosen.name, batch.schema)
    return b"".join(_encoded(_text_format(written), shape, batch))


def _table(plan: Plan, name: str) -> TablePlan:
    if name not in plan.tables:
        raise OrderError(f"there is no table {name!r}; {nearest(name, plan.tables)}")
    return plan.tables[name]


def _text_format(written: Any) -> Format:
    found = formats_named(written)
    if len(found) > 1:
        raise OrderError("a preview is in one format at a time")
    if not (found[0].text and found[0].readable):
        raise OrderError(f"{found[0].name} is nothing to look at; preview as table, csv or ndjson")
    return found[0]


def _write_json(batches: Iterator[tuple[TablePlan, pa.RecordBatch]]) -> None:
    """One object: each table's rows as objects."""
    encoded = []
    for table, batch in batches:
        lines = b"".join(_encoded(format_named("ndjson"), TableShape(table.name, batch.schema), batch)).splitlines()
        encoded.append(json.dumps(table.name).encode() + b": [" + b", ".join(lines) + b"]")
    sys.stdout.write((b'{"tables": {' + b", ".join(encoded) + b"}}\n").decode())


def _write(plan: Plan, batches: Iterator[tuple[TablePlan, pa.RecordBatch]], written: Format) -> None:
    """Bytes exactly as the format gives them, table after table, with an empty line between where lines are no rows."""
    shapes = shapes_of(plan, {})
    for number, (table, batch) in enumerate(batches):
        if number and written.name != "ndjson":
            sys.stdout.write("\n")
        sys.stdout.flush()
        for chunk in _encoded(written, shapes[table.name], batch):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


def _encoded(written: Format, shape: TableShape, batch: pa.RecordBatch) -> Iterator[Chunk]:
    encoder, size = written.encoder(shape, Place()), 0
    for chunks in (encoder.begin, lambda: encoder.encode(batch), encoder.end):
        for chunk in chunks():
            size += len(chunk)
            yield chunk
    if written.joinable:
        yield written.join([Tail(size, encoder.tail)])


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
