"""Moments of a source field as counts of whole units since 1970."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Discriminator, Tag

DAY = 86_400_000_000_000
"""Nanoseconds of a day."""
UNITS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
"""Nanoseconds of each unit of timestamps."""
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def unit_of(kind: pa.DataType) -> int | None:
    """Nanoseconds of the unit that a date or timestamp type counts in; None for other types."""
    if pa.types.is_date32(kind):
        return DAY
    return UNITS[kind.unit] if pa.types.is_timestamp(kind) else None


def counted(array: pa.Array) -> npt.NDArray[np.int64]:
    """A date or timestamp array in its own units since 1970; 0 stands under nulls."""
    whole = array.cast(pa.int32()).cast(pa.int64()) if pa.types.is_date32(array.type) else array.cast(pa.int64())
    return np.asarray(whole.fill_null(0), dtype=np.int64)


def since_1970(moment: dt.date) -> int:
    """Nanoseconds from 1970 to a date's midnight or a time; without a time zone it is UTC."""
    if not isinstance(moment, dt.datetime):
        return (moment.toordinal() - _EPOCH.toordinal()) * DAY
    past = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) - _EPOCH
    return ((past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds) * 1_000


def _kind_of_moment(value: object) -> str:
    timeless = isinstance(value, str) and len(value) == 10
    return "date" if timeless or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)) else "time"


Moment = Annotated[
    Annotated[dt.date, Tag("date")] | Annotated[dt.datetime, Tag("time")], Discriminator(_kind_of_moment)
]
"""A date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z."""
