"""Avro object container files (Apache Avro 1.12 specification, "Object Container Files")."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, ClassVar

import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from formats.avro_blocks import LEVELS, NAMES, Blocks, Codec, compressing
from formats.avro_types import AvroTypes
from formats.binary_rows import BinaryRows, check_nulls
from formats.flatten import check_columns
from formats.format import Chunk, Encoder, Format, Place, TableShape, file_format
from formats.identifiers import check_dotted
from formats.text import BATCH_ROWS
from generator.kernels.text_reference_values import varint

MAGIC = b"Obj\x01"
MARKER_BYTES = 16
MOST_BLOCK_ROWS = 1_048_576


@file_format("avro")
class Avro(Format):
    """Rows in blocks behind a header with their schema; nested columns are records, arrays and maps.

    A column that may miss values is a union of null and its type. NaN, infinities, years 1 to 9999, binary and decimals
    of all digits are kept (a decimal is bytes of one size). uint64 is a decimal(20, 0). A timestamp with a zone is a
    moment, one without is a local one; seconds become milliseconds. Durations, and times in nanoseconds, are ISO 8601
    text. A map whose keys are no text is an array of records. Characters that no Avro name has are underscores, and a
    field that lost some says its own name in ``doc``.
    """

    suffix: ClassVar[str] = "avro"
    media_type: ClassVar[str] = "application/avro"
    nested: ClassVar[bool] = True
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = BATCH_ROWS
    libraries: ClassVar[tuple[str, ...]] = ("isal", "pyarrow", "zstandard")
    becomes: ClassVar[Mapping[str, str]] = {
        "uint64": "decimal(20, 0)",
        "seconds": "milliseconds, in times and timestamps",
        "times in nanoseconds": "ISO 8601 text",
        "durations": "ISO 8601 text",
        "maps with keys that are no text": "arrays of records of key and value",
        "names": "letters of ASCII, digits and underscores",
    }
    examples: ClassVar = (
        {},
        {"codec": "deflate", "block_rows": 64},
        {"codec": "zstd", "level": 9, "namespace": "com.example"},
    )

    codec: Codec = Field(default="none", description="Compression of the blocks.")
    level: int | None = Field(
        default=None, description="How hard deflate (0 to 3) or zstd (1 to 19) try; 1 and 3 if not given."
    )
    block_rows: int = Field(default=4_096, ge=1, le=MOST_BLOCK_ROWS, description="Rows of a block.")
    namespace: str = Field(default="", description="The namespace of the record, such as com.example.")

    @field_validator("codec", mode="before")
    @classmethod
    def _named(cls, codec: Any) -> Any:
        usual = "none" if codec is None else codec  # YAML's bare null
        return next((ours for ours, avros in NAMES.items() if avros == codec), usual)

    @field_validator("namespace")
    @classmethod
    def _of_names(cls, namespace: str) -> str:
        check_dotted("namespace", namespace)
        return namespace

    @model_validator(mode="after")
    def _level_of_codec(self) -> Avro:
        if self.level is None:
            return self
        if self.codec not in LEVELS:
            raise ValueError(f"codec {self.codec} has no levels; deflate and zstd have")
        levels, _ = LEVELS[self.codec]
        if self.level not in levels:
            raise ValueError(f"{self.codec} has no level {self.level}, but levels {levels[0]} to {levels[-1]}")
        return self

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return AvroEncoder(self, table, place)


class AvroEncoder(Encoder):
    """The header where the part is the first of its object, and blocks of rows."""

    def __init__(self, options: Avro, table: TableShape, place: Place) -> None:
        record, values = AvroTypes().record(table.name, list(table.schema))
        if options.namespace:
            record = {"type": "record", "name": record["name"], "namespace": options.namespace, **record}
        self._table_schema, self._rows, self._place = table.schema, BinaryRows(values), place
        schema = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
        marker = blake2b(schema + table.name.encode(), digest_size=MARKER_BYTES, person=b"avro marker").digest()
        codec = NAMES.get(options.codec, options.codec).encode()
        self._header = _header({"avro.schema": schema, "avro.codec": codec}, marker)
        level = LEVELS[options.codec][1] if options.codec in LEVELS else 0
        compress = compressing(options.codec, level if options.level is None else options.level)
        self._blocks = Blocks(options.block_rows, compress, marker)

    def begin(self) -> Iterable[Chunk]:
        return [self._header] if self._place.first else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        check_columns(batch, self._table_schema)
        check_nulls(batch, self._table_schema)
        return self._blocks.add(*self._rows.rows(batch.columns))

    def end(self) -> Iterable[Chunk]:
        return self._blocks.rest()


def _header(about: Mapping[str, bytes], marker: bytes) -> bytes:
    """What begins a file: the magic number, a map of bytes, and the marker that is behind every block."""
    pairs = (_bytes(key.encode()) + _bytes(value) for key, value in about.items())
    return MAGIC + varint(len(about), zigzag=True) + b"".join(pairs) + b"\x00" + marker


def _bytes(value: bytes) -> bytes:
    return varint(len(value), zigzag=True) + value
