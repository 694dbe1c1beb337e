"""What YAML asks of scalars beyond JSON: characters to be escaped, points in floats, keys that are long."""

from __future__ import annotations

import json
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from formats.changes import bytes_of
from formats.text_style import Correction

LONGEST_KEY = 1_000
"""Characters of a key that may stand on its own: longer ones need a question mark (YAML 1.2.2, 7.4.2: at most 1024)."""
MOST_ESCAPED = 6
"""Characters that one character may become."""
UNPRINTABLE = tuple(map(chr, (*range(0x7F, 0xA0), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF)))
"""Beyond what JSON escapes: what YAML calls unprintable (5.1), line breaks of YAML 1.1, and the byte order mark."""
LONGER = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xef(?:\xbb\xbf|\xbf[\xbe\xbf])")
"""Those of several bytes in UTF-8: DEL is an escape of the layout."""
CONTROL = re.compile(rb"\xc2[\x80-\x9f]")
LEAST_PLAIN, MOST_PLAIN = 1e-4, 1e16
"""Floats from here to there are written without an exponent."""
ONE_DIGIT = r"^-?[0.]*[1-9]0*(\.0*)?(e[-+]?[0-9]+)?$"
"""However a float of one significant digit is spelled."""


def yaml_escape(character: str) -> str:
    """An escape of JSON's form."""
    return f"\\u{ord(character):04x}"


def yaml_string(value: str) -> str:
    """A double-quoted scalar, which is a JSON string too."""
    return json.dumps(value, ensure_ascii=False).translate({ord(c): yaml_escape(c) for c in UNPRINTABLE})


def _has_unprintable(array: pa.Array) -> bool:
    """Whether some of the longer ones are in texts: at memory's speed where they are ASCII."""
    found = bytes_of(array)[1].tobytes()
    if b"\xc2" in found and CONTROL.search(found):
        return True
    if b"\xe2" not in found and b"\xef" not in found:
        return False
    data = np.frombuffer(found, np.uint8)
    first, second, third = data[:-2], data[1:-1], data[2:]
    is_separator = (first == 0xE2) & (second == 0x80) & ((third & 0xFE) == 0xA8)
    is_mark = (first == 0xEF) & (second == 0xBB) & (third == 0xBF)
    is_no_character = (first == 0xEF) & (second == 0xBF) & (third >= 0xBE)
    return bool((is_separator | is_mark | is_no_character).any())


def _escaped(_array: pa.Array, cells: pa.LargeStringArray) -> pa.LargeStringArray:
    for character in sorted({found.decode() for found in LONGER.findall(bytes_of(cells)[1].tobytes())}):
        cells = pc.replace_substring(cells, character, yaml_escape(character))
    return cells


def _has_exponents_alone(array: pa.Array) -> bool:
    """Whether there may be a float such as 1e+16: of one digit, and written with an exponent."""
    array = array.cast(pa.float32()) if pa.types.is_float16(array.type) else array
    sizes = np.abs(array.to_numpy(zero_copy_only=False))
    outside = ((sizes >= MOST_PLAIN) | ((sizes > 0) & (sizes < LEAST_PLAIN))) & np.isfinite(sizes)
    if not outside.any():
        return False
    texts = pc.cast(array.filter(pa.array(outside)), pa.large_string())
    return bool(pc.any(pc.match_substring_regex(texts, ONE_DIGIT)).as_py())


def _with_points(_array: pa.Array, cells: pa.LargeStringArray) -> pa.LargeStringArray:
    return pc.replace_substring_regex(cells, r"^(-?[0-9])e", r"\1.0e")


def _has_long(array: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(array)).as_py()
    return longest is not None and longest * MOST_ESCAPED + 2 > LONGEST_KEY


def _marked(_array: pa.Array, cells: pa.LargeStringArray) -> pa.LargeStringArray:
    marked = pc.binary_join_element_wise(pa.scalar("? ", cells.type), cells, pa.scalar("", cells.type))
    return pc.if_else(pc.greater(pc.utf8_length(cells), LONGEST_KEY), marked, cells)


ESCAPED = Correction(_has_unprintable, _escaped)
"""Of texts: characters that no layout can escape, as they have several bytes."""
POINTED = Correction(_has_exponents_alone, _with_points)
"""Of floats: 1e+16 is text in YAML 1.1, 1.0e+16 is a float in both."""
SHORT_KEYS = Correction(_has_long, _marked)
"""Of a map's keys: long ones stand behind a question mark."""
