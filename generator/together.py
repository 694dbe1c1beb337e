"""Gives rank sources to the columns that must not repeat, alone or together, and checks that they can.

Then every column has its final cells, and fields that read those of others while compiling may do so.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from math import prod
from typing import Protocol, runtime_checkable

from generator.column import Column
from generator.errors import Mistake, SchemaError, json_path
from generator.plan import Plan, TablePlan
from generator.repeating import RanksWithin
from generator.uniqueness import RANKS, Digit, OwnRanks, TogetherRanks, UnderParentRanks, radices


@runtime_checkable
class Settling(Protocol):
    """A field that reads final cells of other columns while compiling; SchemaError where they do not suit."""

    def settle(self, column: Column) -> None: ...


def claim_ranks(plan: Plan, bad: Set[Column]) -> list[Mistake]:
    """Sets ``rank_source`` where it is due, then settles; returns the mistakes. ``bad`` columns have theirs already."""
    mistakes: list[Mistake] = []
    for table in plan.tables.values():
        for column in table.every.values():
            if column.field.unique and not column.field.always_unique and column not in bad:
                mistakes += _caught(lambda column=column: _alone(column))  # type: ignore[misc]
        for index, group in enumerate(plan.schema.tables[table.name].unique_together):
            members = [table.columns[name] for name in group if name in table.columns]
            if len(members) == len(group) and bad.isdisjoint(members):
                path = json_path(("tables", table.name, "unique_together", index))
                mistakes += _caught(lambda table=table, members=members, path=path: _together(table, members, path))  # type: ignore[misc]
        key = [table.columns[name] for name in table.primary_key if name in table.columns]
        if len(key) == len(table.primary_key) and bad.isdisjoint(key):
            mistakes += _caught(lambda table=table, key=key: _check_key(table, key))  # type: ignore[misc]
    return mistakes or _settled(plan, bad)


def _settled(plan: Plan, bad: Set[Column]) -> list[Mistake]:
    mistakes: list[Mistake] = []
    for table in plan.tables.values():
        for column in table.every.values():
            if isinstance(column.field, Settling) and column not in bad:
                mistakes += _caught(lambda column=column: column.field.settle(column))  # type: ignore[misc]
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
    needed, what = (column.rows, "rows") if not column.place.repeated else (_most_items(column), "items")
    if domain < needed:
        raise column.wrong(
            "unique",
            f"{needed:,} {what} need different values, but there are only {domain:,} of them",
            f"ask for at most {domain:,} {what}, or widen the options",
        )
    if domain:
        ranks = RanksWithin if column.place.repeated else OwnRanks
        column.rank_source = ranks(min(domain, RANKS), column.key.draw("unique"))


def _most_items(column: Column) -> int:
    """How many cells one array or map has at most."""
    outer = column.siblings.every[column.place.repeated.rpartition(".")[0]]
    most: int = outer.field.length[1]  # type: ignore[attr-defined]
    return most


def _domain(column: Column, what: str) -> int | None:
    """How many different values there are to count through; SchemaError where an option of the field forbids it."""
    if column.variants and not column.field.unique_by_number:
        problem = f"values that are {what} cannot come from a mix of locales"
        raise column.wrong("locale" if column.field.locale else "unique", problem, "give the field one locale")
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
    _give_ranks(free, domains, bounded[0].name if bounded else None)


def _give_ranks(members: list[Column], domains: list[int], reference: str | None) -> None:
    """A digit of one rank to each member; under the parents of ``reference``, where one is bounded."""
    if prod(domains) > RANKS:
        domains = [min(domain, RANKS - 1) for domain in domains]
    radixes, draw, below = radices(domains), members[0].key.draw("unique_together"), 1
    product = prod(radixes)
    for column, radix, domain in zip(members, radixes, domains, strict=True):
        digit = Digit(product, below, radix, domain, column.key.draw("unique_together part"))
        column.rank_source = (
            TogetherRanks(digit, draw) if reference is None else UnderParentRanks(reference, digit, draw)
        )
        below *= radix


def _countable(column: Column, path: str) -> int:
    domain = _domain(column, "unique together")
    if not domain:
        raise SchemaError.at(
            path, f"{column.name!r} ({column.field.type}) has no countable domain", "use references or countable types"
        )
    return min(domain, RANKS)


def _check_key(table: TablePlan, members: list[Column]) -> None:
    """SchemaError where a part of the primary key can be null, or where its rows repeat and need not.

    A key with a member that nothing counts, such as a text made of other fields, is the document's own affair.
    """
    path = json_path(("tables", table.name, "primary_key"))
    for column in members:
        if column.field.nulls != 0.0 or column.field.when is not None:
            problem = f"{column.name!r} can be null, which no part of a primary key is"
            raise SchemaError.at(path, problem, "drop its nulls and when, or leave it out of the key")
    if not members or _never_repeats(table, members) or not all(map(_is_counted, members)):
        return
    shown = ", ".join(column.name for column in members)
    remedy = f"unique_together: [[{shown}]]" if len(members) > 1 else f"unique: true at {shown!r}"
    raise SchemaError.at(path, "two rows can have the same key: nothing keeps it from repeating", f"add {remedy}")


def _never_repeats(table: TablePlan, members: list[Column]) -> bool:
    if any(column.field.unique or column.field.always_unique for column in members):
        return True
    names = {column.name for column in members}
    groups = table.plan.schema.tables[table.name].unique_together
    numbered = any(column.field.unique_within in names for column in members)
    return numbered or any(names.issuperset(group) for group in groups)


def _is_counted(column: Column) -> bool:
    try:
        return column.field.cardinality(column) is not None
    except SchemaError:
        return False
