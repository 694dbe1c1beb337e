"""What HTTP says: methods, status codes and media types, as frequent as in the logs of servers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import Field, field_type
from generator.fields.words import WordListField, fitting
from generator.vocabulary import WordList

_METHODS: Final = {"GET": 72, "POST": 17, "PUT": 4, "DELETE": 2, "PATCH": 2, "HEAD": 2, "OPTIONS": 1}

_STATUSES: Final = {
    "informational": {100: 3, 101: 6, 103: 1},
    "success": {200: 7_900, 201: 300, 202: 60, 204: 250, 206: 90},
    "redirect": {301: 200, 302: 250, 303: 15, 304: 350, 307: 30, 308: 15},
    "client_error": {400: 90, 401: 80, 403: 70, 404: 260, 405: 8, 409: 10, 410: 6, 413: 3, 422: 20, 429: 25},
    "server_error": {500: 40, 501: 1, 502: 15, 503: 25, 504: 12},
}

_MEDIA: Final = {
    "text": {"html": 30, "css": 10, "plain": 6, "csv": 4, "javascript": 10, "markdown": 1, "calendar": 1, "xml": 2},
    "image": {"jpeg": 16, "png": 12, "webp": 8, "gif": 4, "svg+xml": 5, "avif": 2, "x-icon": 1, "tiff": 1},
    "application": {
        "json": 20,
        "pdf": 6,
        "zip": 2,
        "gzip": 1,
        "xml": 3,
        "octet-stream": 4,
        "ld+json": 1,
        "wasm": 1,
        "rtf": 1,
        "x-www-form-urlencoded": 4,
        "msword": 1,
        "vnd.ms-excel": 1,
        "x-tar": 1,
        "vnd.apache.parquet": 1,
        "vnd.openxmlformats-officedocument.spreadsheetml.sheet": 2,
        "vnd.openxmlformats-officedocument.wordprocessingml.document": 2,
        "vnd.openxmlformats-officedocument.presentationml.presentation": 1,
    },
    "audio": {"mpeg": 4, "ogg": 1, "wav": 1, "aac": 1, "flac": 1, "webm": 1},
    "video": {"mp4": 5, "webm": 2, "mpeg": 1, "quicktime": 1, "ogg": 1, "x-msvideo": 1},
    "font": {"woff2": 6, "woff": 2, "ttf": 1, "otf": 1},
    "multipart": {"form-data": 3, "mixed": 1, "alternative": 1},
}


class OfTable(WordListField, ABC):
    """A text from a weighted table that is the same in every locale."""

    localized = False

    @abstractmethod
    def entries(self) -> dict[str, float]:
        """Text → weight, by the options."""

    def prepare(self, column: Column) -> WordList:
        return fitting(column, WordList.of(self.entries(), ""), self.room)


@field_type("http_method", "http_verb")
class HttpMethod(OfTable):
    """A method of HTTP (RFC 9110, RFC 5789), mostly GET."""

    def entries(self) -> dict[str, float]:
        return {name: float(weight) for name, weight in _METHODS.items()}

    def text_width(self, column: Column) -> int:
        return 4


@field_type("mime_type", "media_type", "content_type", "mime")
class MimeType(OfTable):
    """A media type as registered by IANA, such as ``image/png``, those of the web most often."""

    kind: Literal["any", "text", "image", "application", "audio", "video", "font", "multipart"] = Option(
        default="any", description="Top-level type."
    )

    examples = ({}, {"kind": "image"})

    def entries(self) -> dict[str, float]:
        kinds = _MEDIA if self.kind == "any" else {self.kind: _MEDIA[self.kind]}
        return {f"{kind}/{name}": float(weight) for kind, of_it in kinds.items() for name, weight in of_it.items()}

    def text_width(self, column: Column) -> int:
        return 13


@field_type("http_status", "http_status_code", "status_code")
class HttpStatus(Field):
    """A status code of HTTP (RFC 9110) as a number, mostly 200; ``kind`` is its class."""

    kind: Literal["any", "informational", "success", "redirect", "client_error", "server_error"] = Option(
        default="any", description="Class of the codes."
    )

    examples = ({}, {"kind": "client_error"})

    def prepare(self, column: Column) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], AliasTable]:
        kinds = _STATUSES.values() if self.kind == "any" else (_STATUSES[self.kind],)
        codes = {code: weight for kind in kinds for code, weight in kind.items()}
        return np.array(list(codes), dtype=np.int64), AliasTable.of(tuple(codes.values()))

    def arrow_type(self, column: Column) -> pa.DataType:
        return pa.int64()

    def generate(self, cells: Cells) -> pa.Array:
        codes, table = cells.prepared
        return pa.array(codes[cells.pick(table)])

    def cardinality(self, column: Column) -> int:
        return len(column.prepared[0])

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return pa.array(cells.prepared[0][ranks.astype(np.int64)])

    def text_width(self, column: Column) -> int:
        return 3
