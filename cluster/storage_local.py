"""The store of a local folder (or one that all nodes mount): temporary name, then one atomic step in the file system.

Temporary files live in the scratch folder of the same file system, so no name that a user looks for is ever half
written. Only POSIX calls; nothing here knows what the bytes are.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from cluster.errors import ExistsError, GoneError, StoreError
from cluster.storage import Assembly, Entry, Piece, Site, Store, Writer
from formats import Chunk

_COPY = 64 << 20
_NO_KERNEL_COPY = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_REMEDIES = {
    errno.ENOSPC: "free some space or choose another target; finished parts are kept and not made again",
    errno.EDQUOT: "free some space or choose another target; finished parts are kept and not made again",
    errno.EFBIG: "raise the limit on file sizes (ulimit -f), or choose a file system without one",
    errno.EACCES: "choose a folder that this user may write",
    errno.EPERM: "choose a folder that this user may write",
    errno.EROFS: "choose a folder on a writable file system",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EISDIR: "a folder stands where a file is to be written",
}


@contextlib.contextmanager
def _told(what: str, path: Path) -> Iterator[None]:
    """Turns an OSError into one clear StoreError."""
    try:
        yield
    except FileNotFoundError:
        raise GoneError(f"cannot {what} {path}: it is not there", passing=True) from None
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "")
        reason = (error.strerror or str(error)).lower()
        raise StoreError(f"cannot {what} {path}: {reason}{f' ({remedy})' if remedy else ''}") from None


class LocalStore(Store):
    """A folder. Several processes may use it at once."""

    def __init__(self, root: Path, scratch: str) -> None:
        self.root, self.scratch = root, scratch
        self.url = f"file://{root}"

    def check(self) -> None:
        """Makes the folder, and in it a file without a name."""
        probe = self._temporary()
        try:
            with _told("write to", self.root):
                probe.open()
                os.write(probe.handle, b"seedbed")
        finally:
            probe.remove()
            _prune(self.root, probe.path.parent)

    def writer(self, name: str) -> Writer:
        return LocalWriter(self._temporary(), self.root / name)

    def create(self, name: str, data: bytes) -> bool:
        writer = LocalWriter(self._temporary(), self.root / name)
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
        with _told("read", path), path.open("rb", buffering=0) as file:
            file.seek(start)
            return file.read() if stop is None else file.read(max(0, stop - start))

    def size(self, name: str) -> int | None:
        path = self.root / name
        with _told("look at", path):
            try:
                found = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return found.st_size if path.is_file() else None

    def entries(self, folder: str) -> Sequence[Entry]:
        top = self.root / folder
        found = []
        with _told("list", top):
            for at, _, files in os.walk(top):
                for file in files:
                    path = Path(at, file)
                    with contextlib.suppress(FileNotFoundError):  # another process may be cleaning up
                        found.append(Entry(path.relative_to(self.root).as_posix(), path.stat().st_size))
        return sorted(found, key=lambda entry: entry.name)

    def delete(self, names: Iterable[str]) -> None:
        for name in names:
            path = self.root / name
            with _told("delete", path):
                path.unlink(missing_ok=True)
            _prune(self.root, path.parent)

    def clear(self, folder: str) -> None:
        path = self.root / folder
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            with _told("delete", path):
                shutil.rmtree(path)
        _prune(self.root, path.parent)

    def settle(self, names: Iterable[str]) -> None:
        folders = {self.root}
        for name in names:
            path = self.root / name
            folders.add(path.parent)
            _fsync(path)
        for folder in sorted(folders):
            _fsync(folder)

    def tidy(self) -> None:
        self.clear(self.scratch)

    def assembly(self) -> Assembly:
        return LocalAssembly(self)

    def temporary(self, name: str) -> LocalWriter:
        """A writer for an object's bytes, to be published by the caller."""
        return LocalWriter(self._temporary(), self.root / name)

    def _temporary(self) -> _Temporary:
        return _Temporary(self.root / self.scratch / uuid.uuid4().hex)


def _prune(root: Path, folder: Path) -> None:
    """Removes folders that have become empty, up to the root: an object store has none either."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _in_folder(path: Path, step: Callable[[], None]) -> None:
    """Does ``step``, which needs the folder of ``path``; again if another process removes the folder meanwhile."""
    for last in (False, False, False, True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            if last or path.parent.exists():
                raise
            continue
        try:
            step()
            return
        except FileNotFoundError:
            if last:
                raise


class _Temporary:
    """A file that is opened at the first write and goes away unless it was moved."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = -1

    def open(self) -> None:
        _in_folder(self.path, self._open)

    def _open(self) -> None:
        self.handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    def close(self) -> None:
        if self.handle >= 0:
            handle, self.handle = self.handle, -1
            os.close(handle)

    def remove(self) -> None:
        with contextlib.suppress(OSError):
            self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


class LocalWriter(Writer):
    """Writes a temporary file and renames it."""

    def __init__(self, temporary: _Temporary, path: Path) -> None:
        self._temporary, self.path = temporary, path

    def write(self, chunk: Chunk) -> None:
        with _told("write", self.path):
            handle = self.handle()
            view = memoryview(chunk).cast("B")
            while view:
                view = view[os.write(handle, view) :]

    def handle(self) -> int:
        """The open file's descriptor."""
        if self._temporary.handle < 0:
            self._temporary.open()
        return self._temporary.handle

    def commit(self) -> None:
        with _told("write", self.path):
            self.handle()
            self._temporary.close()
            _in_folder(self.path, lambda: _rename(self._temporary.path, self.path))
        self._temporary.remove()

    def publish(self) -> None:
        """Like ``commit``, but ExistsError if the name is taken."""
        with _told("write", self.path):
            self.handle()
            self._temporary.close()
            try:
                _in_folder(self.path, lambda: self.path.hardlink_to(self._temporary.path))
            except FileExistsError:
                raise ExistsError(f"{self.path} exists already") from None
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                self._publish_without_links()
        self._temporary.remove()

    def _publish_without_links(self) -> None:
        """Claims the name with an empty file, then replaces it: for file systems without hard links."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
        except FileExistsError:
            raise ExistsError(f"{self.path} exists already") from None
        _rename(self._temporary.path, self.path)

    def abort(self) -> None:
        self._temporary.remove()


class LocalAssembly(Assembly):
    """Joins pieces by the kernel's own copy (a clone where the file system can), then publishes the file."""

    store: LocalStore

    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        writer = self.store.temporary(site.name)
        try:
            for piece in pieces:
                source = self.store.root / site.piece(piece.number)
                with _told("join", source):
                    copied = _append(writer.handle(), source)
                if copied != piece.size:
                    raise GoneError(f"{source} has {copied:,} bytes instead of {piece.size:,}", passing=True)
            writer.write(ending)
            with _told("write", writer.path):
                os.fsync(writer.handle())
            writer.publish()
        finally:
            writer.abort()


def _rename(source: Path, target: Path) -> None:
    source.replace(target)


def _append(target: int, path: Path) -> int:
    """Appends a file's bytes at the target's position; returns how many."""
    with path.open("rb", buffering=0) as file:
        copied = 0
        try:
            while hasattr(os, "copy_file_range"):
                count = os.copy_file_range(file.fileno(), target, _COPY)
                if count == 0:
                    break
                copied += count
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
        while chunk := file.read(8 << 20):  # what the kernel would not copy
            view = memoryview(chunk)
            while view:
                count = os.write(target, view)
                copied, view = copied + count, view[count:]
        return copied


def _fsync(path: Path) -> None:
    with _told("write", path):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
