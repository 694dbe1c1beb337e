"""Whose turn it is: the order in which users with waiting runs are served. Pure.

Whoever has fewest runs under way for his weight is first. Small runs end at once, so that often nobody has any: among
equals the next is who has waited longest since he was last served, a heavier one counting his wait for more. So many
small runs are shared out by weight too, and nobody saves up turns while he has nothing to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Waiting:
    """A user with a run that is due: ``running`` are under way already, ``most`` may be at once (None: any number).

    ``served_at``: when a run of his was last begun, in milliseconds.
    """

    user: str
    weight: float = 1.0
    running: int = 0
    most: int | None = None
    served_at: int = 0


def next_users(waiting: Iterable[Waiting], now: int) -> list[str]:
    """Users who may have another run, in the order in which they are to be served."""
    able = [user for user in waiting if user.most is None or user.running < user.most]
    return [user.user for user in sorted(able, key=lambda user: _turn(user, now))]


def _turn(user: Waiting, now: int) -> tuple[float, float, str]:
    weight = max(user.weight, _LEAST_WEIGHT)
    # Served in the future: the clock was stepped back, and nobody may wait for it to catch up.
    waited = (now - user.served_at) * weight if user.served_at <= now else math.inf
    return user.running / weight, -waited, user.user
