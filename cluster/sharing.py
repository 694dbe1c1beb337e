"""How many workers a dispatcher asks for in all, and how many each of its runs may have.

Two questions with two answers. The *size* follows from everything that is to be made on the cluster, by whichever
dispatcher; of it this one takes what falls to its runs, and what falls to nobody. The *shares* divide the workers that
this dispatcher has now among the runs that it holds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from cluster.autoscale import Autoscaler
from cluster.fairness import shares
from cluster.held import HeldRun
from cluster.queue import Backlog
from cluster.recent_use import RecentUse
from cluster.runner import Crew

_LOG = logging.getLogger("seedbed.dispatcher")


class Sharing:
    """Decides for one dispatcher; remembers what runs hold, so that nothing moves without need."""

    def __init__(self, autoscaler: Autoscaler, clock: Callable[[], float] = time.monotonic) -> None:
        self._autoscaler, self._clock = autoscaler, clock
        self._held: dict[str, int] = {}
        self._wanted: int | None = None
        self._recent = RecentUse()

    def decide(self, backlog: Backlog, crew: Crew, runs: Mapping[str, HeldRun]) -> tuple[int, dict[str, int]]:
        """(workers there are to be in all of this dispatcher's, workers that each of its runs may have)."""
        known = {demand.artifact: demand for demand in backlog.running}
        own = {name: run.demand(known.get(name)) for name, run in runs.items()}
        others = [demand for name, demand in known.items() if name not in own]
        everything = replace(backlog, running=(*own.values(), *others))
        now = self._clock()
        wanted = self._autoscaler.target(everything, crew, now)
        self._tell(wanted, everything, crew)
        planned = shares(everything.running, wanted)
        theirs = sum(planned[demand.artifact] for demand in others)
        mine = sum(planned[name] for name in own)
        recent = self._recent.of(own.values(), now)
        self._held = shares(recent, crew.ready, self._held, self._recent.users)
        return max(mine, wanted - theirs), self._held

    def _tell(self, wanted: int, backlog: Backlog, crew: Crew) -> None:
        if wanted != self._wanted:
            seconds = backlog.pending_seconds + sum(run.seconds_left for run in backlog.running)
            if wanted or self._wanted:
                _LOG.info("%d actors wanted for %.1f seconds of work; %d are ready", wanted, seconds, crew.ready)
            self._wanted = wanted
