"""Carries out one order: finds what is there, has the missing parts made, puts objects together, writes the manifest.

It can be stopped anywhere and begun again, and run twice at once: each step is either idempotent or exclusive. It
knows executors, not Ray, and stores, not files; what it tells is Progress, what it gives in the end is the manifest.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from cluster.account import manifest_of
from cluster.blueprint import Blueprint
from cluster.errors import GoneError, StoreError
from cluster.executor import Executor
from cluster.growing_copies import Growing
from cluster.joiner import Joiner
from cluster.manifest import Manifest
from cluster.merge import merge_object, piece_of, put_companions
from cluster.objects import MANIFEST, ObjectPlan, PartId, Seat
from cluster.patience import Patience
from cluster.pool import Limits, Pool
from cluster.progress import Progress, Stage
from cluster.queue import part_counts
from cluster.records import PartRecord
from cluster.resume import Resume
from cluster.state import State
from cluster.storage import Store
from cluster.target import finished, leave, prepare
from cluster.worker import Task

PartExecutor = Executor[Task, PartRecord]
_PAUSE_SECONDS = 1.0
_TICK_SECONDS = 0.25


class Coordinator:
    """One run of one order. ``executor`` is called when there is something to make, for at most ``size`` workers.

    ``reuse``: targets of finished data sets; what they have in common with this one is copied instead of made.
    ``useful``: how many workers there is something to do for at the moment; ``retries``: workers that died, and parts
    that were made again. Any thread may read both.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        store: Store,
        executor: Callable[[], PartExecutor],
        size: int | Callable[[], int],
        overwrite: bool = False,
        limits: Limits | None = None,
        reuse: Sequence[str] = (),
    ) -> None:
        self.blueprint, self.store = blueprint, store
        self.state = State(store, blueprint.state)
        self._executor, self._size, self._overwrite, self._limits = executor, size, overwrite, limits or Limits()
        self._patience = Patience(self._limits.passing_seconds, self._limits.losses)
        self._merged: set[str] = set()
        self._reuse, self._reused = reuse, set[PartId]()
        self.useful = self.retries = 0
        self.part_counts, self.part_seconds = part_counts(()), 0.0
        self._assembly = store.assembly()
        self._records: dict[PartId, PartRecord] = {}
        self._tokens: dict[str, str] = {}
        self._resumed = blueprint.part_count
        self._actors = 0
        self._rows = 0
        self._bytes = 0

    def run(self) -> Generator[Progress, None, Manifest]:
        """Yields progress, at least a few times a second, and returns the manifest."""
        try:
            return (yield from self._run())
        except GeneratorExit:
            self._leave_to_another()
            raise
        finally:
            self.store.tidy()

    def _leave_to_another(self) -> None:
        """Removes what this run has put down since another one finished the order: nobody else comes back for it."""
        if (manifest := self._finished_by_another()) is not None:
            with contextlib.suppress(StoreError):
                leave(self.store, self.state, manifest)

    def _run(self) -> Generator[Progress, None, Manifest]:
        manifest: Manifest | None = None
        begun, losses = False, 0
        while True:
            try:
                if not begun:
                    manifest, begun = prepare(self.blueprint, self.store, self._overwrite), True
                manifest = manifest or (yield from self._attempt())
                leave(self.store, self.state, manifest)
                break
            except StoreError as error:
                # Another run of this order may have finished it, and tidied up, under our hands.
                if manifest is None and (manifest := self._finished_by_another()) is not None:
                    continue
                losses += isinstance(error, GoneError)
                if not self._patience.bears(error, losses):
                    raise
                if not isinstance(error, GoneError):
                    yield from self._pause()
        count = self.blueprint.part_count
        found, reused = self._resumed + len(self._reused), len(self._reused)
        yield Progress("done", count, count, manifest.rows, manifest.rows, manifest.bytes, 0, found, reused)
        return manifest

    def _finished_by_another(self) -> Manifest | None:
        try:
            return finished(self.blueprint, self.store)
        except StoreError:  # no more to be had than what went wrong before
            return None

    def _pause(self) -> Generator[Progress, None, None]:
        """Waits a little before the store is tried again, while whoever listens can still stop the run."""
        for _ in range(round(_PAUSE_SECONDS / _TICK_SECONDS)):
            time.sleep(_TICK_SECONDS)
            yield self._progress("making")

    def _attempt(self) -> Generator[Progress, None, Manifest]:
        self._assembly = self.store.assembly()
        with closing(self._assembly):
            try:
                yield from self._make()
            finally:
                self._actors = self.useful = 0
            yield from self._merge()
        return self._finish()

    def _make(self) -> Generator[Progress, None, None]:
        """Has the missing parts made."""
        resume = Resume(self.blueprint, self.store, self.state)
        self._records, self._rows, self._bytes = {}, 0, 0
        for record in resume.records().values():
            self._enter(record)
        self._reused &= self._records.keys()
        self._tokens, self._resumed = resume.tokens, len(self._records) - len(self._reused)
        yield self._progress("making")
        yield from self._take_over(self._missing())
        missing = self._missing()
        if not missing:
            return
        executor = self._executor()
        with closing(executor), closing(Joiner(self.blueprint, self._assembly, self._records)) as joiner:
            pool = Pool[PartId, Task, PartRecord](
                executor, self._size, self._task, self._limits, patience=self._patience
            )
            pool.add(missing)
            told, retries, self.useful = time.monotonic(), self.retries, len(missing)
            for result in pool.results():
                if result is not None:
                    pool.add(again := self._accept(result[1]))
                    retries += len(again)
                    joiner.look(result[0])
                self._actors, self.useful, self.retries = pool.ready, pool.useful, retries + pool.again + pool.deaths
                if result is None or time.monotonic() - told > 0.1:
                    told = time.monotonic()
                    yield self._progress("making")

    def _missing(self) -> list[PartId]:
        return [part for part in self.blueprint.parts() if part not in self._records]

    def _take_over(self, parts: list[PartId]) -> Generator[Progress, None, None]:
        """Takes over what finished data sets have of these parts."""
        growing = Growing(self.blueprint, self.store, self._reuse if parts else ())
        while parts:
            again: list[PartId] = []
            with closing(growing.take(parts, self._task)) as records:
                for record in records:
                    if record is not None:
                        self._reused.add(record.part)
                        again += self._accept(record)  # which may drop it again
                    yield self._progress("making")
            parts = again

    def _task(self, part: PartId) -> Task:
        names = [item.name for item, _ in self.blueprint.seats(part) if not item.whole]
        return Task(part, {name: self._tokens.get(name, "") for name in names})

    def _accept(self, record: PartRecord) -> list[PartId]:
        """Enters a finished part; returns the parts that have to be made again because of it."""
        self._enter(record)
        again: dict[PartId, None] = {}
        for seat in self.blueprint.seats(record.part):
            if not seat.object.whole and record.part in self._records and not self._fits(seat, record):
                again |= dict.fromkeys(self._reassemble(seat.object))
        return list(again)

    def _fits(self, seat: Seat, record: PartRecord) -> bool:
        """Whether a part can stay where it is held; gives the object's assembly up if that takes no such part."""
        item = seat.object
        token, piece = self._tokens.get(item.name, ""), piece_of(seat, record)
        if piece.held.upload and piece.held.upload != token:
            return False  # it went up a moment before the upload was given up
        assembly, site = self._assembly, self.blueprint.site(item)
        if assembly.fits(site, token, piece):
            return True
        self.state.abandon(assembly, site, token)
        self._tokens[item.name] = ""
        return False

    def _reassemble(self, item: ObjectPlan) -> list[PartId]:
        """Forgets the parts that were held in an object's former upload, and returns them."""
        token = self._tokens.get(item.name, "")
        made = [(file, self._records[part]) for file, part in item.parts if part in self._records]
        lost = [record.part for file, record in made if record.piece(item.name, file.name).upload not in {"", token}]
        self.state.drop(lost)
        for part in lost:
            self._leave(part)
        self._reused.difference_update(lost)
        return lost

    def _merge(self) -> Generator[Progress, None, None]:
        """Publishes the objects of several pieces, then the companions of all."""
        for item in self.blueprint.objects():
            if not item.whole:
                yield self._progress("merging")
                merge_object(self.blueprint, self._assembly, self.state, item, self._records)
                if item.name not in self._merged:
                    self._merged.add(item.name)
                    self._patience.succeeded()
        put_companions(self.blueprint, self.store, self._records)

    def _finish(self) -> Manifest:
        """Writes the manifest, last of all; if another run was first, its manifest is the same."""
        manifest = manifest_of(self.blueprint, self._records)
        self.store.settle([item.name for item in manifest.objects])
        if not self.store.create(MANIFEST, manifest.dump()):
            there = finished(self.blueprint, self.store)
            if there is None:
                raise StoreError(
                    f"{self.store.url}/{MANIFEST} was written by another order meanwhile; it was left alone"
                )
            return there
        self.store.settle([MANIFEST])
        return manifest

    def _enter(self, record: PartRecord) -> None:
        self._leave(record.part)
        self._records[record.part] = record
        if record.seconds:  # else it was there already
            self.part_seconds += record.seconds
            self.part_counts = tuple(map(sum, zip(self.part_counts, part_counts([record.seconds]), strict=True)))
        self._rows += len(self.blueprint.rows_of(record.part))
        self._bytes += sum(piece.bytes for piece in record.pieces)

    def _leave(self, part: PartId) -> None:
        record = self._records.pop(part, None)
        if record is not None:
            self._rows -= len(self.blueprint.rows_of(part))
            self._bytes -= sum(piece.bytes for piece in record.pieces)

    def _progress(self, stage: Stage) -> Progress:
        count, rows = self.blueprint.part_count, self.blueprint.rows
        found, reused = self._resumed + len(self._reused), len(self._reused)
        return Progress(stage, len(self._records), count, self._rows, rows, self._bytes, self._actors, found, reused)
