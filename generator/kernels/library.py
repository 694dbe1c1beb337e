"""Loads the native kernels, where they were built, and says which implementation is in use.

``SEEDBED_KERNELS=reference`` or ``native`` forces one; otherwise native is used where its library loads. A path loads
another build of the same sources, such as one with sanitizers or for an older processor.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from generator.errors import SeedbedError

LIBRARY = Path(__file__).with_name("_native.so")

Kind = Literal["native", "reference"]

POINTER, INT32, INT64, UINT64, DOUBLE = (
    ctypes.c_void_p,
    ctypes.c_int32,
    ctypes.c_int64,
    ctypes.c_uint64,
    ctypes.c_double,
)


class KernelError(SeedbedError):
    """A kernel that was asked for cannot be had, or was called with buffers that do not fit together."""


def _load() -> ctypes.CDLL | None:
    wanted = os.environ.get("SEEDBED_KERNELS", "")
    if wanted == "reference":
        return None
    if wanted not in {"", "native"} and "/" not in wanted:
        raise KernelError(f"SEEDBED_KERNELS={wanted!r} is neither 'native' nor 'reference' nor the path of a library")
    try:
        return ctypes.CDLL(wanted if "/" in wanted else str(LIBRARY))
    except OSError as error:
        if wanted:
            raise KernelError(
                f"SEEDBED_KERNELS={wanted}, but the native kernels do not load ({error}); "
                "install a C compiler and install Seedbed again"
            ) from error
        return None


library: ctypes.CDLL | None = _load()
kind: Kind = "reference" if library is None else "native"


def function(name: str, *arguments: Any, result: Any = None) -> Callable[..., Any]:
    """The exported C function ``name``, declared; calls release the GIL. Only where ``library`` is there."""
    if library is None:
        raise KernelError(f"the native kernel {name!r} is not loaded")
    try:
        found = library[name]
    except AttributeError as error:
        raise KernelError(
            f"the native kernels were built from other sources, without {name!r}; build them again "
            "(python setup.py build_ext --inplace, or install Seedbed again)"
        ) from error
    found.argtypes = arguments
    found.restype = result
    return found


def address(array: np.ndarray[Any, Any], dtype: Any) -> int:
    """The address of a C-contiguous array of exactly ``dtype``; KernelError for any other."""
    if array.dtype != dtype or not array.flags.c_contiguous:
        raise KernelError(f"a contiguous array of {np.dtype(dtype)} is needed, not {array.dtype}")
    return place(array)


def place(array: np.ndarray[Any, Any]) -> int:
    """The address of an array that was checked. (``array.ctypes.data`` takes eight times as long.)"""
    return int(pa.py_buffer(array).address)
