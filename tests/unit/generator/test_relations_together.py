"""Many-to-many links without a pair twice: every combination of members, and products beyond 64 bits."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from generator import RowRange, SchemaError, compile_schema
from generator.uniqueness import RANKS, radices

PEOPLE = (
    "tables: {{users: {{rows: 30, fields: {{id: sequence, k: {{type: uuid}}}}}}, tags: {{rows: 20, fields: {{id: "
    "sequence}}}}, days: {{rows: 7, fields: {{id: sequence}}}}, links: {{rows: {rows}, unique_together: [[{members}]], "
    "fields: {{{fields}}}}}}}"
)
USER = "u: {type: reference, to: users.id}"
OTHER = "v: {type: reference, to: users.k}"
TAG = "t: {type: reference, to: tags.id}"
DAY = "d: {type: reference, to: days.id}"
LEVEL = "l: {type: integer, min: 1, max: 3}"
OWNED = "o: {type: reference, to: users.id, per_parent: [0, 20]}"
BUSY = "o: {type: reference, to: users.id, per_parent: [3, 7]}"


def rows_of(rows: int, *fields: str, hidden: str = "") -> list[tuple[object, ...]]:
    members = ", ".join(field.partition(":")[0] for field in fields)
    document = PEOPLE.format(rows=rows, members=members, fields=", ".join([*fields, *([hidden] if hidden else [])]))
    batch = compile_schema(document).tables["links"].batch(RowRange(0, rows))
    return list(zip(*(batch.column(index).to_pylist() for index in range(len(fields))), strict=True))


@pytest.mark.parametrize(
    ("rows", "fields"),
    [(400, (USER, TAG)), (600, (USER, TAG)), (900, (USER, OTHER)), (210, (DAY, USER)), (4200, (USER, TAG, DAY)),
     (90, (USER, LEVEL)), (12_600, (LEVEL, USER, TAG, DAY)), (300, (OWNED, TAG)), (150, (TAG, BUSY)),
     (200, (DAY, BUSY)), (130, (OTHER, BUSY)), (210, (BUSY, DAY, LEVEL)), (150, (OWNED, OTHER, TAG))],
    ids=lambda value: str(value) if isinstance(value, int) else "+".join(field[0] for field in value),
)  # fmt: skip
def test_no_combination_comes_twice_even_where_all_are_used_up(rows: int, fields: tuple[str, ...]) -> None:
    found = rows_of(rows, *fields)
    assert len(set(found)) == rows


def test_a_full_product_is_every_pair_once() -> None:
    found = rows_of(600, USER, TAG)
    assert set(found) == set(product(range(1, 31), range(1, 21)))


def test_a_bounded_member_keeps_its_bounds() -> None:
    found = rows_of(150, BUSY, TAG)
    counts = np.bincount([user for user, _ in found])[1:]  # type: ignore[list-item]
    assert counts.min() >= 3
    assert counts.max() <= 7
    assert len({tag for _, tag in found}) == 20


HUGE = (
    "tables: {{a: {{rows: 4_000_000_000_000, fields: {{id: sequence}}}}, b: {{rows: 9_000_000_000, fields: {{id: "
    "sequence}}}}, c: {{rows: 3, fields: {{id: sequence}}}}, links: {{rows: {rows}, unique_together: [[{members}]], "
    "fields: {{a: {{type: reference, to: a.id}}, b: {{type: reference, to: b.id}}, c: {{type: reference, to: c.id}}, "
    "n: {{type: integer, min: 0, max: 1_000_000_000_000}}, s: {{type: pattern, pattern: '####-####-####-####-##'}}, "
    "o: {{type: reference, to: b.id, per_parent: [0, {most}]}}}}}}}}"
)


@pytest.mark.parametrize("members", ["a, b", "a, b, c", "n, a, b, c", "s, a", "a, n, o", "o, s, n"])
def test_products_beyond_64_bits_still_give_no_combination_twice(members: str) -> None:
    rows = 10**15
    names = tuple(members.split(", "))
    table = compile_schema(HUGE.format(rows=rows, members=members, most=10**6)).tables["links"]
    some = np.concatenate([np.arange(30_000), np.arange(rows - 30_000, rows)]).astype(np.uint64)
    found = list(zip(*(table.take(some, names).column(index).to_pylist() for index in range(len(names))), strict=True))
    assert len(set(found)) == len(some)
    for index, name in enumerate(names):  # and each member's values are all over its domain
        if name in ("a", "b", "n"):
            top = {"a": 4 * 10**12, "b": 9 * 10**9, "n": 10**12}[name]
            values = np.array([row[index] for row in found])
            assert np.histogram(values, bins=10, range=(0, top))[0].min() > 5_000


@pytest.mark.parametrize(
    "domains",
    [[5, 7], [1 << 40, 1 << 40], [3, 1 << 62, 10**9], [RANKS, RANKS], [RANKS] * 8, [235] * 8, [1, 1, RANKS, 2]],
)
def test_domains_are_cut_no_more_than_they_must_be(domains: list[int]) -> None:
    cut, whole = 1, 1
    for left, domain in zip(radices(domains), domains, strict=True):
        assert 1 <= left <= domain
        cut, whole = cut * left, whole * domain
    assert cut == whole if whole <= RANKS else RANKS // 2 < cut <= RANKS


FLEET = (
    "tables: {{p: {{rows: 9, fields: {{id: sequence, n: city}}}}, c: {{rows: {rows}, unique_together: [[a, b]], "
    "fields: {{a: {{type: reference, {a}}}, b: {{type: reference, {b}}}}}}}}}"
)


@pytest.mark.parametrize(
    ("rows", "a", "b", "path", "text"),
    [
        (82, "to: p.id", "to: p.id", "$.tables.c.unique_together[0]", "82 rows, but there are only 81 combinations"),
        (20, "to: p.id, per_parent: [0, 10]", "to: p.id", "$.tables.c.unique_together[0]", "may have 10 children"),
        (20, "to: p.id, distribution: zipf", "to: p.id", "$.tables.c.fields.a.distribution", "all as frequent"),
        (20, "to: p.id, weights: id", "to: p.id", "$.tables.c.fields.a.weights", "all as frequent"),
        (9, "to: p.id, unique: true", "to: p.id", "$.tables.c.unique_together[0]", "unique already"),
        (20, "to: p.n", "to: p.id", "$.tables.c.fields.a.to", "repeat"),
        (20, "to: c.b", "to: p.id", "$.tables.c.unique_together[0]", "no countable domain"),
    ],
)  # fmt: skip
def test_members_that_cannot_be_told_apart_are_refused(rows: int, a: str, b: str, path: str, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(FLEET.format(rows=rows, a=a, b=b))
    assert path in [item.path for item in caught.value.mistakes]
    assert text in str(caught.value)
    assert all(item.remedy for item in caught.value.mistakes)
