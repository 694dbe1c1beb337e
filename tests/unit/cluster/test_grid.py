from hypothesis import given
from hypothesis import strategies as st

from cluster.grid import BATCH_ROWS, PART_BYTES, PARTS_PER_OBJECT, Grid, rows_per_part

widths = st.integers(0, 1 << 40)
grids = st.builds(Grid, st.integers(0, 1 << 40), st.integers(1, 1 << 30), st.integers(1, 10_000))


@given(widths)
def test_a_part_is_a_power_of_two_of_batches_and_as_large_as_fits(width: int) -> None:
    rows = rows_per_part(width)
    batches, rest = divmod(rows, BATCH_ROWS)
    assert rest == 0
    assert batches & (batches - 1) == 0
    assert rows == BATCH_ROWS or rows * width <= PART_BYTES
    assert 2 * rows * max(1, width) > PART_BYTES


def test_known_widths_keep_their_grid() -> None:
    assert [rows_per_part(width) for width in (1, 8, 100, 512, 513, 1024, 5000)] == [
        67_108_864, 8_388_608, 524_288, 131_072, 65_536, 65_536, 65_536,
    ]  # fmt: skip


@given(grids, st.data())
def test_parts_cover_every_row_once_in_order(grid: Grid, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, grid.parts - 1))
    rows = grid.rows_of(part)
    assert rows.start == (grid.rows_of(part - 1).stop if part else 0)
    assert len(rows) <= grid.part_rows
    assert len(rows) > 0 or grid.rows == 0
    assert part < grid.parts - 1 or rows.stop == grid.rows


@given(grids, st.data())
def test_objects_cover_every_part_once_in_order(grid: Grid, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, grid.objects - 1))
    parts = grid.parts_of(number)
    assert parts[0] == (grid.parts_of(number - 1)[-1] + 1 if number else 0)
    assert 1 <= len(parts) <= grid.object_parts
    assert number < grid.objects - 1 or parts[-1] == grid.parts - 1


@given(st.integers(1, 1 << 40), st.integers(1, 4000), st.integers(1, 1 << 40))
def test_growing_a_table_keeps_every_part_but_the_last(rows: int, width: int, more: int) -> None:
    small, large = Grid.of(rows, width), Grid.of(rows + more, width)
    for part in {0, max(0, small.parts - 2)} - {small.parts - 1}:
        assert small.rows_of(part) == large.rows_of(part)


def test_an_empty_table_has_one_empty_part() -> None:
    grid = Grid.of(0, 100)
    assert (grid.parts, grid.objects, len(grid.rows_of(0))) == (1, 1, 0)


def test_a_table_beyond_ten_thousand_parts_is_several_objects() -> None:
    grid = Grid.of(BATCH_ROWS * (PARTS_PER_OBJECT + 1), 1024)
    assert (grid.parts, grid.objects) == (10_001, 2)
    assert grid.parts_of(1) == range(10_000, 10_001)
