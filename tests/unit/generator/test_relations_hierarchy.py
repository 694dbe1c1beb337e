"""References of a table to itself: earlier rows, bounded depth, roots, growth."""

from __future__ import annotations

import numpy as np
import pytest

from generator import RowRange, SchemaError, compile_schema
from generator.cells import Key
from generator.hierarchy import Hierarchy

ROWS = 100_000
STAFF = "rows: {rows}\nfields: {{id: sequence, boss: {{type: reference, to: data.id, {options}}}}}"


def bosses(options: str, rows: int = ROWS) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The row of each row's boss; -1 where there is none."""
    table = compile_schema(STAFF.format(rows=rows, options=options)).tables["data"]
    return np.asarray(table.batch(RowRange(0, rows)).column("boss").fill_null(0)) - 1


def depths(parents: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Steps from each row to its root; every step leads to an earlier row, so there is an end."""
    assert (parents < np.arange(len(parents))).all()
    found = np.zeros(len(parents), dtype=np.int64)
    at = parents.copy()
    while (at >= 0).any():
        found += at >= 0
        at = np.where(at >= 0, parents[at], -1)
    return found


@pytest.mark.parametrize("depth", [1, 2, 3, 5, 12, 32])
def test_no_chain_is_longer_than_the_bound_and_none_is_a_circle(depth: int) -> None:
    found = depths(bosses(f"max_depth: {depth}"))
    assert found.max() <= depth
    assert found.max() >= min(depth, 12)  # and the bound is used
    assert (found == 0).sum() == 1  # row 0


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_a_bounded_hierarchy_narrows_towards_its_root(depth: int) -> None:
    found = bosses(f"max_depth: {depth}")
    sizes = np.bincount(depths(found), minlength=depth + 1)
    assert (np.diff(sizes) > 0).all()
    spans = np.bincount(found[1:])
    assert spans.max() < 6 * ROWS ** (1 / depth)  # no row bears all the others


def test_nulls_make_more_roots_and_the_bound_still_holds() -> None:
    found = bosses("max_depth: 4, nulls: 0.1")
    assert 9_000 < (found < 0).sum() < 11_000
    assert depths(found).max() <= 4


@pytest.mark.parametrize("options", ["nulls: 0", "max_depth: 3", "max_depth: 7, nulls: 0.2"])
def test_growing_the_table_changes_nobody_s_boss(options: str) -> None:
    grown = bosses(options)
    for rows in (1, 2, 1_000, 65_537):
        assert (bosses(options, rows) == grown[:rows]).all()


def test_without_a_bound_the_depth_grows_with_the_logarithm_only() -> None:
    found = depths(bosses("nulls: 0"))
    assert 20 < found.max() < 60  # about e * ln(100,000) = 31 (Pittel 1994)


def test_rows_beyond_the_precision_of_floats_have_earlier_parents_too() -> None:
    edges = [2**power + off for power in (1, 20, 52, 53, 54, 61) for off in (-1, 0, 1)]
    rows = np.array(sorted({*edges, 3, 2**62 - 1}), dtype=np.uint64)
    hierarchy = Hierarchy(4, Key("1", "t", "f"))
    for _ in range(4):
        parents = hierarchy.parents(rows)
        assert (parents[rows > 0] < rows[rows > 0]).all()
        rows = parents
    assert not rows.any()


def test_what_a_boss_is_called_can_be_looked_up() -> None:
    table = compile_schema(
        "rows: 500\nfields: {id: sequence, name: first_name, boss: {type: reference, to: data, hidden: true, "
        "max_depth: 3}, boss_name: {type: lookup, via: boss, field: name}, above: {type: expression, "
        "value: boss.boss.name}}"
    ).tables["data"]
    cells = table.take(np.arange(500, dtype=np.uint64), ("name", "boss", "boss_name", "above")).to_pydict()
    for boss, called, above in zip(cells["boss"], cells["boss_name"], cells["above"], strict=True):
        assert called == (None if boss is None else cells["name"][boss])
        assert above == (None if boss is None else cells["boss_name"][boss])


@pytest.mark.parametrize(
    ("options", "path", "text"),
    [
        ("max_depth: 0", "$.fields.boss.max_depth", "greater than or equal to 1"),
        ("max_depth: 33", "$.fields.boss.max_depth", "less than or equal to 32"),
        ("per_parent: [0, 3]", "$.fields.boss.to", "any earlier row"),
        ("weights: id", "$.fields.boss.to", "any earlier row"),
    ],
)
def test_what_a_self_reference_cannot_be_is_said_at_its_place(options: str, path: str, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(STAFF.format(rows=9, options=options))
    assert [item.path for item in caught.value.mistakes] == [path]
    assert text in str(caught.value)


def test_only_a_self_reference_has_a_depth() -> None:
    with pytest.raises(SchemaError, match=r"\$\.tables\.b\.fields\.a\.max_depth: only a reference to 'b' itself"):
        compile_schema(
            "tables: {a: {rows: 5, fields: {id: sequence}}, "
            "b: {rows: 5, fields: {a: {type: reference, to: a.id, max_depth: 2}}}}"
        )
