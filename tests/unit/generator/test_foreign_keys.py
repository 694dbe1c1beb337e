"""Which references hold as keys in what is written, and in which order tables can be loaded."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.shapes import shapes_of
from formats import ForeignKey
from generator import compile_schema

KEY = {"type": "sequence", "unique": True}


def plan(tables: dict[str, dict[str, Any]]) -> Any:
    return compile_schema({"seed": 1, "tables": {name: {"rows": 9, **table} for name, table in tables.items()}})


def fields(**others: Any) -> dict[str, Any]:
    return {"fields": {"id": KEY, **others}}


def to(name: str, **options: Any) -> dict[str, Any]:
    return {"type": "reference", "to": name, **options}


def test_a_reference_to_a_unique_field_or_a_primary_key_is_a_foreign_key() -> None:
    made = plan({
        "a": fields(),
        "b": {"primary_key": "code", "fields": {"code": "sequence", "a": to("a.id", nulls=0.2)}},
        "c": fields(b=to("b.code"), a=to("a.id"), me=to("c.id")),
    })  # fmt: skip
    assert made.tables["a"].foreign_keys == ()
    assert made.tables["b"].foreign_keys == (("a", "a", "id"),)
    assert made.tables["c"].foreign_keys == (("b", "b", "code"), ("a", "a", "id"), ("me", "c", "id"))
    shape = shapes_of(made, {"k": "v"})["b"]
    assert shape.foreign_keys == (ForeignKey(("a",), "a", ("id",), earlier=True),)
    assert (shape.primary_key, shape.order, shape.metadata) == (("code",), 1, {"k": "v"})


@pytest.mark.parametrize(
    ("parent", "child"),
    [
        ({"fields": {"id": "sequence"}}, to("a.id")),
        ({"fields": {"id": {"type": "integer"}}}, to("a.id")),
        (fields(), to("a.id", hidden=True)),
        ({"fields": {"id": {**KEY, "hidden": True}}}, to("a.id")),
        ({"fields": {"id": {**KEY, "dirty": {"share": 0.2, "kinds": ["outlier"]}}}}, to("a.id")),
        (fields(), to("a.id", dirty={"share": 0.2, "kinds": ["outlier"]})),
        ({**fields(), "dirty": {"share": 0.3, "kinds": ["duplicate_row"]}}, to("a.id")),
        (fields(), {"type": "array", "items": to("a.id"), "length": [0, 2]}),
    ],
    ids=["not unique", "repeats", "hidden", "hidden key", "dirty key", "dirty", "repeated rows", "in an array"],
)
def test_what_need_not_hold_in_the_written_rows_is_no_foreign_key(
    parent: dict[str, Any], child: dict[str, Any]
) -> None:
    made = plan({"a": parent, "b": fields(a=child)})
    assert made.tables["b"].foreign_keys == ()


def test_tables_come_after_those_they_refer_to_and_otherwise_as_in_the_document() -> None:
    made = plan({
        "lines": fields(order=to("orders.id"), product=to("products.id")),
        "orders": fields(customer=to("customers.id")),
        "notes": fields(),
        "customers": fields(friend=to("customers.id")),
        "products": fields(),
    })  # fmt: skip
    assert made.reference_order == ("customers", "orders", "products", "lines", "notes")
    assert [shape.order for shape in shapes_of(made, {}).values()] == [3, 1, 4, 0, 2]


def test_a_circle_is_broken_and_disturbs_nobody_outside_it() -> None:
    circle = {"b": fields(c=to("c.id")), "c": fields(b=to("b.id"), d=to("d.id"))}
    made = plan({"a": fields(b=to("b.id")), **circle, "d": fields()})
    order = made.reference_order
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("d") < order.index("c")
    assert max(order.index("b"), order.index("c")) < order.index("a")


def test_a_long_chain_of_tables_is_no_deeper_than_a_short_one() -> None:
    tables = {f"t{number}": fields(next=to(f"t{number + 1}.id")) for number in range(30)}
    made = plan({**tables, "t30": fields()})
    assert made.reference_order == tuple(f"t{number}" for number in range(30, -1, -1))
