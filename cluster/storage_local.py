"""The store of a local folder, or of one that all nodes mount.

Temporary files live in the scratch folder of the same file system, so no name that a user looks for is ever half
written. How a file gets its name is in storage_local_files, how pieces become one in storage_local_assembly.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from cluster.errors import ExistsError
from cluster.storage import Assembly, Entry, Store, Writer
from cluster.storage_local_files import FileWriter, fsync, prune, told

_REMOVALS = 5
"""How often a folder is removed in which others are still making files."""


class LocalStore(Store):
    """A folder. Several processes may use it at once."""

    def __init__(self, root: Path, scratch: str) -> None:
        self.root, self.scratch = root, scratch
        self.url = f"file://{root}"

    def check(self) -> None:
        """Makes the folder, and for a moment a file in it."""
        probe = FileWriter(self.root / self.scratch / uuid.uuid4().hex, self.root)
        try:
            with told("write to", self.root):
                os.write(probe.handle(), b"seedbed")
        finally:
            probe.abort()
            prune(self.root, probe.temporary.parent)

    def writer(self, name: str) -> Writer:
        return self.file(name)

    def file(self, name: str) -> FileWriter:
        """A writer whose caller may also publish."""
        return FileWriter(self.root / self.scratch / uuid.uuid4().hex, self.root / name)

    def create(self, name: str, data: bytes) -> bool:
        writer = self.file(name)
        try:
            writer.write(data)
            writer.publish()
        except ExistsError:
            return False
        finally:
            writer.abort()
        return True

    def read(self, name: str, start: int = 0, stop: int | None = None) -> bytes:
        path = self.root / name
        with told("read", path), path.open("rb", buffering=0) as file:
            file.seek(start)
            return file.read() if stop is None else file.read(max(0, stop - start))

    def local_path(self, name: str) -> Path:
        return self.root / name

    def size(self, name: str) -> int | None:
        path = self.root / name
        with told("look at", path):
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return found.st_size if path.is_file() else None

    def entries(self, folder: str) -> Sequence[Entry]:
        top = self.root / folder
        found = []
        with told("list", top):
            for at, _, files in os.walk(top):
                for file in files:
                    path = Path(at, file)
                    with contextlib.suppress(FileNotFoundError):  # another process may be cleaning up
                        found.append(Entry(path.relative_to(self.root).as_posix(), path.stat().st_size))
        return sorted(found, key=lambda entry: entry.name)

    def delete(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.root / name
            with told("delete", path), contextlib.suppress(NotADirectoryError):  # a file on the way: it cannot be there
                path.unlink(missing_ok=True)
            prune(self.root, path.parent)

    def clear(self, folder: str) -> None:
        path = self.root / folder if folder else self.root.resolve()
        for _ in range(_REMOVALS):
            shutil.rmtree(path, ignore_errors=True)
            if not path.exists():
                break
        else:  # what was made again and again meanwhile, or could not be removed; now say why
            with told("delete", path), contextlib.suppress(FileNotFoundError):
                shutil.rmtree(path)
        prune(self.root, path.parent)

    def settle(self, names: Iterable[str]) -> None:
        folders = {self.root}
        for name in names:
            path = self.root / name
            folders.add(path.parent)
            fsync(path)
        for folder in sorted(folders):
            fsync(folder)

    def tidy(self) -> None:
        self.clear(self.scratch)

    def assembly(self) -> Assembly:
        from cluster.storage_local_assembly import LocalAssembly

        return LocalAssembly(self)
