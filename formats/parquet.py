"""Apache Parquet by pyarrow: whole files as parts, whose footers join into one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from formats.format import Chunk, Encoder, Format, FormatError, Place, TableShape, Tail, file_format
from formats.nesting import is_listing, plain_type
from formats.parquet_footer import joined_footer, kept_of

GRID: Final = 65_536
Rows = Literal[16_384, 32_768, 65_536, 131_072, 262_144]


@file_format("parquet")
class Parquet(Format):
    """Columns in row groups, nested ones too; dictionaries for low-cardinality columns, statistics but of text."""

    suffix: ClassVar[str] = "parquet"
    media_type: ClassVar[str] = "application/vnd.apache.parquet"
    nested: ClassVar[bool] = True
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = GRID
    libraries: ClassVar[tuple[str, ...]] = ("pyarrow",)
    examples: ClassVar = ({}, {"codec": "zstd", "row_group_rows": 16_384}, {"codec": "gzip"}, {"codec": "none"})

    codec: Literal["snappy", "zstd", "gzip", "none"] = Field(default="snappy", description="Compression of the pages.")
    row_group_rows: Rows = Field(
        default=GRID, description="Rows of a row group; the last one of a part may have fewer."
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return ParquetEncoder(self, table.schema)

    def join(self, tails: Sequence[Tail]) -> bytes:
        return joined_footer(tails) if len(tails) > 1 else b""


class ParquetEncoder(Encoder):
    """Writes a row group whenever its rows are there, so neither cuts nor memory depend on the batches."""

    def __init__(self, options: Parquet, schema: pa.Schema) -> None:
        self._rows = options.row_group_rows
        self._sink = _Sink()
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0
        self._writer = _writer(self._sink, schema, options.codec)

    def begin(self) -> Iterable[Chunk]:
        return self._sink.drain()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        while self._count + batch.num_rows >= self._rows:
            missing = self._rows - self._count
            self._waiting.append(batch.slice(0, missing))
            self._write_group()
            batch = batch.slice(missing)
        if batch.num_rows:
            self._waiting.append(batch)
            self._count += batch.num_rows
        return self._sink.drain()

    def end(self) -> Iterable[Chunk]:
        if self._waiting:
            self._write_group()
        groups = self._sink.drain()
        self._writer.close()
        closing = b"".join(self._sink.drain())
        self.tail = kept_of(closing)
        return [*groups, closing]

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self._waiting)
        for index, field in enumerate(table.schema):
            if pa.types.is_dictionary(field.type):
                table = table.set_column(index, field, _fitting(table.column(index)))
            elif field.type != plain_type(field.type):
                table = table.set_column(index, *_plain(field, table.column(index)))
        self._writer.write_table(table.combine_chunks(), row_group_size=self._rows)
        self._waiting, self._count = [], 0


class _Sink(io.RawIOBase):
    """Where the writer writes; the chunks since the last ``drain`` are handed on."""

    def __init__(self) -> None:
        super().__init__()
        self._chunks: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        self._chunks.append(chunk)
        self._size += len(chunk)
        return len(chunk)

    def tell(self) -> int:
        return self._size

    def drain(self) -> list[Chunk]:
        chunks, self._chunks = self._chunks, []
        return list(chunks)


def _writer(sink: _Sink, schema: pa.Schema, codec: str) -> Any:
    import pyarrow.parquet as pq  # here, as it takes long to load and other formats do without

    leaves = [leaf for field in schema for leaf in _leaves(field.name, field.type)]
    dictionaries = [path for path, kind in leaves if pa.types.is_dictionary(kind)]
    ordered = [path for path, kind in leaves if _is_ordered(kind)]
    try:
        return pq.ParquetWriter(
            sink,
            pa.schema([_stored(field) for field in schema]),
            compression=codec,
            use_dictionary=dictionaries or False,
            write_statistics=ordered or False,
            store_schema=False,
            version="2.6",
        )
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
        raise FormatError(f"Parquet cannot hold this table: {error}") from None


def _leaves(path: str, data_type: pa.DataType) -> Iterator[tuple[str, pa.DataType]]:
    """The columns that Parquet stores for one of this type: path, by the rules for nested types, and type."""
    if pa.types.is_struct(data_type):
        for member in data_type:
            yield from _leaves(f"{path}.{member.name}", member.type)
    elif pa.types.is_map(data_type):
        yield from _leaves(f"{path}.key_value.key", data_type.key_type)
        yield from _leaves(f"{path}.key_value.value", data_type.item_type)
    elif is_listing(data_type):
        yield from _leaves(f"{path}.list.element", data_type.value_type)
    else:
        yield path, data_type


def _stored(field: pa.Field) -> pa.Field:
    """The field as the file has it: dictionaries inside nested types are the writer's to make."""
    return field if pa.types.is_dictionary(field.type) else field.with_type(plain_type(field.type))


def _plain(field: pa.Field, column: pa.ChunkedArray) -> tuple[pa.Field, pa.ChunkedArray]:
    return _stored(field), column.cast(plain_type(field.type))


def _is_ordered(data_type: pa.DataType) -> bool:
    """Whether readers gain by the least and greatest value of a row group: of text they rarely do, at a higher cost."""
    types = pa.types
    number = types.is_integer(data_type) or types.is_floating(data_type) or types.is_decimal(data_type)
    return bool(number or types.is_boolean(data_type) or types.is_temporal(data_type))


def _fitting(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """``column`` with a dictionary that Parquet can hold and that is worth storing with these rows.

    Nulls and repetitions among the values cannot be stored, a dictionary that is long against the rows is mostly not
    theirs, and several dictionaries would be one of an order that hangs on the cuts: all give way to the values that
    occur, in the order of their occurrence.
    """
    dictionary = column.chunk(0).dictionary
    one = all(chunk.dictionary.equals(dictionary) for chunk in column.chunks[1:])
    short = len(dictionary) <= len(column) // 2 and not dictionary.null_count
    if one and short and pc.count_distinct(dictionary).as_py() == len(dictionary):
        return column
    values = column.cast(column.type.value_type).combine_chunks()
    return pa.chunked_array([values.dictionary_encode().cast(column.type)])
