"""Calls both implementations of a kernel and compares what they give, buffer by buffer."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from generator import kernels
from generator.kernels import KernelError
from generator.kernels.reference import alias, children, digests, draws, permutation, recoding, strings, words

REFERENCE: tuple[ModuleType, ...] = (draws, alias, children, permutation, strings, words, digests, recoding)

TOP = 2**64 - 1
EDGES = (0, 1, 2, 3, 2**11, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**52 - 1, 2**52, 2**53, 2**63 - 1, 2**63, TOP - 1, TOP)

u64 = st.one_of(st.sampled_from(EDGES), st.integers(0, TOP))
keys = st.tuples(u64.map(lambda value: value | 1), u64)
arrays = st.lists(u64, max_size=40).map(lambda values: np.array(values, dtype=np.uint64))
GAMMA, KAPPA = 0xD1342543DE82EF95, 0x5851F42D4C957F2D


def spread(count: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """``count`` rows all over the 64 bits, the edges first."""
    rows = np.random.default_rng(seed).integers(0, TOP, count, dtype=np.uint64, endpoint=True)
    rows[: len(EDGES)] = EDGES[:count]
    return rows


def contents(value: Any) -> Any:
    """Everything of a result that another process could see: types, lengths, and the bytes of each buffer."""
    if isinstance(value, tuple):
        return tuple(contents(item) for item in value)
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    value.validate(full=True)
    assert value.offset == 0
    validity, offsets, data = value.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)
    assert ends.size == len(value) + 1
    bits = None if validity is None else validity.to_pybytes()
    return value.type, len(value), value.null_count, bits, ends.tobytes(), data.to_pybytes()[: ends[-1]]


def agreed(name: str, *arguments: Any) -> Any:
    """What both implementations give, the same bytes; KernelError where both refuse."""
    reference = next(getattr(module, name) for module in REFERENCE if hasattr(module, name))
    outcomes = []
    for kernel in (getattr(kernels, name), reference):
        try:
            outcomes.append(kernel(*arguments))
        except KernelError as error:
            outcomes.append(error)
    native, oracle = outcomes
    if isinstance(oracle, KernelError):
        assert isinstance(native, KernelError), f"{name}: only the reference refuses ({oracle})"
        assert str(native) == str(oracle)
        raise oracle
    assert not isinstance(native, KernelError), f"{name}: only native refuses ({native})"
    assert contents(native) == contents(oracle)
    return native


def pyarrow_text(array: pa.StringArray) -> list[str | None]:
    """The rows as Python strings."""
    found: list[str | None] = array.to_pylist()
    return found
