"""How an S3 object is put together: writers upload into one multipart upload, and the end is one Complete call.

A piece that S3 would not take as a part (too small or too large), or that was too much to hold in memory, waits as an
object of its own in the scratch folder; at the end the server copies it. The last piece may be small: it goes up at the
end. A small one before it means that the object cannot be made that way (``fits`` is false): the caller abandons the
upload, all pieces go to the scratch folder, and at the end runs of them are copied by the server or streamed through
here, in segments that S3 takes; where these would be too many, groups of pieces become objects in the scratch folder
first, which is done by the server again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from cluster.errors import GoneError, StoreError
from cluster.storage import Assembly, Held, Piece, PieceWriter, Site, Store, Writer
from cluster.storage_s3 import S3Store
from cluster.storage_s3_copy import Stretch
from cluster.storage_s3_plan import Source, Span, copy_range, groups, segments
from cluster.storage_s3_writer import Hold
from formats import Chunk

_MOST_IN_MEMORY = 256 << 20
_LEAST_SPILLED = 16 << 20
_AT_ONCE = 8


class S3Assembly(Assembly):
    """The token is the id of the multipart upload that all writers share."""

    store: S3Store

    def begin(self, site: Site) -> str:
        return self.store.begin_upload(site.name)

    def writer(self, site: Site, token: str, number: int) -> PieceWriter:
        return _S3PieceWriter(self.store, site, token, number)

    def holds(self, site: Site, token: str) -> dict[int, Piece]:
        found = super().holds(site, token)
        if token:
            found.update({piece.number: piece for piece in self._uploaded(site, token)})
        return found

    def alive(self, site: Site, token: str) -> bool:
        what, key = f"look at the upload of {self.store.url}/{site.name}", self.store.key(site.name)
        try:
            self.store.client.call("list_parts", what, Key=key, UploadId=token, MaxParts=1)
        except GoneError:
            return False
        return True

    def fits(self, site: Site, token: str, piece: Piece) -> bool:
        if not token or piece.held.upload:
            return True
        limits = self.store.limits
        return piece.size <= limits.most and (piece.size >= limits.least or piece.number == site.pieces - 1)

    def abandon(self, site: Site, token: str) -> None:
        if token:
            self.store.abort_upload(self.store.key(site.name), token)

    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        size = sum(piece.size for piece in pieces) + len(ending)
        if size > self.store.limits.object:
            raise StoreError(
                f"cannot write {self.store.url}/{site.name}: it would have {size:,} bytes, and S3 takes "
                f"{self.store.limits.object:,}; have it made in smaller objects (layout parts)"
            )
        if not token:
            self._join(site, site.name, [Source(site.piece(piece.number), piece.size) for piece in pieces], ending)
            return
        etags = {piece.number + 1: piece.held.etag for piece in pieces[:-1] if piece.held.upload}
        waiting = [piece for piece in pieces[:-1] if not piece.held.upload]
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            made = threads.map(lambda piece: self._copied(site, token, piece), waiting)
            etags.update(zip((piece.number + 1 for piece in waiting), made, strict=True))
        etags |= self._last(site, token, pieces[-1], ending)
        self.store.complete_upload(site.name, token, sorted(etags.items()), size, exclusive=True)

    def _copied(self, site: Site, token: str, piece: Piece) -> str:
        source = site.piece(piece.number)
        return self.store.copy_part(site.name, token, piece.number + 1, source, 0, piece.size)

    def _last(self, site: Site, token: str, piece: Piece, ending: bytes) -> dict[int, str]:
        """The last piece and the ending, as one part or two."""
        number = piece.number + 1
        if piece.held.upload:
            etags = {number: piece.held.etag}
        elif piece.size >= self.store.limits.least and (number < self.store.limits.parts or not ending):
            etags = {number: self._copied(site, token, piece)}
        else:
            data = self.store.read(site.piece(piece.number), 0, piece.size) if piece.size else b""
            return {number: self.store.upload_part(site.name, token, number, data + ending)}
        if ending:
            etags[number + 1] = self.store.upload_part(site.name, token, number + 1, ending)
        return etags

    def _join(self, site: Site, name: str, sources: Sequence[Source], ending: bytes) -> None:
        """Joins objects of the scratch folder, through an upload of its own, and publishes them under ``name``."""
        limits, total = self.store.limits, sum(source.size for source in sources)
        runs = list(segments(sources, limits.least, copy_range(total, limits)))
        if len(runs) >= limits.parts:  # the ending may be one more
            sources = self._gathered(site, name, sources)
            runs = list(segments(sources, limits.least, copy_range(total, limits)))
        token = self.store.begin_upload(name)
        try:
            left = [] if not runs or self._goes_whole(runs[-1]) else runs.pop()
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                etags = list(threads.map(lambda at: self._put_run(name, token, at + 1, runs[at]), range(len(runs))))
            if (rest := self._read(left) + ending) or not etags:
                etags.append(self.store.upload_part(name, token, len(etags) + 1, rest))
            numbered = list(enumerate(etags, 1))
            self.store.complete_upload(name, token, numbered, total + len(ending), exclusive=name == site.name)
        except BaseException:
            with contextlib.suppress(StoreError):  # what went wrong before says more
                self.store.abort_upload(self.store.key(name), token)
            raise

    def _gathered(self, site: Site, name: str, sources: Sequence[Source]) -> list[Source]:
        """Fewer and larger objects of the same bytes: each group joined, under a name in the scratch folder."""
        found = []
        start = f"{site.scratch}/joined" if name == site.name else name
        for number, group in enumerate(groups(sources, self.store.limits)):
            made = Source(f"{start}-{number:05d}", sum(source.size for source in group))
            if made.size:
                self._join(site, made.name, group, b"")
                found.append(made)
        return found

    def _put_run(self, name: str, token: str, number: int, run: list[Span]) -> str:
        """Makes a run of spans part ``number``: one span on the server, several through this process."""
        if len(run) > 1:
            return self.store.upload_part(name, token, number, self._read(run))
        return self.store.copy_part(name, token, number, run[0].name, run[0].start, run[0].stop)

    def _read(self, run: list[Span]) -> bytes:
        return b"".join(self.store.read(span.name, span.start, span.stop) for span in run)

    def _goes_whole(self, run: list[Span]) -> bool:
        return len(run) == 1 and run[0].size >= self.store.limits.least

    def _uploaded(self, site: Site, token: str) -> Iterator[Piece]:
        """The pieces that the upload holds; none if it is gone."""
        more: dict[str, int] = {}
        key, what = self.store.key(site.name), f"look at the upload of {self.store.url}/{site.name}"
        while True:
            try:
                page = self.store.client.call("list_parts", what, Key=key, UploadId=token, **more)
            except GoneError:
                return
            for item in page.get("Parts") or ():
                yield Piece(int(item["PartNumber"]) - 1, int(item["Size"]), Held(token, str(item["ETag"])))
            if not page.get("IsTruncated"):
                return
            more = {"PartNumberMarker": int(page["NextPartNumberMarker"])}


class _S3PieceWriter(PieceWriter):
    """Holds a piece in memory and uploads it as a part of the shared upload, or else into the scratch folder."""

    def __init__(self, store: S3Store, site: Site, token: str, number: int) -> None:
        self._store, self._site, self._token, self._number = store, site, token, number
        self._held = Hold(store.budget)
        self._copied: Stretch | None = None
        self._scratch: Writer | None = None if token else self._waiting()

    def copy(self, source: Store, name: str, start: int, stop: int, look: Callable[[Chunk], object]) -> bool:
        stretch, limits = Stretch.of(source, name, start, stop), self._store.limits
        alone = self._scratch is None and self._copied is None and not len(self._held)
        if alone and stretch is not None and limits.least <= stretch.size <= limits.copied:
            self._copied = stretch  # by one call, in the end
            return False
        if self._scratch is not None or (stretch is not None and stretch.size > limits.copied):
            return self._spill().copy(source, name, start, stop, look)
        return super().copy(source, name, start, stop, look)

    def write(self, chunk: Chunk) -> None:
        if self._copied is not None:
            self._spill()
        if self._scratch is not None:
            self._scratch.write(chunk)
            return
        fits = self._held.add(chunk)
        if len(self._held) > _MOST_IN_MEMORY or (not fits and len(self._held) >= _LEAST_SPILLED):
            self._spill()

    def commit(self) -> None:
        limits, number = self._store.limits, self._number + 1
        # The last number is left to the ending, which goes up together with its piece.
        size = self._copied.size if self._copied is not None else len(self._held)
        if self._scratch is None and limits.least <= size <= limits.most and number < limits.parts:
            data = self._held.bytes
            try:
                if self._copied is not None:
                    etag = self._copied.copy(self._store, self._site.name, self._token, number)
                else:
                    etag = self._store.upload_part(self._site.name, self._token, number, data)
            except GoneError:  # abandoned or completed meanwhile; the bytes are still good
                pass
            else:
                self.held = Held(self._token, etag)
                self._held.cut(len(data))
                return
        self._spill().commit()

    def abort(self) -> None:
        self._held.cut(len(self._held))
        if self._scratch is not None:
            self._scratch.abort()

    def _spill(self) -> Writer:
        if self._scratch is None:
            self._scratch = self._waiting()
            if self._copied is not None:
                made, self._copied = self._copied, None
                self._scratch.copy(made.store, made.name, made.start, made.stop, len)
            self._scratch.write(self._held.cut(len(self._held)))
        return self._scratch

    def _waiting(self) -> Writer:
        return self._store.writer(self._site.piece(self._number))
