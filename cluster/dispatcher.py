"""Takes runs from the queue, has them carried out, keeps their leases, and shares the workers out among them.

One loop in one thread: ask the runner what happened, tell the job store, see what the store wants. Any number of
dispatchers may serve one store. Whatever dies, the store knows what was promised and the targets hold what was made:
another dispatcher goes on. While the store cannot be asked, runs go on and their ends are told when it is back. If the
cluster is lost, the runs are handed back and ``run`` raises: a new process begins anew.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

from cluster.cleaner import Cleaner
from cluster.held import Fate, HeldRun
from cluster.leases import LeaseWatch
from cluster.logs import traced
from cluster.queue import Backlog, JobStore, JobStoreError, Made, Removal, Verdict
from cluster.runner import ClusterLostError, Crew, Failure, Lost, Outcome, Report, Runner, Stopped
from cluster.sharing import Sharing

_LOG = logging.getLogger("seedbed.dispatcher")
_DEATHS = 3
"""How often a run may die under this dispatcher before an attempt is charged for it."""
_REMOVALS = 16
_STUCK_REMOVALS = 1000
"""How many removals that fail are kept in mind; beside them _REMOVALS others are under way."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a dispatcher does what, in seconds. ``runs``: how many it carries out at once."""

    runs: int = 16
    tick: float = 0.2
    beat: float = 1.0
    share: float = 0.5
    lease: float = 15.0
    grace: float = 20.0
    upkeep: float = 30.0


class Dispatcher:
    """Serves a job store with a runner until ``stop`` is set. ``upkeep``: called now and then, in a thread.

    ``told`` hears of the workers at every turn.
    """

    def __init__(
        self,
        name: str,
        store: JobStore,
        runner: Runner,
        sharing: Sharing,
        pace: Pace | None = None,
        upkeep: Callable[[], object] | None = None,
        told: Callable[[Crew], object] | None = None,
    ) -> None:
        self.name, self._store, self._runner, self._sharing = name, store, runner, sharing
        self._pace, self._upkeep, self._told = pace or Pace(), upkeep, told
        self._watch = LeaseWatch(self._pace.lease)
        self._cleaner = Cleaner()
        self._held: dict[str, HeldRun] = {}
        self._removals: dict[str, Removal] = {}
        self._cleared: deque[Hashable] = deque()
        self._due: dict[str, float] = {}
        self._backlog = Backlog()
        self._away = self._begun = False
        self._claiming = True

    def run(self, stop: threading.Event) -> None:
        """Serves until told to stop, then drains within the time of grace. ClusterLostError: the cluster is gone."""
        try:
            while not stop.is_set():
                self.step()
            self._drain()
        except ClusterLostError:
            _LOG.error("the cluster is lost; %d runs are handed back", len(self._held))
            self._hand_back_all()
            raise
        finally:
            self._runner.close()
            self._cleaner.close()

    def step(self) -> None:
        """One turn of the loop: at most a tick, and the calls that are due."""
        for report in self._runner.poll(self._pace.tick):
            self._note(report)
        if not self._away or self._is_due("ask", 0.5):
            self._ask()
        self._share()

    def _ask(self) -> None:
        with self._asking():
            if not self._begun:  # whoever had the name before is dead, and nobody else watches its leases
                self._store.release(self.name)
                self._begun = True
            if self._is_due("beat", self._pace.beat):
                self._beat()
            self._settle()
            if self._claiming:
                self._claim()
            if self._is_due("backlog", self._pace.share):
                self._backlog = self._store.backlog(self._runner.cluster)
            if self._is_due("watch", self._pace.lease / 4):
                self._take_from_the_dead()
            self._clean()

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """For calls to the job store: while it is away they end early, and are made again later."""
        try:
            yield
        except JobStoreError as error:
            if not self._away:
                _LOG.warning("the job store is away, runs go on: %s", error)
            self._away = True
            self._watch.reset()
        else:
            if self._away:
                _LOG.warning("the job store is back")
            self._away = False

    def _is_due(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every
        return True

    # What the runner says

    def _note(self, report: Report) -> None:
        run = self._held.get(report.artifact)
        if run is not None:
            run.note(report)

    def _settle(self) -> None:
        """Tells the store what has become of runs, and does what follows from it."""
        for run in list(self._held.values()):
            stage = run.progress.stage if run.progress else ""
            if run.fate is Fate.FINISH and stage in {"merging", "done"} and not run.told_merging and not run.outcome:
                self._store.merging(run.claim)
                run.told_merging = True
            if run.outcome is not None and not run.cleaning:
                self._end(run, run.outcome)

    def _end(self, run: HeldRun, outcome: Outcome) -> None:
        if run.fate is Fate.FORGET:
            self._store.left(run.claim)
            self._drop(run)
        elif run.fate is Fate.CANCEL:
            run.cleaning = True
            self._cleaner.remove(run.artifact, run.target)
        elif isinstance(outcome, Lost) and self._claiming and run.deaths < _DEATHS:
            _LOG.warning("run %s died, it is started again: %s", run.artifact, outcome.reason)
            run.died()
            self._runner.start(run.claim)
        elif self._tell(run, outcome):
            self._drop(run)
        # Else the store refused: it was cancelled, or taken away, and the next sign of life says which.

    def _tell(self, run: HeldRun, outcome: Outcome) -> bool:
        claim, cost = run.claim, run.cost
        if isinstance(outcome, Made):
            extra = traced("run-done", claim.trace, cost.actor_seconds, rows=outcome.rows, bytes=outcome.bytes)
            text = "run %s is done: %s rows, %s bytes"
            _LOG.info(text, run.artifact, f"{outcome.rows:,}", f"{outcome.bytes:,}", extra=extra)
            return self._store.succeed(claim, outcome, cost)
        if isinstance(outcome, Stopped) or (isinstance(outcome, Lost) and not self._claiming):
            return self._store.hand_back(claim, cost)
        if isinstance(outcome, Failure):
            extra = traced("run-failed", claim.trace, attempt=claim.attempt)
            _LOG.warning("attempt %d of run %s failed: %s", claim.attempt, run.artifact, outcome.reason, extra=extra)
            return self._store.fail(claim, outcome.reason, outcome.passing, cost) is not None
        return self._store.fail(claim, f"it died {run.deaths + 1} times: {outcome.reason}", True, cost) is not None

    def _drop(self, run: HeldRun) -> None:
        del self._held[run.artifact]
        if run.successor is not None:
            self._take_on(run.successor)

    # What the store says

    def _beat(self) -> None:
        if not self._held:
            return
        verdicts = self._store.beat(self.name, [run.beat() for run in self._held.values()])
        for run in self._held.values():
            verdict = verdicts.get(run.artifact, Verdict.LOST)
            if verdict is Verdict.CANCEL and run.fate is Fate.FINISH:
                _LOG.info("run %s is cancelled", run.artifact)
                self._end_early(run, Fate.CANCEL)
            elif verdict is Verdict.LOST and run.fate is not Fate.FORGET and run.successor is None:
                _LOG.warning(
                    "run %s was taken away: its lease ran out, or another has the name %s", run.artifact, self.name
                )
                self._end_early(run, Fate.FORGET)

    def _end_early(self, run: HeldRun, fate: Fate) -> None:
        run.fate = fate
        if run.outcome is None:
            self._runner.stop(run.artifact)

    def _claim(self) -> None:
        # A store that is slow may take long for many claims: signs of life come first.
        while len(self._held) < self._pace.runs and time.monotonic() < self._due["beat"]:
            claim = self._store.claim(self.name, self._runner.cluster)
            if claim is None:
                return
            self._take_on(HeldRun(claim))

    def _take_on(self, run: HeldRun) -> None:
        """Begins a run, or the cleaning up after one; a former claim of the same has to end first."""
        former = self._held.get(run.artifact)
        if former is not None:
            former.successor = run
            self._end_early(former, Fate.FORGET)
            return
        self._held[run.artifact] = run
        if run.fate is Fate.FINISH:
            extra = traced("run-begins", run.claim.trace, attempt=run.claim.attempt)
            _LOG.info("run %s begins, attempt %d", run.artifact, run.claim.attempt, extra=extra)
            self._runner.start(run.claim)

    def _share(self) -> None:
        """Sizes the fleet by the backlog, and says how many workers each run may have."""
        crew = self._runner.crew()
        if self._told is not None:
            self._told(crew)
        size, shares = self._sharing.decide(self._backlog, crew, self._held)
        self._runner.resize(size)
        self._runner.allot(shares)

    def _take_from_the_dead(self) -> None:
        for lease in self._watch.look(self._store.leases(self.name)):
            if self._store.expire(lease):
                _LOG.warning("run %s lost its dispatcher %s", lease.artifact, lease.owner)

    # Cleaning up

    def _clean(self) -> None:
        self._cleared.extend(self._cleaner.done())
        while self._cleared:  # one that could not be told is told again
            self._cleaned(str(self._cleared[0]))
            self._cleared.popleft()
        if not self._is_due("clean", 1.0) or not self._claiming:
            return
        if len(self._held) < self._pace.runs + _REMOVALS and (claim := self._store.claim_cleanup(self.name)):
            self._take_on(HeldRun(claim, Fate.CANCEL, outcome=Stopped()))
        self._remove()
        if self._upkeep is not None and self._is_due("upkeep", self._pace.upkeep):
            self._cleaner.call("upkeep", self._upkeep)

    def _remove(self) -> None:
        """Has files removed that nobody needs; those that cannot be are passed by, and tried again by the cleaner."""
        stuck = min(self._cleaner.failing, _STUCK_REMOVALS)
        for removal in self._store.removals(stuck + _REMOVALS):
            if len(self._removals) >= stuck + _REMOVALS:
                return
            if removal.artifact not in self._removals and removal.artifact not in self._held:
                self._removals[removal.artifact] = removal
                self._cleaner.remove(removal.artifact, removal.target)

    def _cleaned(self, artifact: str) -> None:
        if (removal := self._removals.get(artifact)) is not None:
            self._store.removed(removal)
            del self._removals[artifact]
            self._cleaner.sweep_again(removal.target)
        elif (run := self._held.get(artifact)) is not None and run.cleaning:
            if run.fate is Fate.CANCEL:  # else it was taken away meanwhile
                self._store.cancelled(run.claim)
                self._cleaner.sweep_again(run.target)
            self._drop(run)

    # The end

    def _drain(self) -> None:
        """No new runs; those that end within the time of grace end as they should, the others are handed back."""
        self._claiming = False
        if self._held:
            _LOG.info("stopping; %d runs have %.0f seconds to end", len(self._held), self._pace.grace)
        deadline = time.monotonic() + self._pace.grace
        while self._held and time.monotonic() < deadline:
            self.step()
        if self._held:
            _LOG.info("handing back runs that have not ended: %d; what they have finished is kept", len(self._held))
        for run in self._held.values():
            if run.fate is Fate.FINISH and run.outcome is None:
                self._runner.stop(run.artifact)
        deadline = time.monotonic() + max(5.0, self._pace.grace / 2)
        while self._held and time.monotonic() < deadline:
            self.step()
        self._hand_back_all()

    def _hand_back_all(self) -> None:
        with self._asking():
            for run in self._held.values():
                if run.fate is Fate.FINISH and isinstance(run.outcome, Made | Failure):
                    self._tell(run, run.outcome)
                elif run.fate is Fate.FINISH:
                    self._store.hand_back(run.claim, run.cost)
        with self._asking():  # also if one of them could not be told
            self._store.release(self.name)
        self._held.clear()
