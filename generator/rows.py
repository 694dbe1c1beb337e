"""Row ranges: the unit in which tables are generated, paged and cut into parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generator.cells import Rows


@dataclass(frozen=True, slots=True)
class RowRange:
    """The rows ``start`` to ``stop - 1``."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.stop < 1 << 63:
            raise ValueError(f"no row range: [{self.start}, {self.stop})")

    def __len__(self) -> int:
        return self.stop - self.start

    def indices(self) -> Rows:
        """The rows as an index array."""
        return np.arange(self.start, self.stop, dtype=np.uint64)

    def split(self, rows: int) -> list[RowRange]:
        """Consecutive ranges of at most ``rows`` rows each."""
        return [RowRange(at, min(at + rows, self.stop)) for at in range(self.start, self.stop, rows)]
