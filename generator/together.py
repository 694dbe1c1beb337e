"""Gives rank sources to the columns that must not repeat, alone or together, and checks that they can."""

from __future__ import annotations

from collections.abc import Callable, Set
from math import prod

from generator.column import Column
from generator.errors import Mistake, SchemaError, json_path
from generator.plan import Plan, TablePlan
from generator.uniqueness import RANKS, OwnRanks, TogetherRanks, UnderParentRanks


def claim_ranks(plan: Plan, bad: Set[Column]) -> list[Mistake]:
    """Sets ``rank_source`` where it is due; returns the mistakes. ``bad`` columns have theirs already."""
    mistakes: list[Mistake] = []
    for table in plan.tables.values():
        for column in table.columns.values():
            if column.field.unique and not column.field.always_unique and column not in bad:
                mistakes += _caught(lambda column=column: _alone(column))  # type: ignore[misc]
        for index, group in enumerate(plan.schema.tables[table.name].unique_together):
            members = [table.columns[name] for name in group if name in table.columns]
            if len(members) == len(group) and bad.isdisjoint(members):
                path = json_path(("tables", table.name, "unique_together", index))
                mistakes += _caught(lambda table=table, members=members, path=path: _together(table, members, path))  # type: ignore[misc]
    return mistakes


def _caught(check: Callable[[], None]) -> tuple[Mistake, ...]:
    try:
        check()
    except SchemaError as error:
        return error.mistakes
    return ()


def _alone(column: Column) -> None:
    domain = _domain(column, "unique")
    if domain is None:
        problem = f"values of type {column.field.type} cannot be made unique"
        raise column.wrong("unique", problem, "use a type with a countable domain")
    if domain < column.rows:
        raise column.wrong(
            "unique",
            f"{column.rows:,} rows need different values, but there are only {domain:,} of them",
            f"ask for at most {domain:,} rows, or widen the options",
        )
    column.rank_source = OwnRanks(domain, column.key.draw("unique")) if domain else None


def _domain(column: Column, what: str) -> int | None:
    """How many different values there are to count through; SchemaError where an option of the field forbids it."""
    domain = column.field.cardinality(column)
    if domain is None:
        return None
    if column.field.uneven is not None:
        problem = f"values that are {what} are all as frequent"
        raise column.wrong(column.field.uneven, problem, f"drop it or {what}")
    if getattr(column.field, "case", None):
        problem = f"changing case can make values equal that are {what}"
        raise column.wrong("case", problem, f"drop case or {what}")
    return domain


def _together(table: TablePlan, members: list[Column], path: str) -> None:
    bounded = [column for column in members if getattr(column.field, "per_parent", None)]
    free = [column for column in members if column not in bounded]
    if len(set(members)) != len(members):
        raise SchemaError.at(path, "a field is named twice", "name different fields")
    if any(column.field.always_unique for column in members):
        return
    if len(bounded) > 1:
        raise SchemaError.at(path, "more than one member has per_parent", "bound the children of one of them")
    for column in bounded:
        column.field.cardinality(column)  # its key must be unique: two parents of one key share their children
        if any(partner.field.unique_within == column.name for partner in free):
            return
    for column in free:
        if column.rank_source is not None:
            raise SchemaError.at(
                path, f"{column.name!r} is unique already, alone or in another group", "drop one of them"
            )
    domains = [_countable(column, path) for column in free]
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


def _countable(column: Column, path: str) -> int:
    domain = _domain(column, "unique together")
    if not domain:
        raise SchemaError.at(
            path, f"{column.name!r} ({column.field.type}) has no countable domain", "use references or countable types"
        )
    return min(domain, RANKS)
