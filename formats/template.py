"""Any other text: a row is a text of the user's own with placeholders for its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pyarrow as pa
from pydantic import Field, field_validator

from formats.escapes import ESCAPES, Escape
from formats.flatten import Converted, check_columns
from formats.format import Encoder, Format, FormatError, Place, TableShape, file_format
from formats.placeholders import ALL, Placeholder, pieces_of
from formats.template_cells import Cell, paths_of
from formats.text import BATCH_ROWS, TextEncoder

EXTENSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+_-]+(; ?[a-z]+=[A-Za-z0-9.+_-]+)*")
Meant = tuple[str, Escape]
"""A column, and how its values are escaped."""
TABLE, COLUMN, VALUE = "table", "column", "value"


@file_format("template")
class Template(Format):
    """A text for each row: ``"{name} <{email}>\\n"``, members of objects as ``{address.city}``.

    ``{name:json}`` is the value as JSON has it, and so for ``xml``, ``html``, ``csv``, ``sql``, ``identifier``,
    ``url``, ``line`` and ``base64``: what its text could break is escaped. ``{*}`` stands for all columns, each in the
    form of ``cell``; ``{table}`` is the table's name, unless a column has that name. A brace is ``{{`` or ``}}``.
    Objects, lists and maps are JSON text, binary is base64, dates and times are ISO 8601 of the years 0001 to 9999.
    """

    suffix: ClassVar[str] = "txt"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"
    nested: ClassVar[bool] = True
    batch_rows: ClassVar[int] = BATCH_ROWS
    becomes: ClassVar[Mapping[str, str]] = {
        "null": "the null text; `null` with `:json`, `NULL` with `:sql`",
        "NaN and the infinities": "`NaN`, `Infinity`, `-Infinity`; `null` with `:json`, `NULL` with `:sql`",
        "uint64 and decimals": "all their digits",
        "binary": "base64",
        "objects, lists and maps": "JSON text; with `:json` it stands as it is, others escape it",
        "characters that XML or HTML forbid": "U+FFFD with `:xml` and `:html`",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {},
        {
            "header": "[\n", "template": "{{{*}}}", "separator": ",\n", "footer": "\n]\n",
            "cell": "{column:json}:{value:json}", "cell_separator": ",",
            "extension": "json", "mime_type": "application/json",
        },
        {
            "header": '<rows table="{table:xml}">\n', "template": "<row>{*}</row>\n", "footer": "</rows>\n",
            "cell": '<c name="{column:xml}">{value:xml}</c>', "cell_separator": "", "null": "\\N",
            "extension": "xml", "mime_type": "application/xml",
        },
        {
            "template": "{*}\n", "cell": "{column:url}={value:url}", "cell_separator": "&",
            "null": "%00", "extension": "urls",
        },
        {
            "template": "INSERT INTO {table:identifier} VALUES ({*});\n", "cell": "{value:sql}",
            "cell_separator": ", ", "extension": "sql", "mime_type": "application/sql",
        },
        {
            "header": "version: 1\n", "template": "\ndn: ou={table}\n{*}", "cell": "{column}:: {value:base64}\n",
            "cell_separator": "", "extension": "ldif",
        },
    )  # fmt: skip

    template: str = Field(default="{*}\n\n", description="The text of a row, with placeholders such as {name:json}.")
    cell: str = Field(
        default="{column}: {value:line}",
        description="What each column contributes to {*}: {column} is its name and {value} its value.",
    )
    cell_separator: str = Field(default="\n", description="What stands between the columns of {*}.")
    separator: str = Field(default="", description="What stands between rows, and not behind the last one.")
    header: str = Field(
        default="", description="What stands before the first row; {table} is the table's name, {*:csv} the columns'."
    )
    footer: str = Field(default="", description="What stands behind the last row, with the placeholders of the header.")
    null: str = Field(default="", description="What stands for a missing value where its escape has no word for it.")
    extension: str = Field(default="txt", description="The ending of the file's name.")
    mime_type: str = Field(default="text/plain; charset=utf-8", description="The media type of the file.")

    @field_validator("template", "cell", "header", "footer")
    @classmethod
    def _in_braces(cls, text: str) -> str:
        pieces_of(text)
        return text

    @field_validator("template", "cell")
    @classmethod
    def _names_something(cls, text: str) -> str:
        if not any(isinstance(piece, Placeholder) for piece in pieces_of(text)):
            raise ValueError("it needs a placeholder such as {name}: without one all rows are the same")
        return text

    @field_validator("cell")
    @classmethod
    def _of_a_cell(cls, text: str) -> str:
        try:
            names = [piece.among([COLUMN, VALUE], "cell")[0] for piece in pieces_of(text) if not isinstance(piece, str)]
        except FormatError as error:
            raise ValueError(str(error).removeprefix("cell: ")) from None
        if VALUE not in names:
            raise ValueError("a cell without {value} would say nothing of its row")
        return text

    @field_validator("extension")
    @classmethod
    def _an_extension(cls, extension: str) -> str:
        if not EXTENSION.fullmatch(extension):
            raise ValueError(
                "the extension must be letters, digits, - and _, such as ini or d.ts, without a dot before"
            )
        return extension

    @field_validator("mime_type")
    @classmethod
    def _a_media_type(cls, mime_type: str) -> str:
        if not MEDIA_TYPE.fullmatch(mime_type):
            raise ValueError("the media type must look like text/plain or text/plain; charset=utf-8")
        return mime_type

    @property
    def file_suffix(self) -> str:
        return self.extension

    @property
    def content_type(self) -> str:
        return self.mime_type

    def check(self, table: TableShape, rows: int) -> None:
        """FormatError for placeholders of columns that the table does not have."""
        self.encoder(table, Place())

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        head, foot = self._fixed("header", table), self._fixed("footer", table)
        cells, suffix = self._cells(table)
        main = Counter(cell.escape.name for cell in cells if cell.depends).most_common(1)
        escape = ESCAPES[main[0][0] if main else ""]
        written = [cell.among(escape) for cell in cells]
        schema = pa.schema([one.field for one in written])

        def rows(batch: pa.RecordBatch) -> pa.RecordBatch:
            check_columns(batch, table.schema)
            return pa.RecordBatch.from_arrays([one.array(batch) for one in written], schema=schema)

        separator = self.separator.encode()
        first, *others = (one.column for one in written)
        layout = escape.layout((first.behind(separator), *others), suffix)
        shape = TableShape(table.name, schema)
        return Converted(TextEncoder(shape, place, layout, head, foot, separator), rows)

    def _cells(self, table: TableShape) -> tuple[list[Cell], bytes]:
        """The cells of a row, each with what stands before it, and what stands behind the last one."""
        paths = paths_of(table.schema)
        cells: list[Cell] = []
        before = b""
        for piece in self._pieces(table, [*paths]):
            if isinstance(piece, bytes):
                before += piece
            else:
                name, escape = piece
                cells.append(Cell(paths[name], escape, before, self.null.encode()))
                before = b""
        if not cells:
            raise FormatError(f"template: it names no column of table {table.name!r}")
        return cells, before

    def _pieces(self, table: TableShape, paths: list[str]) -> Iterator[bytes | Meant]:
        """What stands in a row, one after the other: texts, and columns with their escapes."""
        for piece in pieces_of(self.template):
            if isinstance(piece, str):
                yield piece.encode()
            elif piece.text == ALL and ALL not in paths:
                for at, column in enumerate(table.schema.names):
                    yield self.cell_separator.encode() if at else b""
                    yield from self._pieces_of_cell(column)
            else:
                name, escape = piece.among([*paths, TABLE], "template")
                yield (name, escape) if name in paths else escape.written(table.name)

    def _pieces_of_cell(self, column: str) -> Iterator[bytes | Meant]:
        for piece in pieces_of(self.cell):
            if isinstance(piece, str):
                yield piece.encode()
            else:
                name, escape = piece.among([COLUMN, VALUE], "cell")
                yield (column, escape) if name == VALUE else escape.written(column)

    def _fixed(self, option: str, table: TableShape) -> bytes:
        """The header or the footer, which have no values."""
        made = b""
        for piece in pieces_of(getattr(self, option)):
            if isinstance(piece, str):
                made += piece.encode()
                continue
            name, escape = piece.among([TABLE, ALL], option)
            names = [table.name] if name == TABLE else table.schema.names
            made += self.cell_separator.encode().join(map(escape.written, names))
        return made
