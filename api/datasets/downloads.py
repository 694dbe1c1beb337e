"""Files of data sets as HTTP gives them: whole, in one range, or not at all because the client has them (RFC 9110)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.response import Redirect, Stream

from api.jobs.views import NotFoundError
from api.problems import ProblemError
from api.rest.operation import Call
from api.rest.pages import disposition, is_known
from cluster import Manifest, Store

_RANGE = re.compile(r"bytes=(\d{0,20})-(\d{0,20})")
_PIECE = 1 << 20
_SIGNED_SECONDS = 3600
_MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "xml": "application/xml",
    "html": "text/html",
    "gz": "application/gzip",
    "zst": "application/zstd",
    "zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its name, its size in bytes and the digest of what is stored."""

    name: str
    bytes: int
    digest: str

    @property
    def etag(self) -> str:
        return f'"{self.digest}"'

    @property
    def media_type(self) -> str:
        return _MEDIA.get(self.name.rpartition(".")[2], "application/octet-stream")


def find(manifest: Manifest, name: str) -> Found:
    """A file by the name that the manifest has for it. NotFoundError."""
    for item in manifest.objects:
        if item.name == name:
            return Found(name, item.bytes, item.digest)
    raise NotFoundError(f"the data set has no file {name!r}")


def answer(call: Call, store: Store, found: Found) -> Response[Any]:
    """The file, the range that is asked for, 304, 416, or 307 to where it can be had."""
    headers = {"ETag": found.etag, "Accept-Ranges": "bytes", "Content-Disposition": disposition(found.name)}
    if is_known(call, found.etag):
        return Response(b"", status_code=304, headers={"ETag": found.etag})
    url = store.signed_url(found.name, _SIGNED_SECONDS, found.name.rpartition("/")[2])
    if url is not None:
        return Redirect(url, status_code=307, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    first, last = 0, found.bytes
    asked = call.header("range")
    wanted = call.header("if-range")
    status = 200
    if asked is not None and (wanted is None or wanted == found.etag) and (part := _part(asked, found.bytes)):
        (first, last), status = part, 206
        headers["Content-Range"] = f"bytes {first}-{last - 1}/{found.bytes}"
    headers["Content-Length"] = str(last - first)
    if call.request.method == "HEAD":
        return Response(b"", status_code=status, headers=headers, media_type=found.media_type)
    return Stream(
        _pieces(store, found.name, first, last), status_code=status, headers=headers, media_type=found.media_type
    )


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """[first, last) of a single range; None for what is to be ignored. ProblemError (416) if it lies outside."""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size
    else:
        first, last = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < first:
            return None
    if first >= size or first >= last:
        raise ProblemError("range-not-satisfiable", headers={"Content-Range": f"bytes */{size}"})
    return first, last


def _pieces(store: Store, name: str, first: int, last: int) -> Iterator[bytes]:
    yield from store.chunks(name, first, last, _PIECE)
