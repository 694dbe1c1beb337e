"""Arrow values seen as numpy numbers and put back, with their nulls; and the bound on the size of text.

A value is a pa.Array (a DictionaryArray of text included) or a pa.Scalar, never a chunked array. Kernels are given at
least one array; their scalars are never null. No operation of the language is here.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import INTEGER, TEXT

Value = Any
"""pa.Array or pa.Scalar; pyarrow has no types that mypy could check."""
Mask = npt.NDArray[np.bool_]
Numbers = Any
"""A numpy array, or one numpy number for a scalar."""

_SMALLEST: Final = -(2.0**63)


def is_scalar(value: Value) -> bool:
    return isinstance(value, pa.Scalar)


def is_coded(value: Value) -> bool:
    """Whether it is text kept as codes into a dictionary."""
    return isinstance(value, pa.DictionaryArray)


def plain(value: Value) -> Value:
    """The value without a dictionary."""
    return value.dictionary.take(value.indices) if is_coded(value) else value


def integers(value: Value) -> Numbers:
    """The int64 behind integers, timestamps and durations, the days behind dates; anything where null."""
    if is_scalar(value):
        return np.int64(value.value if not pa.types.is_integer(value.type) else value.as_py())
    width: Any = np.int32 if value.type.bit_width == 32 else np.int64
    numbers = _buffer(value, width)
    return numbers if width is np.int64 else numbers.astype(np.int64)


def floats(value: Value) -> Numbers:
    """The doubles of a float value, or of an integer one, rounded to nearest even; anything where null."""
    if value.type == INTEGER:
        found = integers(value)
        return np.float64(found) if is_scalar(value) else found.astype(np.float64)
    return np.float64(value.as_py()) if is_scalar(value) else _buffer(value, np.float64)


def _buffer(array: pa.Array, dtype: Any, more: int = 0) -> npt.NDArray[Any]:
    data = array.buffers()[1]
    if data is None or not len(array):
        return np.empty(0, dtype=dtype)
    return np.frombuffer(data, dtype=dtype, count=len(array) + more, offset=array.offset * np.dtype(dtype).itemsize)


def missing(*values: Value) -> Mask | None:
    """Where any of the values is null; None where none is."""
    found: Mask | None = None
    for value in values:
        if not is_scalar(value) and value.null_count:
            mask = flags(value.is_null())
            found = mask if found is None else found | mask
    return found


def flags(array: pa.BooleanArray) -> Mask:
    """A boolean array without nulls as numpy."""
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.bool_)


def either(left: Mask | None, right: Mask | None) -> Mask | None:
    """The union of two masks."""
    if left is None or right is None:
        return right if left is None else left
    return left | right


def array(numbers: npt.NDArray[Any], type_: pa.DataType, null: Mask | None = None) -> pa.Array:
    """Numbers of the type's own width as an Arrow array that shares their memory; null where the mask is true."""
    numbers = np.ascontiguousarray(numbers, dtype=np.int32 if type_.bit_width == 32 else None)
    validity = None
    if null is not None and null.any():
        validity = pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(type_, len(numbers), [validity, pa.py_buffer(numbers)])


def finite(numbers: npt.NDArray[np.float64], null: Mask | None) -> pa.Array:
    """A float result; Failure where it is beyond the range of a float. (NaN's bits differ between processors.)"""
    good = np.isfinite(numbers)
    if not good.all():
        if null is None or not (good | null).all():
            raise Failure("the result is beyond what a float can hold")
        numbers = np.where(good, numbers, 0.0)
    return array(numbers, pa.float64(), null)


def whole(numbers: npt.NDArray[np.float64], null: Mask | None) -> pa.Array:
    """Floats without a fraction as integers; Failure beyond int64."""
    good = (numbers >= _SMALLEST) & (numbers < -_SMALLEST)
    if not good.all():
        if null is None or not (good | null).all():
            raise Failure("the result is beyond what an integer can hold")
        numbers = np.where(good, numbers, 0.0)
    return array(numbers.astype(np.int64), INTEGER, null)


def longest(value: Value) -> int:
    """The bytes of the longest text in a value; of a dictionary, used or not."""
    if is_scalar(value):
        return len(value.as_buffer()) if value.is_valid else 0
    if is_coded(value):
        value = value.dictionary
    if len(value) and not value.null_count:
        ends = _buffer(value, np.int32, 1)
        return int((ends[1:] - ends[:-1]).max())
    return int(pc.max(pc.binary_length(value)).as_py() or 0)


def bounded(value: Value) -> Value:
    """The text itself; Failure where a cell is longer than the limit."""
    if longest(value) > MAX_TEXT_BYTES:
        raise too_long()
    return value


def too_long() -> Failure:
    return Failure(f"the text becomes longer than {MAX_TEXT_BYTES} bytes")


def nulls(length: int, type_: pa.DataType) -> pa.Array:
    return pa.nulls(length, type_)


def text_scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, TEXT)
