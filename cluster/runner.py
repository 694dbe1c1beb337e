"""Where claimed runs are carried out, behind one interface: threads of this process, or a Ray cluster.

The dispatcher decides which runs there are, how many workers each may have and how many there are in all; a runner
does it and reports. It knows neither the job store nor users. Calls return at once, but for ``poll`` and ``close``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cluster.progress import Progress
from cluster.queue import Claim, Cost, Made


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that ended with an error; ``passing``: it may well succeed a little later, from where it is."""

    reason: str
    passing: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """A run that ended because it was told to; what it has finished is kept."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A run whose process or node died under it; what it had finished is kept. Nobody's fault."""

    reason: str


Outcome = Made | Failure | Stopped | Lost


@dataclass(frozen=True, slots=True)
class Report:
    """A run as it is now. ``outcome`` is set once, in its last report. ``most``: how many workers it can use."""

    artifact: str
    progress: Progress | None
    cost: Cost
    most: int
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers there are: ``ready`` ones, those that still start or wait for a node (``waiting``), how many there
    could ever be (``ceiling``), and on how many ``nodes`` of their cluster."""

    ready: int
    waiting: int
    ceiling: int
    nodes: int = 1


class ClusterLostError(Exception):
    """The runner has lost its cluster: every run of it has ended, and the runner is of no more use."""


class Runner(Protocol):
    """Carries out runs. ClusterLostError from any call if there is no cluster any more."""

    cluster: str
    """Names the cluster: runners of the same one share its workers fairly."""

    def start(self, claim: Claim) -> None:
        """Begins a run. A small one is made at once, without a worker; others wait for ``allot``."""

    def poll(self, seconds: float) -> list[Report]:
        """One report for each run, waiting up to ``seconds`` for the first outcome; a run with an outcome is over."""

    def allot(self, shares: Mapping[str, int]) -> None:
        """How many workers each run may have, by artifact. Workers are taken back after the part at hand."""

    def resize(self, workers: int) -> None:
        """How many workers there are to be in all, busy ones included. Idle ones are given up, new ones asked for."""

    def stop(self, artifact: str) -> None:
        """Ends a run soon, between two batches of rows; reported as Stopped. No error if it has ended."""

    def crew(self) -> Crew:
        """The workers there are now."""

    def close(self) -> None:
        """Stops every run and gives all workers up, within some ten seconds."""
