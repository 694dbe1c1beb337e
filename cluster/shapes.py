"""What encoders are told of the tables of a plan: columns as they are written, and the keys that hold among them."""

from __future__ import annotations

from collections.abc import Mapping

from formats import ForeignKey, TableShape
from generator import Plan, TablePlan


def shapes_of(plan: Plan, metadata: Mapping[str, str]) -> dict[str, TableShape]:
    """The shape of each table, in the document's order; ``metadata`` says where a file of it comes from."""
    places = {name: place for place, name in enumerate(plan.reference_order)}
    return {name: _shape(table, places, metadata) for name, table in plan.tables.items()}


def _shape(table: TablePlan, places: Mapping[str, int], metadata: Mapping[str, str]) -> TableShape:
    written, order = {*table.arrow_schema.names}, places[table.name]
    return TableShape(
        name=table.name,
        schema=table.arrow_schema,
        primary_key=table.primary_key if written.issuperset(table.primary_key) else (),
        unique=tuple(key for key in table.unique if written.issuperset(key)),
        foreign_keys=tuple(
            ForeignKey((column,), parent, (key,), earlier=places[parent] < order)
            for column, parent, key in table.foreign_keys
        ),
        order=order,
        metadata=dict(metadata),
    )
