"""Weights over the hours of a day and the days of a week, such as those of business traffic.

Time is stretched by its weight: the weight from one moment to another is an exact integer, one of so much weight is
drawn, and its moment is found by a table of one week. Bounds are met exactly, part weeks included; nothing is thrown
away and drawn again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from generator.cells import Cells

Units = npt.NDArray[np.int64]
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RANGE = re.compile(r"([a-z]+|\d{1,2})(?:-([a-z]+|\d{1,2}))?")
_HEAVIEST = 1 << 16
"""The whole weight of the heaviest hour: 10,000 years of seconds stay below 2**63."""
_THURSDAY = 3
"""1970-01-01 in days from Monday."""


def _weighted(value: object, example: str) -> dict[str, float]:
    if isinstance(value, Mapping):
        named = {str(name): weight for name, weight in value.items()}
        if not named or any(isinstance(w, bool) or not isinstance(w, int | float) for w in named.values()):
            raise PydanticCustomError("weights", "weights are numbers, such as {example}", {"example": example})
        if not all(0 <= weight <= 1e12 for weight in named.values()) or not any(named.values()):
            raise PydanticCustomError("weights", "weights are from 0 to 1e12, and one must be above 0")
        return {name: float(weight) for name, weight in named.items()}
    if isinstance(value, str | int) or not isinstance(value, Sequence) or not value:
        raise PydanticCustomError("weights", "a list or weights are needed, such as {example}", {"example": example})
    return {str(name): 1.0 for name in value}


def _spread(weights: Mapping[str, float], slots: int, number: Callable[[str], int]) -> list[float]:
    """A weight a slot; later ranges win over earlier ones, what none names has none. ValueError for no range."""
    found = [0.0] * slots
    for name, weight in weights.items():
        match = _RANGE.fullmatch(name.strip().lower())
        if match is None:
            raise ValueError(name)
        first, last = number(match[1]), number(match[2] or match[1])
        if match[2] is None and first == slots:
            raise ValueError(name)  # 24 is where a day ends, and no hour of it
        last += 0 if match[2] is None or slots == 7 else -1  # hours end at the last one, days with it
        for slot in range(first, (last if last >= first else last + slots) + 1):
            found[slot % slots] = weight
    return found


def _weekday(name: str) -> int:
    found = [index for index, day in enumerate(_DAYS) if len(name) > 1 and day.startswith(name)]
    if not found:
        raise ValueError(name)
    return found[0]


def _hour(name: str) -> int:
    if not name.isdigit() or int(name) > 24:
        raise ValueError(name)
    return int(name)


def weekday_weights(weights: Mapping[str, float]) -> list[float]:
    """Monday to Sunday; ValueError for what is no weekday."""
    return _spread(weights, 7, _weekday)


def hour_weights(weights: Mapping[str, float]) -> list[float]:
    """The hours of a day from midnight; ValueError for what is no hour."""
    return _spread(weights, 24, _hour)


def _read_weekdays(value: object) -> object:
    weights = _weighted(value, "{mon-fri: 5, sat: 1}")
    try:
        weekday_weights(weights)
    except ValueError as error:
        context = {"name": repr(str(error))}
        raise PydanticCustomError("weekday", "{name} is no weekday; write mon, sat-sun or friday", context) from None
    return weights


def _read_hours(value: object) -> object:
    weights = _weighted(value, "{9-17: 8, 17-22: 3}")
    try:
        hour_weights(weights)
    except ValueError as error:
        context = {"name": repr(str(error))}
        raise PydanticCustomError("hour", "{name} is no hour; write 9, 9-17 or 22-6", context) from None
    return weights


Weekdays = Annotated[dict[str, float], BeforeValidator(_read_weekdays)]
"""A weight a weekday or range of them: {mon-fri: 5, sat: 1}; a list weighs all alike; others have none."""
Hours = Annotated[dict[str, float], BeforeValidator(_read_hours)]
"""A weight an hour or range of them, from one o'clock to another: {9-17: 8, 17-22: 3}; others have none."""


@dataclass(frozen=True)
class Rhythm:
    """Weights of the slots of a week, from Monday on; ``slot`` units each."""

    weights: npt.NDArray[np.int64]
    before: npt.NDArray[np.int64]
    slot: int

    @classmethod
    def of(cls, weekdays: Mapping[str, float] | None, hours: Mapping[str, float] | None, day: int) -> Rhythm:
        """The rhythm of these weights, in units of which a day has ``day``: of days where there are no hours.

        Weights are exact to a 65,536th of the heaviest hour's; what has one at all has no less than that.
        """
        days = weekday_weights(weekdays) if weekdays else [1.0] * 7
        slots = [a * b for a in days for b in (hour_weights(hours) if hours else [1.0])]
        most = max(slots)
        whole = [max(1, round(weight / most * _HEAVIEST)) if weight else 0 for weight in slots]
        weights, slot = np.array(whole, dtype=np.int64), day * 7 // len(slots)
        return cls(weights, np.concatenate([[0], np.cumsum(weights * slot)]).astype(np.int64), slot)

    @property
    def _week(self) -> int:
        return self.slot * len(self.weights)

    @property
    def _monday(self) -> int:
        return self._week // 7 * _THURSDAY

    def weight_until(self, unit: int) -> int:
        """The weight from some Monday long ago to a unit since 1970, that unit not included."""
        week, rest = divmod(unit + self._monday, self._week)
        slot = rest // self.slot
        within = int(self.before[slot]) + (rest - slot * self.slot) * int(self.weights[slot])
        return week * int(self.before[-1]) + within

    def at(self, weight: Units) -> Units:
        """The unit since 1970 in which so much weight is reached."""
        week, rest = np.divmod(weight, self.before[-1])
        slot = np.searchsorted(self.before, rest, side="right") - 1
        rest -= self.before[slot]
        rest //= self.weights[slot]
        rest += slot * np.int64(self.slot)
        rest += week * np.int64(self._week) - np.int64(self._monday)
        return rest


def rhythmic(rhythm: Rhythm, start: int, count: int, coarse: int) -> Callable[[Cells], Any] | None:
    """A sampler of offsets in [0, count) from unit ``start``, by the rhythm; None where all of them weigh nothing.

    The rhythm is in units ``coarse`` times the sampler's own; the rest is uniform.
    """
    first, last = start // coarse, (start + count - 1) // coarse
    low, high = rhythm.weight_until(first), rhythm.weight_until(last + 1)
    if low == high:
        return None

    def sample(cells: Cells) -> Units:
        units = rhythm.at(cells.below(high - low, start=low))
        if coarse > 1:
            units *= np.int64(coarse)
            units += cells.below(coarse, draw="fraction")
        units -= np.int64(start)
        return np.clip(units, 0, count - 1, out=units)

    return sample
