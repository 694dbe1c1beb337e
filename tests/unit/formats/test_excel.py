"""Cells of Excel workbooks, as openpyxl sees them."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from formats import FormatError, Place, TableShape, format_named
from formats.excel.sheet import column_letters
from generator import SchemaError, SeedbedError
from tests.unit.formats.workbooks import sheet_of, workbook

MOST = 32_767


def opened(columns: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> Worksheet:
    data = workbook({"people": pa.record_batch(dict(columns))}, options)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def column(values: pa.Array, options: Mapping[str, Any] | None = None) -> list[Any]:
    return [cell.value for cell in opened({"x": values}, options)["A"]][1:]


def test_values_have_the_types_and_the_looks_that_excel_gives_them() -> None:
    sheet = opened(
        {
            "name": ["=1+1"], "n": [-7], "x": [0.1], "yes": [True], "day": [datetime.date(2024, 2, 29)],
            "at": pa.array([datetime.datetime(2024, 2, 29, 12, 30, 1)], pa.timestamp("s")),
            "instant": pa.array([1_709_209_801_250], pa.timestamp("ms", "UTC")),
            "time": pa.array([datetime.time(23, 59, 59)], pa.time32("s")),
            "price": pa.array([Decimal("12.50")], pa.decimal128(10, 2)), "none": pa.array([None], pa.string()),
        }
    )  # fmt: skip
    found = [(cell.value, cell.data_type, cell.number_format) for cell in sheet[2]]
    assert found == [
        ("=1+1", "s", "General"),
        (-7, "n", "General"),
        (0.1, "n", "General"),
        (True, "b", "General"),
        (datetime.datetime(2024, 2, 29), "d", "yyyy\\-mm\\-dd"),
        (datetime.datetime(2024, 2, 29, 12, 30, 1), "d", "yyyy\\-mm\\-dd\\ hh:mm:ss"),
        (datetime.datetime(2024, 2, 29, 12, 30, 1, 250_000), "d", "yyyy\\-mm\\-dd\\ hh:mm:ss.000"),
        (datetime.time(23, 59, 59), "d", "hh:mm:ss"),
        (12.5, "n", "0.00"),
        (None, "n", "General"),
    ]


def test_the_header_is_bold_and_stays_in_sight_unless_it_should_not() -> None:
    sheet = opened({"a & b": [1]})
    assert (sheet["A1"].value, sheet["A1"].font.b, sheet["A2"].font.b, sheet.freeze_panes) == (
        "a & b",
        True,
        False,
        "A2",
    )
    plain = opened({"a": [1]}, {"header_style": "plain", "freeze_header": False})
    assert (plain["A1"].value, plain["A1"].font.b, plain.freeze_panes) == ("a", False, None)
    without = opened({"a": [1]}, {"header": False})
    assert (without["A1"].value, without.freeze_panes) == (1, None)


@given(
    milliseconds=st.lists(st.integers(-2_203_891_200_000, 253_402_300_799_999), min_size=1, max_size=50),
    unit=st.sampled_from(["ms", "us"]),
)
def test_moments_come_back_to_the_millisecond(milliseconds: list[int], unit: str) -> None:
    values = pa.array(milliseconds, pa.timestamp("ms")).cast(pa.timestamp(unit))
    assert column(values) == values.cast(pa.timestamp("us")).to_pylist()


@given(milliseconds=st.lists(st.integers(0, 86_399_999), min_size=1, max_size=50))
def test_times_come_back_to_the_millisecond(milliseconds: list[int]) -> None:
    values = pa.array(milliseconds, pa.time32("ms"))
    assert column(values) == values.to_pylist()


def test_what_is_finer_than_a_millisecond_is_cut_and_never_rounds_into_the_next_day() -> None:
    values = pa.array([1_709_251_199_999_999_999, -1], pa.timestamp("ns"))
    assert column(values) == [
        datetime.datetime(2024, 2, 29, 23, 59, 59, 999_000),
        datetime.datetime(1969, 12, 31, 23, 59, 59, 999_000),
    ]


def test_dates_before_excels_calendar_is_right_are_text() -> None:
    days = [datetime.date(1, 1, 1), datetime.date(1900, 2, 28), datetime.date(1900, 3, 1), None]
    assert column(pa.array(days)) == ["0001-01-01", "1900-02-28", datetime.datetime(1900, 3, 1), None]
    at = pa.array([-2_203_891_200_001, -2_203_891_200_000], pa.timestamp("ms", "UTC"))
    assert column(at) == ["1900-02-28T23:59:59.999Z", datetime.datetime(1900, 3, 1)]


@pytest.mark.parametrize(("kind", "ticks"), [(pa.date32(), 2_932_897), (pa.timestamp("ms"), 253_402_300_800_000)])
def test_dates_after_the_last_that_excel_knows_are_refused(kind: pa.DataType, ticks: int) -> None:
    values = pa.array([ticks], pa.int32() if kind == pa.date32() else pa.int64()).cast(kind)
    with pytest.raises(SeedbedError, match="the years 0001 to 9999"):
        column(values)


def test_dates_can_be_text_with_all_their_digits() -> None:
    at = pa.array([1_709_209_801_250_007, None], pa.timestamp("us", "UTC"))
    assert column(at, {"dates": "text"}) == ["2024-02-29T12:30:01.250007Z", None]


def test_numbers_of_more_digits_than_excel_shows_are_text_unless_it_may_round_them() -> None:
    values = pa.array([10**15, 10**15 + 1, -(10**15), -(10**15) - 1, None, 2**63 - 1])
    texts = [10**15, str(10**15 + 1), -(10**15), str(-(10**15) - 1), None, str(2**63 - 1)]
    assert column(values) == texts
    assert column(values, {"long_numbers": "number"}) == values.to_pylist()
    assert column(pa.array([2**64 - 1, 5], pa.uint64())) == [str(2**64 - 1), 5]
    wide = pa.array([Decimal("9" * 15), Decimal("1" + "0" * 15), Decimal("-0." + "9" * 10)], pa.decimal128(38, 10))
    assert column(wide) == ["999999999999999.0000000000", "1000000000000000.0000000000", -0.9999999999]
    edge = pa.array([Decimal(10**15 - 1), Decimal(10**15), Decimal(-(10**15))], pa.decimal128(16, 0))
    assert column(edge) == [10**15 - 1, "1000000000000000", "-1000000000000000"]
    assert column(pa.array([Decimal("1234567890123.45678")], pa.decimal64(18, 5))) == ["1234567890123.45678"]


def test_what_is_no_number_is_an_error_cell() -> None:
    sheet = opened({"x": [float("nan"), float("inf"), float("-inf"), -0.0, None]})
    assert [(cell.value, cell.data_type) for cell in sheet["A"]][1:4] == [("#NUM!", "e")] * 3
    assert [cell.value for cell in sheet["A"]][4:] == [0.0, None]


@given(values=st.lists(st.none() | st.text(st.characters(codec="utf-8")), min_size=1, max_size=20))
def test_any_text_comes_back_from_excels_escapes(values: list[str | None]) -> None:
    found = column(pa.array(values, pa.string()))
    assert [None if value is None else unescape(value) for value in found] == values


LITERAL = [
    "_x0041_",
    "_x0041_x0042_",
    "_x0041\x01",
    "__x005F_",
    "_x005f_x0041_",
    "_x12",
    "_xZZZZ_",
    "a\r\nb\t",
    "_x0041\ufffe",
]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_text_that_looks_escaped_is_told_from_what_is(kind: pa.DataType) -> None:
    found = column(pa.array(LITERAL).cast(kind))
    assert [unescape(value) for value in found] == LITERAL
    assert found[5:7] == LITERAL[5:7], "no escape, so left alone"
    assert [cell.value for cell in opened({"_x0041_": [1]})[1]] == ["_x005F_x0041_"]


def test_a_text_longer_than_a_cell_holds_is_refused_or_cut() -> None:
    smile = "\U0001f600"
    with pytest.raises(FormatError, match=r'column \'x\': a text of more than 32,767 .* "overflow": "cut"'):
        column(pa.array(["y" * (MOST + 1)]))
    with pytest.raises(FormatError, match="column 'x'"):
        column(pa.array([bytes(24_574)]))
    assert column(pa.array(["y" * MOST, "é" * MOST])) == ["y" * MOST, "é" * MOST]
    cut = column(pa.array(["y" * (MOST + 1), "y" * (MOST - 1) + smile, None]), {"overflow": "cut"})
    assert cut == ["y" * MOST, "y" * (MOST - 1), None]
    assert column(pa.array([bytes(24_574)]), {"overflow": "cut"}) == ["A" * 32_764]


def test_members_of_objects_are_columns_and_arrays_are_json() -> None:
    sheet = opened({"home": pa.array([{"city": "Ulm"}]), "tags": [["a", "b"]]})
    assert list(sheet.iter_rows(values_only=True)) == [("home.city", "tags"), ("Ulm", '["a","b"]')]


def test_cells_that_need_another_form_in_one_part_change_nothing_in_the_others() -> None:
    columns = {
        "n": pa.array([1, 2**60, 3, None]), "x": [0.5, None, float("nan"), 1.0],
        "day": pa.array([0, 1, 2, -700_000], pa.date32()), "s": ["a", "_x0041_", "b", "\uffff"],
    }  # fmt: skip
    batch = pa.record_batch(columns)
    whole = sheet_of([batch], {"autofilter": True})
    assert sheet_of([batch.slice(at, 1) for at in range(4)], {"autofilter": True}) == whole
    encoder = format_named({"type": "excel", "autofilter": True}).encoder(TableShape("t", batch.schema), Place())
    chunks = [*encoder.begin(), *(c for at in range(4) for c in encoder.encode(batch.slice(at, 1))), *encoder.end()]
    assert b"".join(chunks) == whole


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16_384, "XFD")])
def test_columns_are_lettered_as_excel_does(number: int, letters: str) -> None:
    assert column_letters(number) == letters


def test_an_unknown_choice_is_refused_at_its_option() -> None:
    with pytest.raises(SchemaError, match=re.escape("$.format.dates")):
        format_named({"type": "excel", "dates": "numbers"})
