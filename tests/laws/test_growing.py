"""The laws by which a data set grows: a part of a table is the same bytes however many rows and parts follow it.

Nothing here names a format: a new one is picked up from the registry, with its examples of options.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from formats import Format, Place, Tail
from tests.laws import test_formats
from tests.laws.test_formats import batch_of, part, shape

ROWS = 16
"""Of each part."""
COLUMNS = ("bool", "int64", "double", "string", "date32", "decimal128(10, 2)", "dictionary by int8")
"""Those that every format holds; where a part stands has nothing to do with its columns."""

joinable = pytest.mark.parametrize(
    "written",
    [each for each in test_formats.EXAMPLES if each.values[0].joinable],  # type: ignore[union-attr]
)


@cache
def made(written: Format, parts: int) -> list[tuple[bytes, Tail]]:
    """An object of so many parts of one table, which says of its origin how many these are."""
    batch = batch_of(4 * ROWS, seed=21, names=COLUMNS)
    table = replace(shape(batch), metadata={"parts": str(parts)})
    places = [
        Place(first := at == 0, last := at == parts - 1, row=at * ROWS, opens=first, closes=last) for at in range(parts)
    ]
    return [part(written, [batch.slice(place.row, ROWS)], place, table) for place in places]


@joinable
def test_parts_before_the_last_are_the_same_whatever_follows_and_wherever_it_comes_from(written: Format) -> None:
    assert made(written, 3)[:2] == made(written, 4)[:2]


@joinable
def test_tails_from_the_end_of_an_object_join_to_it_and_to_those_of_other_parts(written: Format) -> None:
    few, many = ([tail for _, tail in made(written, parts)] for parts in (3, 4))
    found = written.tails(written.join(few), [tail.size for tail in few])
    assert found is not None
    assert written.join(found) == written.join(few)
    assert written.join([*found[:2], *many[2:]]) == written.join(many)


@joinable
def test_the_tail_of_an_object_s_only_part_joins_to_its_end(written: Format) -> None:
    ((_, tail),) = made(written, 1)
    found = written.tails(written.join([tail]), [tail.size])
    assert found is not None
    assert written.join(found) == written.join([tail])
