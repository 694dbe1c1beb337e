"""The dialects, each as its table of rules. Sources: the manuals of the versions that ``formats.sql.dialect`` names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from formats.sql.dialect import Dialect, Literals

QUOTE = {b"'": b"''"}
NO_NUL = {b"\0": "\N{REPLACEMENT CHARACTER}".encode()}
"""Text cannot hold NUL, or scripts cannot."""
ANY_CASE = re.compile("[A-Za-z_][A-Za-z0-9_]*")

POSTGRESQL = Dialect(
    name="postgresql",
    types={
        "bool": "BOOLEAN",
        "int8": "SMALLINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
        "uint8": "SMALLINT", "uint16": "INTEGER", "uint32": "BIGINT", "uint64": "NUMERIC(20)",
        "float": "REAL", "double": "DOUBLE PRECISION", "decimal": "NUMERIC({p}, {s})",
        "text": "TEXT", "some text": "VARCHAR({n})", "binary": "BYTEA",
        "date": "DATE", "time": "TIME({n})", "timestamp": "TIMESTAMP({n})", "zoned": "TIMESTAMP({n}) WITH TIME ZONE",
    },
    literals=Literals(
        escapes=QUOTE | NO_NUL,
        words=(b"true", b"false", b"'NaN'", b"'Infinity'", b"'-Infinity'"),
        binary=("'\\x", "'"),
    ),
    bare=re.compile("[a-z_][a-z0-9_]*"),
    longest_name=63,
    most_columns=1_600,
    counted_in_bytes=True,
    settings="SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n",
    drop="DROP TABLE IF EXISTS {0} CASCADE;\n",
    upsert="on conflict",
    include="\\ir '{}'\n",
    script=("psql -d DATABASE -f {}", "\\set ON_ERROR_STOP on\n", ""),
)  # fmt: skip

MYSQL = Dialect(
    name="mysql",
    types={
        "bool": "BOOLEAN",
        "int8": "TINYINT", "int16": "SMALLINT", "int32": "INT", "int64": "BIGINT",
        "uint8": "TINYINT UNSIGNED", "uint16": "SMALLINT UNSIGNED", "uint32": "INT UNSIGNED",
        "uint64": "BIGINT UNSIGNED",
        "float": "DOUBLE", "double": "DOUBLE", "decimal": "DECIMAL({p}, {s})",
        "text": "LONGTEXT", "some text": "VARCHAR({n})", "key text": "VARCHAR({n})",
        "binary": "LONGBLOB", "key binary": "VARBINARY({n})",
        "date": "DATE", "time": "TIME({n})", "timestamp": "DATETIME({n})", "zoned": "DATETIME({n})",
    },
    literals=Literals(
        escapes=QUOTE | {b"\\": b"\\\\", b"\0": b"\\0", b"\r": b"\\r", b"\x1a": b"\\Z"},  # changed by clients
        words=(b"true", b"false", b"NULL", b"NULL", b"NULL"),
        zone=b"",
    ),
    quotes=("`", "`"),
    quote_in_names="``",
    bare=ANY_CASE,
    one_case=True,
    longest_name=64,
    most_columns=1_017,
    refused=(
        re.compile(".* |.*[\U00010000-\U0010ffff].*", re.DOTALL),
        "a name does not end in a space, and its characters are below U+10000",
    ),
    settings="SET NAMES utf8mb4;\nSET SESSION sql_mode = 'STRICT_ALL_TABLES';\n",
    begin="START TRANSACTION;\n",
    ddl_commits=True,
    drop="SET FOREIGN_KEY_CHECKS = 0;\nDROP TABLE IF EXISTS {0};\nSET FOREIGN_KEY_CHECKS = 1;\n",
    table_options=" ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    key_bytes=3072,
    most_digits=65,
    most_decimals=30,
    upsert="on duplicate key",
    include="source {}\n",
    script=("mysql DATABASE < {}, where these files are", "", ""),
)  # fmt: skip

SQLITE = Dialect(
    name="sqlite",
    types={
        "bool": "BOOLEAN", **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"), "INTEGER"),
        "uint64": "TEXT",
        "float": "REAL", "double": "REAL", "decimal": "NUMERIC({p}, {s})",
        "text": "TEXT", "some text": "VARCHAR({n})", "binary": "BLOB",
        **dict.fromkeys(("date", "time", "timestamp", "zoned"), "TEXT"),
    },
    literals=Literals(
        escapes=QUOTE | NO_NUL, words=(b"1", b"0", b"NULL", b"9e999", b"-9e999"), date_time=b" ", zone=b"", finest=9
    ),
    bare=ANY_CASE,
    one_case=True,
    longest_name=1_000,
    most_columns=2_000,
    refused=(re.compile("table sqlite_.*", re.DOTALL | re.IGNORECASE), "tables named sqlite_... are its own"),
    later_keys=False,
    most_digits=15,
    most_decimals=15,
    upsert="on conflict",
    include='.read "{}"\n',
    script=(
        'sqlite3 FILE ".read {}", where these files are',
        ".bail on\nPRAGMA foreign_keys = OFF;\n",
        "PRAGMA foreign_key_check;\n",
    ),
)  # fmt: skip

ANSI = Dialect(
    name="ansi",
    types={
        "bool": "BOOLEAN",
        "int8": "SMALLINT", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT",
        "uint8": "SMALLINT", "uint16": "INTEGER", "uint32": "BIGINT", "uint64": "DECIMAL(20, 0)",
        "float": "REAL", "double": "DOUBLE PRECISION", "decimal": "DECIMAL({p}, {s})",
        "text": "CLOB", "some text": "VARCHAR({n})", "key text": "VARCHAR({n})",
        "binary": "BLOB", "key binary": "VARBINARY({n})",
        "date": "DATE", "time": "TIME({n})", "timestamp": "TIMESTAMP({n})", "zoned": "TIMESTAMP({n}) WITH TIME ZONE",
    },
    literals=Literals(
        escapes=QUOTE | NO_NUL,
        words=(b"TRUE", b"FALSE", b"NULL", b"NULL", b"NULL"),
        moments={"date": b"DATE ", "time": b"TIME ", "timestamp": b"TIMESTAMP ", "zoned": b"TIMESTAMP "},
        date_time=b" ",
        zone=b"+00:00",
        finest=9,
    ),
    capitals=True,
    begin="START TRANSACTION;\n",
    key_bytes=4_000,
    script=("reading these files in this order", "", ""),
)  # fmt: skip

SQLSERVER = Dialect(
    name="sqlserver",
    types={
        "bool": "BIT",
        "int8": "SMALLINT", "int16": "SMALLINT", "int32": "INT", "int64": "BIGINT",
        "uint8": "TINYINT", "uint16": "INT", "uint32": "BIGINT", "uint64": "DECIMAL(20, 0)",
        "float": "REAL", "double": "FLOAT(53)", "decimal": "DECIMAL({p}, {s})",
        "text": "NVARCHAR(MAX)", "some text": "NVARCHAR({n})", "key text": "NVARCHAR({n})",
        "binary": "VARBINARY(MAX)", "key binary": "VARBINARY({n})",
        "date": "DATE", "time": "TIME({n})", "timestamp": "DATETIME2({n})", "zoned": "DATETIMEOFFSET({n})",
    },
    literals=Literals(
        escapes=QUOTE | NO_NUL, words=(b"1", b"0", b"NULL", b"NULL", b"NULL"), text=b"N", binary=("0x", "")
    ),
    quotes=("[", "]"),
    quote_in_names="]]",
    bare=ANY_CASE,
    one_case=True,
    settings="SET NOCOUNT ON;\nSET XACT_ABORT ON;\nSET QUOTED_IDENTIFIER ON;\nGO\n",
    begin="BEGIN TRANSACTION;\nGO\n",
    commit="COMMIT TRANSACTION;\nGO\n",
    terminator=";\nGO\n",  # or else a whole file is one batch
    drop="DROP TABLE IF EXISTS {0};\nGO\n",
    collation=" COLLATE Latin1_General_100_BIN2",
    unique_nulls=False,
    key_bytes=1_700,
    most_columns=1_024,
    most_rows=1_000,
    include=':r "{}"\n',
    script=("sqlcmd -b -x -f 65001 -d DATABASE -i {}, where these files are", ":on error exit\n", ""),
)  # fmt: skip

ORACLE = Dialect(
    name="oracle",
    types={
        "bool": "NUMBER(1)",
        "int8": "NUMBER(3)", "int16": "NUMBER(5)", "int32": "NUMBER(10)", "int64": "NUMBER(19)",
        "uint8": "NUMBER(3)", "uint16": "NUMBER(5)", "uint32": "NUMBER(10)", "uint64": "NUMBER(20)",
        "float": "BINARY_FLOAT", "double": "BINARY_DOUBLE", "decimal": "NUMBER({p}, {s})",
        "text": "CLOB", "some text": "VARCHAR2({n} CHAR)", "key text": "VARCHAR2({n} CHAR)",
        "binary": "BLOB", "key binary": "RAW({n})",
        "date": "DATE", "time": "VARCHAR2(18)", "timestamp": "TIMESTAMP({n})",
        "zoned": "TIMESTAMP({n}) WITH TIME ZONE",
    },
    literals=Literals(
        escapes=QUOTE | NO_NUL,
        words=(b"1", b"0", b"0d/0", b"1d/0", b"-1d/0"),
        double=b"d",
        moments={"date": b"DATE ", "timestamp": b"TIMESTAMP ", "zoned": b"TIMESTAMP "},
        date_time=b" ",
        zone=b" +0:00",
        finest=9,
        binary=("HEXTORAW('", "')"),
        longest_binary=2_000,
        pieces=2_000,
    ),
    quote_in_names="'",  # a quoted name cannot hold one
    capitals=True,
    counted_in_bytes=True,
    settings="SET DEFINE OFF\nSET SQLBLANKLINES ON\n",
    begin="",  # a transaction begins by itself
    ddl_commits=True,
    empty_is_null=True,
    dual="dual",
    drop="BEGIN EXECUTE IMMEDIATE 'DROP TABLE {1} CASCADE CONSTRAINTS'; "
    "EXCEPTION WHEN OTHERS THEN IF SQLCODE <> -942 THEN RAISE; END IF; END;\n/\n",
    key_bytes=4_000,
    insert_rows=1,
    between=b",\n",  # SQL*Plus takes no line of more than 2,499 bytes
    most_columns=1_000,
    most_cells=999,
    most_names=16,
    include='@@"{}"\n',
    script=("NLS_LANG=.AL32UTF8 sqlplus USER@DATABASE @{}", "WHENEVER SQLERROR EXIT FAILURE\n", "EXIT\n"),
)  # fmt: skip

DIALECTS: Mapping[str, Dialect] = {each.name: each for each in (POSTGRESQL, MYSQL, SQLITE, ANSI, SQLSERVER, ORACLE)}

COPY = Literals(
    escapes=NO_NUL | {b"\\": b"\\\\", b"\t": b"\\t", b"\n": b"\\n", b"\r": b"\\r"},
    words=(b"true", b"false", b"NaN", b"Infinity", b"-Infinity"),
    quote=b"",
    null=b"\\N",
    binary=("\\\\x", ""),
)
"""The text format of PostgreSQL's COPY."""
