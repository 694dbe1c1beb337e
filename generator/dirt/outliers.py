"""Values of the right type that are far from the others: powers of ten, a lost or added sign, years off."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.dirt.spots import Spots

_FACTORS = (10, 100, 1_000, -1)
_YEARS = (-100, 100, -10, 10, -1_000, 1_000)
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 in days since 1970."""
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_WIDE = 60
"""Digits in which a decimal of up to 38 is multiplied."""

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def has_outliers(kind: pa.DataType) -> bool:
    """Whether there are outliers of a type: of numbers, dates and timestamps."""
    types = pa.types
    number = types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind) or types.is_decimal128(kind)
    return bool(number or types.is_date32(kind) or types.is_timestamp(kind))


def outlier(spots: Spots) -> pa.Array:
    """Numbers times 10, 100, 1,000 or -1, zero as if it were 1; dates and times 10, 100 or 1,000 years off.

    What leaves the range of the type, or the years 1 to 9999, is of another of these sizes.
    """
    types, kind = pa.types, spots.values.type
    if types.is_integer(kind):
        return _integers(spots)
    if types.is_floating(kind):
        return _floats(spots)
    if types.is_decimal(kind):
        return _decimals(spots)
    return _dates(spots) if types.is_date(kind) else _timestamps(spots)


def _integers(spots: Spots) -> pa.Array:
    values = spots.values.to_numpy(zero_copy_only=False)
    limits = np.iinfo(values.dtype)
    base = np.where(values == 0, values.dtype.type(1), values)
    fits, made = [], []
    for factor in _FACTORS:
        low, high = (limits.min + 1, limits.max) if factor < 0 else (-(-limits.min // factor), limits.max // factor)
        fit = (base >= low) & (base <= high) & ((factor > 0) | (limits.min < 0))
        product = np.where(fit, base, 0) * abs(factor)
        fits.append(fit)
        made.append(product if factor > 0 else -product)
    number, able = _first_fitting(spots.form(len(_FACTORS)), fits)
    return pa.array(np.where(able, np.choose(number, made), values), spots.values.type)


def _first_fitting(form: Integers, fits: list[Flags]) -> tuple[Integers, Flags]:
    """Of several forms the first from the drawn one on that fits, and whether one does."""
    able, every = np.array(fits), np.arange(len(form))
    for _ in fits[1:]:
        form = np.where(able[form, every], form, (form + 1) % len(fits))
    return form, able[form, every]


def _floats(spots: Spots) -> pa.Array:
    values = spots.values.to_numpy(zero_copy_only=False)
    factor = np.array(_FACTORS, dtype=values.dtype)[spots.form(len(_FACTORS))]
    base = np.where(values == 0, values.dtype.type(1), values)
    with np.errstate(over="ignore"):
        made = base * factor
    made = np.where(np.isfinite(made), made, -base)
    return pa.array(_rounded(made, spots.field.metadata), spots.values.type)


def _rounded(values: npt.NDArray[np.floating], metadata: dict[bytes, bytes] | None) -> npt.NDArray[np.floating]:
    """To the decimals of the column, so that it is the same number in all formats."""
    if metadata is None or b"digits" not in metadata:
        return values
    power = 10.0 ** int(metadata[b"digits"])  # exact up to 10**22
    with np.errstate(over="ignore"):
        scaled = values * power
    return np.where(np.abs(scaled) < 2.0**53, np.rint(scaled) / power, values)


def _decimals(spots: Spots) -> pa.Array:
    kind = spots.values.type
    wide = pa.decimal256(_WIDE, kind.scale)
    limit = pa.scalar(Decimal(1).scaleb(kind.precision - kind.scale), wide)
    zero, one = (pa.scalar(Decimal(number), wide) for number in (0, 1))
    base = spots.values.cast(wide)
    base = pc.if_else(pc.equal(base, zero), one, base)
    fits, made = [], []
    for factor in _FACTORS:
        product = pc.multiply(base, pa.scalar(Decimal(factor), pa.decimal256(5, 0)))
        fit = pc.less(pc.abs(product), limit)
        fits.append(np.asarray(fit))
        made.append(pc.if_else(fit, product, zero).cast(kind))
    number, able = _first_fitting(spots.form(len(_FACTORS)), fits)
    return pc.if_else(pa.array(able), pc.choose(pa.array(number), *made), spots.values)


def _dates(spots: Spots) -> pa.Array:
    days = spots.values.cast(pa.int32()).to_numpy().astype(np.int64)
    moved = _moved(days, spots.form(len(_YEARS)), _FIRST_DAY, _LAST_DAY)
    return pa.array(moved.astype(np.int32)).cast(pa.date32())


def _timestamps(spots: Spots) -> pa.Array:
    kind = spots.values.type
    day = 86_400 * _PER_SECOND[kind.unit]
    days, rest = np.divmod(spots.values.cast(pa.int64()).to_numpy(), np.int64(day))
    last = (1 << 63) // day - 1
    moved = _moved(days, spots.form(len(_YEARS)), max(_FIRST_DAY, -last), min(_LAST_DAY, last - 1))
    return pa.array(moved * day + rest).cast(kind)


def _moved(days: Integers, form: Integers, first: int, last: int) -> Integers:
    """Days of so many other years, of those that stay from first to last."""
    moved = [_in_year(days, years) for years in _YEARS]
    fits = [(there >= first) & (there <= last) for there in moved]
    number, able = _first_fitting(form, fits)
    return np.where(able, np.choose(number, moved), days)


def _in_year(days: Integers, years: int) -> Integers:
    """The same day of another year; 28 February where 29 is none."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    day = days - months.astype("datetime64[D]").astype(np.int64)
    there = months + years * 12
    begins, ends = (month.astype("datetime64[D]").astype(np.int64) for month in (there, there + 1))
    return np.asarray(np.minimum(begins + day, ends - 1))
