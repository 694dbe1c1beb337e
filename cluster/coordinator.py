"""Carries out one order: finds what is there, has the missing parts made, puts objects together, writes the manifest.

It can be stopped anywhere and begun again, and run twice at once: each step is either idempotent or exclusive. It
knows executors, not Ray, and stores, not files; what it tells is Progress, what it gives in the end is the manifest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing

from cluster.account import manifest_of
from cluster.blueprint import Blueprint
from cluster.errors import StoreError
from cluster.executor import Executor
from cluster.joiner import Joiner
from cluster.manifest import Manifest
from cluster.merge import merge_object, piece_of, put_companions
from cluster.objects import MANIFEST, ObjectPlan, PartId, Seat
from cluster.pool import Limits, Pool
from cluster.progress import Progress, Stage
from cluster.records import PartRecord
from cluster.resume import Resume
from cluster.state import State
from cluster.storage import Store
from cluster.target import finished, prepare
from cluster.worker import Task

PartExecutor = Executor[Task, PartRecord]
_ATTEMPTS = 3


class Coordinator:
    """One run of one order. ``executor`` is called once, when there is something to make."""

    def __init__(
        self,
        blueprint: Blueprint,
        store: Store,
        executor: Callable[[], PartExecutor],
        size: int,
        overwrite: bool = False,
        limits: Limits | None = None,
    ) -> None:
        self.blueprint, self.store = blueprint, store
        self.state = State(store, blueprint.state)
        self._executor, self._size, self._overwrite, self._limits = executor, size, overwrite, limits
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
        finally:
            self.store.tidy()

    def _run(self) -> Generator[Progress, None, Manifest]:
        manifest = prepare(self.blueprint, self.store, self._overwrite)
        for attempt in range(1, _ATTEMPTS + 1):
            if manifest is not None:
                break
            self._assembly = self.store.assembly()
            try:
                with closing(self._assembly):
                    yield from self._make()
                    yield from self._merge()
                manifest = self._finish()
            except StoreError as error:
                # Another run of this order may have finished it, and tidied up, under our hands.
                manifest = finished(self.blueprint, self.store)
                if manifest is None and (not error.passing or attempt == _ATTEMPTS):
                    raise
        assert manifest is not None
        self.state.clear()
        count = self.blueprint.part_count
        yield Progress("done", count, count, manifest.rows, manifest.rows, manifest.bytes, 0, self._resumed)
        return manifest

    def _make(self) -> Generator[Progress, None, None]:
        """Has the missing parts made."""
        resume = Resume(self.blueprint, self.store, self.state)
        self._records, self._rows, self._bytes = {}, 0, 0
        for record in resume.records().values():
            self._enter(record)
        self._tokens, self._resumed = resume.tokens, len(self._records)
        yield self._progress("making")
        missing = [part for part in self.blueprint.parts() if part not in self._records]
        if not missing:
            return
        executor = self._executor()
        with closing(executor), closing(Joiner(self.blueprint, self._assembly, self._records)) as joiner:
            pool = Pool[PartId, Task, PartRecord](executor, self._size, self._task, self._limits)
            pool.add(missing)
            told = time.monotonic()
            for result in pool.results():
                if result is not None:
                    pool.add(self._accept(result[1]))
                    joiner.look(result[0])
                self._actors = pool.ready
                if result is None or time.monotonic() - told > 0.1:
                    told = time.monotonic()
                    yield self._progress("making")

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
        return lost

    def _merge(self) -> Generator[Progress, None, None]:
        """Publishes the objects of several pieces, then the companions of all."""
        for item in self.blueprint.objects():
            if not item.whole:
                yield self._progress("merging")
                merge_object(self.blueprint, self._assembly, self.state, item, self._records)
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
        self._rows += len(self.blueprint.rows_of(record.part))
        self._bytes += sum(piece.bytes for piece in record.pieces)

    def _leave(self, part: PartId) -> None:
        record = self._records.pop(part, None)
        if record is not None:
            self._rows -= len(self.blueprint.rows_of(part))
            self._bytes -= sum(piece.bytes for piece in record.pieces)

    def _progress(self, stage: Stage) -> Progress:
        count, rows = self.blueprint.part_count, self.blueprint.rows
        return Progress(stage, len(self._records), count, self._rows, rows, self._bytes, self._actors, self._resumed)
