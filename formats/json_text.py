"""JSON (RFC 8259) as a style of nested text, and the JSON texts of nested columns."""

from __future__ import annotations

import json
from functools import partial
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from formats.nested_text import NestedTexts
from formats.text_style import Correction, Leaf, Style
from generator.kernels import text

SHORT = {b'"': b'\\"', b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t"}
ESCAPES = {bytes([code]): b"\\u%04x" % code for code in range(0x20)} | SHORT
"""All that RFC 8259, section 7, says must be escaped; everything else is written as it is."""
EXACT = 2**53
"""Every integer up to here is a double, which is what many readers take JSON's numbers for (RFC 8259, section 6)."""

LargeIntegers = Literal["number", "text", "text_if_large"]
DecimalsAs = Literal["number", "text"]


def json_key(name: str) -> bytes:
    """A member's name as a JSON string."""
    return json.dumps(name, ensure_ascii=False).encode()


def is_quoted(data_type: pa.DataType) -> bool:
    """Whether JSON has no form but text for values of a plain type: strings, binary, and moments."""
    return text.spelled(data_type) in {text.Spelled.TEXT, text.Spelled.MOMENT}


def integers_beyond(low: int, high: int) -> Correction:
    """Integers below ``low`` or above ``high`` are put in quotes."""

    def bounds(data_type: pa.DataType) -> tuple[int, int]:
        return (max(low, 0), high) if pa.types.is_unsigned_integer(data_type) else (low, min(high, 2**63 - 1))

    def needed(array: pa.Array) -> bool:
        least, most = pc.min_max(array).as_py().values()
        return least is not None and not low <= least <= most <= high

    def quoted(array: pa.Array, cells: pa.LargeStringArray) -> pa.LargeStringArray:
        first, last = (pa.scalar(bound, array.type) for bound in bounds(array.type))
        is_beyond = pc.or_(pc.less(array, first), pc.greater(array, last))
        quote = pa.scalar('"', pa.large_string())
        in_quotes = pc.binary_join_element_wise(quote, cells, quote, pa.scalar("", pa.large_string()))
        return pc.if_else(is_beyond.fill_null(False), in_quotes, cells)

    return Correction(needed, quoted)


def json_leaf(data_type: pa.DataType, large_integers: LargeIntegers, decimals: DecimalsAs) -> Leaf:
    """How JSON writes values of a plain type."""
    if pa.types.is_decimal(data_type):
        return Leaf(quoted=decimals == "text")
    if data_type in {pa.int64(), pa.uint64()}:
        corrections = (integers_beyond(-EXACT, EXACT),) if large_integers == "text_if_large" else ()
        return Leaf(large_integers == "text", corrections)
    return Leaf(is_quoted(data_type))


def json_style(
    *,
    left_out: bool = False,
    large_integers: LargeIntegers = "number",
    decimals: DecimalsAs = "number",
    pretty: bool = False,
) -> Style:
    """JSON with these options; NaN and the infinities, which it lacks, are null."""
    return Style(
        key=json_key,
        leaf=partial(json_leaf, large_integers=large_integers, decimals=decimals),
        escapes=ESCAPES,
        left_out=left_out,
        colon=b": " if pretty else b":",
        indent=b"  " if pretty else b"",
    )


JSON = json_style()


class JsonTexts(NestedTexts):
    """The JSON texts of a column that is nested, compact and with its nulls."""

    def __init__(self, field: pa.Field) -> None:
        super().__init__(field, JSON)
