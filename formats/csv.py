"""Delimited text: CSV as RFC 4180 has it (Y. Shafranovich, 2005), in UTF-8, and what programs want of it instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from formats.changes import Changing, DecimalPlaces
from formats.delimited import Dialect
from formats.format import Encoder, Format, Place, TableShape, file_format
from formats.text import BATCH_ROWS

IN_VALUES = re.compile(r'[0-9A-Za-z"+\-./:=\r\n\0]')
"""What no delimiter can be: numbers, dates, booleans and base64 are written without a look at their bytes."""
LIKE_A_VALUE = re.compile(r"[-+]?[0-9.]+.*|true|false|NaN|-?Infinity", re.DOTALL)
BREAKING = ('"', "\r", "\n", "\0")
"""What no word for a value can hold, besides the delimiter."""
BARE = {"escape": "\\", "null": "\\N"}
"""Without quotes, only a backslash can tell a value from a delimiter, a line's end or a missing value."""
LOADED = {"delimiter": "\t", "header": False, "quote": "none", **BARE}
PRESETS: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "excel": {"bom": True, "line_ending": "\r\n", "formula_guard": True, "date_time": " ", "zone": ""},
    "postgresql": {**LOADED, "binary": "\\x"},
    "mariadb": {
        **LOADED, "true_text": "1", "false_text": "0", "date_time": " ", "zone": "", "not_finite": "null",
        "binary": "hex",
    },
}  # fmt: skip
"""What a preset sets of the options that are not given."""


@file_format("csv")
class Csv(Format):
    """Comma-separated values: a header line, then a line for each row; an empty string is ``""``, a null is nothing.

    Members of an object are columns of their own, ``address.city``; arrays and maps are JSON text. Numbers have all
    their digits, binary is base64, dates and times are ISO 8601 of the years 0001 to 9999.
    """

    suffix: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": 'the null text, never in quotes; `""` where a table has one column only and the text is empty',
        "NaN and the infinities": "`NaN`, `Infinity`, `-Infinity`; missing values with `not_finite: null`",
        "uint64 and decimals": "all their digits",
        "binary": "base64, or hexadecimal digits",
        "lists and maps": "JSON text",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {},
        {"delimiter": ";", "header": False, "null": "NULL", "line_ending": "\r\n"},
        {"escape": "\\", "null": "NULL", "decimal_places": 2, "true_text": "yes", "false_text": "no", "binary": "hex"},
        {"preset": "excel"},
        {"preset": "mariadb"},
    )

    preset: Literal["none", "excel", "postgresql", "mariadb"] = Field(
        default="none",
        description="Options for a program, where not given: what Excel opens, what PostgreSQL's COPY and MariaDB's "
        "LOAD DATA take without any options of their own.",
    )
    delimiter: str = Field(default=",", description="One ASCII character between the cells of a row.")
    header: bool = Field(default=True, description="Whether the first line holds the column names.")
    null: str = Field(default="", description="What stands for a missing value, never in quotes.")
    quote: Literal["minimal", "strings", "all", "none"] = Field(
        default="minimal",
        description="Which cells are quoted: those that need it, all text cells, all, or none: then a backslash "
        "stands before what would need quotes, line breaks are \\n and \\r, and a missing value is \\N.",
    )
    escape: Literal['"', "\\"] = Field(
        default='"', description="What stands before a quote in a quoted cell: another quote, or a backslash."
    )
    line_ending: Literal["\n", "\r\n"] = Field(default="\n", description="What ends a line.")
    decimal_places: DecimalPlaces = None
    true_text: str = Field(default="true", description="What stands for true.", max_length=32)
    false_text: str = Field(default="false", description="What stands for false.", max_length=32)
    date_time: Literal["T", " "] = Field(default="T", description="What stands between the date and the time of day.")
    zone: Literal["Z", "", "+00:00", "+00"] = Field(
        default="Z", description="What follows timestamps of a time zone, which are written in UTC."
    )
    not_finite: Literal["words", "null"] = Field(
        default="words", description="Whether NaN and the infinities are written as words, or as missing values."
    )
    binary: Literal["base64", "hex", "\\x"] = Field(
        default="base64", description="Binary values in base64, in hexadecimal digits, or in these behind \\x."
    )
    bom: bool = Field(default=False, description="Whether the file begins with a byte order mark, as Excel likes it.")
    formula_guard: bool = Field(
        default=False,
        description="Whether an apostrophe stands before text that a spreadsheet would take for a formula: text that "
        "begins with = + - @, a tab or a line break. Numbers stay as they are.",
    )

    @model_validator(mode="before")
    @classmethod
    def _with_preset(cls, options: Any) -> Any:
        if not isinstance(options, Mapping):
            return options
        preset = options.get("preset")
        found = {**(PRESETS.get(preset, {}) if isinstance(preset, str) else {}), **options}
        return {**BARE, **found} if found.get("quote") == "none" else found

    @field_validator("delimiter")
    @classmethod
    def _usable(cls, delimiter: str) -> str:
        if len(delimiter) != 1 or not delimiter.isascii() or IN_VALUES.match(delimiter):
            raise ValueError(
                "the delimiter must be one ASCII character that no number or date holds, such as , ; | or a tab"
            )
        return delimiter

    @model_validator(mode="after")
    def _words_are_told_apart(self) -> Self:
        for word in (self.true_text, self.false_text):
            if not word or any(mark in word for mark in (self.delimiter, "\\", *BREAKING)):
                raise ValueError(
                    "the texts of true and false must not be empty, nor hold the delimiter, a quote, a backslash "
                    "or a line break"
                )
        if self.true_text == self.false_text:
            raise ValueError("true and false must have different texts")
        return self

    @model_validator(mode="after")
    def _null_is_told_from_values(self) -> Self:
        if any(mark in self.null for mark in (self.delimiter, *BREAKING)):
            raise ValueError("the null text must not hold the delimiter, a quote or a line break")
        if LIKE_A_VALUE.fullmatch(self.null) or self.null in {self.true_text, self.false_text}:
            raise ValueError(f"the null text {self.null!r} could be a value; use for example NULL or \\N")
        if self.escape == "\\" and "\\" in self.null and self.null != BARE["null"]:
            raise ValueError("with a backslash as the escape, a null text that holds one must be \\N")
        if self.quote == "none" and (self.escape, self.null) != (BARE["escape"], BARE["null"]):
            raise ValueError(
                "without quotes the escape must be a backslash and the null text \\N: any other could be a value"
            )
        return self

    @model_validator(mode="after")
    def _delimiter_is_told_from_values(self) -> Self:
        if self.delimiter == "\\" and (self.escape == "\\" or self.binary == "\\x"):
            raise ValueError("the delimiter cannot be a backslash, which is the escape")
        if self.delimiter == " " == self.date_time:
            raise ValueError("the delimiter cannot be a space, which stands within timestamps: use date_time: T")
        return self

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        dialect = Dialect(**{name: getattr(self, name) for name in Dialect.options()})
        cells = Changing(table.schema, [dialect.change(field.type) for field in table.schema])
        layout, head = dialect.layout(cells.schema), dialect.header(table.schema.names) if self.header else b""
        mark = b"\xef\xbb\xbf" if self.bom else b""
        return cells.encoder(table, place, layout, mark + head)


@file_format("tsv")
class Tsv(Csv):
    """Tab-separated values: CSV with a tab, cells that hold one in quotes."""

    suffix: ClassVar[str] = "tsv"
    media_type: ClassVar[str] = "text/tab-separated-values; charset=utf-8"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"quote": "strings"},)

    delimiter: str = Field(default="\t", description="One ASCII character between the cells of a row.")


@file_format("psv")
class Psv(Csv):
    """Pipe-separated values: CSV with a vertical bar."""

    suffix: ClassVar[str] = "psv"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = ({"quote": "all", "null": "\\N"},)

    delimiter: str = Field(default="|", description="One ASCII character between the cells of a row.")
