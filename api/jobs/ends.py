"""Counts how runs end, for metrics."""

from __future__ import annotations

from api.metrics.figures import Figures
from cluster import Cost, Made


class Ends:
    """Without ``figures`` nothing is counted."""

    def __init__(self, figures: Figures | None) -> None:
        self._figures = figures

    def attempt(self, outcome: str, cost: Cost, jobs: int) -> None:
        """An attempt has ended, and with it so many jobs."""
        if (figures := self._figures) is None:
            return
        figures.add("attempts_ended", 1, outcome)
        figures.add("jobs_ended", jobs, outcome)
        figures.add("actor_seconds", cost.actor_seconds)
        figures.add("retries", cost.retries)
        figures.add("reused_parts", cost.reused)
        figures.observe_parts(cost.parts, cost.part_seconds)

    def made(self, made: Made, seconds: float) -> None:
        """A data set is finished, so many seconds after it was entered."""
        if (figures := self._figures) is not None:
            figures.add("rows_made", made.rows)
            figures.add("bytes_made", made.bytes)
            figures.observe("run_seconds", seconds)

    def lost(self) -> None:
        """A run has lost its dispatcher."""
        if (figures := self._figures) is not None:
            figures.add("lease_losses")
