"""A run that a dispatcher holds: its claim, what the runner last said of it, and what is to become of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import cast

from cluster.progress import Progress
from cluster.queue import Beat, Claim, Cost, Demand
from cluster.runner import Outcome, Report


class Fate(Enum):
    """What becomes of a run when it has ended."""

    FINISH = "finish"
    """What its outcome says."""
    CANCEL = "cancel"
    """Its files are removed, and it is cancelled."""
    FORGET = "forget"
    """It is somebody else's by now."""


@dataclass
class HeldRun:
    """``spent`` is what earlier starts of this claim have cost, ``deaths`` how often it died under the dispatcher.

    ``successor``: the run was lost and claimed again, to be made or cleaned up, by the same dispatcher while its end is
    still awaited. ``cleaning``: its files are being removed.
    """

    claim: Claim
    fate: Fate = Fate.FINISH
    report: Report | None = None
    outcome: Outcome | None = None
    spent: Cost = field(default_factory=Cost)
    deaths: int = 0
    told_merging: bool = False
    cleaning: bool = False
    successor: HeldRun | None = None

    @property
    def artifact(self) -> str:
        return self.claim.artifact

    @property
    def target(self) -> str:
        """Where its files are."""
        return cast(str, json.loads(self.claim.order)["target"])

    @property
    def progress(self) -> Progress | None:
        return None if self.report is None else self.report.progress

    @property
    def cost(self) -> Cost:
        """What this claim has cost so far."""
        return self.spent if self.report is None else self.spent + self.report.cost

    @property
    def most(self) -> int:
        """How many workers it can use."""
        return 0 if self.report is None or self.outcome is not None else self.report.most

    def note(self, report: Report) -> None:
        """Takes the runner's word."""
        self.report, self.outcome = report, report.outcome

    def died(self) -> None:
        """Keeps what was spent before the run is started again."""
        self.spent, self.deaths = self.cost, self.deaths + 1
        self.report = self.outcome = None

    def beat(self) -> Beat:
        """A sign of life."""
        if self.successor is not None:
            return self.successor.beat()
        return Beat(self.artifact, self.claim.epoch, self.progress, self.cost)

    def demand(self, known: Demand | None) -> Demand:
        """What it asks for now; weights and limits as the store knows them."""
        base = known or Demand(self.artifact, self.claim.user)
        most = self.most if self.fate is Fate.FINISH else 0
        return replace(base, most=most, used=self.cost.actor_seconds)
