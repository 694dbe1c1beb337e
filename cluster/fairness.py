"""Who may have how many workers: weighted max-min fair sharing of whole workers, first among users, then among runs.

Nobody gets more while somebody with a claim has less for his weight: users by their weights, within a user strictly by
priority, runs of one priority equally. What whole workers cannot express goes round: the workers that are left over
go to whoever has had least, so that with one worker two runs take turns. Pure: no clock, no memory; what runs hold is
an argument, and so is what users have had (recent_use.py).

Max-min fairness is Bertsekas and Gallager's (Data Networks, 2nd ed. 1992, 6.5.2): a level rises for all, each has its
weight times the level until his cap is reached.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cluster.queue import Demand

QUANTUM = 3.0
"""Actor-seconds that whoever holds a worker of the left over ones may be ahead before it goes to another."""
_LEAST_WEIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class _Claim:
    """What somebody may have at most, has had, and holds; ``name`` breaks ties."""

    name: str
    most: int
    weight: Fraction
    used: float
    held: int


def shares(
    demands: Sequence[Demand],
    actors: int,
    held: Mapping[str, int] | None = None,
    users_used: Mapping[str, float] | None = None,
) -> dict[str, int]:
    """How many of ``actors`` workers each run may have, by artifact; all of them if the runs can use so many.

    Each user gets his fair share rounded down or up, never more than ``user_most`` or than his runs can use.
    ``held`` is what was said last: equal claims keep what they have, for a QUANTUM of actor-seconds.
    ``users_used``: actor-seconds by user, where more is known than the sum over the runs under way.
    """
    held, users_used = held or {}, users_used or {}
    runs: dict[str, list[Demand]] = defaultdict(list)
    for demand in demands:
        runs[demand.user].append(demand)
    claims = [_claim_of_user(user, of_user, held, users_used) for user, of_user in runs.items()]
    found = {demand.artifact: 0 for demand in demands}
    for user, units in _divide(claims, actors).items():
        found |= _within_user(runs[user], units, held)
    return found


def _claim_of_user(
    user: str, runs: Sequence[Demand], held: Mapping[str, int], users_used: Mapping[str, float]
) -> _Claim:
    usable = sum(max(0, run.most) for run in runs)
    limits = [run.user_most for run in runs if run.user_most is not None]
    had = users_used.get(user)
    return _Claim(
        name=user,
        most=max(0, min([usable, *limits])),
        weight=_weight(max(run.weight for run in runs)),
        used=math.fsum(run.used for run in runs) if had is None else had,
        held=sum(held.get(run.artifact, 0) for run in runs),
    )


def _weight(weight: float) -> Fraction:
    """A weight that is no positive number counts as a very small one: its user waits, and nothing breaks."""
    return Fraction(weight if math.isfinite(weight) and weight > _LEAST_WEIGHT else _LEAST_WEIGHT)


def _within_user(runs: Sequence[Demand], units: int, held: Mapping[str, int]) -> dict[str, int]:
    """A user's workers among his runs: a lower priority gets what a higher one cannot use."""
    found: dict[str, int] = {}
    for priority in sorted({run.priority for run in runs}, reverse=True):
        claims = [
            _Claim(run.artifact, max(0, run.most), Fraction(1), run.used, held.get(run.artifact, 0))
            for run in runs
            if run.priority == priority
        ]
        given = _divide(claims, units)
        units -= sum(given.values())
        found |= given
    return found


def _divide(claims: Sequence[_Claim], units: int) -> dict[str, int]:
    """Whole units: each claim's fair share rounded down, and one more for those that have had least for their weight.

    Exact: shares are fractions of integers, so that no rounding error ever makes a unit appear or vanish.
    """
    fair = _fair_shares(claims, units)
    given = {name: math.floor(share) for name, share in fair.items()}
    left_over = min(max(0, units), sum(claim.most for claim in claims)) - sum(given.values())
    rounded = [claim for claim in claims if fair[claim.name] > given[claim.name]]

    def turn(claim: _Claim) -> tuple[Fraction, Fraction, str]:
        keeps = claim.held > given[claim.name]
        had = Fraction(claim.used if math.isfinite(claim.used) else 0.0) - Fraction(QUANTUM if keeps else 0.0)
        return had / claim.weight, given[claim.name] - fair[claim.name], claim.name

    for claim in sorted(rounded, key=turn)[:left_over]:
        given[claim.name] += 1
    return given


def _fair_shares(claims: Sequence[_Claim], units: int) -> dict[str, Fraction]:
    """The level rises until all units are given or all claims are met; those soonest met come first."""
    left, weights = Fraction(max(0, units)), sum((claim.weight for claim in claims), Fraction(0))
    found: dict[str, Fraction] = {}
    for claim in sorted(claims, key=lambda claim: (claim.most / claim.weight, claim.name)):
        found[claim.name] = min(Fraction(claim.most), left * claim.weight / weights)
        left -= found[claim.name]
        weights -= claim.weight
    return found
