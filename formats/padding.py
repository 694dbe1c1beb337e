"""Cells of a fixed number of characters: how many a type needs, and columns filled with blanks."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import Texts, bytes_of, rounding
from formats.format import FormatError
from formats.kinds import values_of
from generator.kernels import text

INTEGERS = {8: (4, 3), 16: (6, 5), 32: (11, 10), 64: (20, 20)}
"""By bits, characters of a signed one and of an unsigned one."""
FLOAT = 24
"""The longest shortest form of a double: -1.7976931348623157e+308."""
FRACTIONS = {"s": 0, "ms": 4, "us": 7, "ns": 10}
SHOWN = 40
"""Characters of a value in an error."""
DATE, TIME = len("2024-01-31"), len("23:59:59")


def is_aligned_right(data_type: pa.DataType) -> bool:
    """Whether its cells are numbers."""
    return text.spelled(data_type) is text.Spelled.NUMBER


def width_of(field: pa.Field, text_width: int, places: int | None) -> int:
    """Characters of the longest value of its type; ``text_width`` of those that have no longest."""
    kind, types = values_of(field.type), pa.types
    if types.is_integer(kind):
        return INTEGERS[kind.bit_width][types.is_unsigned_integer(kind)]
    if types.is_floating(kind):
        digits = int((field.metadata or {}).get(b"digits", 0)) if places is None else places
        return max(FLOAT, digits + len("-0."))
    if types.is_decimal(kind):
        scale = kind.scale if places is None else min(kind.scale, places)
        whole = kind.precision - kind.scale + (scale < kind.scale)
        return int(max(whole, 1) + scale + (scale > 0) + len("-"))
    if types.is_boolean(kind):
        return len("false")
    if types.is_date(kind):
        return DATE
    if types.is_time(kind):
        return TIME + FRACTIONS[kind.unit]
    if types.is_timestamp(kind):
        return DATE + len("T") + TIME + FRACTIONS[kind.unit] + (kind.tz is not None)
    if types.is_fixed_size_binary(kind):
        return max(-(-int(kind.byte_width) // 3) * 4, 1)
    return text_width


class Padding:
    """Makes the cells of one column: text of ``width`` characters each, null where the column is.

    ``cut`` and ``join_lines`` are for text: whether too much of it is cut, and line breaks are blanks. FormatError
    where a value does not fit all the same.
    """

    def __init__(
        self, table: str, field: pa.Field, width: int, places: int | None, cut: bool, join_lines: bool
    ) -> None:
        self._option = f"{table}.{field.name}"  # of several tables, that of this one alone
        self._field, self._width = field.with_type(values_of(field.type)), width
        self._is_text = text.spelled(field.type) is text.Spelled.TEXT
        self._cut, self._join_lines = cut and self._is_text, join_lines
        self._right = is_aligned_right(field.type)
        self._rounded = rounding(field.type, places)
        self._texts = Texts(self._field, places if pa.types.is_floating(self._field.type) else None)

    def __call__(self, array: pa.Array) -> pa.LargeStringArray:
        array = array if self._rounded is None else self._rounded(array)
        cells = self._in_lines(self._spelled(array))
        cells = pc.utf8_slice_codeunits(cells, 0, self._width) if self._cut else self._fitting(cells)
        return (pc.utf8_lpad if self._right else pc.utf8_rpad)(cells, self._width, " ")

    def _spelled(self, array: pa.Array) -> pa.LargeStringArray:
        if pa.types.is_string(array.type) or pa.types.is_string_view(array.type):
            return array.cast(pa.large_string())
        if pa.types.is_large_string(array.type):
            return array
        return self._texts(array)

    def _in_lines(self, cells: pa.LargeStringArray) -> pa.LargeStringArray:
        if not self._is_text:
            return cells
        _, data = bytes_of(cells)
        if not bool(((data == ord("\n")) | (data == ord("\r"))).any()):
            return cells
        if not self._join_lines:
            found = pc.fill_null(pc.match_substring_regex(cells, "[\\r\\n]"), False)
            if pc.any(found).as_py():
                raise FormatError(
                    f"column {self._field.name!r} has text with line breaks, {_shown(_first(cells, found))}: they "
                    "would break the lines of the file; with line_breaks: blank they become blanks"
                )
        return pc.replace_substring_regex(cells, "[\\r\\n]", " ")

    def _fitting(self, cells: pa.LargeStringArray) -> pa.LargeStringArray:
        lengths = pc.utf8_length(cells)
        longest = pc.max(lengths).as_py() or 0
        if longest <= self._width:
            return cells
        value = _first(cells, pc.fill_null(pc.greater(lengths, self._width), False))
        cutting = "; with overflow: cut the end of text is cut" if self._is_text else ""
        raise FormatError(
            f"column {self._field.name!r} has {self._width} characters, too few for {_shown(value)} of {len(value)}: "
            f"set widths: {{{self._option}: {longest}}} or more{cutting}"
        )


def _first(cells: pa.LargeStringArray, found: pa.BooleanArray) -> str:
    return str(cells[pc.index(found, pa.scalar(True)).as_py()].as_py())


def _shown(value: str) -> str:
    return repr(value if len(value) <= SHOWN else f"{value[:SHOWN]}...")
