"""The laws of cells, which every registered field type must meet. A new type is picked up by its name and examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from cachetools import LRUCache

from generator import Plan, RowRange, SchemaError, TablePlan, compile_schema, field_types
from generator.stage import EXAMPLE, STAGE, staged

ROWS = 300
Options = dict[str, Any]


def examples() -> list[Any]:
    found = []
    for name, cls in field_types:
        assert cls.examples, f"{name} has no examples: the laws cannot be tested on it"
        found += [pytest.param({"type": name, **options}, id=f"{name}-{i}") for i, options in enumerate(cls.examples)]
    return found


# All laws of one example follow each other, so that they share its plan.
every_example = pytest.mark.parametrize("options", examples(), scope="module")


_plans: LRUCache[str, TablePlan] = LRUCache(4)


def table(options: Options, rows: int = ROWS, **more: Any) -> TablePlan:
    name = repr((options, rows, more))
    if name not in _plans:
        _plans[name] = staged(options, rows, **more).tables[STAGE]
    return _plans[name]


def column(plan: TablePlan, rows: np.ndarray[Any, Any]) -> pa.Array:
    return plan.take(rows.astype(np.uint64), (EXAMPLE,)).column(0)


def every(plan: TablePlan) -> pa.Array:
    return column(plan, np.arange(plan.rows))


@every_example
def test_a_cell_does_not_depend_on_how_rows_are_split(options: Options) -> None:
    plan = table(options)
    whole = plan.batch(RowRange(0, ROWS))
    for size, rows in ((1, 10), (7, 50), (128, ROWS), (ROWS, ROWS)):
        parts = [plan.batch(part) for part in RowRange(ROWS - rows, ROWS).split(size)]
        expected = pa.Table.from_batches([whole.slice(ROWS - rows)])
        assert pa.Table.from_batches(parts).combine_chunks().equals(expected.combine_chunks())


@every_example
def test_a_cell_does_not_depend_on_the_order_of_the_index_array(options: Options) -> None:
    plan = table(options)
    whole = every(plan)
    for seed in range(3):
        rows = np.random.default_rng(seed).integers(0, ROWS, size=500)
        assert column(plan, rows).equals(whole.take(pa.array(rows)))


@every_example
def test_cells_are_valid_arrow_data_of_the_type_that_was_stated(options: Options) -> None:
    plan = table(options)
    cells = every(plan)
    cells.validate(full=True)
    assert cells.type == plan.columns[EXAMPLE].type
    assert cells.offset == 0
    if cells.null_count:
        assert plan.columns[EXAMPLE].nullable
    assert len(column(plan, np.array([], dtype=np.uint64))) == 0


@every_example
def test_adding_or_reordering_fields_changes_no_other_cell(options: Options) -> None:
    plain = every(table(options))
    extra = {"one_more": {"type": "uuid"}, "another": {"type": "integer", "max": 9}}
    assert every(table(options, extra=extra)).equals(plain)


@every_example
def test_growing_a_table_changes_no_cell_unless_its_type_says_so(options: Options) -> None:
    small, large = table(options), table(options, rows=ROWS + 157)
    if small.columns[EXAMPLE].depends_on_rows:
        return
    assert column(large, np.arange(ROWS)).equals(every(small))


@every_example
def test_the_canonical_document_compiles_to_the_same_cells(options: Options) -> None:
    plan = staged(options)
    again = compile_schema(plan.document)
    assert again.document == plan.document
    assert again.fingerprint() == plan.fingerprint()
    assert every(again.tables[STAGE]).equals(every(plan.tables[STAGE]))


@every_example
def test_another_seed_gives_other_cells_where_cells_are_drawn(options: Options) -> None:
    plan = table(options)
    same = every(table(options, seed="other")).equals(every(plan))
    assert same != plan.columns[EXAMPLE].field.seeded


@every_example
def test_a_share_of_nulls_is_met_on_average_and_exactly_on_request(options: Options) -> None:
    inherent = every(table(options)).null_count
    some = every(table({**options, "nulls": 0.3}))
    assert some.null_count >= inherent
    if not inherent:
        assert 50 <= some.null_count <= 135  # binomial(300, 0.3): six standard deviations around 90
        exact = every(table({**options, "nulls": {"exactly": 0.3}}))
        assert exact.null_count == 90
    assert every(table({**options, "nulls": 1})).null_count == ROWS
    kept = np.asarray(some.is_valid())
    assert some.filter(pa.array(kept)).equals(every(table(options)).filter(pa.array(kept)))


@every_example
def test_when_leaves_a_value_only_where_the_condition_is_true(options: Options) -> None:
    base = every(table(options))
    if options.get("exactly"):
        with pytest.raises(SchemaError, match="'when'"):
            table({**options, "when": "id % 3 == 0"})
        return
    cells = every(table({**options, "when": "id % 3 == 0"}))
    met = np.arange(1, ROWS + 1) % 3 == 0
    assert cells.filter(pa.array(~met)).null_count == int((~met).sum())
    assert cells.filter(pa.array(met)).equals(base.filter(pa.array(met)))


@every_example
def test_unique_values_never_repeat_and_a_small_domain_is_used_up(options: Options) -> None:
    stands = table(options).columns[EXAMPLE]
    refusal = ""
    domain: int | None = None
    try:
        domain = stands.field.cardinality(stands)
        plan = table({**options, "unique": True}, rows=min(domain or 0, 800))
    except SchemaError as error:
        refusal = str(error)
    if refusal:
        assert "unique" in refusal or "repeat" in refusal, refusal  # it says why they cannot be
        return
    if domain is None:
        assert plan.columns[EXAMPLE].field.always_unique
        plan = table(options)
    cells = every(plan)
    assert cells.null_count == 0
    assert len(cells.unique()) == len(cells) == plan.rows


@every_example
def test_a_hidden_field_is_computed_but_not_written(options: Options) -> None:
    plan: Plan = staged({**options, "hidden": True})
    assert EXAMPLE not in plan.tables[STAGE].arrow_schema.names
    assert len(every(plan.tables[STAGE])) == ROWS


def test_every_alias_leads_to_its_type() -> None:
    for name, cls in field_types:
        for alias in field_types.aliases(name):
            assert field_types.get(alias) is cls
