"""What sets one dialect of SQL apart from another, as a table of rules: a new dialect is one more such table.

The six that there are: PostgreSQL 15 to 18, MySQL 8 and MariaDB 10.6 and later, SQLite 3.24 and later, ISO/IEC
9075:2016 (``ansi``), SQL Server 2016 and later, Oracle 19 and later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Upsert = Literal["on conflict", "on duplicate key", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Literals:
    """How values are spelled."""

    escapes: Mapping[bytes, bytes]
    """Inside the quotes of a text, byte by byte."""
    quote: bytes = b"'"
    null: bytes = b"NULL"
    words: tuple[bytes, bytes, bytes, bytes, bytes]
    """True, false, NaN and the two infinities."""
    text: bytes = b""
    """What stands before the opening quote of a text."""
    double: bytes = b""
    """What stands behind a floating-point number."""
    moments: Mapping[str, bytes] = field(default_factory=dict)
    """What stands before the opening quote of a ``date``, ``time``, ``timestamp`` or ``zoned`` one."""
    date_time: bytes = b"T"
    zone: bytes = b"Z"
    finest: int = 6
    """Decimals that a second can have; what is finer is cut off."""
    binary: tuple[str, str] = ("X'", "'")
    """What stands around the hexadecimal digits."""
    longest_binary: int = 0
    """Bytes that one literal may have; 0: any number."""
    pieces: int = 0
    """Bytes of text that one literal may have, and no line break in it; 0: any number and any text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules of one dialect. ``types`` gives the type of a column by the kind of its values: formats.sql.types.

    Scripts are lines of statements: ``settings`` begin every file.
    """

    name: str
    types: Mapping[str, str]
    literals: Literals
    quotes: tuple[str, str] = ('"', '"')
    quote_in_names: str = '""'
    """What the closing quote is written as inside a name."""
    bare: re.Pattern[str] = re.compile("[a-z][a-z0-9_]*")
    """Names that may stand without quotes, unless they are reserved, and mean the same."""
    capitals: bool = False
    """Whether a bare name is the one in capitals."""
    one_case: bool = False
    """Whether names in one table that differ in case only are one name."""
    longest_name: int = 128
    counted_in_bytes: bool = False
    refused: tuple[re.Pattern[str], str] | None = None
    """Names that there cannot be, behind ``table`` or ``column`` and a space, and why."""
    settings: str = ""
    begin: str = "BEGIN;\n"
    commit: str = "COMMIT;\n"
    ddl_commits: bool = False
    """Whether CREATE TABLE ends a transaction, which therefore begins after it."""
    table_options: str = ""
    collation: str = ""
    """Stands behind the type of texts that have a length, so that only equal ones are the same key."""
    empty_is_null: bool = False
    """Whether an empty text is a null one."""
    dual: str = ""
    """The table of one row that values are selected from where a statement has no other way to have several rows."""
    drop: str = "DROP TABLE IF EXISTS {0};\n"
    """Removes the table ``{0}`` if it is there; ``{1}`` is its name as it stands inside a text."""
    later_keys: bool = True
    """Whether a foreign key can be added to a table that is there; where not, all are checked when one commits."""
    unique_nulls: bool = True
    """Whether a unique constraint lets any number of rows be null."""
    key_bytes: int = 0
    """The bytes that all text of a key may have, at 4 a character; 0: a key's text needs no length."""
    most_digits: int = 38
    most_decimals: int = 38
    """Decimals of more digits are text."""
    upsert: Upsert = "merge"
    insert_rows: int = 500
    most_rows: int = 100_000
    """Rows that one statement may have."""
    terminator: str = ";\n"
    """What ends a statement."""
    between: bytes = b","
    """What stands between the values of a row."""
    most_columns: int = 100_000
    """Columns that a table may have."""
    most_cells: int = 1_000_000_000
    """Values that a statement of several rows may have."""
    most_names: int = 1_000_000
    """Names that a line holds, for tools that read no long ones."""
    include: str = "-- {}\n"
    """How a script reads the one whose name is put in for ``{}``."""
    script: tuple[str, str, str] = ("", "", "")
    """Of the script that loads all: how it is run, what it begins with, and what it ends with."""
