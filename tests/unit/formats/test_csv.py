"""CSV files, byte for byte."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyarrow as pa
import pytest

from formats import Place, TableShape, format_named
from generator import SchemaError

ONLY = Place()


def written(table: dict[str, pa.Array | list[object]], place: Place = ONLY, **options: object) -> str:
    batch = pa.record_batch(table)
    encoder = format_named({"type": "csv"} | options).encoder(TableShape("t", batch.schema), place)
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()]).decode()


def test_an_empty_string_is_told_from_a_missing_one() -> None:
    assert written({"a": ["", None, "x"], "b": [1, None, 3]}) == 'a,b\n"",1\n,\nx,3\n'


def test_a_missing_row_of_a_table_of_one_column_is_not_a_blank_line_that_readers_skip() -> None:
    text = written({"n": [1, None, 3]})
    assert text == 'n\n1\n""\n3\n'
    assert len([row for row in csv.reader(io.StringIO(text)) if row]) == 4


def test_a_string_that_reads_like_the_null_text_is_quoted() -> None:
    assert written({"a": ["NULL", None], "b": ["", "x"]}, null="NULL", header=False) == '"NULL",""\nNULL,x\n'


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        ("minimal", '1,plain,"a,b",2024-01-31,AP8=\n'),
        ("strings", '1,"plain","a,b",2024-01-31,"AP8="\n'),
        ("all", '"1","plain","a,b","2024-01-31","AP8="\n'),
    ],
)
def test_quotes_are_put_where_the_option_says(quote: str, line: str) -> None:
    day = pa.array([19_753], pa.int32()).cast(pa.date32())
    table = {"n": [1], "s": ["plain"], "t": ["a,b"], "d": day, "b": [b"\x00\xff"]}
    assert written(table, quote=quote, header=False) == line


def test_names_in_the_header_are_quoted_like_cells() -> None:
    assert written({'say "a"': [1], "b,c": [2], "": [3]}).splitlines()[0] == '"say ""a""","b,c",""'


def test_only_the_first_part_has_the_header() -> None:
    assert written({"a": [1]}, Place(first=False, last=False)) == "1\n"


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n", "a", "0", ".", "-", ":", "é"])
def test_a_delimiter_that_would_break_the_file_is_refused(delimiter: str) -> None:
    with pytest.raises(SchemaError, match=r"\$\.format\.delimiter: the delimiter must be one ASCII character"):
        format_named({"type": "csv", "delimiter": delimiter})


@pytest.mark.parametrize("null", ["a,b", '"', "\n", "0", "-1.5", "true", "NaN", "2024-01-31"])
def test_a_null_text_that_could_be_a_value_is_refused(null: str) -> None:
    with pytest.raises(SchemaError, match="the null text"):
        format_named({"type": "csv", "null": null})


@pytest.mark.parametrize(
    ("name", "suffix", "media_type", "line"),
    [
        ("csv", "csv", "text/csv; charset=utf-8", '1,"a,b",c\td,e|f\n'),
        ("tsv", "tsv", "text/tab-separated-values; charset=utf-8", '1\ta,b\t"c\td"\te|f\n'),
        ("psv", "psv", "text/plain; charset=utf-8", '1|a,b|c\td|"e|f"\n'),
    ],
)
def test_tabs_and_pipes_are_csv_with_another_delimiter(name: str, suffix: str, media_type: str, line: str) -> None:
    table = {"n": [1], "a": ["a,b"], "b": ["c\td"], "c": ["e|f"]}
    assert written(table, type=name, header=False) == line
    chosen = format_named(name)
    assert (chosen.file_suffix, chosen.content_type) == (suffix, media_type)


def test_without_quotes_a_backslash_stands_before_what_would_break_the_line() -> None:
    table = {"a": ["x,y", "two\nlines\r", "\\N", "", None, 'say "hi"\t']}
    lines = written(table, quote="none").split("\n")
    assert lines == ["a", "x\\,y", "two\\nlines\\r", "\\\\N", "", "\\N", 'say "hi"\\t', ""]


def test_a_quote_can_be_escaped_by_a_backslash() -> None:
    table = {"a": ['say "hi"', "back\\slash", "plain"]}
    assert written(table, escape="\\", header=False) == '"say \\"hi\\""\n"back\\\\slash"\nplain\n'


def test_floats_and_decimals_have_the_decimals_that_are_asked_for() -> None:
    exact = pa.array([Decimal("0.125"), Decimal("-0.135"), Decimal("12.000"), None], pa.decimal128(6, 3))
    table = {"f": [1.0, 0.125, -0.001, None], "d": exact, "whole": [1, 2, 3, 4]}
    assert written(table, decimal_places=2, header=False) == "1.00,0.12,1\n0.12,-0.14,2\n-0.00,12.00,3\n,,4\n"
    assert written({"f": [2.5, 3.5]}, decimal_places=0, header=False) == "2\n4\n"


def test_decimals_of_38_digits_are_rounded_exactly_and_short_ones_stay() -> None:
    nines = pa.array([Decimal("0." + "9" * 38), Decimal("-0." + "4" * 38)], pa.decimal128(38, 38))
    assert written({"d": nines}, decimal_places=2, header=False) == "1.00\n-0.44\n"
    assert written({"d": pa.array([Decimal("1.5")], pa.decimal128(3, 1))}, decimal_places=2, header=False) == "1.5\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＠x"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    for column in (pa.array([text]), pa.array([text]).dictionary_encode(), pa.array([text], pa.string_view())):
        rows = list(csv.reader(io.StringIO(written({text: column, "n": [-1]}, formula_guard=True), newline="")))
        assert rows == [[f"'{text}", "n"], [f"'{text}", "-1"]]
    assert f"'{text}" not in written({"a": [text]})


def test_the_guard_leaves_numbers_and_harmless_text_alone_and_knows_base64() -> None:
    table = {"n": [-1.5], "a": ["a=b"], "b": pa.array([b"\xfb"]), "h": pa.array([b"\xfb"], pa.binary(1))}
    assert written(table, formula_guard=True, header=False) == "-1.5,a=b,'+w==,'+w==\n"


def test_a_byte_order_mark_begins_the_object_and_no_other_part() -> None:
    assert written({"a": [1]}, bom=True) == "\ufeffa\n1\n"
    assert written({"a": [1]}, Place(first=False), bom=True) == "1\n"


def test_booleans_times_and_bytes_are_spelled_as_asked() -> None:
    moment = pa.array([0], pa.int64())
    table = {
        "yes": [True],
        "local": moment.cast(pa.timestamp("s")),
        "utc": moment.cast(pa.timestamp("s", "Europe/Berlin")),
        "bytes": [b"\x00\xff"],
    }
    spelling = {"true_text": "ja", "false_text": "nein", "date_time": " ", "zone": "+00", "binary": "\\x"}
    assert written(table, header=False, **spelling) == "ja,1970-01-01 00:00:00,1970-01-01 00:00:00+00,\\x00ff\n"


def test_infinite_numbers_can_be_missing_values() -> None:
    odd = [1.5, float("nan"), float("inf"), float("-inf")]
    assert written({"f": odd, "n": [1, 2, 3, 4]}, header=False) == "1.5,1\nNaN,2\nInfinity,3\n-Infinity,4\n"
    assert written({"f": odd, "n": [1, 2, 3, 4]}, header=False, not_finite="null") == "1.5,1\n,2\n,3\n,4\n"


def test_what_is_given_goes_before_the_preset() -> None:
    chosen = format_named({"type": "csv", "preset": "mariadb", "delimiter": ";", "true_text": "Y"})
    found = chosen.spec()
    assert {name: found[name] for name in ("delimiter", "true_text", "false_text", "null", "quote", "header")} == {
        "delimiter": ";", "true_text": "Y", "false_text": "0", "null": "\\N", "quote": "none", "header": False,
    }  # fmt: skip
    assert format_named(found) == chosen


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "oracle"}, r"\$\.format\.preset: must be 'none', 'excel'"),
        ({"quote": "none", "null": ""}, "without quotes the escape must be a backslash and the null text"),
        ({"quote": "none", "escape": '"'}, "without quotes the escape must be a backslash"),
        ({"true_text": ""}, "the texts of true and false must not be empty"),
        ({"true_text": "a,b"}, "the texts of true and false must not be empty, nor hold the delimiter"),
        ({"true_text": "x", "false_text": "x"}, "true and false must have different texts"),
        ({"null": "0N", "false_text": "0N"}, "could be a value"),
        ({"null": "\\", "escape": "\\"}, r"a null text that holds one must be \\N"),
        ({"escape": "\\", "delimiter": "\\"}, "the delimiter cannot be a backslash"),
        ({"date_time": " ", "delimiter": " "}, "the delimiter cannot be a space"),
        ({"decimal_places": 23}, r"\$\.format\.decimal_places: "),
        ({"zone": "UTC"}, r"\$\.format\.zone: "),
    ],
)
def test_options_that_would_make_files_ambiguous_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        format_named({"type": "csv", **options})
