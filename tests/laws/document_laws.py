"""What holds of every document: a plan that keeps what is promised, or mistakes with their places."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from formats import Place, TableShape, format_named
from generator import Mistake, Plan, RowRange, SchemaError, SeedbedError, TablePlan, compile_schema
from tests.laws.random_documents import mend

FORMATS = [format_named(name) for name in ("csv", "ndjson", "parquet")]
STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]", re.DOTALL)


def steps(path: str) -> list[int | str]:
    """The parts of a JSON path."""
    assert path.startswith("$")
    found: list[int | str] = []
    at = 1
    while at < len(path):
        match = STEP.match(path, at)
        assert match, f"{path} is no path"
        name, index, quoted = match.groups()
        found.append(int(index) if index is not None else name if name is not None else re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
    return found


def is_place(document: Any, path: str) -> bool:
    """Whether a path leads to something in the document, or to something missing right at what it leads to."""
    value, way = document, steps(path)
    for number, step in enumerate(way):
        here = step in value if isinstance(value, dict) else isinstance(step, int) and _has(value, step)
        if not here:
            return number == len(way) - 1 and isinstance(value, dict | list | str)
        value = value[step]
    return True


def _has(value: Any, index: int) -> bool:
    return isinstance(value, list) and index < len(value)


def plan_of(document: dict[str, Any]) -> Plan | None:
    """The plan, once what stands at the places of mistakes is taken away; None where that does not help."""
    for _ in range(12):
        try:
            return compile_schema(document)
        except SchemaError as error:
            found = error.mistakes
        check_mistakes(document, found)
        document = copy.deepcopy(document)
        for mistake in found:
            mend(document, steps(mistake.path))
    return None


def check_mistakes(document: dict[str, Any], found: tuple[Mistake, ...]) -> None:
    assert found
    for mistake in found:
        assert mistake.problem, mistake
        assert is_place(document, mistake.path), str(mistake)


def check_document(document: dict[str, Any]) -> str:
    """``plan``, ``error`` (a cell that cannot be, with its place) or ``refused``; AssertionError where a law breaks."""
    plan = plan_of(document)
    if plan is None:
        return "refused"
    try:
        check_plan(plan)
    except SeedbedError as error:
        if "$." not in str(error):
            raise
        return "error"
    return "plan"


def check_plan(plan: Plan) -> None:
    """The laws of one plan: its document, its tables, and what becomes of them when one of them grows."""
    again = compile_schema(plan.document)
    assert again.document == plan.document
    assert again.fingerprint() == plan.fingerprint()
    for table in plan.tables.values():
        whole = table.batch(RowRange(0, table.rows))
        check_table(table, whole)
        assert values(again.tables[table.name].batch(RowRange(0, table.rows))) == values(whole)
        check_formats(table, whole)
        check_growth(plan, table, whole)


def values(batch: pa.RecordBatch) -> list[list[Any]]:
    return [column.to_pylist() for column in batch.columns]


def taken(batch: list[list[Any]], rows: Iterable[int]) -> list[list[Any]]:
    places = list(rows)
    return [[column[row] for row in places] for column in batch]


def check_table(table: TablePlan, whole: pa.RecordBatch) -> None:
    """Types, nulls and uniqueness as promised, and the same cells however rows are asked for."""
    whole.validate(full=True)
    assert whole.schema.equals(table.arrow_schema, check_metadata=True)
    cells = values(whole)
    for field, column in zip(whole.schema, whole.columns, strict=True):
        check_nulls(field, column)
        assert column.offset == 0
    for names in table.unique:
        if set(names) <= set(whole.schema.names):
            rows = list(zip(*(map(repr, cells[whole.schema.get_field_index(name)]) for name in names), strict=True))
            sure = [row for row in rows if "None" not in row]
            assert len(set(sure)) == len(sure), f"{names} repeat"
    chance = random.Random(table.rows)
    cut = chance.randint(0, table.rows)
    parts = [table.batch(RowRange(0, cut)), table.batch(RowRange(cut, table.rows))]
    assert [left + right for left, right in zip(*map(values, parts), strict=True)] == cells
    some = [chance.randrange(table.rows) for _ in range(50)] if table.rows else []
    assert values(table.take(np.array(some, dtype=np.uint64))) == taken(cells, some)


def check_nulls(field: pa.Field, column: pa.Array) -> None:
    """No null where the type promises none, at any depth; what lies under missing values does not count."""
    assert field.nullable or column.null_count == 0, f"{field} has nulls"
    kind = column.type
    if pa.types.is_struct(kind):
        for member, inside in zip(kind, column.filter(column.is_valid()).flatten(), strict=True):
            check_nulls(member, inside)
    elif pa.types.is_map(kind):
        there = column.filter(column.is_valid())
        check_nulls(kind.item_field, there.items)
        for pairs in there.to_pylist():
            assert len({key for key, _ in pairs}) == len(pairs), "a key is twice in a map"
    elif pa.types.is_list(kind):
        check_nulls(kind.value_field, column.flatten())


def check_formats(table: TablePlan, whole: pa.RecordBatch) -> None:
    for written in FORMATS:
        encoder = written.encoder(TableShape(table.name, table.arrow_schema), Place())
        data = b"".join([*encoder.begin(), *encoder.encode(whole), *encoder.end()])
        assert data or not written.joinable or table.rows == 0


def check_growth(plan: Plan, table: TablePlan, whole: pa.RecordBatch) -> None:
    """More rows change no cell of a column that says it does not depend on them, and no row of such a table."""
    try:
        grown_plan = compile_schema(plan.document, {table.name: table.rows + 37})
    except SchemaError:
        return  # more rows than there are values or children
    for other in plan.tables.values():
        if table.name not in other.row_counts:
            rows = RowRange(0, other.rows)
            again = grown_plan.tables[other.name].batch(rows)
            assert values(again) == values(other.batch(rows)), f"{other.name} changes with the rows of {table.name}"
    larger = grown_plan.tables[table.name]
    for column in table.visible:
        if not column.depends_on_rows:
            grown = larger.take(np.arange(table.rows, dtype=np.uint64), (column.name,)).column(0)
            assert grown.to_pylist() == whole.column(column.name).to_pylist(), f"{column.name} changes with rows"
