"""Parents that are referred to more often than others: by Zipf's law, by listed weights, by a field of theirs."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest

from generator import RowRange, SchemaError, compile_schema
from generator.choosing import weights_in

ROWS = 200_000
LINKED = (
    "seed: 5\ntables: {{a: {{rows: {parents}, fields: {{id: {{type: sequence, start: 0}}, p: {{type: {field}}}}}}}, "
    "b: {{rows: {rows}, fields: {{a: {{type: reference, to: a.id, {options}}}}}}}}}"
)


def counted(options: str, parents: int = 40, field: str = "constant, value: 1") -> tuple[list[float], list[int]]:
    """The parents' cells of ``p``, and how often each parent is referred to."""
    plan = compile_schema(LINKED.format(parents=parents, rows=ROWS, options=options, field=field))
    weights = plan.tables["a"].take(np.arange(parents, dtype=np.uint64), ("p",)).column(0).to_pylist()
    drawn = np.asarray(plan.tables["b"].batch(RowRange(0, ROWS)).column("a"))
    return [float(weight or 0) for weight in weights], np.bincount(drawn, minlength=parents).tolist()


def assert_shares(counts: list[int], weights: list[float]) -> None:
    expected = np.array(weights) / sum(weights) * ROWS
    there = expected > 0
    assert not np.array(counts)[~there].any()
    square = ((np.array(counts)[there] - expected[there]) ** 2 / expected[there]).sum()
    free = int(there.sum()) - 1
    assert square < free + 5 * (2 * free) ** 0.5  # chi square: five standard deviations above its mean


def test_without_an_option_all_parents_are_alike() -> None:
    _, counts = counted("nulls: 0")
    assert_shares(counts, [1.0] * 40)


def test_listed_weights_are_each_parent_s_share() -> None:
    weights = [0, 1, 2.5, 0.125, *range(36)]
    _, counts = counted(f"weights: {weights}")
    assert_shares(counts, weights)


@pytest.mark.parametrize(
    "field",
    ["integer, min: 0, max: 9", "float, min: 0, max: 3", "decimal, min: 0, max: 50, scale: 2",
     "integer, min: 1, max: 50, unique: true", "integer, min: 1, max: 9, nulls: 0.3",
     "expression, value: 'id * id / 2'"],
)  # fmt: skip
def test_a_field_of_the_parents_is_their_weight_and_null_is_none(field: str) -> None:
    weights, counts = counted("weights: p", field=field)
    assert len(set(weights)) > 5
    assert_shares(counts, weights)


def test_decimals_of_any_width_are_weights_by_their_size() -> None:
    values = [
        Decimal(10) ** 30,
        Decimal(3) * 10**30,
        Decimal("1e-4"),
        Decimal(0),
        None,
        Decimal(-(10**30)),
        Decimal(-1),
    ]
    weights = weights_in(pa.array(values, pa.decimal128(38, 4)))
    assert (weights[:5] / weights[0]).tolist() == pytest.approx([1.0, 3.0, 1e-34, 0.0, 0.0], rel=1e-12, abs=0.0)
    assert (weights[5:] < 0).all()


def test_zipf_s_favourites_have_its_shares_and_are_not_the_first_rows() -> None:
    _, counts = counted("distribution: {zipf: {s: 1.2}}")
    assert_shares(sorted(counts, reverse=True), [(k + 1) ** -1.2 for k in range(40)])
    assert counts != sorted(counts, reverse=True)


def test_weights_of_many_parents_are_read_in_batches() -> None:
    weights, counts = counted("weights: p", parents=150_000, field="integer, min: 0, max: 1")
    assert not np.array(counts)[np.array(weights) == 0].any()
    assert sum(counts) == ROWS


def test_a_weight_that_comes_through_another_weighted_reference_is_read_too() -> None:
    plan = compile_schema(
        "tables: {a: {rows: 3, fields: {id: {type: sequence, start: 0}, w: {type: expression, value: 'id + 0'}}}, "
        "b: {rows: 50, fields: {id: {type: sequence, start: 0}, a: {type: reference, to: a.id, weights: w}, "
        "w: {type: lookup, via: a, field: w}}}, c: {rows: 1000, fields: {b: {type: reference, to: b.id, weights: w}}}}"
    )
    weights = plan.tables["b"].batch(RowRange(0, 50)).column("w").to_pylist()
    assert {1, 2} == set(weights)
    drawn = plan.tables["c"].batch(RowRange(0, 1000)).column("b").to_pylist()
    heavy = sum(weights[row] == 2 for row in drawn)
    share = weights.count(2) * 2 / sum(weights)
    assert abs(heavy / 1000 - share) < 0.08


@pytest.mark.parametrize(
    ("options", "field", "parents", "text"),
    [
        ("weights: [1, 2]", "uuid", 40, "2 weights for the 40 rows of 'a'"),
        ("weights: [0, 0, 0]", "uuid", 3, "all weights are 0"),
        ("weights: p", "integer, min: 0, max: 0", 3, "all weights are 0"),
        ("weights: p", "uuid", 3, "is string, no number"),
        ("weights: p", "boolean", 3, "is bool, no number"),
        ("weights: p", "integer, min: -5, max: -1", 3, "in row 0, which is no weight"),
        ("weights: p", "decimal, min: -5, max: -1", 3, "in row 0, which is no weight"),
        ("weights: p", "integer, min: 0, max: 9", 1_000_001, "1,000,000 at most"),
        ("weights: p, distribution: {zipf: {s: 1}}", "integer, min: 0, max: 9", 3, "drop one"),
        ("weights: p, unique: true", "integer, min: 0, max: 9", 200_000, "as frequent"),
        ("weights: p, per_parent: [0, 9]", "integer, min: 0, max: 9", 200_000, "no distribution, weights"),
    ],
)
def test_weights_that_do_not_suit_are_refused(options: str, field: str, parents: int, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(LINKED.format(parents=parents, rows=ROWS, options=options, field=field))
    (mistake,) = caught.value.mistakes
    assert mistake.path == "$.tables.b.fields.a." + ("per_parent" if "per_parent" in options else "weights")
    assert text in str(mistake)
    assert mistake.remedy


def test_more_listed_weights_than_a_document_should_hold_are_refused() -> None:
    weights = "weights: " + str([1] * 10_001)
    with pytest.raises(SchemaError, match=r"\$\.tables\.b\.fields\.a\.weights: .*at most 10000"):
        compile_schema(LINKED.format(parents=10_001, rows=5, options=weights, field="uuid"))


def test_parents_that_weigh_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(SchemaError, match=r"in a circle: a\.n → b\.a → a\.n"):
        compile_schema(
            "tables: {a: {rows: 4, fields: {id: sequence, n: {type: child_count, of: b.a}}}, "
            "b: {rows: 9, fields: {a: {type: reference, to: a.id, weights: n}}}}"
        )
