"""How far an order is: the one thing that whoever waits for it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["making", "merging", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """``bytes`` are stored bytes of finished parts; ``resumed`` parts were there without being made by this run.

    ``reused`` of these were taken from a finished data set, the others were there before this run began.
    """

    stage: Stage
    parts: int
    all_parts: int
    rows: int
    all_rows: int
    bytes: int
    actors: int = 0
    resumed: int = 0
    reused: int = 0
