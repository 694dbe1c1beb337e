"""Chains over several tables, composite keys, primary keys that hold what they promise."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from generator import Plan, RowRange, SchemaError, compile_schema

CHAIN = """
seed: 3
tables:
  regions: {rows: 6, fields: {code: {type: pattern, pattern: "??", unique: true}, name: city}}
  shops:
    rows: 50
    primary_key: [region, number]
    fields:
      region: {type: reference, to: regions.code, per_parent: [4, 12]}
      number: {type: child_number, of: region}
      opened: {type: date, min: 2015-01-01, max: 2019-12-31}
  clerks:
    rows: 300
    primary_key: [region, shop_number, badge]
    fields:
      shop: {type: reference, to: shops, hidden: true, distribution: {zipf: {s: 0.5}}}
      region: {type: lookup, via: shop, field: region}
      shop_number: {type: lookup, via: shop, field: number}
      badge: {type: integer, min: 1, max: 999, unique: true}
      hired: {type: date, after: shop.opened, within: 400d}
  sales:
    rows: 2000
    fields:
      clerk: {type: reference, to: clerks, hidden: true}
      region: {type: lookup, via: clerk, field: region}
      shop_number: {type: lookup, via: clerk, field: shop_number}
      badge: {type: expression, value: "clerk.badge"}
      city: {type: expression, value: "clerk.shop.region"}
      sold_at: {type: timestamp, after: clerk.hired, within: 90d}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_schema(CHAIN)


def rows_of(plan: Plan, table: str, *names: str) -> list[tuple[Hashable, ...]]:
    batch = plan.tables[table].batch(RowRange(0, plan.tables[table].rows))
    return list(zip(*(batch.column(name).to_pylist() for name in names), strict=True))


def test_a_composite_key_of_looked_up_parts_leads_to_one_row_over_three_tables(plan: Plan) -> None:
    shops = rows_of(plan, "shops", "region", "number")
    clerks = rows_of(plan, "clerks", "region", "shop_number", "badge")
    sales = rows_of(plan, "sales", "region", "shop_number", "badge")
    assert len(set(shops)) == 50
    assert len(set(clerks)) == 300
    assert {clerk[:2] for clerk in clerks} <= set(shops)
    assert set(sales) <= set(clerks)
    assert {region for region, _ in shops} == {code for (code,) in rows_of(plan, "regions", "code")}
    assert [sale[0] for sale in sales] == [city for (city,) in rows_of(plan, "sales", "city")]


def test_moments_follow_along_a_chain(plan: Plan) -> None:
    opened = dict(zip(rows_of(plan, "shops", "region", "number"), rows_of(plan, "shops", "opened"), strict=True))
    hired = {clerk[-1]: clerk for clerk in rows_of(plan, "clerks", "region", "shop_number", "hired", "badge")}
    for region, number, day, _ in hired.values():
        (first,) = opened[region, number]
        assert isinstance(first, date)
        assert isinstance(day, date)
        assert first < day <= first + timedelta(days=400)
    for badge, moment in rows_of(plan, "sales", "badge", "sold_at"):
        day = hired[badge][2]
        assert isinstance(moment, datetime)
        assert isinstance(day, date)
        assert timedelta(0) < moment.replace(tzinfo=None) - datetime.combine(day, datetime.min.time())
        assert moment.date() <= day + timedelta(days=90)


def test_a_chain_does_not_depend_on_which_rows_are_asked_for(plan: Plan) -> None:
    table = plan.tables["sales"]
    whole = table.batch(RowRange(0, 2000))
    rows = np.random.default_rng(2).integers(0, 2000, 700)
    assert table.take(rows.astype(np.uint64)).equals(whole.take(rows))


KEYED = (
    "tables: {{p: {{rows: 9, fields: {{id: sequence, n: city}}}}, c: {{rows: 20, primary_key: [{key}]{more}, fields: "
    "{{a: {{type: reference, to: p.id}}, b: {{type: reference, to: p.id, per_parent: [0, 9]}}, "
    "m: {{type: child_number, of: b}}, i: {{type: integer, max: 99}}, u: {{type: integer, max: 99, unique: true}}, "
    "s: sequence, k: uuid, z: {{type: uuid, nulls: 0.1}}, w: {{type: uuid, when: i > 5}}, "
    "t: {{type: expression, value: 'i + s'}}}}}}}}"
)


@pytest.mark.parametrize("key", ["s", "k", "u", "b, m", "m, a, b", "a, s", "t", "a, t"])
def test_keys_that_hold_or_that_only_the_document_can_vouch_for_are_taken(key: str) -> None:
    assert compile_schema(KEYED.format(key=key, more="")).tables["c"].primary_key == tuple(key.split(", "))


def test_a_key_is_proven_by_the_group_it_holds() -> None:
    table = compile_schema(KEYED.format(key="a, i, t", more=", unique_together: [[a, i]]")).tables["c"]
    batch = table.batch(RowRange(0, 20))
    assert len(set(zip(batch.column("a").to_pylist(), batch.column("i").to_pylist(), strict=True))) == 20


@pytest.mark.parametrize(
    ("key", "text", "remedy"),
    [
        ("i", "two rows can have the same key", "add unique: true at 'i'"),
        ("a, i", "two rows can have the same key", "add unique_together: [[a, i]]"),
        ("b, i", "two rows can have the same key", "add unique_together: [[b, i]]"),
        ("z", "'z' can be null", "drop its nulls"),
        ("s, w", "'w' can be null", "drop its nulls"),
    ],
)
def test_a_primary_key_that_can_repeat_or_be_null_is_refused(key: str, text: str, remedy: str) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(KEYED.format(key=key, more=""))
    (mistake,) = caught.value.mistakes
    assert mistake.path == "$.tables.c.primary_key"
    assert text in mistake.problem
    assert remedy in mistake.remedy


def test_links_work_from_inside_an_object_too() -> None:
    plan = compile_schema(
        "tables: {p: {rows: 30, fields: {id: sequence, n: {type: integer, unique: true, max: 99}}}, c: {fields: {"
        "id: sequence, p: {type: reference, to: p.id, per_parent: [0, 5]}, o: {type: object, fields: {"
        "p: {type: reference, to: p.id}, n: {type: lookup, via: p, field: n}, c: {type: reference, to: c.id, "
        "max_depth: 2}}}, q: {type: object, fields: {k: {type: child_number, of: p}, of: {type: child_count, of: p}}}"
        "}}}"
    )
    parents = dict(rows_of(plan, "p", "id", "n"))
    rows = plan.tables["c"].batch(RowRange(0, plan.tables["c"].rows)).to_pylist()
    for row in rows:
        assert row["o"]["n"] == parents[row["o"]["p"]]
        assert (row["o"]["c"] or 0) < row["id"]
        assert 1 <= row["q"]["k"] <= row["q"]["of"]
    assert sum(row["q"]["k"] == row["q"]["of"] for row in rows) == len({row["p"] for row in rows})


def test_items_of_an_array_refer_to_other_tables_but_not_to_earlier_rows() -> None:
    document = (
        "tables: {{p: {{rows: 30, fields: {{id: sequence, w: {{type: integer, max: 3}}}}}}, c: {{rows: 99, fields: "
        "{{id: sequence, l: {{type: array, length: [0, 4], items: {{type: reference, {to}}}}}}}}}}}"
    )
    lists = compile_schema(document.format(to="to: p.id, weights: w")).tables["c"].batch(RowRange(0, 99)).column("l")
    heavy = {key for key, weight in rows_of(compile_schema(document.format(to="to: p.id")), "p", "id", "w") if weight}
    assert {item for items in lists.to_pylist() for item in items} <= heavy
    with pytest.raises(SchemaError, match=r"\$\.tables\.c\.fields\.l\.items\.to: inside an array"):
        compile_schema(document.format(to="to: c.id"))


def test_the_canonical_document_keeps_weights_and_depths() -> None:
    plan = compile_schema(
        "tables: {p: {rows: 3, fields: {id: sequence}}, c: {rows: 50, fields: {id: sequence, "
        "p: {type: reference, to: p.id, weights: [1, 0.5, 2]}, c: {type: reference, to: c.id, max_depth: 2}}}}"
    )
    again = compile_schema(plan.document)
    assert again.fingerprint() == plan.fingerprint()
    assert again.tables["c"].batch(RowRange(0, 50)).equals(plan.tables["c"].batch(RowRange(0, 50)))
