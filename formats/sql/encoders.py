"""The encoders of SQL: rows cut into statements of so many rows each, and rows for PostgreSQL's COPY."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from formats.format import Chunk, Encoder, Place
from formats.sql.rows import Rows
from formats.sql.statements import Statement


class Inserts(Encoder):
    """Statements of ``rows`` rows each, counted from the object's first: one may go on in the next part."""

    def __init__(self, rows: Rows, statement: Statement, place: Place) -> None:
        self._rows, self._most = rows, statement.rows
        self._in_statement, self._last = place.row % statement.rows, place.last
        self._start, self._end = statement.start.encode(), statement.end.encode()
        self._skipped = len(statement.separator)

    def begin(self) -> Iterable[Chunk]:
        return ()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        if not batch.num_rows:
            return ()
        return self._rows.write(batch) if self._most == 1 else self._cut(batch)

    def _cut(self, batch: pa.RecordBatch) -> Iterator[Chunk]:
        written, offsets = self._rows.rows(batch)
        at = 0
        while at < batch.num_rows:
            begins = int(offsets[at])
            if not self._in_statement:
                yield self._start
                begins += self._skipped
            taken = min(self._most - self._in_statement, batch.num_rows - at)
            at, self._in_statement = at + taken, self._in_statement + taken
            yield written[begins : int(offsets[at])]
            if self._in_statement == self._most:
                yield self._end
                self._in_statement = 0

    def end(self) -> Iterable[Chunk]:
        return [self._end] if self._in_statement and self._last else []


class Copy(Encoder):
    """One COPY block for all rows of an object, and none where it has no rows."""

    def __init__(self, rows: Rows, start: str, place: Place) -> None:
        self._rows, self._start = rows, start.encode()
        self._begun, self._last = place.row > 0, place.last

    def begin(self) -> Iterable[Chunk]:
        return ()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        if batch.num_rows and not self._begun:
            self._begun = True
            yield self._start
        yield from self._rows.write(batch)

    def end(self) -> Iterable[Chunk]:
        return [b"\\.\n"] if self._begun and self._last else []


class Framed(Encoder):
    """Another encoder's bytes between ``head`` and ``foot``."""

    def __init__(self, encoder: Encoder, head: str, foot: str) -> None:
        self._encoder, self._head, self._foot = encoder, head.encode(), foot.encode()

    def begin(self) -> Iterable[Chunk]:
        if self._head:
            yield self._head
        yield from self._encoder.begin()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        return self._encoder.encode(batch)

    def end(self) -> Iterable[Chunk]:
        yield from self._encoder.end()
        if self._foot:
            yield self._foot
