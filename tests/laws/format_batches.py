"""Record batches that formats find hard: every column type, and strings that were written to break files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from tests.laws import nested_batches

HOSTILE = (
    "", " ", "  padded  ", "plain", ",", ";", "a,b", '"', '""', 'say "hi"', "'", "\\", "\\N", "\\n", "NULL", "null",
    "NaN", "true", "0", "-1", "\t", "\n", "\r", "\r\n", "a\nb", "a\r\nb\n", "\n\n", "#", "=1+1", "|", "a|b", "\x01",
    "\x1f\x1b[0m", "\x7f", "é", "漢字かな", "😀\U0001f3f3\ufe0f\u200d\U0001f308", "שלום עולם", "مرحبا \u202e", "\u2028",
    "\ufeff", "</a>&amp;", "{}", '{"a":1}', "x" * 17, "y" * 300 + '"', 'ends in a quote"', '"starts with one',
    "ends in a comma,",
)  # fmt: skip
"""NUL is left out: text files with it are no text to several readers."""

FLOATS = (
    0.0,
    -0.0,
    0.1,
    0.5,
    1.0,
    1e-5,
    1e-4,
    1e15,
    1e16,
    123456.789,
    -2.5,
    5e-324,
    1.7976931348623157e308,
    2**53 + 2.0,
)
ODD_FLOATS = (float("nan"), float("inf"), float("-inf"))
SECONDS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}

Rng = np.random.Generator


def _integers(data_type: pa.DataType) -> Callable[[Rng, int], pa.Array]:
    bounds = np.iinfo(data_type.to_pandas_dtype())
    edges = [bounds.min, bounds.max, 0, 1, 9, 10, 99, 100]

    def make(rng: Rng, rows: int) -> pa.Array:
        values = rng.integers(bounds.min, bounds.max, rows, bounds.dtype, endpoint=True)
        small = rng.integers(0, 128, rows, bounds.dtype)
        mixed = np.where(rng.random(rows) < 0.5, values, small)
        mixed[: len(edges)] = edges[:rows]
        return pa.array(mixed, data_type)

    return make


def _floats(data_type: pa.DataType, odd: tuple[float, ...]) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        kind = data_type.to_pandas_dtype()
        size = np.dtype(kind).itemsize
        bits = rng.integers(0, 2 ** (8 * size), rows, f"u{size}").view(kind)
        values = np.where(np.isfinite(bits) & (rng.random(rows) < 0.5), bits, rng.random(rows).astype(kind) * 1000)
        with np.errstate(over="ignore"):
            edges = np.array((*FLOATS, *odd), np.float64).astype(kind)
        edges = edges[np.isfinite(edges) | bool(odd)][:rows]
        values[: len(edges)] = edges
        return pa.Array.from_buffers(data_type, rows, [None, pa.py_buffer(values.astype(kind).tobytes())])

    return make


def _rounded(digits: int, odd: tuple[float, ...] = ()) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        values = np.rint(rng.standard_normal(rows) * 10.0 ** rng.integers(-3, 12, rows)) / float(10**digits)
        edges = np.array((0.0, -0.0, 1e300, 2.0**60, *odd))[:rows]
        values[: len(edges)] = edges
        return pa.Array.from_buffers(pa.float64(), rows, [None, pa.py_buffer(values.tobytes())])

    return make


def _ticks(data_type: pa.DataType, low: int, high: int) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        values = rng.integers(low, high, rows, np.int64, endpoint=True)
        edges = [edge for edge in (low, high, 0, 1, -1) if low <= edge <= high][:rows]
        values[: len(edges)] = edges
        return pa.array(values).cast(pa.int32() if data_type.bit_width == 32 else pa.int64()).cast(data_type)

    return make


def _decimals(data_type: pa.DataType) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        limit, width = 10**data_type.precision - 1, data_type.bit_width // 8
        values = [
            int(rng.integers(0, 2**63)) ** 3 % (limit + 1) >> int(rng.integers(0, width * 8)) for _ in range(rows)
        ]
        values = [-value if rng.random() < 0.5 else value for value in values]
        edges = [0, 1, -1, limit, -limit, 10**data_type.scale if data_type.scale < data_type.precision else 1][:rows]
        values[: len(edges)] = edges
        data = b"".join(value.to_bytes(width, "little", signed=True) for value in values)
        return pa.Array.from_buffers(data_type, rows, [None, pa.py_buffer(data)])

    return make


def _strings(data_type: pa.DataType) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        picks = [*range(len(HOSTILE)), *rng.integers(0, len(HOSTILE), max(rows - len(HOSTILE), 0))][:rows]
        values = [HOSTILE[pick] for pick in picks]
        return pa.array(values, pa.string()).cast(data_type)

    return make


def _clean_strings(rng: Rng, rows: int) -> pa.Array:
    return pa.array(["word" * int(count) for count in rng.integers(1, 12, rows)], pa.string())


def _binary(data_type: pa.DataType) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        size = data_type.byte_width if pa.types.is_fixed_size_binary(data_type) else None
        return pa.array([rng.bytes(int(rng.integers(0, 40)) if size is None else size) for _ in range(rows)], data_type)

    return make


def _dictionary(index: pa.DataType, values: pa.Array) -> Callable[[Rng, int], pa.Array]:
    def make(rng: Rng, rows: int) -> pa.Array:
        indices = pa.array(rng.integers(0, len(values), rows)).cast(index)
        return pa.DictionaryArray.from_arrays(indices, values)

    return make


def _booleans(rng: Rng, rows: int) -> pa.Array:
    return pa.array(rng.random(rows) < 0.5)


def _columns() -> dict[str, tuple[Callable[[Rng, int], pa.Array], dict[bytes, bytes] | None]]:
    made: dict[str, tuple[Callable[[Rng, int], pa.Array], dict[bytes, bytes] | None]] = {"bool": (_booleans, None)}
    for data_type in (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()):
        made[str(data_type)] = (_integers(data_type), None)
    for data_type in (pa.float32(), pa.float64()):
        made[str(data_type)] = (_floats(data_type, ()), None)
        made[f"{data_type} odd"] = (_floats(data_type, ODD_FLOATS), None)
    for digits in (0, 2, 6, 9, 15):
        made[f"float64 of {digits} digits"] = (_rounded(digits), {b"digits": str(digits).encode()})
    made["float64 odd of 6 digits"] = (_rounded(6, ODD_FLOATS), {b"digits": b"6"})
    for precision, scale in ((5, 0), (10, 2), (18, 18), (19, 9), (38, 0), (38, 10), (38, 38)):
        made[f"decimal128({precision}, {scale})"] = (_decimals(pa.decimal128(precision, scale)), None)
    made["decimal64"] = (_decimals(pa.decimal64(15, 4)), None)
    made["decimal32"] = (_decimals(pa.decimal32(9, 3)), None)
    made["date32"] = (_ticks(pa.date32(), -719_162, 2_932_896), None)
    for unit, ticks in SECONDS.items():
        time = pa.time32(unit) if unit in {"s", "ms"} else pa.time64(unit)
        made[f"time {unit}"] = (_ticks(time, 0, 86_400 * ticks - 1), None)
        low, high = max(-719_162 * 86_400 * ticks, 1 - 2**63), min(2_932_897 * 86_400 * ticks - 1, 2**63 - 1)
        made[f"timestamp {unit}"] = (_ticks(pa.timestamp(unit), low, high), None)
        made[f"timestamp {unit} in UTC"] = (_ticks(pa.timestamp(unit, "UTC"), low, high), None)
    for data_type in (pa.string(), pa.large_string(), pa.string_view()):
        made[str(data_type)] = (_strings(data_type), None)
    made["clean strings"] = (_clean_strings, None)
    for data_type in (pa.binary(), pa.large_binary(), pa.binary(16)):
        made[str(data_type)] = (_binary(data_type), None)
    words = pa.array(HOSTILE)
    for index in (pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint32()):
        made[f"dictionary by {index}"] = (_dictionary(index, words), None)
    made["dictionary with null and twins"] = (_dictionary(pa.int8(), pa.array(["a", None, "a", ""])), None)
    made["dictionary of numbers"] = (_dictionary(pa.int8(), pa.array([1, 22, -333])), None)
    return made


COLUMNS = _columns()
"""What makes a flat column, by its name, and the metadata of its field."""


def column(name: str, rows: int, seed: int = 0, nulls: float = 0.2) -> pa.Array:
    """``rows`` values of column ``name``, a share of them missing; without nulls there is no validity bitmap."""
    made = ALL[name][0]
    rng = np.random.default_rng([seed, *name.encode()])
    values = made(rng, rows)
    if not nulls:
        return values
    missing = pa.array(rng.random(rows) < nulls)
    if pa.types.is_dictionary(values.type):
        indices = pa.array(np.where(missing, 0, values.indices.to_numpy()), mask=missing.to_numpy(zero_copy_only=False))
        return pa.DictionaryArray.from_arrays(indices.cast(values.type.index_type), values.dictionary)
    bits = pa.array(~missing.to_numpy(zero_copy_only=False)).buffers()[1]
    if pa.types.is_nested(values.type):
        return nested_batches.masked(values, bits)
    view = pa.types.is_string_view(values.type)
    if view:
        values = values.cast(pa.large_string())
    values = pa.Array.from_buffers(values.type, rows, [bits, *values.buffers()[1:]])
    return values.cast(pa.string_view()) if view else values


NESTED = nested_batches.columns(column)
DURATIONS = {f"duration {unit}": (_ticks(pa.duration(unit), -(2**63), 2**63 - 1), None) for unit in SECONDS}
"""Apart from the others, as the text kernels know no durations: formats make them texts."""
NESTED_DURATIONS = nested_batches.durations(column)
ALL = {**COLUMNS, **NESTED, **DURATIONS, **NESTED_DURATIONS}


def batch(rows: int, seed: int = 0, nulls: float = 0.2, names: tuple[str, ...] = tuple(COLUMNS)) -> pa.RecordBatch:
    """A batch of the named columns, of all flat ones by default."""
    arrays: list[Any] = [column(name, rows, seed, nulls) for name in names]
    fields = [pa.field(name, made.type, metadata=ALL[name][1]) for name, made in zip(names, arrays, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))
