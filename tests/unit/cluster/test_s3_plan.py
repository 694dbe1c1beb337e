"""How bytes are cut into what S3 takes, at sizes of tens instead of gibibytes: the limits are parameters."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.errors import OrderError
from cluster.order import Order
from cluster.storage_s3_plan import (
    FIRST_PART,
    GIB,
    Limits,
    Source,
    copy_range,
    groups,
    most_streamed,
    part_size,
    segments,
)

SMALL = Limits(least=5, most=100, parts=20, copied=40)
TIB = 1024 * GIB


def sources(sizes: list[int]) -> list[Source]:
    return [Source(str(number), size) for number, size in enumerate(sizes)]


@given(st.lists(st.integers(0, 1000), max_size=9))
def test_few_objects_of_any_size_become_parts_within_all_limits(sizes: list[int]) -> None:
    if sum(sizes) > SMALL.object // 2:
        return
    runs = list(segments(sources(sizes), SMALL.least, copy_range(sum(sizes), SMALL)))
    assert len(runs) <= SMALL.parts
    for run in runs:
        assert sum(span.size for span in run) <= SMALL.most
    assert all(sum(span.size for span in run) >= SMALL.least for run in runs[:-1])


def test_ranges_of_a_copy_grow_only_where_the_parts_would_not_suffice() -> None:
    real = Limits()
    assert copy_range(100 * GIB, real) == GIB
    assert copy_range(40 * TIB, real) == real.most - real.least
    assert GIB < copy_range(6 * TIB, real) < 2 * GIB


@given(st.integers(1, 200))
def test_groups_are_few_enough_to_be_joined_and_lose_nothing(count: int) -> None:
    every = sources([1] * count)
    found = groups(every, SMALL)
    assert [source for group in found for source in group] == every
    assert len(found) <= SMALL.parts // 2


def test_parts_grow_with_the_object_and_stay_small_beside_it() -> None:
    real, sent = Limits(), 0
    for count in range(real.parts):
        size = part_size(count, FIRST_PART, real)
        assert real.least <= size <= real.most
        assert count < 1000 or size * 500 <= sent
        sent += size
    assert sent == most_streamed(FIRST_PART, real)
    assert 12 * TIB < sent < real.object


def order(**options: Any) -> Order:
    document = {"rows": 2 * 10**12, "fields": {"id": "sequence", "key": "uuid"}}
    return Order.of(document, options.pop("target", "s3://bucket/x"), **options)


def test_an_object_that_s3_would_not_take_is_refused_with_the_order() -> None:
    with pytest.raises(
        OrderError, match=r"data\.orc would have some .* TiB of text, .* takes 12\.7 TiB from one worker"
    ):
        order(format="orc")
    order(format="csv")  # of 10,000 parts an object, none of which is large
    order(format="orc", target="/folder")
