"""Files that appear whole: written under a temporary name, then moved or linked to their own in one step.

Only POSIX calls, and what their failures mean to a user. Nothing here knows stores or what the bytes are.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from cluster.errors import ExistsError, FullError, GoneError, StoreError
from cluster.storage import Store, Writer
from formats import Chunk

_COPY, _READ = 64 << 20, 8 << 20
_NO_KERNEL_COPY = {errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_ROOM = "free some space or choose another target; finished parts are kept and not made again"
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "raise the limit on file sizes (ulimit -f), or choose a file system without one",
    errno.EACCES: "choose a folder that this user may write",
    errno.EPERM: "choose a folder that this user may write",
    errno.EROFS: "choose a folder on a writable file system",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EISDIR: "a folder stands where a file is to be written",
    errno.ENAMETOOLONG: "shorten the table's name",
}


@contextlib.contextmanager
def told(what: str, path: Path) -> Iterator[None]:
    """Turns an OSError into one clear StoreError."""
    try:
        yield
    except FileNotFoundError:
        raise GoneError(f"cannot {what} {path}: it is not there", passing=True) from None
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "")
        reason = (error.strerror or str(error)).lower()
        kind = FullError if error.errno in {errno.ENOSPC, errno.EDQUOT} else StoreError
        raise kind(f"cannot {what} {path}: {reason}{f' ({remedy})' if remedy else ''}") from None


class FileWriter(Writer):
    """Writes a file as ``temporary`` and gives it the name ``path`` at the end."""

    def __init__(self, temporary: Path, path: Path) -> None:
        self.temporary, self.path = temporary, path
        self._handle = -1

    def handle(self) -> int:
        """The open file's descriptor; the file is made when it is first asked for."""
        if self._handle < 0:
            _in_folder(self.temporary, self._open)
        return self._handle

    def write(self, chunk: Chunk) -> None:
        with told("write", self.path):
            write_all(self.handle(), chunk)

    def copy(self, source: Store, name: str, start: int, stop: int, look: Callable[[Chunk], object]) -> bool:
        path = source.local_path(name)
        if path is None:
            return super().copy(source, name, start, stop, look)
        with told("copy", path):
            copied = copy_range(self.handle(), path, start, stop)
            if copied != stop - start:
                raise StoreError(f"{path} ends at byte {start + copied:,}, before {stop:,}")
            end = os.lseek(self.handle(), 0, os.SEEK_CUR)
        with told("read", self.temporary), self.temporary.open("rb", buffering=0) as file:
            file.seek(end - copied)
            while chunk := file.read(_READ):
                look(chunk)
        return True

    def commit(self) -> None:
        with told("write", self.path):
            self.handle()
            self._close()
            _in_folder(self.path, self._rename)

    def publish(self) -> None:
        """Like ``commit``, but ExistsError if the name is taken."""
        with told("write", self.path):
            self.handle()
            self._close()
            try:
                _in_folder(self.path, self._link)
            except FileExistsError:
                raise ExistsError(f"{self.path} exists already") from None
        self.abort()

    def abort(self) -> None:
        with contextlib.suppress(OSError):
            self._close()
        with contextlib.suppress(OSError):
            self.temporary.unlink(missing_ok=True)

    def _open(self) -> None:
        self._handle = os.open(self.temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    def _close(self) -> None:
        if self._handle >= 0:
            handle, self._handle = self._handle, -1
            os.close(handle)

    def _rename(self) -> None:
        self.temporary.replace(self.path)

    def _link(self) -> None:
        try:
            self.path.hardlink_to(self.temporary)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A file system without hard links: an empty file claims the name, and is replaced at once.
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666))
            self._rename()


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


def prune(root: Path, folder: Path) -> None:
    """Removes a folder that is empty, and its parents below ``root`` likewise: an object store has none either."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def copy_range(target: int, path: Path, start: int = 0, stop: int | None = None) -> int:
    """Appends the bytes [start, stop) of a file at the target's position, by the kernel where it can (which clones them
    where the file system can); returns how many there were."""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        copied, left = 0, _COPY if stop is None else stop - start
        try:
            while left > 0 and hasattr(os, "copy_file_range"):
                count = os.copy_file_range(file.fileno(), target, min(left, _COPY))
                if count == 0:
                    break
                copied, left = copied + count, _COPY if stop is None else left - count
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
        while left > 0 and (chunk := file.read(min(left, _READ))):  # what the kernel would not copy
            write_all(target, chunk)
            copied, left = copied + len(chunk), _COPY if stop is None else left - len(chunk)
        return copied


def write_all(handle: int, chunk: Chunk) -> None:
    """Writes all of a chunk."""
    view = memoryview(chunk).cast("B")
    while view:
        view = view[os.write(handle, view) :]


def fsync(path: Path) -> None:
    """Returns when a file, or the names in a folder, would survive a loss of power."""
    with told("write", path):
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
