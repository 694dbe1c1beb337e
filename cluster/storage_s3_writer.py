"""How an S3 object is written as it comes: from memory in one PUT, or in parts on the way; and what memory that takes.

All writers of a store share one budget, so that an actor that writes ten formats at once holds no more than one that
writes two: whoever finds it used up sends what it has. Nothing here knows how pieces become one object.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from cluster.errors import StoreError
from cluster.storage import Store, Writer
from cluster.storage_s3_copy import Stretch
from cluster.storage_s3_plan import FIRST_PART, part_size
from formats import Chunk

if TYPE_CHECKING:
    from cluster.storage_s3 import S3Store

_SINGLE_PUT = 64 << 20


class Budget:
    """Bytes held by the writers of one store: ``most`` between them, and beyond that less than a part each."""

    def __init__(self, most: int) -> None:
        self.most, self.held, self.peak = most, 0, 0
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        """Counts so many bytes more, or fewer; False if that is too much."""
        with self._lock:
            self.held += size
            self.peak = max(self.peak, self.held)
            return self.held <= self.most


class Hold:
    """The bytes that one writer holds, counted in the budget of all."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.bytes = bytearray()

    def __len__(self) -> int:
        return len(self.bytes)

    def add(self, chunk: Chunk) -> bool:
        """Appends; False if all writers together hold too much."""
        before = len(self.bytes)
        self.bytes += chunk
        return self._budget.take(len(self.bytes) - before)

    def cut(self, size: int) -> Chunk:
        """Takes the first bytes off."""
        if size >= len(self.bytes):
            found, self.bytes = self.bytes, bytearray()
        else:  # never resized: whoever sent the bytes may still look at them
            view = memoryview(self.bytes)
            found, self.bytes = bytearray(view[:size]), bytearray(view[size:])
        self._budget.take(-len(found))
        return found


class S3Writer(Writer):
    """Gathers an object in memory for one PUT; a large one goes up as a multipart upload on the way."""

    def __init__(self, store: S3Store, name: str) -> None:
        self._store, self._name = store, name
        self._rest = Hold(store.budget)
        self._upload = ""
        self._etags: list[tuple[int, str]] = []
        self._size = 0

    def write(self, chunk: Chunk) -> None:
        fits = self._rest.add(chunk)
        size = part_size(len(self._etags), FIRST_PART, self._store.limits)
        if not self._upload and len(self._rest) <= _SINGLE_PUT and (fits or len(self._rest) < size):
            return
        if not self._upload:
            self._upload = self._store.begin_upload(self._name)
        while len(self._rest) >= (size := part_size(len(self._etags), FIRST_PART, self._store.limits)):
            self._send(size)

    def copy(self, source: Store, name: str, start: int, stop: int, look: Callable[[Chunk], object]) -> bool:
        least, stretch = self._store.limits.least, Stretch.of(source, name, start, stop)
        if stretch is None or stretch.size < least or 0 < len(self._rest) < least:
            return super().copy(source, name, start, stop, look)
        if not self._upload:
            self._upload = self._store.begin_upload(self._name)
        if len(self._rest):
            self._send(len(self._rest))
        for each in stretch.cut(self._store.limits):
            number = len(self._etags) + 1
            self._etags.append((number, each.copy(self._store, self._name, self._upload, number)))
            self._size += each.size
        return False

    def commit(self) -> None:
        if not self._upload:
            self._store.put(self._name, self._rest.cut(len(self._rest)))
            return
        if len(self._rest):
            self._send(len(self._rest))
        self._store.complete_upload(self._name, self._upload, self._etags, self._size, exclusive=False)

    def abort(self) -> None:
        self._rest.cut(len(self._rest))
        if self._upload:
            with contextlib.suppress(StoreError):
                self._store.abort_upload(self._store.key(self._name), self._upload)

    def _send(self, size: int) -> None:
        number = len(self._etags) + 1
        if number > self._store.limits.parts:
            raise StoreError(
                f"cannot write {self._store.url}/{self._name}: after {self._size:,} bytes it has the "
                f"{self._store.limits.parts:,} parts that S3 takes; have it made in smaller objects (layout parts)"
            )
        data = self._rest.cut(size)
        self._etags.append((number, self._store.upload_part(self._name, self._upload, number, data)))
        self._size += len(data)
