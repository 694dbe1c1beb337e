"""From a parent to its children: how many there are, which rows they are, and that both directions agree."""

from __future__ import annotations

import numpy as np
import pytest

from generator import Plan, RowRange, SchemaError, compile_schema
from generator.fields.references import Reference

SHOP = """
seed: 11
tables:
  customers:
    rows: 900
    fields:
      id: {type: sequence}
      orders: {type: child_count, of: orders.customer}
      kind: {type: expression, value: "'sleeping' if orders == 0 else 'buyer'"}
  orders:
    fields:
      id: {type: sequence, start: 1000}
      customer: {type: reference, to: customers.id, per_parent: [0, 9]}
      number: {type: child_number, of: customer}
      of: {type: child_count, of: customer}
      of_customer: {type: lookup, via: customer, field: orders}
      lines: {type: child_count, of: lines.order}
  lines:
    fields:
      order: {type: reference, to: orders.id, per_parent: [1, 4]}
      customer_orders: {type: expression, value: "order.customer.orders"}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_schema(SHOP)


def columns(plan: Plan, table: str) -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    batch = plan.tables[table].batch(RowRange(0, plan.tables[table].rows))
    return {name: np.array(batch.column(name).to_pylist()) for name in batch.schema.names}


def test_a_parent_knows_the_true_number_of_its_children(plan: Plan) -> None:
    customers, orders, lines = (columns(plan, name) for name in ("customers", "orders", "lines"))
    assert customers["orders"].tolist() == np.bincount(orders["customer"], minlength=901)[1:].tolist()
    assert orders["lines"].tolist() == np.bincount(lines["order"] - 1000).tolist()
    assert set(customers["orders"].tolist()) == set(range(10))
    assert ((customers["kind"] == "sleeping") == (customers["orders"] == 0)).all()


def test_a_child_knows_how_many_there_are_beside_it(plan: Plan) -> None:
    orders = columns(plan, "orders")
    assert (orders["of"] == orders["of_customer"]).all()
    assert (orders["number"] <= orders["of"]).all()
    last = orders["number"] == orders["of"]
    assert last.sum() == len(set(orders["customer"].tolist()))


def test_a_grandchild_reads_the_count_two_tables_up(plan: Plan) -> None:
    lines, orders = columns(plan, "lines"), columns(plan, "orders")
    assert (lines["customer_orders"] == orders["of"][lines["order"] - 1000]).all()


def test_the_rows_of_a_parent_s_children_are_found_without_looking_for_them(plan: Plan) -> None:
    column = plan.tables["orders"].columns["customer"]
    assert isinstance(column.field, Reference)
    parents = np.array([899, 0, 5, 5, 450], dtype=np.uint64)
    firsts, counts = column.field.children_of(column, parents)
    for parent, first, count in zip(parents.tolist(), firsts.tolist(), counts.tolist(), strict=True):
        around = range(max(first - 1, 0), min(first + count + 1, plan.tables["orders"].rows))
        found = plan.tables["orders"].take(np.array(around, dtype=np.uint64), ("customer",)).column(0).to_pylist()
        assert [row for row, customer in zip(around, found, strict=True) if customer == parent + 1] == list(
            range(first, first + count)
        )


def test_counts_of_a_fixed_number_are_that_number_and_of_many_parents_are_found_at_once() -> None:
    plan = compile_schema(
        "tables: {a: {rows: 1_000_000_000_000, fields: {id: sequence, n: {type: child_count, of: b.a}, "
        "m: {type: child_count, of: c.a}}}, b: {fields: {a: {type: reference, to: a.id, per_parent: [0, 6]}}}, "
        "c: {fields: {a: {type: reference, to: a.id, per_parent: 2}}}}"
    )
    rows = np.random.default_rng(3).integers(0, 10**12, 50_000).astype(np.uint64)
    found = plan.tables["a"].take(rows, ("n", "m"))
    assert set(found.column("m").to_pylist()) == {2}
    counts = np.asarray(found.column("n"))
    assert set(counts.tolist()) == set(range(7))
    assert abs(counts.mean() - 3) < 0.05


def test_references_without_a_field_count_too() -> None:
    plan = compile_schema(
        "tables: {a: {rows: 40, fields: {n: {type: child_count, of: b.a}}}, "
        "b: {rows: 100, fields: {a: {type: reference, to: a, per_parent: [0, 5], hidden: true}}}}"
    )
    counts = np.asarray(plan.tables["a"].batch(RowRange(0, 40)).column("n"))
    rows = plan.tables["b"].take(np.arange(100, dtype=np.uint64), ("a",)).column(0)
    assert counts.tolist() == np.bincount(np.asarray(rows), minlength=40).tolist()


COUNTED = (
    "tables: {{a: {{rows: 9, fields: {{id: sequence, n: {{type: child_count, of: {of}}}}}}}, z: {{rows: 9, fields: "
    "{{id: sequence}}}}, b: {{rows: 18, fields: {{x: integer, y: {{type: reference, to: a.id}}, z: {{type: reference, "
    "to: z.id, per_parent: [0, 5]}}, a: {{type: reference, to: a.id, per_parent: [0, 5]{more}}}}}}}}}"
)


@pytest.mark.parametrize(
    ("of", "more", "text"),
    [
        ("b.x", "", "'b.x' is no reference"),
        ("b.y", "", "'b.y' has no per_parent"),
        ("b.z", "", "'b.z' refers to 'z', not to this table"),
        ("id", "", "'id' is no reference"),
        ("b.a", ", nulls: 0.1", "'b.a' can be null"),
        ("b.a", ", when: x > 3", "'b.a' can be null"),
    ],
)
def test_what_cannot_be_counted_is_refused(of: str, more: str, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(COUNTED.format(of=of, more=more))
    (mistake,) = caught.value.mistakes
    assert mistake.path == "$.tables.a.fields.n.of"
    assert text in mistake.problem
    assert mistake.remedy


@pytest.mark.parametrize("of", ["b.nothing", "nowhere.a", "nothing"])
def test_a_count_of_nothing_names_what_is_missing(of: str) -> None:
    with pytest.raises(SchemaError, match=r"\$\.tables\.a\.fields\.n.*(nothing|nowhere)"):
        compile_schema(COUNTED.format(of=of, more=""))
