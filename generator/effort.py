"""How much work a batch of rows is, known before any is done: what a few lines of a document must not ask for.

A field that reads a parent has the parent's cells computed at other rows. Two references to one table, each read on the
way to two more, double the sets of rows with every step; a document that is no longer than others could keep a machine
busy for years.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.errors import Mistake, json_path
from generator.evaluation import LinkField
from generator.plan import Plan, TablePlan

MOST_SETS = 2_000
"""Sets of rows of other tables that the rows of one batch may lead to."""

_Known = dict[tuple[str, frozenset[str]], int]


def too_much(plan: Plan) -> list[Mistake]:
    """A mistake for each table whose rows lead to too many sets of parents' rows."""
    known: _Known = {}
    problem = "its rows lead to {:,} sets of rows of other tables, and at most {:,} are followed"
    remedy = "read through fewer references that lead to each other"
    counts = {name: _sets(table, table.columns, known) for name, table in plan.tables.items()}
    return [
        Mistake(json_path(("tables", name)), problem.format(count, MOST_SETS), remedy)
        for name, count in counts.items()
        if count > MOST_SETS
    ]


def _sets(table: TablePlan, names: Iterable[str], known: _Known) -> int:
    """Sets of other rows that are evaluated where these columns are, at some rows of the table."""
    key = table.name, frozenset(names)
    if key not in known:
        total = 0
        for link, read in _reads(table, key[1]).items():
            field = table.every[link].field
            assert isinstance(field, LinkField)
            total += 1 + _sets(table.plan.tables[field.parent_table()], read, known)
        known[key] = total
    return known[key]


def _reads(table: TablePlan, names: frozenset[str]) -> dict[str, set[str]]:
    """Reference → what is read of its parents, by these columns and by all that they read of their own row."""
    read: dict[str, set[str]] = {}
    seen: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name in seen:
            continue
        seen.add(name)
        column, rest = table.split(name)
        ahead += column.sources()
        if rest:
            read.setdefault(column.name, set()).add(rest)
        elif isinstance(column.field, LinkField):
            parent = f"{column.field.parent_table()}."
            keys = {to.removeprefix(parent) for to in column.field.parents()[:1] if to.startswith(parent)}
            read.setdefault(column.name, set()).update(keys)
    return read
