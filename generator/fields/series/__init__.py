"""Fields whose cells follow one another from row to row: sequences, dates in order, walks and series over time.

None of them runs through the rows before: each cell is found from its own row.
"""

from __future__ import annotations

from generator.fields.series.date_sequence import DateSequence
from generator.fields.series.random_walk import RandomWalk
from generator.fields.series.sequence import PermutedSequence, Sequence
from generator.fields.series.time_series import TimeSeries

__all__ = ["DateSequence", "PermutedSequence", "RandomWalk", "Sequence", "TimeSeries"]
