"""Lengths of time as ISO 8601 texts."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import Place, TableShape, format_named
from formats.durations import TICKS, iso_texts
from generator import RowRange, compile_schema
from tests.laws.texts_read import value_of


@pytest.mark.parametrize(
    ("unit", "ticks", "text"),
    [
        ("s", 0, "PT0S"),
        ("s", 59, "PT59S"),
        ("s", 60, "PT1M"),
        ("s", 3_723, "PT1H2M3S"),
        ("s", 86_400, "P1D"),
        ("s", -90_000, "-P1DT1H"),
        ("s", -(2**63), "-P106751991167300DT15H30M8S"),
        ("ms", 0, "PT0.000S"),
        ("ms", 3_723_500, "PT1H2M3.500S"),
        ("us", 86_400_000_000, "P1DT0.000000S"),
        ("ns", -1, "-PT0.000000001S"),
        ("ns", 2**63 - 1, "P106751DT23H47M16.854775807S"),
    ],
)
def test_a_length_has_days_and_smaller_units_and_the_digits_of_its_unit(unit: str, ticks: int, text: str) -> None:
    assert iso_texts(pa.array([ticks, None], pa.duration(unit))).to_pylist() == [text, None]


@given(unit=st.sampled_from(sorted(TICKS)), ticks=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1)))
def test_any_length_can_be_read_back_from_its_text(unit: str, ticks: list[int | None]) -> None:
    kind = pa.duration(unit)
    texts = iso_texts(pa.array([0, *ticks], kind).slice(1)).to_pylist()
    assert [None if text is None else value_of(text, kind) for text in texts] == ticks


def test_a_length_in_a_dictionary_is_written_as_one_that_is_not() -> None:
    lengths = pa.array([timedelta(hours=1), None, timedelta(hours=1)])
    assert iso_texts(lengths.dictionary_encode()) == iso_texts(lengths)


@pytest.mark.parametrize("unit", sorted(TICKS))
@pytest.mark.parametrize("name", ["csv", "ndjson"])
def test_an_interval_and_a_duration_of_the_same_seed_are_the_same_text(name: str, unit: str) -> None:
    found = []
    for form in ("iso", "interval"):
        field = {"type": "duration", "unit": unit, "min": "0s", "max": "3d", "format": form}
        table = compile_schema({"rows": 500, "fields": {"wait": field}}).tables["data"]
        batch = table.batch(RowRange(0, 500))
        encoder = format_named(name).encoder(TableShape(table.name, batch.schema), Place())
        found.append(b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]))
    assert found[0] == found[1]
    assert b"PT" in found[0]
