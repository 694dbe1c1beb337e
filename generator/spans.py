"""Lengths of time as users write them: ``30d``, ``1h30m``, ``PT15M``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_UNITS = {"w": 604_800_000_000_000, "d": 86_400_000_000_000, "h": 3_600_000_000_000, "m": 60_000_000_000}
_UNITS |= {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_PART = re.compile(r"(\d{1,12})(ms|us|ns|[wdhms])")
_ISO = re.compile(r"P(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+)S)?)?")
_MOST = 1 << 62


def nanoseconds(span: str) -> int:
    """The length of a span in nanoseconds; ValueError for anything that is none or is longer than 146 years."""
    iso = _ISO.fullmatch(span)
    if iso and any(iso.groups()):
        total = sum(int(count) * _UNITS[unit] for unit, count in iso.groupdict().items() if count)
    else:
        parts = _PART.findall(span)
        if not parts or "".join(count + unit for count, unit in parts) != span:
            raise ValueError(f"{span!r} is no length of time; write 30d, 12h, 1h30m or PT15M")
        total = sum(int(count) * _UNITS[unit] for count, unit in parts)
    if not 0 < total < _MOST:
        raise ValueError(f"{span!r} is not between 1 ns and 146 years")
    return total


def _checked(span: str) -> str:
    try:
        nanoseconds(span)
    except ValueError as error:
        raise PydanticCustomError("span", "{message}", {"message": str(error)}) from None
    return span


Span = Annotated[str, AfterValidator(_checked)]
