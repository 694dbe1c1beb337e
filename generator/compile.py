"""Schema → Plan: row counts, the graph of columns, checks, and each column prepared in dependency order.

Every mistake of a document is found in one go: a column that fails does not hide the mistakes of the others, only
those that read it are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.document import read_schema
from generator.errors import Mistake, SchemaError, json_path, nearest
from generator.field import Broken, ExactShare, Field, TextField
from generator.graph import Node, dependencies, in_order, too_deep
from generator.plan import LinkField, Plan, TablePlan
from generator.rowcounts import resolve_rows, undecided
from generator.schema import Schema
from generator.together import claim_ranks


def compile_schema(
    document: str | bytes | Mapping[str, Any] | Schema, rows: int | Mapping[str, int] | None = None
) -> Plan:
    """The plan of a document, with other row counts where ``rows`` gives them; SchemaError with every mistake."""
    reading = read_schema(document)
    if reading.schema is None:
        raise reading.all_mistakes(())
    try:
        plan = Plan(resolve_rows(_with_rows(reading.schema, rows)))
    except SchemaError as error:
        raise reading.all_mistakes(error.mistakes) from None
    schema = plan.schema
    plan.tables = {name: TablePlan(plan, name, table.rows or 0) for name, table in plan.schema.tables.items()}
    mistakes = [*undecided(schema, all_of_them=False), *_keys(plan), *_compile_columns(plan)]
    if not mistakes and not reading.mistakes:
        mistakes = undecided(schema, all_of_them=True)
    if mistakes or reading.mistakes:
        raise reading.all_mistakes(mistakes)
    return plan


def _with_rows(schema: Schema, rows: int | Mapping[str, int] | None) -> Schema:
    try:
        return schema.with_rows(rows)
    except KeyError as error:
        problem, remedy = (
            f"rows are given for {error.args[0]!r}, which is no table",
            nearest(str(error.args[0]), schema.tables),
        )
        raise SchemaError.at("$.tables", problem, remedy) from None


def _compile_columns(plan: Plan) -> list[Mistake]:
    graph, mistakes = dependencies(plan)
    order, cycles = in_order(graph)
    mistakes += cycles
    bad: set[Node] = {node for node in graph if node not in set(order)}
    bad |= {node for node, needs in graph.items() if needs is None}
    bad |= {(table, name) for table, name in graph if _unknown(plan, plan.schema.tables[table].fields[name], table)}
    mistakes += too_deep(graph, order)
    for node in order:
        if node in bad or any(need in bad for need in graph[node] or ()):
            bad.add(node)
            continue
        try:
            _prepare(plan, node)
        except SchemaError as error:
            mistakes += error.mistakes
            bad.add(node)
    return mistakes + claim_ranks(plan, {plan.tables[table].columns[name] for table, name in bad})


def _unknown(plan: Plan, field: Field, table: str) -> bool:
    """Whether the field could not be read, or checking it needs row counts that nothing decides."""
    if not isinstance(field, LinkField):
        return isinstance(field, Broken)
    bounds: tuple[int, int] | None = getattr(field, "per_parent", None)
    if bounds is not None and not 0 <= bounds[0] <= bounds[1]:
        return False
    tables = [plan.schema.tables.get(name) for name in (table, field.parent_table())]
    return any(each is not None and each.rows is None for each in tables)


def _prepare(plan: Plan, node: Node) -> None:
    column = plan.tables[node[0]].columns[node[1]]
    field = column.field
    if field.when is not None:
        from generator.fields.expression import compile_at

        if isinstance(field.nulls, ExactShare):
            raise column.wrong("nulls", "an exact share and 'when' exclude each other", "drop one of them")
        column.condition = compile_at(column, "when", field.when, boolean=True)
    if isinstance(field, TextField):
        field.check_room(column)
    column.prepared = field.prepare(column)
    column.type = field.arrow_type(column)


def _keys(plan: Plan) -> list[Mistake]:
    """Names in ``primary_key`` and ``unique_together`` that are no fields."""
    mistakes = []
    for name, table in plan.schema.tables.items():
        named: list[tuple[tuple[str | int, ...], str]] = [
            (("primary_key", i), key) for i, key in enumerate(table.primary_key)
        ]
        for i, group in enumerate(table.unique_together):
            named += [(("unique_together", i, j), key) for j, key in enumerate(group)]
        mistakes += [
            Mistake(json_path(("tables", name, *place)), f"there is no field {key!r}", nearest(key, table.fields))
            for place, key in named
            if key not in table.fields
        ]
    return mistakes
