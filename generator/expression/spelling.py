"""str(x): how each type is spelled, the same as in CSV.

Integers plain, decimals with all digits of their scale, floats as Python's repr, booleans true and false, dates ISO
8601, timestamps ISO 8601 with T, the fraction of their unit, and Z in UTC.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.types import FLOAT, TEXT, is_decimal, is_timestamp
from generator.expression.values import flags

_EXPONENT: Final = 1e10
"""From here on Arrow spells floats with an exponent; Python from 1e16."""
_PLAIN_SCALE: Final = 6
"""Arrow spells decimals below 1E-6 with an exponent; with no more places than this there are none."""


def spelled(value: pa.Array) -> pa.Array:
    """The text of each value."""
    if value.type == TEXT:
        return value
    if value.type == FLOAT:
        return _floats(value)
    if is_decimal(value.type) and value.type.scale > _PLAIN_SCALE:
        return _long_decimals(value)
    if is_timestamp(value.type):
        local = value.view(pa.timestamp(value.type.unit)).cast(TEXT)
        text = pc.replace_substring(local, " ", "T", max_replacements=1)
        return pc.binary_join_element_wise(text, "Z", "") if value.type.tz else text
    return value.cast(TEXT)


def _long_decimals(value: pa.Array) -> pa.Array:
    scale = value.type.scale
    text = _as_integers(value).cast(TEXT)
    digits = pc.utf8_lpad(pc.utf8_ltrim(text, "-"), scale + 1, "0")
    sign = pc.if_else(pc.starts_with(text, "-"), "-", "")
    before = pc.utf8_slice_codeunits(digits, 0, -scale)
    return pc.binary_join_element_wise(sign, before, ".", pc.utf8_slice_codeunits(digits, -scale), "")


def _as_integers(value: pa.Array) -> pa.Array:
    """The units of the last place, as decimals without places."""
    type_ = pa.decimal128(value.type.precision, 0)
    return pa.Array.from_buffers(type_, len(value), value.buffers(), offset=value.offset)


def _floats(value: pa.Array) -> pa.Array:
    """Shortest digits that read back the same, as Python spells them: 1.0, 1e+16, 1e-05.

    Arrow finds the same digits (both are the shortest that read back, closest to the value) but leaves out ``.0`` and
    changes to exponents elsewhere; the rare numbers in that gap are left to Python.
    """
    numbers = value.fill_null(0.0).to_numpy(zero_copy_only=False)
    size = np.abs(numbers)
    alike = ((size >= 1e-4) & (size < _EXPONENT)) | (size == 0.0)
    text = value.cast(TEXT)
    ended = pc.binary_join_element_wise(text, ".0", "")
    text = pc.if_else(pa.array(alike & (numbers == np.floor(numbers))), ended, text)
    if alike.all():
        return text
    rare = pa.array([repr(number) for number in numbers[~alike].tolist()], TEXT)
    found = pc.replace_with_mask(text, pa.array(~alike), rare)
    return pc.if_else(value.is_valid(), found, None) if flags(value.is_null()).any() else found
