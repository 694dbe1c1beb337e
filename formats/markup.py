"""What HTML lets a text hold, for the formats that are read as HTML in the end: the characters, and their escapes.

HTML Living Standard (WHATWG), 13.1.3 and 13.1.4: no control characters but tab and line breaks, no noncharacters. They
become U+FFFD, the replacement character.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import Change, both, bytes_of, rounding, strings
from formats.kinds import is_text
from generator.kernels import text

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
CONTROLS = {bytes([code]): REPLACEMENT.encode() for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n\r"}
WHITE_SPACE = {b"\t": b"\t", b"\n": b"\n", b"\r": b"&#13;"}
"""A parser would make a line feed of a bare carriage return; by its number it stays, though validators mind it.

Tab and line feed are here to leave the kernel no gap.
"""
SPECIAL = {b"&": b"&amp;", b"<": b"&lt;", b">": b"&gt;", b'"': b"&quot;", b"'": b"&#39;"}
HTML: Mapping[bytes, bytes] = {**CONTROLS, **WHITE_SPACE, **SPECIAL}
"""Text between tags or in an attribute's quotes."""
LAST_OF_PLANES = "".join(f"\\x{{{plane:x}fffe}}\\x{{{plane:x}ffff}}" for plane in range(1, 17))
NONCHARACTERS = f"\\x{{fdd0}}-\\x{{fdef}}\\x{{fffe}}\\x{{ffff}}{LAST_OF_PLANES}"
FORBIDDEN = f"[\\x{{80}}-\\x{{9f}}{NONCHARACTERS}]"
"""Those of more than one byte, which no escape of the kernel replaces."""
FORBIDDEN_OR_CONTROL = f"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x{{9f}}{NONCHARACTERS}]"
NOT_ASCII = 0x80


def allowed(array: pa.Array) -> pa.Array:
    """Strings without the forbidden characters that HTML's escapes leave."""
    _, data = bytes_of(array)
    if not len(data) or int(data.max()) < NOT_ASCII:
        return array
    return _replaced(array, FORBIDDEN)


def without_controls(array: pa.Array) -> pa.Array:
    """Strings without any forbidden character, so that bytes below the space may stand for something else."""
    _, data = bytes_of(array)
    plain = (data >= ord(" ")) & (data < 0x7F)
    return array if bool(plain.all()) else _replaced(array, FORBIDDEN_OR_CONTROL)


def _replaced(array: pa.Array, pattern: str) -> pa.Array:
    if not pc.any(pc.match_substring_regex(array, pattern)).as_py():
        return array
    return pc.replace_substring_regex(array, pattern, REPLACEMENT)


def changes(schema: pa.Schema, of_text: Change, places: int | None) -> list[Change | None]:
    """Of each column what is done before it is written: decimals are rounded, strings go through ``of_text``."""
    return [both(strings, of_text) if is_text(field.type) else rounding(field.type, places) for field in schema]


def is_number(data_type: pa.DataType) -> bool:
    """Whether cells are aligned by their end."""
    return text.spelled(data_type) is text.Spelled.NUMBER


def written(value: str, of_text: Change, escapes: Mapping[bytes, bytes]) -> bytes:
    """One text as a cell would hold it."""
    cell = pa.RecordBatch.from_arrays([of_text(pa.array([value]))], names=["text"])
    layout = text.TextLayout((text.TextColumn(),), suffix=b"", escapes=escapes)
    return b"".join(text.row_writer(cell.schema, layout).write(cell))


def ends(array: pa.LargeStringArray) -> Sequence[np.ndarray]:
    """The first bytes and the last bytes of the values that are not empty."""
    offsets, data = bytes_of(array)
    filled = offsets[1:] > offsets[:-1]
    return data[offsets[:-1][filled]], data[offsets[1:][filled] - 1]
