"""Whose turn it is: the order in which users with waiting runs are served. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """A user with runs that wait: ``running`` are under way already, ``most`` may be at once."""

    user: str
    weight: float
    running: int
    most: int | None


def in_turn(users: Iterable[Waiting]) -> list[str]:
    """Users who may have another run, whoever has least for his weight first."""
    able = [user for user in users if user.most is None or user.running < user.most]
    return [user.user for user in sorted(able, key=lambda user: (user.running / max(user.weight, 1e-6), user.user))]
