"""The values of a column in each spelling, the reference: as texts, as variable-length numbers, as stored bytes."""

from __future__ import annotations

import base64

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.kernels.library import KernelError
from generator.kernels.text_layout import TextLayout
from generator.kernels.text_types import Spelled, Spelling, decimals, has_bytes, reread, spelled

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 in days since 1970: the years that ISO 8601 spells with four digits."""
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
EXACT = 2.0**53
WORD = 2**64 - 1


def value_texts(field: pa.Field, array: pa.Array, layout: TextLayout, fixed: int | None) -> pa.Array:
    """Values as large_string, null where null; ``fixed``: the decimals that floats are written with."""
    types = pa.types
    kind = spelled(array.type)
    if kind is Spelled.MOMENT:
        return _moments(field.name, array, layout)
    if kind is Spelled.BOOLEAN:
        return pc.if_else(array, layout.true.decode(), layout.false.decode()).cast(pa.large_string())
    if types.is_decimal(array.type):
        return _decimals(array)
    if types.is_floating(array.type):
        return _floats(array, layout, decimals(field), fixed)
    if types.is_binary(array.type) or types.is_large_binary(array.type):
        texts = [None if value is None else base64.b64encode(value).decode() for value in array.to_pylist()]
        return pa.array(texts, pa.large_string())
    return pc.cast(array, pa.large_string())


def value_bytes(array: pa.Array, spelling: Spelling) -> pa.Array:
    """Values of a binary spelling as large_binary, null where null."""
    if spelling is Spelling.BYTES:
        return _stored(array)
    numbers = pc.binary_length(array) if has_bytes(array.type) else _integers(array)
    zigzag = spelling is Spelling.ZIGZAG
    cells = [None if number is None else varint(number, zigzag) for number in numbers.to_pylist()]
    return pa.array(cells, pa.large_binary())


def varint(number: int, zigzag: bool = False) -> bytes:
    """An integer of 64 bits, seven bits a byte, the lowest first, all bytes but the last with their top bit set.

    As Protocol Buffers and Avro have them. Zigzag (0, -1, 1, -2 … become 0, 1, 2, 3 …) keeps small negative ones short;
    without it they are taken as two's complement.
    """
    left = (number << 1 ^ number >> 63) & WORD if zigzag else number & WORD
    cell = bytearray()
    while left >= 0x80:
        cell.append(left & 0x7F | 0x80)
        left >>= 7
    cell.append(left)
    return bytes(cell)


def _integers(array: pa.Array) -> pa.Array:
    """The integers that a column of dates, times or integers stores."""
    if pa.types.is_integer(array.type) or pa.types.is_null(array.type):
        return array
    return reread(array, pa.int32() if array.type.bit_width == 32 else pa.int64())


def _stored(array: pa.Array) -> pa.Array:
    """The bytes of each value as Arrow has them in memory, in little endian."""
    types, cells = pa.types, pa.large_binary()
    if has_bytes(array.type) or types.is_null(array.type):
        return pc.cast(array, cells)
    if types.is_boolean(array.type):
        return pc.if_else(array, pa.scalar(b"\x01", cells), pa.scalar(b"\x00", cells))
    return pc.cast(pc.cast(reread(array, pa.binary(array.type.bit_width // 8)), pa.binary()), cells)


def _floats(array: pa.Array, layout: TextLayout, digits: int | None, fixed: int | None) -> pa.Array:
    odd = {"nan": layout.nan.decode(), "inf": layout.infinity.decode(), "-inf": layout.minus_infinity.decode()}
    present = pc.drop_null(array).to_numpy(zero_copy_only=False)
    texts = iter([odd.get(text, text) for text in (float_text(value, digits, fixed) for value in present)])
    valid = pc.is_valid(array).to_pylist()
    return pa.array([next(texts) if here else None for here in valid], pa.large_string())


def float_text(value: np.floating, digits: int | None, fixed: int | None = None) -> str:
    """The text of one float: positional with up to ``digits`` decimals where that is exact enough, else shortest.

    With exactly ``fixed`` decimals, and no point where that is 0, if it is given.
    """
    number = float(value)
    places = digits if fixed is None else fixed
    if places is not None and (scaled := abs(number * float(10**places))) < EXACT:
        whole, fraction = divmod(int(np.rint(scaled)), 10**places)
        sign = "-" if np.signbit(number) else ""
        rest = f"{fraction:0{places}d}" if places else ""
        if fixed is None:
            rest = rest.rstrip("0") or "0"
        return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"
    if isinstance(value, np.float32) and np.isfinite(value):
        return _shortest_single(value)
    return repr(number)


def _shortest_single(value: np.float32) -> str:
    """The shortest digits that give ``value`` back as a float32, laid out as Python's repr would."""
    mantissa, exponent = np.format_float_scientific(value, unique=True, trim="-").split("e")
    if -4 <= int(exponent) < 16:
        return np.format_float_positional(value, unique=True, trim="0")
    return f"{mantissa}e{int(exponent):+03d}"


def _joined(*pieces: pa.Array | str) -> pa.Array:
    """The pieces of each row one after the other, null where a piece is."""
    texts = [pa.scalar(piece, pa.large_string()) if isinstance(piece, str) else piece for piece in pieces]
    return pc.binary_join_element_wise(*texts, pa.scalar("", pa.large_string()))


def _decimals(array: pa.Array) -> pa.Array:
    """Exactly ``scale`` digits behind the point; pyarrow's own cast turns to exponents for small values."""
    scale, width = array.type.scale, array.type.bit_width
    unscaled = {32: pa.decimal32(9, 0), 64: pa.decimal64(18, 0), 128: pa.decimal128(38, 0)}[width]
    text = pc.cast(reread(array, unscaled), pa.large_string())
    digits = pc.utf8_lpad(pc.utf8_ltrim(text, "-"), scale + 1, "0")
    if scale:
        whole, rest = pc.utf8_slice_codeunits(digits, 0, -scale), pc.utf8_slice_codeunits(digits, -scale)
        digits = _joined(whole, ".", rest)
    return _joined(pc.if_else(pc.starts_with(text, "-"), "-", "").cast(pa.large_string()), digits)


def _moments(name: str, array: pa.Array, layout: TextLayout) -> pa.Array:
    """ISO 8601, with the fraction digits of the unit, and the layout's zone where the type has one."""
    is_timestamp = pa.types.is_timestamp(array.type)
    _check_moments(name, array)
    if not is_timestamp:
        return pc.cast(array, pa.large_string())
    text = pc.cast(reread(array, pa.timestamp(array.type.unit)), pa.large_string())
    text = pc.replace_substring(text, " ", layout.date_time.decode())
    return _joined(text, layout.zone.decode()) if array.type.tz else text


def _check_moments(name: str, array: pa.Array) -> None:
    """KernelError for times of no day and years that ISO 8601 does not spell with four digits."""
    values = _integers(array).cast(pa.int64())
    day = 1 if pa.types.is_date32(array.type) else 86_400 * PER_SECOND[array.type.unit]
    low, high = FIRST_DAY * day, (LAST_DAY + 1) * day - 1
    if pa.types.is_time(array.type):
        low, high = 0, day - 1
    outside = pc.or_(pc.less(values, max(low, -(2**63))), pc.greater(values, min(high, 2**63 - 1)))
    if pc.any(outside).as_py():
        row = pc.index(outside, pa.scalar(True)).as_py()
        raise KernelError(
            f"column {name!r}, row {row} of the batch: {array.type} outside the day or the years 0001 to 9999"
        )
