"""Apache ORC by pyarrow, after the ORC specification v1: stripes as their rows are there, by one writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal

import pyarrow as pa
from pydantic import Field

from formats.chunk_sink import ChunkSink
from formats.format import Chunk, Encoder, Format, Place, TableShape, file_format
from formats.hive_types import BECOMES, hive_type
from formats.orc_columns import orc_column
from formats.recutting import GRID, Recutting
from formats.retyping import Retyping

MEBIBYTE: Final = 1 << 20
WORTH_A_DICTIONARY: Final = 0.5
"""A text column gets a dictionary where it has at most so many different values for each of its cells."""


@file_format("orc")
class Orc(Format):
    """Columns in stripes, nested ones too.

    ORC has signed integers only, no times of day and no durations: see ``becomes``. Timestamps before 1970 are written
    in whole seconds: of a fraction there, the format's readers make different moments (ORC-763). NaN and infinities,
    nulls at any depth, decimals of up to 38 digits, binary and years 1 to 9999 are kept; timestamps with a zone are
    moments in UTC. Parts do not join.
    """

    suffix: ClassVar[str] = "orc"
    media_type: ClassVar[str] = "application/vnd.apache.orc"
    joinable: ClassVar[bool] = False
    nested: ClassVar[bool] = True
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = GRID
    libraries: ClassVar[tuple[str, ...]] = ("pyarrow",)
    becomes: ClassVar[Mapping[str, str]] = {
        **BECOMES,
        "zones": "UTC",
        "fractions of seconds before 1970": "cut, as readers disagree about them",
    }
    examples: ClassVar = ({}, {"codec": "zstd", "dictionary": True})

    codec: Literal["snappy", "zlib", "zstd", "lz4", "none"] = Field(
        default="snappy", description="Compression of the stripes."
    )
    stripe_mebibytes: int = Field(
        default=8,
        ge=1,
        le=512,
        description="A stripe is written when it has about so many mebibytes.",
    )
    dictionary: bool = Field(
        default=False,
        description="Whether text columns with few different values are stored with a dictionary of them.",
    )

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        return OrcEncoder(self, table.schema)


class OrcEncoder(Encoder):
    """Gives the writer rows on a fixed grid, as it decides by what it was given when a stripe is full."""

    def __init__(self, options: Orc, schema: pa.Schema) -> None:
        from pyarrow.orc import ORCWriter  # here, as it takes long to load and other formats do without

        self._retyping = Retyping(schema, hive_type, "ORC")
        self._runs = Recutting(GRID, self._retyping.schema)
        self._sink = ChunkSink()
        self._writer: Any = ORCWriter(
            self._sink,
            compression="uncompressed" if options.codec == "none" else options.codec,
            stripe_size=options.stripe_mebibytes * MEBIBYTE,
            dictionary_key_size_threshold=WORTH_A_DICTIONARY if options.dictionary else 0.0,
        )

    def begin(self) -> Iterable[Chunk]:
        self._write(self._retyping.schema.empty_table())  # a file without rows has a schema by it
        return self._sink.drain()

    def encode(self, batch: pa.RecordBatch) -> Iterable[Chunk]:
        for run in self._runs.add(self._retyping.batch(batch)):
            self._write(run)
        return self._sink.drain()

    def end(self) -> Iterable[Chunk]:
        for run in self._runs.rest():
            self._write(run)
        self._writer.close()
        return self._sink.drain()

    def _write(self, run: pa.Table) -> None:
        columns = [
            pa.chunked_array([orc_column(pa.concat_arrays(column.chunks))] if run.num_rows else [], column.type)
            for column in run.columns
        ]
        self._writer.write(pa.Table.from_arrays(columns, schema=run.schema))
