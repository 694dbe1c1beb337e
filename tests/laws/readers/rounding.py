"""What the option ``decimal_places`` of text formats leaves of a number, by Python's arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from tests.laws.nested_values import comparable
from tests.laws.readers.reader import is_odd

DIGITS = Context(prec=80, rounding=ROUND_HALF_EVEN)


def rounded(options: Any, data_type: pa.DataType, value: Any) -> Any:
    """The value as it is read back: decimals exactly, floats by the nearest integer of their hundreds (or so)."""
    places = options.decimal_places
    if places is None or value is None or is_odd(value, data_type):
        return value
    if pa.types.is_decimal(data_type):
        return DIGITS.quantize(value, Decimal(1).scaleb(-places)) if data_type.scale > places else value
    if not pa.types.is_floating(data_type):
        return value
    scaled = float(value) * 10.0**places
    value = float(np.rint(scaled) / 10.0**places) if abs(scaled) < 2.0**53 else float(value)
    return comparable(float(np.float32(value)) if data_type.bit_width == 32 else value)
