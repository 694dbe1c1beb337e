"""Where data sets are kept: one interface for a local folder, an S3 bucket, and memory.

The laws every store keeps: nothing is visible under a name before all of its bytes are; an aborted write leaves
nothing; ``create`` and ``assemble`` never replace; an absent object is ``None`` or a GoneError, never an empty one; and
every failure is a StoreError of one message: within seconds from a store that was never reached, within about a minute
from one that was, because that one may come back. Nothing here knows tables, formats or Ray.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cluster.errors import GoneError, StoreError
from formats import Chunk

STATE = ".seedbed"
"""Folder beside the output that holds the state of orders under way."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored object: its name within the store and its size in bytes."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A write of an object that has begun and not ended: the object's name, and the token of the write."""

    name: str
    token: str


class Writer(ABC):
    """One object being written. As a context manager it commits, or aborts when the block raises."""

    @abstractmethod
    def write(self, chunk: Chunk) -> None:
        """Appends bytes."""

    def copy(self, source: Store, name: str, start: int, stop: int, look: Callable[[Chunk], object]) -> bool:
        """Appends the bytes [start, stop) of another object, by the store itself where it can.

        Returns whether ``look`` was given all of them, as they were written: that is where reading them costs little.
        What ``look`` raises comes through. StoreError if the object is not there, is shorter, or changes meanwhile.
        """
        for chunk in source.chunks(name, start, stop):
            look(chunk)
            self.write(chunk)
        return True

    @abstractmethod
    def commit(self) -> None:
        """Makes the bytes visible under the object's name, all at once, in place of what was there."""

    @abstractmethod
    def abort(self) -> None:
        """Leaves nothing behind; never raises."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            self.abort()
            return
        try:
            self.commit()
        except BaseException:
            self.abort()
            raise


@dataclass(frozen=True, slots=True)
class Held:
    """Where the bytes of a piece are until the object is assembled: an open upload, or else the scratch folder."""

    upload: str = ""
    etag: str = ""


class PieceWriter(Writer):
    """Writes one piece of an object; after ``commit``, ``held`` says where its bytes are."""

    held: Held = Held()


@dataclass(frozen=True, slots=True)
class Site:
    """An object to be put together: its final name, the folder for what is not yet in place, its number of pieces."""

    name: str
    scratch: str
    pieces: int

    def piece(self, number: int) -> str:
        """The name of a piece that lies in the scratch folder; pieces are numbered from 0."""
        return f"{self.scratch}/{number:05d}.piece"


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished piece of an object, in order of ``number``."""

    number: int
    size: int
    held: Held


class Assembly(ABC):
    """How a store puts one object together from pieces that were written anywhere, in any order.

    ``begin`` opens it once for all writers and gives the token that they share; an empty token means that pieces can
    only be held in the scratch folder. This class keeps all pieces there, and joins them at the end.
    """

    joins_early: bool = False
    """Whether ``extend`` does anything."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def begin(self, site: Site) -> str:
        return ""

    def writer(self, site: Site, token: str, number: int) -> PieceWriter:
        """A writer for a piece. Writing a piece again, with the same bytes, is harmless."""
        return _ScratchWriter(self.store.writer(site.piece(number)))

    def holds(self, site: Site, token: str) -> dict[int, Piece]:
        """The pieces whose bytes are there, by number."""
        found = {}
        for entry in self.store.entries(site.scratch):
            stem, _, kind = entry.name.rpartition("/")[2].partition(".")
            if kind == "piece" and stem.isdecimal():
                found[int(stem)] = Piece(int(stem), entry.size, Held())
        return found

    def alive(self, site: Site, token: str) -> bool:
        """Whether pieces can still be written and completed under a token that is not empty."""
        return False

    def fits(self, site: Site, token: str, piece: Piece) -> bool:
        """Whether a piece can become part of the object under this token. If not, the object needs ``abandon``."""
        return True

    def abandon(self, site: Site, token: str) -> None:
        """Drops what is held under the token, but not the scratch folder; no error if it is gone. The token is dead."""
        return

    def extend(self, site: Site, pieces: Sequence[Piece]) -> None:
        """May begin to join: these pieces follow those given before, from the first on. A hint, never needed."""
        return

    def close(self) -> None:
        """Drops whatever ``extend`` has begun and ``complete`` has not ended."""
        return

    @abstractmethod
    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        """Publishes the pieces, in order, and ``ending`` as the object; ExistsError if the name is taken."""


class _ScratchWriter(PieceWriter):
    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def write(self, chunk: Chunk) -> None:
        self._writer.write(chunk)

    def copy(self, source: Store, name: str, start: int, stop: int, look: Callable[[Chunk], object]) -> bool:
        return self._writer.copy(source, name, start, stop, look)

    def commit(self) -> None:
        self._writer.commit()

    def abort(self) -> None:
        self._writer.abort()


@dataclass(frozen=True, slots=True)
class UploadRule:
    """A store's rule to abort uploads under a prefix of the whole bucket after some days; ``ours``: this URL's own."""

    name: str
    prefix: str
    days: int
    enabled: bool = True
    ours: bool = False


class Store(ABC):
    """A folder of objects with ``/`` in their names. ``url`` is its canonical address."""

    url: str
    cheap_reads: bool = True
    """Whether reading bytes back to check them costs little beside making them."""
    shared: bool = True
    """Whether other processes see the same objects."""

    @abstractmethod
    def check(self) -> None:
        """StoreError, within seconds, unless the store can be reached and looks fit to be written."""

    @abstractmethod
    def writer(self, name: str) -> Writer:
        """A streaming writer that replaces the object atomically."""

    def put(self, name: str, data: bytes) -> None:
        """Writes a small object atomically, in place of what was there."""
        with self.writer(name) as writer:
            writer.write(data)

    @abstractmethod
    def create(self, name: str, data: bytes) -> bool:
        """Writes a small object atomically unless one is there; False if there was. One of many callers gets True."""

    @abstractmethod
    def read(self, name: str, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes [start, stop) of an object; GoneError if it is not there."""

    def find(self, name: str) -> bytes | None:
        """All bytes of a small object, or None."""
        try:
            return self.read(name)
        except GoneError:
            return None

    def chunks(self, name: str, start: int, stop: int, size: int = 8 << 20) -> Iterator[bytes]:
        """The bytes [start, stop) in chunks; StoreError if the object ends before ``stop``."""
        while start < stop:
            chunk = self.read(name, start, min(start + size, stop))
            if not chunk:
                raise StoreError(f"{self.url}/{name} ends at byte {start:,}, before {stop:,}")
            yield chunk
            start += len(chunk)

    def local_path(self, name: str) -> Path | None:
        """Where an object is a file that this process can open; None in stores of other kinds."""
        return None

    @abstractmethod
    def size(self, name: str) -> int | None:
        """The object's size in bytes, or None."""

    @abstractmethod
    def entries(self, folder: str) -> Sequence[Entry]:
        """Every object below a folder, at any depth, sorted by name; none if the folder is not there."""

    @abstractmethod
    def delete(self, names: Iterable[str]) -> None:
        """Removes objects; those that are not there are no error."""

    @abstractmethod
    def clear(self, folder: str) -> None:
        """Removes a folder with all that is in it, unfinished writes included; no error if it is not there."""

    def remove(self) -> None:
        """Removes everything, unfinished writes included, and the store's own folder, if it has one."""
        self.clear("")

    def unfinished(self) -> Sequence[Unfinished]:
        """Writes under way, and those that killed writers left, as far as others than their writers can see them."""
        return ()

    def abort(self, writes: Iterable[Unfinished]) -> None:
        """Drops unfinished writes; no error if they are gone."""
        return

    def settle(self, names: Iterable[str]) -> None:
        """Returns when the objects would survive a loss of power."""
        return

    def tidy(self) -> None:
        """Removes what killed writers left under this store's temporary names; nobody may be writing there now."""
        return

    @abstractmethod
    def assembly(self) -> Assembly:
        """How this store puts objects together."""

    def signed_url(self, name: str, seconds: int, download_as: str | None = None) -> str | None:
        """A URL under which anybody may read the object for so many seconds, in ranges too; None if the store has none.

        ``download_as``: the file name under which a browser saves it. That the object exists is not looked at. The URL
        ends early with the credentials that signed it, where those are temporary.
        """
        return None

    def upload_rules(self) -> Sequence[UploadRule]:
        """The store's own rules against forgotten uploads, whoever made them; StoreError if it cannot have any."""
        raise StoreError(f"{self.url} has no unfinished uploads and so no rules for them; they are for S3 buckets")

    def expire_uploads(self, days: int) -> UploadRule:
        """Has the store itself abort uploads below this URL that are older than so many days.

        Replaces the rule that an earlier call made for this URL and leaves all others alone. StoreError, not passing,
        if the store cannot do it.
        """
        raise StoreError(f"{self.url} has no unfinished uploads and so no rules for them; they are for S3 buckets")
