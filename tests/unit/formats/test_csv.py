"""CSV files, byte for byte."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest

from formats import Place, TableShape, format_named
from generator import SchemaError

ONLY = Place()


def written(table: dict[str, pa.Array | list[object]], place: Place = ONLY, **options: object) -> str:
    batch = pa.record_batch(table)
    encoder = format_named({"type": "csv", **options}).encoder(TableShape("t", batch.schema), place)
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
