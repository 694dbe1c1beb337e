"""Apache Parquet by pyarrow: whole files as parts, whose footers join into one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from pydantic import Field, field_validator, model_validator

from formats.format import Encoder, Format, Place, TableShape, Tail, file_format
from formats.parquet_footer import joined_footer, tails_of
from formats.parquet_writer import ParquetEncoder, Writing
from formats.recutting import GRID, on_the_grid

LEVELS: Final = {"zstd": (1, 22), "gzip": (1, 9), "brotli": (0, 11)}
"""The least and the greatest level of the codecs that have levels."""

Codec = Literal["snappy", "zstd", "gzip", "lz4", "brotli", "none"]


@file_format("parquet")
class Parquet(Format):
    """Columns in row groups, nested ones too; dictionaries for low-cardinality columns, statistics but of text.

    Durations are integers, the count of their unit: Parquet has no type for them. Seconds, of times and timestamps,
    become milliseconds. A timestamp with a zone is a moment in UTC, one without is local; the zone's name is only in
    the Arrow schema. NaN and infinities, unsigned integers, nulls at any depth, decimals of up to 76 digits, binary
    and years 1 to 9999 are kept as they are.
    """

    suffix: ClassVar[str] = "parquet"
    media_type: ClassVar[str] = "application/vnd.apache.parquet"
    nested: ClassVar[bool] = True
    text: ClassVar[bool] = False
    batch_rows: ClassVar[int] = GRID
    libraries: ClassVar[tuple[str, ...]] = ("pyarrow",)
    becomes: ClassVar[Mapping[str, str]] = {
        "durations": "int64, the count of their unit",
        "seconds": "milliseconds, in times and timestamps",
        "zones": "UTC, and their name only with arrow_schema",
    }
    examples: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {},
        {"codec": "zstd", "level": 3, "row_group_rows": 16_384, "statistics": True, "byte_stream_split": True},
        {"codec": "gzip", "dictionary": True, "arrow_schema": True, "metadata": {"made for": "a demonstration"}},
        {"codec": "lz4", "dictionary": ["text"], "page_index": True, "data_pages": 2, "bloom_filters": ["id", "int64"]},
    )

    codec: Codec = Field(default="snappy", description="Compression of the pages.")
    level: int | None = Field(
        default=None, description="How hard zstd (1 to 22), gzip (1 to 9) or brotli (0 to 11) try; usual if not given."
    )
    row_group_rows: int = Field(
        default=GRID,
        description="Rows of a row group: a power of two from 1,024 on or a multiple of 65,536. The last one of a part "
        "may have fewer.",
    )
    dictionary: Literal["auto"] | bool | tuple[str, ...] = Field(
        default="auto",
        description="Which columns are stored with a dictionary of their values: auto (those drawn from few values), "
        "all, none, or those named.",
    )
    statistics: Literal["auto"] | bool | tuple[str, ...] = Field(
        default="auto",
        description="Which columns have their least and greatest value stated: auto (all but text and binary), all, "
        "none, or those named.",
    )
    page_index: bool = Field(
        default=False, description="Whether statistics of pages stand in an index, so that readers can skip pages."
    )
    bloom_filters: tuple[str, ...] = Field(
        default=(), description="Columns with a Bloom filter, by which readers skip row groups without a value."
    )
    byte_stream_split: bool = Field(
        default=False, description="Whether floats are split into streams of bytes, which zstd packs better."
    )
    data_pages: Literal[1, 2] = Field(default=1, description="Version of the data pages.")
    arrow_schema: bool = Field(
        default=False,
        description="Whether the file holds the Arrow schema, by which pyarrow and pandas find durations, zones and "
        "categories again.",
    )
    metadata: dict[str, str] = Field(default={}, description="Key-value pairs for the file's footer.")

    @field_validator("row_group_rows")
    @classmethod
    def _on_the_grid(cls, rows: int) -> int:
        return on_the_grid("row_group_rows", rows)

    @model_validator(mode="after")
    def _level_of_the_codec(self) -> Parquet:
        if self.level is None:
            return self
        if self.codec not in LEVELS:
            raise ValueError(f"codec {self.codec} has no level; only {', '.join(LEVELS)} have one")
        least, most = LEVELS[self.codec]
        if not least <= self.level <= most:
            raise ValueError(f"the level of {self.codec} must be from {least} to {most}")
        return self

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        metadata = {**table.metadata, **self.metadata} if place.last else {}
        return ParquetEncoder(self.writing(metadata), table.schema)

    def columns_named(self) -> Mapping[str, Collection[str]]:
        """Those of ``dictionary``, ``statistics`` and ``bloom_filters``, where these are lists."""
        chosen = {name: getattr(self, name) for name in ("dictionary", "statistics", "bloom_filters")}
        return {name: columns for name, columns in chosen.items() if isinstance(columns, tuple)}

    def writing(self, metadata: Mapping[str, str]) -> Writing:
        """What the writer is told, with what the footer is to say."""
        return Writing(
            codec=self.codec,
            level=self.level,
            rows=self.row_group_rows,
            dictionary=self.dictionary,
            statistics=self.statistics,
            page_index=self.page_index,
            bloom_filters=self.bloom_filters,
            byte_stream_split=self.byte_stream_split,
            data_pages=self.data_pages,
            arrow_schema=self.arrow_schema,
            metadata=metadata,
        )

    def join(self, tails: Sequence[Tail]) -> bytes:
        return joined_footer(tails) if len(tails) > 1 else b""

    def tails(self, ending: bytes, sizes: Sequence[int]) -> list[Tail]:
        return tails_of(ending, sizes) if len(sizes) > 1 else [Tail(size, b"") for size in sizes]
