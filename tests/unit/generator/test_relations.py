"""References, bounded children, uniqueness alone and together, exact shares, chains across tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from generator import RowRange, SchemaError, TablePlan, compile_schema

SHOP = """
seed: 7
tables:
  nations: {rows: 25, fields: {k: {type: sequence, start: 0}, name: {type: country, unique: true}}}
  customers: {rows: 400, fields: {id: sequence, nation: {type: reference, to: nations.name}}}
  parts: {rows: 200, fields: {id: sequence}}
  suppliers: {rows: 10, fields: {id: {type: uuid}}}
  stock:
    rows: 800
    unique_together: [[part, supplier]]
    fields: {part: {type: reference, to: parts.id, per_parent: [4, 4]}, supplier: {type: reference, to: suppliers.id}}
  orders: {rows: 3000, fields: {id: {type: sequence, start: 100}, customer: {type: reference, to: customers.id}}}
  lines:
    rows: 12_000
    unique_together: [[stock_day, shelf]]
    fields:
      order: {type: reference, to: orders.id, per_parent: [1, 7]}
      number: {type: child_number, of: order}
      customer: {type: lookup, via: order, field: customer}
      nation: {type: expression, value: "order.customer"}
      stock: {type: reference, to: stock, hidden: true}
      part: {type: lookup, via: stock, field: part}
      supplier: {type: lookup, via: stock, field: supplier}
      stock_day: {type: date, min: 2024-01-01, max: 2024-12-31}
      shelf: {type: integer, min: 1, max: 40}
"""


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.RecordBatch]:
    plan = compile_schema(SHOP)
    return {name: table.batch(RowRange(0, table.rows)) for name, table in plan.tables.items()}


def values(batch: pa.RecordBatch, name: str) -> list[object]:
    return batch.column(name).to_pylist()


def test_every_reference_exists(tables: dict[str, pa.RecordBatch]) -> None:
    for child, field, parent, key in [
        ("customers", "nation", "nations", "name"),
        ("stock", "supplier", "suppliers", "id"),
        ("orders", "customer", "customers", "id"),
        ("lines", "order", "orders", "id"),
        ("lines", "part", "parts", "id"),
    ]:
        assert set(values(tables[child], field)) <= set(values(tables[parent], key)), (child, field)


def test_children_per_parent_keep_both_bounds_and_are_numbered(tables: dict[str, pa.RecordBatch]) -> None:
    orders = np.array(values(tables["lines"], "order"))
    found, counts = np.unique(orders, return_counts=True)
    assert len(found) == 3000
    assert counts.min() >= 1
    assert counts.max() <= 7
    assert len(set(counts)) == 7  # and the bounds are used
    numbers = np.array(values(tables["lines"], "number"))
    for order in found[:50]:
        assert numbers[orders == order].tolist() == list(range(1, (orders == order).sum() + 1))


def test_a_lookup_reads_the_row_that_the_reference_chose(tables: dict[str, pa.RecordBatch]) -> None:
    customer_of = dict(zip(values(tables["orders"], "id"), values(tables["orders"], "customer"), strict=True))
    looked_up = [customer_of[order] for order in values(tables["lines"], "order")]
    assert looked_up == values(tables["lines"], "customer")
    assert looked_up == values(tables["lines"], "nation")


def test_a_composite_key_is_referred_to_as_a_row(tables: dict[str, pa.RecordBatch]) -> None:
    stock = set(zip(values(tables["stock"], "part"), values(tables["stock"], "supplier"), strict=True))
    assert len(stock) == 800  # unique together
    assert set(zip(values(tables["lines"], "part"), values(tables["lines"], "supplier"), strict=True)) <= stock
    assert "stock" not in tables["lines"].schema.names


def test_pairs_are_unique_together_without_a_bounded_member(tables: dict[str, pa.RecordBatch]) -> None:
    pairs = set(zip(values(tables["lines"], "stock_day"), values(tables["lines"], "shelf"), strict=True))
    assert len(pairs) == 12_000


@pytest.mark.parametrize(
    ("parents", "rows", "bounds"),
    [(1, 5, (0, 5)), (1000, 0, (0, 3)), (1000, 3000, (0, 3)), (129, 200, (1, 2)), (128, 300, (0, 100)),
     (5000, 10_000, (2, 2)),
     (777, 7000, (0, 50)), (3, 1_000_000, (0, 1_000_000))],
)  # fmt: skip
def test_bounded_children_are_the_same_from_both_ends(parents: int, rows: int, bounds: tuple[int, int]) -> None:
    from generator.cells import Key
    from generator.children import Children

    children = Children(parents, rows, *bounds, Key("1", "t", "f").draw("children"))
    firsts, counts = children.of_parents(np.arange(parents, dtype=np.uint64))
    assert counts.sum() == rows
    assert counts.min() >= bounds[0]
    assert counts.max() <= bounds[1]
    assert (np.cumsum(counts) - counts == firsts).all()
    some = (
        np.random.default_rng(1).permutation(rows)[:5000].astype(np.uint64) if rows else np.array([], dtype=np.uint64)
    )
    parent, number = children.of_rows(some)
    assert (firsts[parent.astype(int)] + number - 1 == some.astype(int)).all()
    assert (number <= counts[parent.astype(int)]).all()


def test_bounds_that_the_rows_cannot_meet_are_refused() -> None:
    with pytest.raises(
        SchemaError, match="5 parents with 1 to 2 children each have 5 to 10, but the table has 11 rows"
    ):
        compile_schema(
            "tables: {a: {rows: 5, fields: {id: sequence}}, "
            "b: {rows: 11, fields: {a: {type: reference, to: a.id, per_parent: [1, 2]}}}}"
        )


def test_a_self_reference_takes_an_earlier_row_and_null_in_the_first() -> None:
    table = compile_schema("rows: 5000\nfields: {id: sequence, boss: {type: reference, to: data.id}}").tables["data"]
    boss = table.batch(RowRange(0, 5000)).column("boss").to_pylist()
    assert boss[0] is None
    assert all(value < row + 1 for row, value in enumerate(boss[1:], start=1))


def test_a_null_reference_gives_null_lookups() -> None:
    table = compile_schema(
        "tables: {a: {rows: 9, fields: {id: sequence, n: first_name}}, b: {rows: 500, fields: {"
        "a: {type: reference, to: a.id, nulls: 0.4}, n: {type: lookup, via: a, field: n}}}}"
    ).tables["b"]
    batch = table.batch(RowRange(0, 500))
    assert 100 < batch.column("a").null_count < 300
    assert batch.column("a").is_valid().equals(batch.column("n").is_valid())
    assert batch.schema.field("n").nullable


def test_exact_shares_are_exact() -> None:
    table = compile_schema(
        "rows: 1_000_000\nfields: {c: {type: choice, values: {a: 5, b: 94.9999, c: 0.0001}, exactly: true}, "
        "n: {type: integer, nulls: {exactly: 0.05}}}"
    ).tables["data"]
    batch = table.batch(RowRange(0, 1_000_000))
    counts = {item["values"]: item["counts"] for item in batch.column("c").value_counts().to_pylist()}
    assert counts == {"a": 50_000, "b": 949_999, "c": 1}
    assert batch.column("n").null_count == 50_000


@pytest.mark.parametrize(
    "options",
    ["{type: integer, min: 1, max: 100_000, unique: true}", "{type: pattern, pattern: '??-#-?', unique: true}"],
)
def test_unique_uses_a_whole_small_domain_up(options: str) -> None:
    domain = compile_schema(f"rows: 1\nfields: {{f: {options}}}").tables["data"].columns["f"]
    size = domain.field.cardinality(domain)
    assert size is not None
    table = compile_schema(f"rows: {size}\nfields: {{f: {options}}}").tables["data"]
    cells = table.batch(RowRange(0, size)).column(0)
    assert len(cells.unique()) == size
    with pytest.raises(SchemaError, match=f"there are only {size:,} of them"):
        compile_schema(f"rows: {size + 1}\nfields: {{f: {options}}}")


def test_unique_is_unique_over_ten_million_rows_of_a_large_domain() -> None:
    table = compile_schema(
        "rows: 10_000_000\nfields: {f: {type: integer, min: 0, max: 99_999_999_999, unique: true}}"
    ).tables["data"]
    seen = np.sort(
        np.concatenate([np.asarray(table.batch(part).column(0)) for part in RowRange(0, 10_000_000).split(1 << 20)])
    )
    assert (np.diff(seen) > 0).all()


def test_unique_e_mail_addresses_stay_unique_across_the_lengths_of_their_numbers() -> None:
    table = compile_schema("rows: 2_000_000\nfields: {e: {type: email, unique: true}}").tables["data"]
    rows = np.concatenate([np.arange(30_000), np.arange(990_000, 1_020_000)]).astype(np.uint64)
    local = [address.partition("@")[0] for address in table.take(rows).column(0).to_pylist()]
    assert len(set(local)) == len(local)


@pytest.mark.parametrize("first", [0, 10**15 - 1000])
def test_a_thousand_rows_of_a_quadrillion_come_back_at_once(first: int) -> None:
    plan = compile_schema(
        SHOP.replace("unique_together: [[stock_day, shelf]]", ""), {"orders": 3 * 10**14, "lines": 10**15}
    )
    table: TablePlan = plan.tables["lines"]
    batch = table.batch(RowRange(first, first + 1000))
    assert batch.num_rows == 1000
    assert max(batch.column("order").to_pylist()) <= 3 * 10**14 + 100
