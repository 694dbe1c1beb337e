"""One Parquet footer for whole Parquet files laid end to end: their row groups, at the places where they now are.

Readers find everything in a Parquet file from its footer, so the footers inside the joined file are passed over. What
joining needs is found out where a part is written, so the joiner only moves a few integers for each column chunk.
Field numbers are those of parquet.thrift (Apache Parquet format 2.11).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from formats.format import FormatError, Tail
from formats.thrift_compact import I64, LIST, STRUCT, Reader, ThriftError, integer, list_header

MAGIC = b"PAR1"
BEFORE_ROWS, NUM_ROWS, ROW_GROUPS = [1, 2], 3, 4  # of FileMetaData
COLUMNS, GROUP_ROWS, FILE_OFFSET, ORDINAL = 1, 3, 5, 7  # of RowGroup
CHUNK_OFFSETS = {2, 4, 6}  # of ColumnChunk: file_offset, offset_index_offset, column_index_offset
META_DATA = 3
DATA_OFFSETS = {9, 10, 11, 14}  # of ColumnMetaData: data page, index page, dictionary page, bloom filter
LENGTHS = struct.Struct("<qIIII")


@dataclass(frozen=True, slots=True)
class Footer:
    """A footer taken apart. ``places`` are where in ``groups`` an integer says at which byte of the file things lie."""

    rows: int
    count: int
    before: bytes
    """The fields before the number of rows: version and schema."""
    after: bytes
    """The fields behind the row groups (key-value metadata, the writer, column orders), and the end of the struct."""
    groups: bytes
    places: np.ndarray[tuple[int], np.dtype[np.uint32]]

    def pack(self) -> bytes:
        """What a part keeps for its joiner."""
        lengths = LENGTHS.pack(self.rows, self.count, len(self.before), len(self.after), len(self.places))
        return b"".join((lengths, self.before, self.after, self.places.tobytes(), self.groups))

    @classmethod
    def unpack(cls, kept: bytes) -> Footer:
        """The footer that :meth:`pack` packed."""
        rows, count, before, after, places = LENGTHS.unpack_from(kept)
        ends = np.cumsum([LENGTHS.size, before, after, 4 * places]).tolist()
        pieces = [kept[start:end] for start, end in zip(ends, [*ends[1:], len(kept)], strict=True)]
        return cls(rows, count, pieces[0], pieces[1], pieces[3], np.frombuffer(pieces[2], np.uint32))

    def moved(self, start: int) -> bytes:
        """The row groups of a file that begins ``start`` bytes into the joined one."""
        return _moved(self.groups, self.places.tolist(), start)


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: its bytes, and where in them an integer says at which byte of the file things lie."""

    rows: int
    data: bytes
    places: Sequence[int]

    def moved(self, step: int) -> Group:
        """The group in a file where all that it points to lies ``step`` bytes further on."""
        return _row_group(Reader(_moved(self.data, self.places, step)))

    @property
    def first(self) -> int:
        """Where in the file some of its bytes lie."""
        return Reader(self.data, self.places[0]).integer()


def kept_of(file_end: bytes) -> bytes:
    """What the joiner needs of a Parquet file that ends with ``file_end``, which holds its whole footer."""
    rows, before, groups, after = _take_apart(file_end)
    return _kept(rows, before, groups, after)


def tails_of(file_end: bytes, sizes: Sequence[int]) -> list[Tail]:
    """What the joiner had of Parquet files of these sizes, of which one with ``file_end`` was made.

    Behind the row groups each has what the last one had. FormatError where a row group is in none of them.
    """
    _, before, groups, after = _take_apart(file_end)
    starts = [0, *accumulate(sizes)]
    found: list[list[Group]] = [[] for _ in sizes]
    for group in groups:
        part = bisect_right(starts, group.first) - 1
        if part >= len(sizes):
            raise FormatError("a row group is not in any of the parts that a Parquet file was made of")
        found[part].append(group.moved(-starts[part]))
    return [
        Tail(size, _kept(sum(group.rows for group in mine), before, mine, after))
        for size, mine in zip(sizes, found, strict=True)
    ]


def _moved(data: bytes, places: Sequence[int], step: int) -> bytes:
    """``data`` with ``step`` added to the integers at these places."""
    reader, out, last = Reader(data), [], 0
    for place in places:
        reader.at = place
        out += [data[last:place], integer(reader.integer() + step)]
        last = reader.at
    return b"".join((*out, data[last:]))


def _kept(rows: int, before: bytes, groups: Sequence[Group], after: bytes) -> bytes:
    places, size = list[int](), 0
    for group in groups:
        places += [size + place for place in group.places]
        size += len(group.data)
    data = b"".join(group.data for group in groups)
    return Footer(rows, len(groups), before, after, data, np.array(places, np.uint32)).pack()


def joined_footer(tails: Sequence[Tail]) -> bytes:
    """What ends the file made of these Parquet files in order: footer, length and magic bytes.

    What stands behind the row groups, with the metadata, is the last part's. FormatError where they are not of one
    schema.
    """
    footers = [Footer.unpack(tail.kept) for tail in tails]
    first, start, groups = footers[0], 0, []
    for index, (footer, tail) in enumerate(zip(footers, tails, strict=True)):
        if footer.before != first.before:
            raise FormatError(f"part {index} has another Parquet schema than the first one")
        groups.append(footer.moved(start))
        start += tail.size
    rows = bytes([0x10 | I64]) + integer(sum(footer.rows for footer in footers))
    head = bytes([0x10 | LIST]) + list_header(STRUCT, sum(footer.count for footer in footers))
    data = b"".join((first.before, rows, head, *groups, footers[-1].after))
    return data + len(data).to_bytes(4, "little") + MAGIC


def _take_apart(file_end: bytes) -> tuple[int, bytes, list[Group], bytes]:
    """The number of rows in a footer, what stands before it, the row groups, and what stands behind them."""
    size = int.from_bytes(file_end[-8:-4], "little")
    if file_end[-4:] != MAGIC or size + 8 > len(file_end):
        raise FormatError("a Parquet part does not end with its footer")
    try:
        return _fields(file_end[-8 - size : -8])
    except ThriftError as error:
        raise FormatError(f"a Parquet part has no readable footer: {error}") from None


def _fields(footer: bytes) -> tuple[int, bytes, list[Group], bytes]:
    reader = Reader(footer)
    seen: list[int] = []
    rows = behind_schema = behind_groups = 0
    groups: list[Group] = []
    for number, kind, place in reader.fields():
        seen.append(number)
        if number == NUM_ROWS:
            behind_schema, rows = place, reader.integer()
        elif number == ROW_GROUPS:
            groups = [_row_group(reader) for _ in range(reader.elements()[1])]
            behind_groups = reader.at
        else:
            reader.skip(kind)
    if seen[:4] != [*BEFORE_ROWS, NUM_ROWS, ROW_GROUPS]:
        raise ThriftError("it lacks a required field")
    return rows, footer[:behind_schema], groups, footer[behind_groups : reader.at]


def _row_group(reader: Reader) -> Group:
    """A row group. Its ordinal is left out: it is optional, of 16 bits only, and always the last field."""
    start, end, rows, places = reader.at, 0, 0, list[int]()
    for number, kind, _ in reader.fields():
        if number == COLUMNS:
            for _ in range(reader.elements()[1]):
                places += _chunk(reader)
        elif number == GROUP_ROWS:
            rows = reader.integer()
        elif number == FILE_OFFSET:
            places += _movable(reader)
        else:
            reader.skip(kind)
        if number < ORDINAL:
            end = reader.at
        elif number > ORDINAL:
            raise ThriftError(f"field {number} of a row group is not known")
    return Group(rows, reader.data[start:end] + b"\0", [place - start for place in places])


def _chunk(reader: Reader) -> list[int]:
    places: list[int] = []
    for number, kind, _ in reader.fields():
        if number in CHUNK_OFFSETS and kind == I64:
            places += _movable(reader)
        elif number == META_DATA:
            for inner, inner_kind, _ in reader.fields():
                if inner in DATA_OFFSETS:
                    places += _movable(reader)
                else:
                    reader.skip(inner_kind)
        else:
            reader.skip(kind)
    return places


def _movable(reader: Reader) -> list[int]:
    """Goes past an offset; its place, unless it is 0, which says that there is none."""
    place = reader.at
    return [place] if reader.integer() > 0 else []
