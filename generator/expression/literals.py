"""Literals as scalars of another type: text as the date or timestamp it is compared with, integers as decimals."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from typing import Final

import pyarrow as pa

from generator.expression.types import DATE, TICKS, is_timestamp

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_EPOCH: Final = dt.datetime(1970, 1, 1)
_MICROSECONDS: Final = 10**6


def temporal(text: str, type_: pa.DataType) -> pa.Scalar | None:
    """ISO 8601 text as a date or timestamp; None where it is none that the type can hold exactly.

    Without an offset it is in UTC for a timestamp that has a zone, and local for one that has none.
    """
    try:
        if type_ == DATE:
            return pa.scalar(dt.date.fromisoformat(text), DATE) if _DATE.fullmatch(text) else None
        return _timestamp(text, type_) if is_timestamp(type_) and _TIMESTAMP.fullmatch(text) else None
    except (ValueError, OverflowError):
        return None


def _timestamp(text: str, type_: pa.DataType) -> pa.Scalar | None:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        if type_.tz is None:
            return None
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    microseconds = (moment - _EPOCH) // dt.timedelta(microseconds=1)
    count, rest = divmod(microseconds * TICKS[type_.unit], _MICROSECONDS)
    return None if rest or abs(count) >= 2**63 else pa.scalar(count, pa.int64()).cast(type_)


def whole_decimal(number: int) -> pa.Scalar:
    """An integer as a decimal of just its digits."""
    return pa.scalar(decimal.Decimal(number), pa.decimal128(len(str(abs(number))), 0))
