"""How an S3 object is put together: writers upload into one multipart upload, and the end is one Complete call.

A piece that S3 would not take as a part (under 5 MiB, or too large to hold in memory) waits as an object of its own in
the scratch folder. The last piece may: it goes up at the end. A small one before it means that the object cannot be
made that way (``fits`` is false): the caller abandons the upload, all pieces go to the scratch folder, and at the end
runs of them are copied by the server or streamed through here, in segments that S3 takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from cluster.errors import GoneError
from cluster.storage import Assembly, Held, Piece, PieceWriter, Site, Writer
from cluster.storage_s3 import MAX_PART_NUMBER, MIN_PART, S3Store
from formats import Chunk

_MOST_IN_MEMORY = 256 << 20
_COPY_RANGE = 1 << 30
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes [start, stop) of scratch piece ``number``."""

    number: int
    start: int
    stop: int


def segments(sizes: Sequence[tuple[int, int]], least: int, most: int) -> Iterator[list[Span]]:
    """Cuts (number, size) pieces, laid end to end, into runs that S3 takes as parts.

    Every run but the last has ``least`` bytes or more. A run of one span can be copied by the server, a run of
    several is under ``2 * least`` bytes and has to be read; spans are at most ``most + least`` bytes.
    """
    run: list[Span] = []
    missing = least
    for number, size in sizes:
        start = 0
        while start < size:
            room = size - start
            limit = missing if run else most  # a small run is topped up; what stays behind is never too small
            take = room if room < limit + least else limit
            run.append(Span(number, start, start + take))
            start, missing = start + take, missing - take
            if missing <= 0:
                yield run
                run, missing = [], least
    if run:
        yield run


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
        return not token or bool(piece.held.upload) or piece.size >= MIN_PART or piece.number == site.pieces - 1

    def abandon(self, site: Site, token: str) -> None:
        if token:
            self.store.abort_upload(self.store.key(site.name), token)

    def complete(self, site: Site, token: str, pieces: Sequence[Piece], ending: bytes) -> None:
        if not token:
            self._join(site, pieces, ending)
            return
        etags = [(piece.number + 1, piece.held.etag) for piece in pieces[:-1] if piece.held.upload]
        for piece in pieces[:-1]:
            if not piece.held.upload:
                etags.append((piece.number + 1, self._copy(site, token, piece.number + 1, [_all_of(piece)])))
        etags += self._last(site, token, pieces[-1], ending)
        self.store.complete_upload(site.name, token, sorted(etags), exclusive=True)

    def _last(self, site: Site, token: str, piece: Piece, ending: bytes) -> list[tuple[int, str]]:
        """The last piece and the ending, as one part or two."""
        number = piece.number + 1
        if piece.held.upload:
            etags = [(number, piece.held.etag)]
        elif piece.size >= MIN_PART and number < MAX_PART_NUMBER:
            etags = [(number, self._copy(site, token, number, [_all_of(piece)]))]
        else:
            data = self.store.read(site.piece(piece.number), 0, piece.size) if piece.size else b""
            return [(number, self.store.upload_part(site.name, token, number, data + ending))]
        return [*etags, (number + 1, self.store.upload_part(site.name, token, number + 1, ending))] if ending else etags

    def _join(self, site: Site, pieces: Sequence[Piece], ending: bytes) -> None:
        """Joins pieces that all lie in the scratch folder, through an upload of its own."""
        runs = list(segments([(piece.number, piece.size) for piece in pieces], MIN_PART, _COPY_RANGE))
        token = self.store.begin_upload(site.name)
        try:
            left = [] if not runs or _goes_whole(runs[-1]) else runs.pop()
            with ThreadPoolExecutor(_AT_ONCE) as threads:
                etags = list(threads.map(lambda at: self._copy(site, token, at + 1, runs[at]), range(len(runs))))
            if (rest := self._read(site, left) + ending) or not etags:
                etags.append(self.store.upload_part(site.name, token, len(etags) + 1, rest))
            self.store.complete_upload(site.name, token, list(enumerate(etags, 1)), exclusive=True)
        except BaseException:
            self.abandon(site, token)
            raise

    def _copy(self, site: Site, token: str, number: int, run: list[Span]) -> str:
        """Makes a run of spans part ``number``: one span on the server, several through this process."""
        name, what = site.name, f"join {self.store.url}/{site.name}"
        if len(run) > 1:
            return self.store.upload_part(name, token, number, self._read(site, run))
        span = run[0]
        source = {"Bucket": self.store.client.bucket, "Key": self.store.key(site.piece(span.number))}
        arguments = {"Key": self.store.key(name), "UploadId": token, "PartNumber": number, "CopySource": source}
        limits = {"CopySourceRange": f"bytes={span.start}-{span.stop - 1}"}
        answer = self.store.client.call("upload_part_copy", what, **arguments, **limits)
        return str(answer["CopyPartResult"]["ETag"])

    def _read(self, site: Site, run: list[Span]) -> bytes:
        return b"".join(self.store.read(site.piece(span.number), span.start, span.stop) for span in run)

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


def _goes_whole(run: list[Span]) -> bool:
    return len(run) == 1 and run[0].stop - run[0].start >= MIN_PART


def _all_of(piece: Piece) -> Span:
    return Span(piece.number, 0, piece.size)


class _S3PieceWriter(PieceWriter):
    """Holds a piece in memory and uploads it as a part of the shared upload, or else into the scratch folder."""

    def __init__(self, store: S3Store, site: Site, token: str, number: int) -> None:
        self._store, self._site, self._token, self._number = store, site, token, number
        self._bytes = bytearray()
        self._scratch: Writer | None = None if token else self._waiting()

    def write(self, chunk: Chunk) -> None:
        if self._scratch is not None:
            self._scratch.write(chunk)
            return
        self._bytes += chunk
        if len(self._bytes) > _MOST_IN_MEMORY:
            self._spill()

    def commit(self) -> None:
        if self._scratch is None and len(self._bytes) >= MIN_PART and self._number + 1 < MAX_PART_NUMBER:
            site, number = self._site, self._number + 1
            try:
                etag = self._store.upload_part(site.name, self._token, number, bytes(self._bytes))
                self.held = Held(self._token, etag)
                return
            except GoneError:  # abandoned or completed meanwhile; the bytes are still good
                pass
        self._spill().commit()

    def abort(self) -> None:
        self._bytes.clear()
        if self._scratch is not None:
            self._scratch.abort()

    def _spill(self) -> Writer:
        if self._scratch is None:
            self._scratch = self._waiting()
            self._scratch.write(self._bytes)
            self._bytes = bytearray()
        return self._scratch

    def _waiting(self) -> Writer:
        return self._store.writer(self._site.piece(self._number))
