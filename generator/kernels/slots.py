"""Slots of the short texts of a dictionary or a word list, laid out once and kept (see native/slots.h).

What is kept is bounded, and a pure function of Arrow buffers, which never change; the buffers are kept with it, so
their addresses stay theirs. Slots are a copy: what may happen to the buffers afterwards is no danger to memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.kernels import strings
from generator.kernels.library import INT64, POINTER, KernelError, address, function

WIDTHS = (16, 32, 64)
LARGEST = 1 << 18  # bytes of the slots of one array
KEPT = 64  # arrays

_slots = function("seedbed_slots", POINTER, POINTER, INT64, POINTER, INT64, POINTER, INT64, INT64, POINTER)
_longest = function("seedbed_longest", POINTER, INT64, INT64, result=INT64)


class Slots(NamedTuple):
    """``entries`` texts of at most ``longest`` bytes each, at ``address``, ``width`` bytes apart."""

    address: int
    width: int
    entries: int
    longest: int
    memory: npt.NDArray[np.uint8]
    source: pa.StringArray


_kept: dict[tuple[Any, ...], Slots | None] = {}


def slots(name: str, array: pa.StringArray, prefix: bytes = b"", suffix: bytes = b"") -> Slots | None:
    """The texts of an array, each between prefix and suffix, as slots; None where they are too long or too many.

    KernelError, with the array's ``name``, where its offsets do not ascend within its data.
    """
    _, offsets, data = array.buffers()
    places = offsets.address if offsets else 0, data.address if data else 0
    key = (places, array.offset, len(array), prefix, suffix)
    if key in _kept:
        return _kept[key]
    made = _lay_out(name, array, prefix, suffix)
    if made is not None:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = made
    return made


def readable(name: str, array: pa.StringArray) -> tuple[strings.Text, int]:
    """A string array's buffers, their offsets checked, and the bytes of its longest text; KernelError if broken."""
    text = strings.text_of(name, array)
    longest = _longest(address(text.offsets, np.int32), len(array), text.data.size)
    if longest < 0:
        raise KernelError(f"{name} is broken: its offsets do not ascend within its {text.data.size} bytes")
    return text, longest


def _lay_out(name: str, array: pa.StringArray, prefix: bytes, suffix: bytes) -> Slots | None:
    if len(array) * WIDTHS[0] > LARGEST:
        return None
    text, longest = readable(name, array)
    longest += len(prefix) + len(suffix)
    width = next((width for width in WIDTHS if width > longest), None)
    if width is None or len(array) * width > LARGEST:
        return None
    memory = np.empty(len(array) * width + 63, dtype=np.uint8)
    memory = memory[-address(memory, np.uint8) % 64 :][: len(array) * width]
    start = address(memory, np.uint8)
    source = address(text.offsets, np.int32), address(text.data, np.uint8)
    _slots(*source, len(array), prefix, len(prefix), suffix, len(suffix), width, start)
    return Slots(start, width, len(array), longest, memory, array)
