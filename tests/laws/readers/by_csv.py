"""Readers of delimited text."""

from __future__ import annotations

import base64
import csv
import io
import re
from typing import Any

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.csv

from tests.laws.nested_values import Columns, is_listing
from tests.laws.readers.reader import Reader, duckdb_type, finite_in_json, from_duckdb, is_odd, stored
from tests.laws.readers.rounding import rounded
from tests.laws.texts_read import value_of

Cell = str | None
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def _by_csv_module(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Sees no difference between a quoted and a bare cell, so a quoted null text reads as null."""
    text = io.StringIO(data.decode("utf-8-sig" if options.bom else "utf-8"), newline="")
    by_backslash = options.escape == "\\"
    rows = list(
        csv.reader(
            text,
            delimiter=options.delimiter,
            doublequote=not by_backslash,
            escapechar="\\" if by_backslash else None,
            strict=True,
        )
    )
    if options.header:
        assert rows.pop(0) == _header(options, schema)
    assert all(len(row) == len(schema) for row in rows)
    cells = [[None if row[at] == options.null else row[at] for row in rows] for at in range(len(schema))]
    return _values(options, schema, cells)


def _by_pandas_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Sees no difference between a quoted and a bare cell either."""
    if not data:
        return [[] for _ in schema]
    by_backslash = options.escape == "\\"
    found = pandas.read_csv(
        io.BytesIO(data),
        sep=options.delimiter,
        header=0 if options.header else None,
        names=None if options.header else schema.names,
        dtype=object,
        keep_default_na=False,
        na_values=[options.null],
        encoding="utf-8",
        doublequote=not by_backslash,
        escapechar="\\" if by_backslash else None,
        skip_blank_lines=False,
    )
    assert list(found.columns) == _header(options, schema)
    columns = [found.iloc[:, at].tolist() for at in range(len(schema))]
    return _values(options, schema, [[cell if isinstance(cell, str) else None for cell in cells] for cells in columns])


def _by_polars_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Tells a quoted empty cell from a bare one, but no quoted null text; it leaves quotes in names doubled."""
    if not data:
        return [[] for _ in schema]
    found = polars.read_csv(
        data,
        separator=options.delimiter,
        has_header=options.header,
        infer_schema=False,
        null_values=[options.null] if options.null else None,
    )
    header = [name.replace('""', '"') for name in found.columns]
    assert not options.header or header == _header(options, schema)
    return _values(options, schema, [column.to_list() for column in found.get_columns()])


def _by_pyarrow_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    if not data:
        return [[] for _ in schema]
    by_backslash = options.escape == "\\"
    found = pyarrow.csv.read_csv(
        io.BytesIO(data),
        pyarrow.csv.ReadOptions(column_names=[] if options.header else schema.names),
        pyarrow.csv.ParseOptions(
            delimiter=options.delimiter,
            double_quote=not by_backslash,
            escape_char="\\" if by_backslash else False,
            newlines_in_values=True,
            ignore_empty_lines=False,
        ),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(_header(options, schema), pa.string()),
            null_values=[options.null],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    assert found.schema.names == _header(options, schema)
    return _values(options, schema, [column.to_pylist() for column in found.columns])


def _by_duckdb_csv(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """DuckDB reads the types that it knows by itself where they are spelled as ISO 8601 and SQL have them."""
    plain = _is_plain(options)
    names = {f"c{at}": duckdb_type(field.type) if plain else "VARCHAR" for at, field in enumerate(schema)}
    with stored(data) as path:
        found = duckdb.read_csv(
            path,
            columns=names,
            auto_detect=False,
            delimiter=options.delimiter,
            quotechar='"',
            escapechar=options.escape,
            header=options.header,
            na_values=options.null,
            allow_quoted_nulls=False,
            strict_mode=True,
        )
        if plain:
            return from_duckdb(found, schema)
        table = found.to_arrow_table()
    return _values(options, schema, [column.to_pylist() for column in table.columns])


def _by_lines(options: Any, schema: pa.Schema, data: bytes) -> Columns:
    """Text without quotes: every line end ends a row, every bare delimiter a cell."""
    lines = data.decode().split(options.line_ending)
    assert lines.pop() == ""
    bare = re.compile(rf"(?:[^\\{re.escape(options.delimiter)}]|\\.)*", re.DOTALL)
    rows = [_cut(bare, line) for line in lines]
    if options.header:
        assert [_unescaped(cell) for cell in rows.pop(0)] == schema.names
    assert all(len(row) == len(schema) for row in rows)
    cells: list[list[Cell]] = [
        [None if row[at] == options.null else _unescaped(row[at]) for row in rows] for at in range(len(schema))
    ]
    return _values(options, schema, cells)


def _cut(bare: re.Pattern[str], line: str) -> list[str]:
    cells, at = [], 0
    while True:
        found = bare.match(line, at)
        assert found is not None
        cells.append(found.group())
        if found.end() == len(line):
            return cells
        at = found.end() + 1


def _unescaped(cell: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1]), cell, flags=re.S)


def _values(options: Any, schema: pa.Schema, columns: list[list[Cell]]) -> Columns:
    """The values of these cells, in whatever spelling the options ask for."""
    return [
        [None if text is None else _value(options, text, field.type) for text in cells]
        for field, cells in zip(schema, columns, strict=True)
    ]


def _value(options: Any, text: str, data_type: pa.DataType) -> Any:
    types = pa.types
    kind = data_type.value_type if types.is_dictionary(data_type) else data_type
    if _is_text(kind):
        return text
    if options.formula_guard and text.startswith("'"):
        assert text[1] in "+-", "a base64 or duration text"
        text = text[1:]
    if types.is_boolean(kind):
        text = {options.true_text: "true", options.false_text: "false"}[text]
    if types.is_timestamp(kind):
        assert text[10] == options.date_time
        assert not kind.tz or text.endswith(options.zone)
        text = text[:10] + "T" + (text[11:].removesuffix(options.zone) + "Z" if kind.tz else text[11:])
    if _is_bytes(kind) and options.binary != "base64":
        prefix = "\\x" if options.binary == "\\x" else ""
        assert text.startswith(prefix)
        assert text == text.lower()
        return bytes.fromhex(text.removeprefix(prefix))
    return value_of(text, kind)


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind))


def _header(options: Any, schema: pa.Schema) -> list[str]:
    return [_guarded(options, name) for name in schema.names]


def _guarded(options: Any, text: str) -> str:
    return f"'{text}" if options.formula_guard and text.startswith(FORMULA) else text


def _kept(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """The value as the options have it written: guarded, rounded, or missing."""
    if value is None or is_listing(data_type):
        return finite_in_json(options, data_type, value)
    kind = data_type.value_type if pa.types.is_dictionary(data_type) else data_type
    if isinstance(value, str) and _is_text(kind):
        return _guarded(options, value)
    if is_odd(value, kind):
        return None if options.not_finite == "null" else value
    return rounded(options, kind, value)


def _without_the_null_text(options: Any, data_type: pa.DataType, value: Any) -> Any:
    value = _kept(options, data_type, value)
    if is_listing(data_type):
        return value
    if isinstance(value, bytes):
        text = base64.b64encode(value).decode() if options.binary == "base64" else value.hex()
    else:
        text = value
    return None if text == options.null else value


def _without_a_written_null_text(options: Any, data_type: pa.DataType, value: Any) -> Any:
    return (_without_the_null_text if options.null else _kept)(options, data_type, value)


def _is_quoted(options: Any) -> bool:
    return bool(options.quote != "none")


def _is_bare(options: Any) -> bool:
    return not _is_quoted(options)


def _doubles_quotes(options: Any) -> bool:
    return _is_quoted(options) and bool(options.escape == '"')


def _is_plain(options: Any) -> bool:
    given = (options.true_text, options.false_text, options.binary, options.decimal_places, options.formula_guard)
    return bool(given == ("true", "false", "base64", None, False))


def _ends_lines_with_lf(options: Any) -> bool:
    """DuckDB 2.0 misreads CR LF, told of it or not, where cells hold line breaks."""
    return _is_quoted(options) and bool(options.line_ending == "\n")


READERS: dict[str, tuple[Reader, ...]] = dict.fromkeys(
    ("csv", "tsv", "psv"),
    (
        Reader("csv module", _by_csv_module, _without_the_null_text, _is_quoted),
        Reader("pandas", _by_pandas_csv, _without_the_null_text, _is_quoted),
        Reader("polars", _by_polars_csv, _without_a_written_null_text, _doubles_quotes),
        Reader("pyarrow", _by_pyarrow_csv, _kept, _is_quoted),
        Reader("DuckDB", _by_duckdb_csv, _kept, _ends_lines_with_lf),
        Reader("lines", _by_lines, _kept, _is_bare),
    ),
)
