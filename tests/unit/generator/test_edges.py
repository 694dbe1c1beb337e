"""Cells at the edges of what options allow: extreme numbers, the ends of the calendar, crowded and empty parents."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from generator import RowRange, SchemaError, TablePlan, compile_schema
from generator.cells import Key
from generator.children import Children
from generator.vocabulary import word_list


def table(document: str, name: str = "data") -> TablePlan:
    return compile_schema(document).tables[name]


def cells(options: str, rows: int = 2000, extra: str = "") -> pa.Array:
    found = table(f"rows: {rows}\nfields: {{{extra} f: {options}}}")
    return found.batch(RowRange(0, rows)).column("f")


@pytest.mark.parametrize(
    ("options", "low", "high"),
    [
        ("{type: float, min: 0, max: 0.96, digits: 1}", 0.0, 0.9),
        ("{type: float, min: 0.14, max: 1, digits: 1}", 0.2, 1.0),
        ("{type: float, min: 1.0e+305, max: 1.7e+308}", 1e305, 1.7e308),
        ("{type: float, min: -0.04, max: 0.04, digits: 1}", 0.0, 0.0),
        (
            "{type: integer, min: 0, max: 9223372036854775807, "
            "distribution: {normal: {mean: 9.2e+18, stddev: 1.0e+18}}}",
            0,
            2**63 - 1,
        ),
        (
            "{type: integer, min: -9223372036854775808, max: -1, "
            "distribution: {normal: {mean: -9.2e+18, stddev: 1.0e+18}}}",
            -(2**63),
            -1,
        ),
        ("{type: integer, min: 0, max: 9223372036854775807, distribution: zipf}", 0, 2**63 - 1),
        ("{type: integer, min: -9223372036854775808, max: 9223372036854775807, step: 3}", -(2**63), 2**63 - 1),
    ],
)
def test_numbers_stay_within_their_bounds_however_they_are_rounded(options: str, low: float, high: float) -> None:
    found = pc.min_max(cells(options)).as_py()
    assert low <= found["min"] <= found["max"] <= high


def test_a_bound_that_is_not_given_does_not_cut_a_normal_distribution() -> None:
    found = np.asarray(cells("{type: integer, min: 0, distribution: {normal: {mean: 2.0e+6, stddev: 5.0e+5}}}"))
    assert 1.9e6 < np.median(found) < 2.1e6


def test_unique_values_are_drawn_from_the_whole_of_a_huge_domain() -> None:
    found = np.asarray(cells("{type: integer, min: 0, max: 9223372036854775806, unique: true}"))
    assert found.max() > 2**62


@pytest.mark.parametrize("bounds", [(0, 1 << 31), (0, 30_000_000), (5, 1 << 31)])
def test_parents_with_billions_of_children_keep_their_bounds(bounds: tuple[int, int]) -> None:
    parents = 300
    children = Children(parents, parents * (sum(bounds) // 2), *bounds, Key("1", "t", "f").draw("children"))
    firsts, counts = children.of_parents(np.arange(parents, dtype=np.uint64))
    assert counts.sum() == children.rows
    assert counts.min() >= bounds[0]
    assert counts.max() <= bounds[1]
    assert counts.std() > bounds[1] / 10  # shared out by chance, not evenly
    rows = np.random.default_rng(1).integers(0, children.rows, 500).astype(np.uint64)
    parent, number = children.of_rows(rows)
    assert (firsts[parent.astype(int)] + number - 1 == rows.astype(int)).all()


def test_children_of_quintillions_of_rows_come_back_at_once() -> None:
    children = Children(10**18, 2 * 10**18, 0, 4, Key("1", "t", "f").draw("children"))
    rows = np.arange(2 * 10**18 - 500, 2 * 10**18, dtype=np.uint64)
    parent, number = children.of_rows(rows)
    firsts, counts = children.of_parents(parent)
    assert (firsts + number - 1 == rows.astype(np.int64)).all()
    assert (number <= counts).all()


def test_the_number_of_a_child_without_a_parent_is_null() -> None:
    found = table(
        "tables: {a: {rows: 50, fields: {id: sequence}}, b: {rows: 200, fields: {"
        "a: {type: reference, to: a.id, per_parent: [0, 9], nulls: 0.5}, n: {type: child_number, of: a}}}}",
        "b",
    ).batch(RowRange(0, 200))
    assert found.column("n").is_valid().equals(found.column("a").is_valid())


def test_a_parent_and_the_number_of_its_child_are_unique_together() -> None:
    found = table(
        "tables: {a: {rows: 50, fields: {id: sequence}}, b: {rows: 100, unique_together: [[a, n]], fields: {"
        "a: {type: reference, to: a.id, per_parent: [0, 9]}, n: {type: child_number, of: a}}}}",
        "b",
    )
    assert found.unique == (("a", "n"),)


def test_three_fields_are_unique_together_and_use_their_domain_up() -> None:
    found = table(
        "rows: 24\nunique_together: [[a, b, c]]\nfields: {a: {type: choice, values: [1, 2]}, "
        "b: {type: integer, min: 1, max: 3}, c: {type: choice, values: [x, y, z, w]}}"
    ).batch(RowRange(0, 24))
    assert len({tuple(row.values()) for row in found.to_pylist()}) == 24


def test_a_table_without_rows_has_exact_shares_too() -> None:
    found = table(
        "rows: 0\nfields: {a: {type: integer, nulls: {exactly: 0.5}}, b: {type: choice, values: [x], exactly: true}}"
    )
    assert found.batch(RowRange(0, 0)).num_rows == 0


def test_any_index_array_will_do() -> None:
    found = table("rows: 100\nfields: {a: uuid, b: {type: words, nulls: 0.2}}")
    whole = found.batch(RowRange(0, 100))
    for rows in (np.arange(100, dtype=np.uint64)[::-3], np.array([5, 5, 0], dtype=np.int64)):
        assert found.take(rows).equals(whole.take(pa.array(rows.astype(np.int64))))


def test_dates_reach_the_last_day_of_the_calendar_and_no_further() -> None:
    last = "d: {type: date, min: 9999-12-28, max: 9999-12-29},"
    assert pc.max(cells("{type: date, after: d, within: 2d}", extra=last)).as_py() == dt.date(9999, 12, 31)
    with pytest.raises(SchemaError, match="can be outside the years 1 to 9999"):
        cells("{type: date, after: d, within: 3d}", extra=last)
    with pytest.raises(SchemaError, match="can be outside the years 1678 to 2261"):
        cells("{type: timestamp, unit: ns, after: d, within: 1d}", extra=last)


def test_a_moment_beyond_the_calendar_is_an_error_where_its_source_is_known_only_by_its_cells() -> None:
    with pytest.raises(SchemaError, match="can be outside the years 1 to 9999"):
        cells(
            "{type: date, after: e, within: 9d}",
            extra="d: {type: date, min: 9999-12-28, max: 9999-12-31}, e: {type: expression, value: d},",
        )


def test_a_timestamp_in_seconds_is_not_before_its_min() -> None:
    options = '{type: timestamp, unit: s, min: "2020-01-01T00:00:00.5Z", max: "2020-01-01T00:00:01Z"}'
    assert set(cells(options).to_pylist()) == {dt.datetime(2020, 1, 1, 0, 0, 1, tzinfo=dt.UTC)}


def test_nanoseconds_reach_the_year_2200() -> None:
    found = cells("{type: timestamp, unit: ns, min: 2200-01-01, max: 2201-01-01}").cast(
        pa.timestamp("s", "UTC"), safe=False
    )
    assert set(pc.year(found.cast(pa.timestamp("s"))).to_pylist()) == {2200}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("%Y-%m-%d", "0900-05-11"), ("%H:%M:%S", "11:09:17"), ("%a %b %%", "Tue May %")],
)
def test_a_template_formats_moments_to_whole_seconds(spec: str, expected: str) -> None:
    moment = "d: {type: timestamp, min: '0900-05-11T11:09:17.1Z', max: '0900-05-11T11:09:17.9Z'},"
    assert cells(f"{{type: template, template: '{{d:{spec}}}'}}", 1, moment).to_pylist() == [expected]


@pytest.mark.parametrize("locale", ["ja_JP", "ru_RU", "ar_EG", "en_US"])
def test_an_e_mail_address_has_a_local_part_in_every_script(locale: str) -> None:
    found = cells(f"{{type: email, locale: {locale}}}")
    assert pc.all(pc.match_substring_regex(found, r"^[a-z0-9]+[._-]?[a-z0-9]+@example\.(com|org|net)$")).as_py()


@pytest.mark.parametrize(
    ("locale", "like"), [("de_BE", "de_DE"), ("de_AT", None), ("es_BO", "es_ES"), ("es_PE", "es_ES")]
)
def test_a_locale_without_a_list_takes_that_of_its_language(locale: str, like: str | None) -> None:
    own = set(cells(f"{{type: first_name, locale: {locale}}}").to_pylist())
    english = set(cells("{type: first_name}").to_pylist())
    assert len(own & english) < len(own) / 2
    if like is not None:
        both = (word_list(name, like).words for name in ("first_names_female", "first_names_male"))
        assert own <= {word for words in both for word in words}


def test_words_are_never_cut() -> None:
    whole = set(word_list("words", "en_US").words)
    short = {word for text in cells("{type: words, count: 5, max_length: 4}").to_pylist() for word in text.split()}
    assert short <= whole


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_are_formatted_as_python_formats_them(unit: str) -> None:
    spec = "%Y-%m-%d %H:%M:%S %j %b %B %a %A %I %p %y %% %F"
    moment = f"d: {{type: timestamp, unit: {unit}, min: 1700-01-01, max: 1980-01-01, nulls: 0.1}},"
    found = table(f"rows: 500\nfields: {{{moment} f: {{type: template, template: '{{d:{spec}}} x'}}}}")
    rows = found.batch(RowRange(0, 500))
    whole = [None if value is None else value.replace(microsecond=0) for value in _moments(rows.column("d"))]
    assert rows.column("f").to_pylist() == [None if value is None else f"{value:{spec}} x" for value in whole]


def _moments(array: pa.Array) -> list[dt.datetime | None]:
    return [
        None if value is None else dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=value)
        for value in pc.floor_temporal(array.cast(pa.timestamp(array.type.unit)), unit="second")
        .cast(pa.timestamp("us"))
        .cast(pa.int64())
        .to_pylist()
    ]
