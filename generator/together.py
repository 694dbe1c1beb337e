"""Gives rank sources to the columns that must not repeat, alone or together, and checks that they can."""

from __future__ import annotations

from math import prod

from generator.column import Column
from generator.document import json_path
from generator.errors import Mistake, SchemaError
from generator.plan import Plan, TablePlan
from generator.uniqueness import RANKS, OwnRanks, TogetherRanks, UnderParentRanks


def claim_ranks(plan: Plan) -> list[Mistake]:
    """Sets ``rank_source`` where it is due; returns the mistakes."""
    mistakes: list[Mistake] = []
    for table in plan.tables.values():
        for column in table.columns.values():
            if column.field.unique and not column.field.always_unique:
                mistakes += _alone(column)
        for index, group in enumerate(plan.schema.tables[table.name].unique_together):
            path = json_path(("tables", table.name, "unique_together", index))
            try:
                _together(table, [table.columns[name] for name in group if name in table.columns], path)
            except SchemaError as error:
                mistakes += error.mistakes
    return mistakes


def _alone(column: Column) -> list[Mistake]:
    try:
        domain = column.field.cardinality(column)
    except SchemaError as error:
        return list(error.mistakes)
    if domain is None:
        return list(
            column.wrong(
                "unique",
                f"values of type {column.field.type} cannot be made unique",
                "use a type with a countable domain",
            ).mistakes
        )
    if domain < column.rows:
        return list(
            column.wrong(
                "unique",
                f"{column.rows:,} rows need different values, but there are only {domain:,} of them",
                f"ask for at most {domain:,} rows, or widen the options",
            ).mistakes
        )
    if getattr(column.field, "case", None):
        return list(column.wrong("case", "changing case can make unique values equal", "drop case or unique").mistakes)
    column.rank_source = OwnRanks(domain, column.key.draw("unique")) if domain else None
    return []


def _together(table: TablePlan, members: list[Column], path: str) -> None:
    bounded = [column for column in members if getattr(column.field, "per_parent", None)]
    free = [column for column in members if column not in bounded]
    if len(bounded) > 1:
        raise SchemaError.at(path, "more than one member has per_parent", "bound the children of one of them")
    for column in free:
        if getattr(getattr(column.field, "distribution", None), "name", "uniform") != "uniform":
            raise column.wrong(
                "distribution", "a member of unique_together is drawn uniformly", "drop the distribution"
            )
        if column.rank_source is not None:
            raise SchemaError.at(
                path, f"{column.name!r} is unique already, alone or in another group", "drop one of them"
            )
    domains = [_domain(column, path) for column in free]
    product = prod(domains)
    most = bounded[0].field.per_parent[1] if bounded else table.rows  # type: ignore[attr-defined]
    if product < most:
        what = f"a parent may have {most:,} children" if bounded else f"the table has {most:,} rows"
        raise SchemaError.at(path, f"{what}, but there are only {product:,} combinations", "widen the members' domains")
    if product > RANKS:
        raise SchemaError.at(path, f"{product:,} combinations are more than {RANKS:,}", "use smaller domains")
    draw = free[0].key.draw("unique_together")
    below = 1
    for column, domain in zip(free, domains, strict=True):
        if bounded:
            column.rank_source = UnderParentRanks(bounded[0].name, product, below, domain, draw)
        else:
            column.rank_source = TogetherRanks(product, below, domain, draw)
        below *= domain


def _domain(column: Column, path: str) -> int:
    domain = column.field.cardinality(column)
    if not domain:
        raise SchemaError.at(
            path, f"{column.name!r} ({column.field.type}) has no countable domain", "use references or countable types"
        )
    return min(domain, RANKS)
