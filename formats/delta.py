"""Delta Lake tables: a folder of Parquet files for each table, and the log that makes a table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import pyarrow as pa

from formats.delta_log import first_commit, refuse_names
from formats.flatten import Converted
from formats.format import Encoder, Place, TableShape, Written, file_format
from formats.hive_types import BECOMES, hive_type
from formats.parquet import Parquet
from formats.parquet_writer import ParquetEncoder
from formats.retyping import Retyping


@file_format("delta", "delta_lake")
class Delta(Parquet):
    """A Delta Lake table: ``people/part-00000.parquet`` and so on, and its first version in ``people/_delta_log``.

    The Parquet files have the options of format parquet. Delta has signed integers only, no times of day, no durations
    and moments in microseconds: see ``becomes``. NaN and infinities, nulls at any depth, decimals of up to 38 digits,
    binary and years 1 to 9999 are kept; timestamps without a zone are of type ``timestamp_ntz``. Nothing in the log
    hangs on the clock.
    """

    joinable: ClassVar[bool] = False
    directory: ClassVar[bool] = True
    becomes: ClassVar[Mapping[str, str]] = {
        **BECOMES,
        "timestamps": "microseconds, finer ones cut; those with a zone in UTC",
    }
    examples: ClassVar = ({}, {"codec": "zstd", "level": 3, "statistics": True})

    def encoder(self, table: TableShape, place: Place) -> Encoder:
        stored = _retyping(table.schema)
        refuse_names(stored.schema)
        return Converted(ParquetEncoder(self.writing({**table.metadata, **self.metadata}), stored.schema), stored.batch)

    def companions(self, tables: Sequence[Written]) -> Mapping[str, bytes]:
        return dict(first_commit(written, _retyping(written.table.schema).schema) for written in tables)


def _retyping(schema: pa.Schema) -> Retyping:
    return Retyping(schema, delta_type, "Delta Lake", keep_dictionaries=True)


def delta_type(data_type: pa.DataType) -> pa.DataType | None:
    """What Delta's Parquet files have for a type that is not nested."""
    if pa.types.is_timestamp(data_type):
        return pa.timestamp("us", "UTC" if data_type.tz else None)
    return hive_type(data_type)
