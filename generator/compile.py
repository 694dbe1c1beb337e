"""Schema → Plan: row counts, the graph of columns, checks, and each column prepared in dependency order.

Every mistake of a document is found in one go: a column that fails does not hide the mistakes of the others, only
those that read it are passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.dirt.orders import order_dirt
from generator.document import read_schema
from generator.effort import too_much
from generator.errors import Mistake, SchemaError, json_path, nearest
from generator.evaluation import LinkField
from generator.field import Broken, ExactShare, Field, TextField
from generator.graph import Node, dependencies, in_order, too_deep
from generator.locales import weights
from generator.mixing import Mix
from generator.placing import check_place
from generator.plan import Plan, TablePlan
from generator.rowcounts import resolve_rows, undecided
from generator.schema import Schema
from generator.together import claim_ranks
from generator.vocabulary import VocabularyError, check_locale


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
    locales = _locales(schema)
    said = tuple(mistake.problem for mistake in locales)
    mistakes = [*undecided(schema, all_of_them=False), *_keys(plan), *locales]
    mistakes += [mistake for mistake in _compile_columns(plan) if not (said and mistake.problem.startswith(said))]
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


def _locales(schema: Schema) -> list[Mistake]:
    """What is wrong with the document's own locale, said there and not at every field that uses it."""
    mistakes = []
    for locale in weights(schema.locale):
        try:
            check_locale(locale)
        except VocabularyError as error:
            mistakes.append(Mistake("$.locale", error.problem, error.remedy))
    return mistakes


def _compile_columns(plan: Plan) -> list[Mistake]:
    graph, mistakes = dependencies(plan)
    order, cycles = in_order(plan, graph)
    mistakes += cycles
    bad: set[Node] = set(graph).difference(order)
    bad |= {node for node, needs in graph.items() if needs is None}
    bad |= {(table, name) for table, name in graph if _unknown(plan, plan.tables[table].every[name].field, table)}
    mistakes += too_deep(plan, graph, order)
    for node in order:
        if node in bad or any(need in bad for need in graph[node] or ()):
            bad.add(node)
            continue
        try:
            _prepare(plan, node)
        except SchemaError as error:
            mistakes += error.mistakes
            bad.add(node)
    if not mistakes and (beyond := too_much(plan)):
        return beyond
    unprepared = {plan.tables[table].every[name] for table, name in bad}
    mistakes += claim_ranks(plan, unprepared)
    return mistakes + order_dirt(plan, unprepared)


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
    column = plan.tables[node[0]].every[node[1]]
    field = column.field
    if field.when is not None:
        from generator.fields.expression import compile_at

        if isinstance(field.nulls, ExactShare):
            raise column.wrong("nulls", "an exact share and 'when' exclude each other", "drop one of them")
        column.condition = compile_at(column, "when", field.when, boolean=True)
    if isinstance(field, TextField):
        field.check_room(column)
    check_place(column)
    variants = [column.alone_in(locale) for locale in column.locales] if field.localized else []
    for each in variants if len(variants) > 1 else [column]:
        each.prepared = field.prepare(each)
        each.type = field.arrow_type(each)
    if len(variants) > 1:
        column.mix = Mix.of(column, tuple(variants))
        column.prepared, column.type = variants[0].prepared, column.mix.type


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
