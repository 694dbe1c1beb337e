"""Delimited text as layouts of the row kernel: which cells are quoted, what is escaped, and how values are spelled."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import pyarrow as pa

from formats.changes import Change, both, finite, guarded, hexadecimal, rounding
from formats.kinds import is_binary, values_of
from generator.kernels import text

QUOTE = b'"'
BACKSLASH = b"\\"
IN_LINE = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}
"""What keeps text in one line: PostgreSQL's COPY and MariaDB's LOAD DATA read all of these."""
QUOTINGS = {"strings": text.Quoting.ALWAYS, "minimal": text.Quoting.NEEDED, "none": text.Quoting.NEVER}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The options of formats.csv.Csv that say how cells are written."""

    delimiter: str
    null: str
    quote: str
    escape: str
    line_ending: str
    decimal_places: int | None
    true_text: str
    false_text: str
    date_time: str
    zone: str
    not_finite: str
    binary: str
    formula_guard: bool

    @classmethod
    def options(cls) -> list[str]:
        """The names of these options."""
        return [field.name for field in fields(cls)]

    def change(self, data_type: pa.DataType) -> Change | None:
        """What is done to a column before its rows are written; None if nothing is."""
        kind = values_of(data_type)
        if pa.types.is_floating(kind):
            return finite if self.not_finite == "null" else None
        if pa.types.is_decimal(kind):
            return rounding(kind, self.decimal_places)
        if text.spelled(kind) is not text.Spelled.TEXT:
            return None
        prefixes = {"hex": "", "\\x": "\\x"}
        digits = hexadecimal(prefixes[self.binary]) if is_binary(kind) and self.binary in prefixes else None
        return both(digits, guarded if self.formula_guard else None)

    def layout(self, schema: pa.Schema) -> text.TextLayout:
        """How rows of ``schema`` are written, whose columns are changed already."""
        null, delimiter = self.null.encode(), self.delimiter.encode()
        special = delimiter + b"\r\n"
        if len(schema) == 1:
            null = null or QUOTE + QUOTE  # an empty line would be a blank one, which most readers skip: a row lost
            special += BACKSLASH  # \. alone in a line would end what PostgreSQL reads
        columns = (
            text.TextColumn(delimiter if at else b"", null, self._quoting(field.type), decimals=self.decimal_places)
            for at, field in enumerate(schema)
        )
        return text.TextLayout(
            columns=tuple(columns),
            suffix=self.line_ending.encode(),
            quote=QUOTE,
            escapes=self._escapes(),
            special=b"" if self.quote == "none" else special,
            true=self.true_text.encode(),
            false=self.false_text.encode(),
            date_time=self.date_time.encode(),
            zone=self.zone.encode(),
        )

    def header(self, names: list[str]) -> bytes:
        """The line of the column names, written as cells of text are."""
        return _header(self, tuple(names))

    def _quoting(self, data_type: pa.DataType) -> text.Quoting:
        if self.quote == "all":
            return text.Quoting.ALWAYS
        is_text = text.spelled(data_type) is text.Spelled.TEXT
        return QUOTINGS[self.quote] if is_text else text.Quoting.NEVER

    def _escapes(self) -> dict[bytes, bytes]:
        if self.quote == "none":
            delimiter = self.delimiter.encode()
            return {delimiter: BACKSLASH + delimiter} | IN_LINE
        if self.escape == "\\":
            return {QUOTE: BACKSLASH + QUOTE, BACKSLASH: BACKSLASH * 2}
        return {QUOTE: QUOTE * 2}


@lru_cache(maxsize=256)
def _header(dialect: Dialect, names: tuple[str, ...]) -> bytes:
    cells = [pa.array([name]) for name in names]
    if dialect.formula_guard:
        cells = [guarded(cell) for cell in cells]
    line = pa.RecordBatch.from_arrays(cells, names=list(names))
    return b"".join(text.row_writer(line.schema, dialect.layout(line.schema)).write(line))
