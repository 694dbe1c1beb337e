"""Delimited files taken by PostgreSQL's COPY and MariaDB's LOAD DATA: every value arrives as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pymysql.constants import CLIENT

from formats import Flattening, Place, TableShape, format_named
from tests.laws import format_batches
from tests.laws.nested_values import comparable, plain_columns
from tests.laws.texts_read import value_of
from tests.servers.database import DatabaseServer

COLUMNS = tuple(
    name for name in (*format_batches.COLUMNS, "list of strings", "map to numbers", "struct") if " ns" not in name
)
"""Both databases count time in microseconds."""
BATCH = format_batches.batch(200, seed=41, nulls=0.2, names=COLUMNS)
FLAT = Flattening(BATCH.schema).batch(BATCH)


def written(batch: pa.RecordBatch, **options: Any) -> bytes:
    encoder = format_named({"type": "csv", **options}).encoder(TableShape("t", batch.schema), Place())
    return b"".join([*encoder.begin(), *encoder.encode(batch), *encoder.end()])


def names_of(batch: pa.RecordBatch) -> list[str]:
    return [f"c{at}" for at in range(batch.num_columns)]


def kind_of(data_type: pa.DataType) -> pa.DataType:
    return data_type.value_type if pa.types.is_dictionary(data_type) else data_type


def is_binary(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind))


def in_postgresql(kind: pa.DataType) -> str:
    types = pa.types
    for name, found in {
        "boolean": types.is_boolean(kind),
        "numeric": types.is_decimal(kind) or types.is_uint64(kind),
        "bigint": types.is_integer(kind),
        "real": types.is_float32(kind),
        "double precision": types.is_float64(kind),
        "date": types.is_date(kind),
        "time": types.is_time(kind),
        "timestamptz": types.is_timestamp(kind) and kind.tz is not None,
        "timestamp": types.is_timestamp(kind),
        "bytea": is_binary(kind),
    }.items():
        if found:
            return name
    return "text"


def in_mariadb(kind: pa.DataType) -> str:
    types = pa.types
    if types.is_decimal(kind):
        return f"DECIMAL({kind.precision}, {kind.scale})"
    for name, found in {
        "BOOLEAN": types.is_boolean(kind),
        "BIGINT UNSIGNED": types.is_uint64(kind),
        "BIGINT": types.is_integer(kind),
        "DOUBLE": types.is_floating(kind),
        "DATE": types.is_date(kind),
        "TIME(6)": types.is_time(kind),
        "DATETIME(6)": types.is_timestamp(kind),
        "LONGBLOB": is_binary(kind),
    }.items():
        if found:
            return name
    return "LONGTEXT"


def expected_in_mariadb(batch: pa.RecordBatch) -> list[list[Any]]:
    """It has no NaN and no infinities, and reads a negative zero as zero."""
    kept: dict[Any, Any] = {"nan": None, "inf": None, "-inf": None, "-0.0": "0.0"}
    return [
        [kept.get(value, value) for value in values] if pa.types.is_floating(field.type) else values
        for field, values in zip(batch.schema, plain_columns(batch), strict=True)
    ]


def value(cell: Any, data_type: pa.DataType) -> Any:
    """The plain value of a cell as the database's driver gives it, times as text."""
    kind, types = kind_of(data_type), pa.types
    if cell is None or is_binary(kind):
        return cell
    if types.is_temporal(kind):
        text = cell.replace(" ", "T").removesuffix("+00")
        return value_of(text + ("Z" if types.is_timestamp(kind) and kind.tz else ""), kind)
    if types.is_boolean(kind):
        return bool(cell)
    if types.is_floating(kind):
        return comparable(float(np.float32(cell)) if kind.bit_width == 32 else float(cell))
    return cell


def compared(found: list[tuple[Any, ...]], schema: pa.Schema, columns: list[list[Any]]) -> None:
    for at, (field, values) in enumerate(zip(schema, columns, strict=True)):
        assert [value(row[at], field.type) for row in found] == values, field


@pytest.fixture
def copied(postgresql: DatabaseServer) -> Iterator[Any]:
    """``copied(batch, data, options)``: the rows that PostgreSQL has after COPY with these options."""
    with postgresql.database() as database, postgresql.connect(database) as connection:
        connection.execute("SET TIME ZONE 'UTC'")

        def rows(batch: pa.RecordBatch, data: bytes, options: str) -> list[tuple[Any, ...]]:
            columns = dict(zip(names_of(batch), batch.schema.types, strict=True))
            kinds = ", ".join(f"{name} {in_postgresql(kind_of(kind))}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE t (row serial, {kinds})")
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY t ({', '.join(columns)}) FROM STDIN {options}") as copy,
            ):
                copy.write(data)
            shown = (f"{name}::text" if pa.types.is_temporal(kind_of(kind)) else name for name, kind in columns.items())
            return list(connection.execute(f"SELECT {', '.join(shown)} FROM t ORDER BY row").fetchall())

        yield rows


@pytest.fixture
def loaded(mariadb: DatabaseServer, tmp_path: Path) -> Iterator[Any]:
    """``loaded(batch, data, options)``: the rows that MariaDB has after LOAD DATA with these options."""
    with mariadb.database() as database:
        connection = mariadb.connect(database, local_infile=True, client_flag=CLIENT.LOCAL_FILES)

        def rows(batch: pa.RecordBatch, data: bytes, options: str) -> list[tuple[Any, ...]]:
            columns = dict(zip(names_of(batch), map(kind_of, batch.schema.types), strict=True))
            cursor, path = connection.cursor(), tmp_path / "data"
            path.write_bytes(data)
            kinds = ", ".join(f"{name} {in_mariadb(kind)}" for name, kind in columns.items())
            cursor.execute(f"CREATE TABLE t (number INT AUTO_INCREMENT PRIMARY KEY, {kinds}) CHARACTER SET utf8mb4")
            targets = ", ".join(f"@{name}" if is_binary(kind) else name for name, kind in columns.items())
            bytes_ = ", ".join(f"{name} = UNHEX(@{name})" for name, kind in columns.items() if is_binary(kind))
            cursor.execute(
                f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE t CHARACTER SET utf8mb4 {options} ({targets})"
                + (f" SET {bytes_}" if bytes_ else "")
            )
            cursor.execute("SHOW WARNINGS")
            assert cursor.fetchall() in ((), [])
            shown = (f"CAST({name} AS CHAR)" if pa.types.is_temporal(kind) else name for name, kind in columns.items())
            cursor.execute(f"SELECT {', '.join(shown)} FROM t ORDER BY number")
            return list(cursor.fetchall())

        yield rows
        connection.close()


def test_copy_takes_the_preset_without_any_option(copied: Any) -> None:
    compared(copied(FLAT, written(BATCH, preset="postgresql"), ""), FLAT.schema, plain_columns(FLAT))


def test_copy_takes_csv_with_its_own_options_for_it(copied: Any) -> None:
    compared(copied(FLAT, written(BATCH, binary="\\x"), "(FORMAT csv, HEADER)"), FLAT.schema, plain_columns(FLAT))


def test_a_line_of_a_backslash_and_a_dot_does_not_end_what_copy_reads(copied: Any) -> None:
    batch = pa.record_batch({"only": ["before", "\\.", "after"]})
    compared(copied(batch, written(batch), "(FORMAT csv, HEADER)"), batch.schema, plain_columns(batch))


def test_load_data_takes_the_preset_without_any_option(loaded: Any) -> None:
    compared(loaded(FLAT, written(BATCH, preset="mariadb"), ""), FLAT.schema, expected_in_mariadb(FLAT))


def test_load_data_takes_csv_with_its_own_options_for_it(loaded: Any) -> None:
    spelling = {"true_text": "1", "false_text": "0", "date_time": " ", "zone": "", "binary": "hex"}
    data = written(BATCH, null="NULL", not_finite="null", **spelling)
    how = (
        r"""FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY '' LINES TERMINATED BY '\n' IGNORE 1 LINES"""
    )
    compared(loaded(FLAT, data, how), FLAT.schema, expected_in_mariadb(FLAT))
