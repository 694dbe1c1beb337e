"""Text read as booleans and moments: the functions bool and timestamp. What spells no value is null."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.calendar import TIMESTAMP, as_timestamp
from generator.expression.moments_read import microseconds
from generator.expression.types import BOOLEAN, TEXT, is_decimal
from generator.expression.values import Value, array, flags

_TRUE: Final = pa.array(["true", "t", "yes", "y", "on", "1"])
_FALSE: Final = pa.array(["false", "f", "no", "n", "off", "0"])


def to_boolean(value: Value) -> Value:
    """bool(x): numbers are true but for 0; text is true, yes, on, y, t, 1 and their opposites, in any case."""
    if value.type == BOOLEAN:
        return value
    if value.type != TEXT:
        return pc.not_equal(value, pa.scalar(Decimal(0) if is_decimal(value.type) else 0, value.type))
    word = pc.utf8_lower(pc.utf8_trim_whitespace(value))
    known = pc.or_(pc.is_in(word, value_set=_TRUE), pc.is_in(word, value_set=_FALSE))
    return pc.if_else(known, pc.is_in(word, value_set=_TRUE), None)


def to_timestamp(value: Value) -> Value:
    """timestamp(x) in microseconds and UTC: a date's midnight, a timestamp, or ISO 8601 text, in UTC without offset."""
    if value.type != TEXT:
        return as_timestamp(value)
    found, good = microseconds(value)
    null = ~good if value.null_count == 0 else ~good | flags(value.is_null())
    return array(np.where(null, 0, found), TIMESTAMP, null)
