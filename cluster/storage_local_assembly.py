"""How a local object is put together: pieces are appended to a temporary file, which then gets the object's name.

The kernel copies (or clones, where the file system can). Joining may begin while later pieces are still being made, so
that little is left to copy, and to bring to the disk, when the last one is there. The pieces stay until the object is
published: a run that is cut short begins its joining again, but not their making.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from cluster.errors import GoneError, StoreError
from cluster.storage import Assembly, Piece, Site
from cluster.storage_local import LocalStore
from cluster.storage_local_files import FileWriter, copy_range, told


@dataclass
class _Joined:
    """An object under way: how many pieces its file has, and how many bytes."""

    writer: FileWriter
    pieces: int = 0
    size: int = 0


class LocalAssembly(Assembly):
    """Keeps the files it has begun; ``close`` drops them."""

    joins_early = True

    def __init__(self, store: LocalStore) -> None:
        super().__init__(store)
        self.local = store
        self._begun: dict[str, _Joined] = {}
        self._lock = threading.Lock()

    def extend(self, site: Site, pieces: Sequence[Piece]) -> None:
        with self._lock:
            joined = self._begun.setdefault(site.name, _Joined(self.local.file(site.name)))
            try:
                self._append(site, joined, pieces)
            except StoreError:
                self._drop(site)
                raise

    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        with self._lock:
            joined = self._begun.setdefault(site.name, _Joined(self.local.file(site.name)))
            try:
                self._append(site, joined, pieces[joined.pieces :])
                joined.writer.write(ending)
                with told("write", joined.writer.path):
                    os.fsync(joined.writer.handle())
                joined.writer.publish()
            finally:
                self._drop(site)

    def close(self) -> None:
        with self._lock:
            for joined in self._begun.values():
                joined.writer.abort()
            self._begun.clear()

    def _append(self, site: Site, joined: _Joined, pieces: Sequence[Piece]) -> None:
        for piece in pieces:
            source = self.local.root / site.piece(piece.number)
            with told("join", source):
                copied = copy_range(joined.writer.handle(), source)
            if copied != piece.size:
                raise GoneError(f"{source} has {copied:,} bytes instead of {piece.size:,}", passing=True)
            _begin_writing_back(joined.writer.handle(), joined.size, copied)
            joined.pieces, joined.size = joined.pieces + 1, joined.size + copied

    def _drop(self, site: Site) -> None:
        if (joined := self._begun.pop(site.name, None)) is not None:
            joined.writer.abort()


def _begin_writing_back(handle: int, start: int, size: int) -> None:
    """Asks the kernel to bring bytes to the disk now, in the background: less is left for the final fsync."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError):
            os.posix_fadvise(handle, start, size, os.POSIX_FADV_DONTNEED)
