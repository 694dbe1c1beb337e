"""Workers that a fleet lends to a run for a while: they come when they are granted, and go back when they are recalled.

The pool takes what is on offer as far as it has work for it; what it does not take goes back at once. Actors are never
made or ended here, but one that does not stop when it is told to is killed, and the fleet is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.executor import Died, Recalled
from cluster.executor_ray import ActorCalls, Event
from cluster.grants import Grants
from cluster.worker import Task


class GrantedExecutor:
    """An executor whose workers are the actors in ``grants``, under the fleet's numbers for them."""

    def __init__(
        self, grants: Grants, run: str, order: str, scratch: str, trace: Mapping[str, str] | None = None
    ) -> None:
        self._grants, self._calls = grants, ActorCalls(run, order, scratch, trace)
        self._leaving: set[int] = set()
        self._shown = grants.offered

    def start(self) -> int:
        """Takes an actor that is on offer; the pool asks for no more than there are (``Grants.size``)."""
        worker, actor = self._grants.take()
        self._shown -= 1
        self._calls.enlist(worker, actor)
        return worker

    def submit(self, worker: int, task: Task) -> None:
        self._calls.submit(worker, task)

    def wait(self, seconds: float) -> list[Event]:
        self._grants.decline(self._shown)  # the pool has seen them and left them
        events: list[Event] = [*self._recalled()]
        if not events and self._calls.silent:
            self._grants.wait(seconds)
        elif not events:
            events = self._calls.answers(seconds)
        for event in events:
            if isinstance(event, Died):
                self._leaving.discard(event.worker)
                self._grants.lose(event.worker)
        self._shown = self._grants.offered
        return events

    def stop(self, worker: int) -> None:
        self._leaving.discard(worker)
        self._calls.dismiss(worker)
        self._grants.give_back(worker)

    def close(self) -> None:
        """Has the actors stop between two batches, so that they clean up, and gives them back."""
        before = set(self._calls.workers)
        self._calls.call_off()
        for worker in before - set(self._calls.workers):
            self._grants.lose(worker)
        for worker in self._calls.workers:
            self.stop(worker)

    def _recalled(self) -> list[Recalled]:
        """Who is to go back: those with the least to do."""
        surplus = self._grants.surplus()
        staying = [worker for worker in self._calls.workers if worker not in self._leaving]
        chosen = sorted(staying, key=self._calls.holding)[:surplus]
        self._leaving.update(chosen)
        for worker in chosen:
            self._grants.leaves(worker)
            self._calls.leave(worker)
        return [Recalled(worker) for worker in chosen]
