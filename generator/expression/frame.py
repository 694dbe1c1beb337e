"""The rows that a tree of nodes is run over: the columns in the language's own types, all rows or some of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from generator.expression.types import canonical
from generator.expression.values import Mask

_CODES: Final = pa.dictionary(pa.int32(), pa.string())


class Frame:
    """The columns over some rows. ``careful`` is the second run: see ``nodes``."""

    def __init__(self, columns: Mapping[str, pa.Array], length: int, careful: bool = False) -> None:
        self.length, self.careful = length, careful
        self._columns = columns
        self._cache: dict[str, pa.Array] = {}

    def column(self, name: str) -> pa.Array:
        """A column in the language's own type; text may be int32 codes into a dictionary."""
        if name not in self._cache:
            self._cache[name] = self._find(name)
        return self._cache[name]

    def _find(self, name: str) -> pa.Array:
        found = self._columns[name]
        if isinstance(found, pa.DictionaryArray):
            return found if found.type == _CODES else found.cast(_CODES)
        wanted = canonical(found.type)
        return found if found.type == wanted else found.cast(wanted)

    def select(self, mask: Mask) -> Frame:
        """The rows where the mask is true, for the careful run."""
        return _Selection(self, mask)


class _Selection(Frame):
    def __init__(self, whole: Frame, mask: Mask) -> None:
        super().__init__({}, int(np.count_nonzero(mask)), careful=True)
        self._whole, self._mask = whole, pa.array(mask)

    def _find(self, name: str) -> pa.Array:
        return self._whole.column(name).filter(self._mask)
