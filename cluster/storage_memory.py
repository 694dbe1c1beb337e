"""The store in this process's memory, over fsspec's ``memory://``: for small orders and for tests, never for Ray.

``fsspec.open("memory://...")`` in the same process sees the same objects. Nothing here outlives the process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any

from fsspec.implementations.memory import MemoryFileSystem

from cluster.errors import ExistsError, GoneError
from cluster.storage import Assembly, Entry, Piece, Site, Store, Writer
from formats import Chunk

_LOCK = threading.RLock()
"""fsspec's memory file system is one dictionary a process, without a lock of its own."""


class MemoryStore(Store):
    """Objects below a path of the process-wide memory file system."""

    shared = False

    def __init__(self, root: str) -> None:
        self.root = "/" + root.strip("/")
        self.url = f"memory://{self.root.strip('/')}"
        self._files: Any = MemoryFileSystem(skip_instance_cache=True)

    def path(self, name: str) -> str:
        """Where an object stands in the memory file system."""
        return f"{self.root.rstrip('/')}/{name}"

    def check(self) -> None:
        return None

    def writer(self, name: str) -> Writer:
        return _MemoryWriter(self, name)

    def create(self, name: str, data: bytes) -> bool:
        with _LOCK:
            if self.size(name) is not None:
                return False
            self.place(name, data)
            return True

    def place(self, name: str, data: bytes) -> None:
        """Puts an object there, all at once."""
        with _LOCK:
            self._files.pipe_file(self.path(name), bytes(data))

    def read(self, name: str, start: int = 0, stop: int | None = None) -> bytes:
        with _LOCK:
            if self.size(name) is None:
                raise GoneError(f"cannot read {self.url}/{name}: it is not there", passing=True)
            return bytes(self._files.cat_file(self.path(name)))[start:stop]

    def size(self, name: str) -> int | None:
        with _LOCK:
            if not self._files.isfile(self.path(name)):
                return None
            return int(self._files.info(self.path(name))["size"])

    def entries(self, folder: str) -> Sequence[Entry]:
        with _LOCK:
            top = self.path(folder).rstrip("/")
            if not self._files.isdir(top):
                return []
            found = self._files.find(top, detail=True)
            start = len(self.path(""))
            return [Entry(path[start:], int(found[path]["size"])) for path in sorted(found)]

    def delete(self, names: Iterable[str]) -> None:
        with _LOCK:
            for name in names:
                if self.size(name) is not None:
                    self._files.rm_file(self.path(name))

    def clear(self, folder: str) -> None:
        with _LOCK:
            self.delete([entry.name for entry in self.entries(folder)])

    def assembly(self) -> Assembly:
        return _MemoryAssembly(self)


class _MemoryWriter(Writer):
    def __init__(self, store: MemoryStore, name: str) -> None:
        self._store, self._name = store, name
        self._bytes = bytearray()

    def write(self, chunk: Chunk) -> None:
        self._bytes += chunk

    def commit(self) -> None:
        self._store.place(self._name, bytes(self._bytes))
        self._bytes.clear()

    def abort(self) -> None:
        self._bytes.clear()


class _MemoryAssembly(Assembly):
    store: MemoryStore

    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        whole = b"".join([*(self.store.read(site.piece(piece.number)) for piece in pieces), ending])
        if not self.store.create(site.name, whole):
            raise ExistsError(f"{self.store.url}/{site.name} exists already")
