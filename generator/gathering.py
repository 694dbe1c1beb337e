"""Cells of one column that were made in several arrays, each at some of the rows, put back in order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def gathered(parts: Sequence[pa.Array], places: Sequence[npt.NDArray[np.int64]], count: int) -> pa.Array:
    """An array of ``count`` cells: part i has those at ``places[i]``; all parts have one type, every place is there."""
    order = np.empty(count, dtype=np.int64)
    order[np.concatenate([np.empty(0, dtype=np.int64), *places])] = np.arange(count)
    return pa.concat_arrays(parts).take(pa.array(order))


def common_type(types: Sequence[pa.DataType]) -> pa.DataType | None:
    """The type that cells of all these types have without loss: equal ones, any kinds of text; None for others."""
    if all(kind == types[0] for kind in types):
        return types[0]
    texts = all(pa.types.is_string(kind) or pa.types.is_dictionary(kind) for kind in types)
    return pa.string() if texts else None
