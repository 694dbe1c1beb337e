"""Takes parts over from finished data sets: their bytes are copied by the store, and recorded as if they were made.

What goes wrong here only means that a part is made after all: a data set that is gone, replaced or damaged costs
nothing but the try. Local bytes are digested after they were copied; an object store is trusted to keep an object of
the right size and ending as it was, since reading it back would cost what is to be saved: ``seedbed verify`` does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from itertools import islice

from cluster.blueprint import Blueprint
from cluster.digest import Digest, name_of
from cluster.growing import DamagedError, Original, Source
from cluster.objects import PartId
from cluster.records import PartRecord, PieceRecord
from cluster.storage import Store, Writer
from cluster.worker import Outputs, StoppedError, Task, end_object, store_part
from formats import Chunk
from generator import SeedbedError

_AT_ONCE = 6
_WAITING = 4 * _AT_ONCE
_TICK_SECONDS = 0.1
_MOST_FAILURES = 3
"""After so many failures of its store, or of the target's, a source is left alone."""

Taking = Generator[PartRecord | None, None, None]


class Growing:
    """The parts that an order can have from finished data sets; those that are of no use are passed over."""

    def __init__(self, blueprint: Blueprint, store: Store, targets: Iterable[str]) -> None:
        self._blueprint, self._store = blueprint, store
        self._sources: dict[Source, int] = {}
        for target in targets:
            with suppress(SeedbedError, OSError):
                source = Source(blueprint, target)
                if source.store.url != store.url:  # what is there now is on its way out
                    self._sources[source] = 0

    def take(self, parts: Iterable[PartId], task_of: Callable[[PartId], Task]) -> Taking:
        """Takes over what it can of these parts, several at once: yields their records, and None now and then.

        Closing it ends what is under way.
        """
        stopped = threading.Event()
        waiting = (part for part in parts if self._who_has(part))
        running: set[Future[PartRecord | None]] = set()
        with ThreadPoolExecutor(_AT_ONCE, "part taker") as threads:
            try:
                while True:
                    more = islice(waiting, _WAITING - len(running))
                    running |= {threads.submit(self._taken, task_of(part), stopped) for part in more}
                    if not running:
                        return
                    done, running = wait(running, _TICK_SECONDS, FIRST_COMPLETED)
                    yield from (record for future in done if (record := future.result()) is not None)
                    yield None
            finally:
                stopped.set()
                for future in running:
                    future.cancel()

    def _who_has(self, part: PartId) -> list[Source]:
        return [source for source, failures in self._sources.items() if failures < _MOST_FAILURES and source.has(part)]

    def _taken(self, task: Task, stopped: threading.Event) -> PartRecord | None:
        for source in self._who_has(task.part):
            try:
                copied = partial(_copied, source, task.part, stopped=stopped)
                return store_part(self._blueprint, self._store, task, copied)
            except (DamagedError, StoppedError):
                pass
            except (SeedbedError, OSError):
                self._sources[source] += 1
        return None


def _copied(source: Source, part: PartId, outputs: Outputs, stopped: threading.Event) -> list[PieceRecord]:
    """Has the pieces of a part copied to their writers."""
    pieces = zip(outputs, source.originals(part), strict=True)
    return [_copy(source, original, writer, stopped) for (_, writer), original in pieces]


def _copy(source: Source, original: Original, writer: Writer, stopped: threading.Event) -> PieceRecord:
    made, tail = original.part, source.tail(original)
    digest = Digest(name_of(made.digest))

    def look(chunk: Chunk) -> None:
        if stopped.is_set():
            raise StoppedError(f"part {made.index} of {made.table} was called off")
        digest.update(chunk)

    look(b"")
    seen = writer.copy(source.store, made.object, original.start, original.stop, look)
    if seen and str(digest) != made.digest:
        raise DamagedError(f"part {made.index} of {made.table} in {source.store.url}/{made.object} is damaged")
    record = PieceRecord(
        object=original.seat.object.name,
        file=original.seat.file.name,
        **made.model_dump(include={"bytes", "digest", "content_bytes", "content_digest"}),
        tail=tail.hex(),
    )
    end_object(original.seat, record, writer)
    return record
