"""ORC files, against pyarrow; ClickHouse reads all columns of the laws, pyarrow those in the years of nanoseconds."""

from __future__ import annotations

import io
import random
from typing import Any

import chdb
import numpy as np
import pandas
import pyarrow as pa
import pyarrow.orc as orc
import pytest

from formats import FormatError, Place, TableShape, format_named
from tests.laws import format_batches
from tests.laws.nested_values import plain
from tests.laws.readers.by_orc import without_early_fractions
from tests.laws.readers.reader import stored
from tests.laws.texts_read import value_of

FAR = ("timestamp s", "timestamp ms", "timestamp us", "struct", "list of structs", "map to structs")
NEAR = tuple(name for name in format_batches.ALL if not name.startswith(FAR))
"""The columns without years that pyarrow's reader, which counts in nanoseconds, cannot have."""


def part(rows: pa.Table, cut: int = 10_000, **options: object) -> bytes:
    encoder = format_named({"type": "orc", **options}).encoder(TableShape("t", rows.schema), Place())
    chunks = [*encoder.begin()]
    for batch in rows.to_batches(cut):
        chunks += encoder.encode(batch)
    return b"".join([*chunks, *encoder.end()])


def read(data: bytes) -> pa.Table:
    return orc.read_table(io.BytesIO(data))


@pytest.mark.parametrize("codec", ["snappy", "zlib", "zstd", "lz4", "none"])
@pytest.mark.parametrize("nulls", [0.0, 0.3])
def test_pyarrow_reads_every_column(codec: str, nulls: float) -> None:
    rows = pa.Table.from_batches([format_batches.batch(200, 21, nulls, NEAR)])
    found = read(part(rows, codec=codec, dictionary=codec == "zstd"))
    assert found.schema.names == rows.schema.names
    for field, column, given in zip(rows.schema, found.columns, rows.columns, strict=True):
        assert values(column, field.type) == [without_early_fractions(None, field.type, v) for v in plain(given)]


def values(column: pa.ChunkedArray, wanted: pa.DataType) -> list[Any]:
    if pa.types.is_time(wanted):
        return [None if text is None else value_of(text, wanted) for text in column.to_pylist()]
    return plain(column, wanted)


def test_structs_inside_structs_stay_with_their_rows() -> None:
    rng = random.Random(5)

    def value(depth: int) -> Any:
        if rng.random() < (0.0 if depth > 2 else 0.4):
            return None
        return {"n": rng.randrange(99), "in": value(depth - 1)} if depth else rng.randrange(99)

    kind = pa.int64()
    for _ in range(4):
        kind = pa.struct([pa.field("n", pa.int64()), pa.field("in", kind)])
    rows = pa.table({"x": pa.array([value(4) for _ in range(3_000)], kind)})
    assert read(part(rows))["x"].to_pylist() == rows["x"].to_pylist()


def test_moments_before_1970_lose_their_fraction_and_later_ones_keep_it() -> None:
    ticks = [-2_500_001, -1, 0, 1, 1_500_000, -(62_135_596_800 * 10**6), 253_402_300_799_999_999]
    rows = pa.table({"x": pa.array(ticks).cast(pa.timestamp("us"))})
    with stored(part(rows)) as path:
        query = f"SELECT toString(x) FROM file('{path}', ORC, 'x DateTime64(6, ''UTC'')')"
        found = str(chdb.query(query, "TSV")).split("\n")[:-1]
    assert found == [
        "1969-12-31 23:59:57.000000",
        "1969-12-31 23:59:59.000000",
        "1970-01-01 00:00:00.000000",
        "1970-01-01 00:00:00.000001",
        "1970-01-01 00:00:01.500000",
        "0001-01-01 00:00:00.000000",
        "9999-12-31 23:59:59.999999",
    ]


def test_the_zone_of_the_machine_has_no_part_in_the_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pa.table({"x": pa.array([10**15, -(10**15)]).cast(pa.timestamp("us"))})
    data = part(rows)
    monkeypatch.setenv("TZ", "America/New_York")
    assert part(rows) == data


@pytest.mark.parametrize("cut", [999, 65_536, 70_000])
def test_stripes_are_handed_on_and_are_the_same_for_every_cut(cut: int) -> None:
    numbers = np.random.default_rng(2).integers(0, 2**62, 400_000)
    rows = pa.table({"x": numbers, "text": pa.array(numbers).cast(pa.string())})
    data = part(rows, cut, stripe_mebibytes=1)
    assert data == part(rows, 400_000, stripe_mebibytes=1)
    found = orc.ORCFile(io.BytesIO(data))
    assert found.nstripes > 3
    assert found.read().to_pydict() == rows.to_pydict()


def test_a_dictionary_makes_repeated_text_smaller() -> None:
    rows = pa.table({"word": [f"a word that comes again and again {at % 100}" for at in range(20_000)]})
    with_one, without = part(rows, codec="none", dictionary=True), part(rows, codec="none")
    assert len(with_one) < len(without) / 5
    assert read(with_one).equals(read(without))


def test_a_file_without_rows_has_its_columns() -> None:
    found = read(part(pa.table({"id": pa.array([], pa.uint64()), "at": pa.array([], pa.timestamp("s", "UTC"))})))
    assert found.schema.types == [pa.decimal128(20, 0), pa.timestamp("ns", "UTC")]
    assert found.num_rows == 0


@pytest.mark.parametrize("kind", [pa.decimal256(39, 0), pa.month_day_nano_interval(), pa.null()])
def test_what_orc_lacks_is_refused_by_column(kind: pa.DataType) -> None:
    schema = pa.schema([pa.field("id", pa.int64()), pa.field("odd", pa.list_(pa.struct([pa.field("one", kind)])))])
    with pytest.raises(FormatError, match=r"column 'odd\.list\.element\.one': ORC has no type for"):
        format_named("orc").encoder(TableShape("t", schema), Place())


def test_pandas_reads_orc() -> None:
    rows = pa.table({"id": [1, 2], "word": ["a", None]})
    with stored(part(rows)) as path:
        assert pandas.read_orc(path)["id"].tolist() == [1, 2]
