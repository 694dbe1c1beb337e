"""Short texts kept in slots: whatever their lengths and wherever they lie, native == reference."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from tests.laws.kernel_twins import GAMMA, KAPPA, agreed, spread

ROWS = spread(2_000)
EDGES_OF_SLOTS = (0, 1, 13, 14, 15, 16, 29, 30, 31, 32, 61, 62, 63, 64, 65)


def pool_of(longest: int) -> pa.StringArray:
    return pa.array(["", "é" * (longest // 2) + "x" * (longest % 2), "y" * (longest // 3)], pa.string())


@pytest.mark.parametrize("longest", EDGES_OF_SLOTS)
def test_dictionaries_of_texts_up_to_any_length_are_joined_alike(longest: int) -> None:
    indices = (ROWS % np.uint64(3)).astype(np.int32)
    coded = pa.DictionaryArray.from_arrays(pa.array(indices, mask=indices == 1), pool_of(longest))
    plain = pa.DictionaryArray.from_arrays(indices, pool_of(longest))
    numbers = (ROWS % np.uint64(20_000)).astype(np.int64) - 5_000
    parts = [b"<", plain, b" ", b"- ", plain.slice(0), (numbers, 0, False), b".", coded, b">"]
    for row in agreed("concat", parts, ROWS.size).to_pylist()[:9]:
        assert row is None or (row[0] == "<" and row[-1] == ">" and " - " in row)


@pytest.mark.parametrize("weights", [(1, 1, 1), (5, 1, 90)], ids=["evenly", "by weight"])
@pytest.mark.parametrize("longest", EDGES_OF_SLOTS)
def test_words_of_any_length_are_run_together_alike(longest: int, weights: tuple[int, ...]) -> None:
    table, skip = agreed("alias_table32", weights), (ROWS >> np.uint64(7)) % np.uint64(3) == 0
    for fewest, most in ((0, 0), (0, 1), (5, 12), (16, 17), (0, 40)):
        agreed("words", ROWS, GAMMA, KAPPA, fewest, most, pool_of(longest), *table, None, None)
        agreed("words", ROWS, GAMMA, KAPPA, fewest, most, pool_of(longest), *table, None, skip)


@pytest.mark.parametrize("most", [255, 256, 257, 5_000])
def test_rows_of_many_words_agree_on_both_sides_of_the_bound(most: int) -> None:
    table = agreed("alias_table32", (3, 2, 1))
    agreed("words", ROWS[:50].copy(), GAMMA, KAPPA, most - 1, most, pool_of(3), *table, None, None)


def test_a_dictionary_where_another_one_lay_before_is_read_anew() -> None:
    for number in range(500):
        words = [f"{number:05d}", "x" * (number % 30)]
        coded = pa.DictionaryArray.from_arrays(np.array([0, 1], dtype=np.int32), pa.array(words))
        assert agreed("concat", [coded, b"!"], 2).to_pylist() == [f"{word}!" for word in words]


def test_pools_at_other_offsets_of_the_same_buffers_are_told_apart() -> None:
    pool, table = pa.array(["a", "b", "c", "d"]), agreed("alias_table32", (1, 1))
    for offset in range(3):
        lines = agreed("words", ROWS, GAMMA, KAPPA, 1, 1, pool.slice(offset, 2), *table, None, None).to_pylist()
        assert set(lines) == {"abcd"[offset], "abcd"[offset + 1]}
