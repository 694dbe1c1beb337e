"""Apache Arrow's IPC formats: the stream, whose parts join, and the file, which is also known as Feather 2.

After the Arrow columnar format 1.5. Rows are cut anew into record batches of a fixed number, and the buffers are made
anew for these, so that bytes do not tell how the rows came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal

import pyarrow as pa
from pydantic import Field, field_validator

from formats.chunk_sink import ChunkSink
from formats.format import Chunk, Encoder, Format, FormatError, Place, TableShape, file_format
from formats.recutting import GRID, Recutting, on_the_grid
from formats.retyping import Retyping, wide_decimal

END: Final = b"\xff\xff\xff\xff\0\0\0\0"
"""What ends a stream."""
BECOMES: Final = {
    "dictionaries": "their values",
    "decimals of 32 and 64 bits": "decimals of 128 bits",
    "string and binary views": "strings and binary with offsets",
}


class _Ipc(Format):
    """What the stream and the file share."""

    nested: ClassVar[bool] = True
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = GRID
    libraries: ClassVar[tuple[str, ...]] = ("pyarrow",)
    becomes: ClassVar[Mapping[str, str]] = BECOMES

    codec: Literal["none", "lz4", "zstd"] = Field(
        default="none", description="Compression of the buffers; without it a file can be mapped into memory."
    )
    record_batch_rows: int = Field(
        default=GRID,
        description="Rows of a record batch: a power of two from 1,024 on or a multiple of 65,536. The last one of a "
        "part may have fewer.",
    )

    @field_validator("record_batch_rows")
    @classmethod
    def _on_the_grid(cls, rows: int) -> int:
        return on_the_grid("record_batch_rows", rows)

    def options(self) -> pa.ipc.IpcWriteOptions:
        """What pyarrow's writers are told."""
        return pa.ipc.IpcWriteOptions(compression=None if self.codec == "none" else self.codec, use_threads=False)


@file_format("arrow", "arrow_stream")
class Arrow(_Ipc):
    """Arrow's IPC stream: the schema, then record batches, which readers take as they come.

    All values stay what they are: NaN and infinities, nulls at any depth, unsigned integers, durations, zones, decimals
    of up to 76 digits, years 1 to 9999. Dictionaries are replaced by their values unless ``dictionary`` is set, since
    then each record batch may bring its own and readers see categories.
    """

    suffix: ClassVar[str] = "arrows"
    media_type: ClassVar[str] = "application/vnd.apache.arrow.stream"
    becomes: ClassVar[Mapping[str, str]] = {**BECOMES, "dictionaries": "their values, unless `dictionary` is set"}
    examples: ClassVar = ({}, {"codec": "zstd", "record_batch_rows": 1_024}, {"codec": "lz4", "dictionary": True})

    dictionary: bool = Field(
        default=False,
        description="Whether columns drawn from few values stay dictionaries, which readers call categories.",
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return StreamEncoder(self, table, place)


@file_format("feather", "arrow_file", "ipc")
class Feather(_Ipc):
    """Arrow's IPC file, Feather 2: record batches and an index of them, for readers that jump about.

    Values stay what they are, as in the stream. One writer makes a file: parts do not join.
    """

    suffix: ClassVar[str] = "arrow"
    media_type: ClassVar[str] = "application/vnd.apache.arrow.file"
    joinable: ClassVar[bool] = False
    examples: ClassVar = ({}, {"codec": "lz4", "record_batch_rows": 1_024})

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return FileEncoder(self, table)


class _Batches:
    """Rows on the grid as record batches of one schema, whose buffers are their own."""

    def __init__(self, options: _Ipc, schema: pa.Schema, dictionaries: bool) -> None:
        self._retyping = Retyping(schema, arrow_type, "Arrow")
        self._runs = Recutting(options.record_batch_rows, self._retyping.schema)
        plain = self._retyping.schema
        kept = [dictionaries and pa.types.is_dictionary(field.type) for field in schema]
        self.schema = pa.schema(
            [
                field.with_type(pa.dictionary(pa.int32(), field.type)) if keep else field
                for field, keep in zip(plain, kept, strict=True)
            ]
        )

    def add(self, batch: pa.RecordBatch) -> Iterable[pa.RecordBatch]:
        return map(self._anew, self._runs.add(self._retyping.batch(batch)))

    def rest(self) -> Iterable[pa.RecordBatch]:
        return map(self._anew, self._runs.rest())

    def _anew(self, run: pa.Table) -> pa.RecordBatch:
        try:
            columns = [pa.concat_arrays(column.chunks) for column in run.columns]
        except pa.ArrowInvalid:
            raise FormatError(
                f"a column has more than 2 GiB in {run.num_rows:,} rows; give record_batch_rows a smaller number"
            ) from None
        arrays = [
            column.dictionary_encode() if pa.types.is_dictionary(field.type) else column
            for field, column in zip(self.schema, columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


class StreamEncoder(Encoder):
    """The schema where the object begins, record batches, and the mark of the end where it ends."""

    def __init__(self, options: Arrow, table: TableShape, place: Place) -> None:
        self._place = place
        self._batches = _Batches(options, table.schema, options.dictionary)
        self._message = self._batches.schema.serialize().to_pybytes()
        self._sink = ChunkSink()
        self._writer = pa.ipc.new_stream(self._sink, self._batches.schema, options=options.options())
        self._unwanted = len(self._message)

    def begin(self) -> Iterable[Chunk]:
        return [self._message] if self._place.first else []

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        return self._written(self._batches.add(batch))

    def end(self) -> Iterable[Chunk]:
        chunks = self._written(self._batches.rest())
        self._writer.close()
        return [*chunks, END] if self._place.last else chunks

    def _written(self, batches: Iterable[pa.RecordBatch]) -> list[Chunk]:
        for batch in batches:
            self._writer.write_batch(batch)
        chunks = self._sink.drain()
        if chunks and self._unwanted:  # the schema, which the writer puts before its first batch
            chunks, self._unwanted = [b"".join(chunks)[self._unwanted :]], 0
        return chunks


class FileEncoder(Encoder):
    """Record batches as they are full, and at the end the index of them."""

    def __init__(self, options: Feather, table: TableShape) -> None:
        self._batches = _Batches(options, table.schema, dictionaries=False)
        self._sink = ChunkSink()
        self._writer: Any = pa.ipc.new_file(
            self._sink, self._batches.schema, options=options.options(), metadata=dict(table.metadata) or None
        )

    def begin(self) -> Iterable[Chunk]:
        return self._sink.drain()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        for full in self._batches.add(batch):
            self._writer.write_batch(full)
        return self._sink.drain()

    def end(self) -> Iterable[Chunk]:
        for left in self._batches.rest():
            self._writer.write_batch(left)
        self._writer.close()
        return self._sink.drain()


def arrow_type(data_type: pa.DataType) -> pa.DataType | None:
    """What files have for a type that is not nested: all but what few readers know."""
    types = pa.types
    if types.is_decimal(data_type):
        return data_type if types.is_decimal256(data_type) else wide_decimal(data_type)
    if types.is_string_view(data_type):
        return pa.string()
    return pa.binary() if types.is_binary_view(data_type) else data_type
