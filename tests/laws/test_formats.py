"""The laws of every registered format: cuts change nothing, joined parts are the file, others read what was written.

Nothing here names a format: a new one is picked up from the registry, with its examples of options, and fails until
``format_readers.READERS`` says how its files are read without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import pytest

from formats import Encoder, Format, Place, TableShape, Tail, format_named, formats, zipped
from generator import SeedbedError
from tests.laws import format_batches
from tests.laws.format_readers import READERS
from tests.laws.nested_values import Columns, flat_columns, plain_columns
from tests.laws.readers.reader import Reader

EXAMPLES = [
    pytest.param(cls(**example), id=f"{name} {example or ''}") for name, cls in formats for example in cls.examples
]
FIRST = {f"{name} {cls.examples[0] or ''}" for name, cls in formats}


def _cases(always: tuple[Any, ...], also: tuple[Any, ...], joinable: bool = False) -> list[Any]:
    """Every example with the cases that each is tried on, the first one of a format with more."""
    return [
        pytest.param(example.values[0], *case, id=f"{example.id} {'-'.join(map(str, case))}")
        for example in EXAMPLES
        if not joinable or example.values[0].joinable  # type: ignore[union-attr]
        for case in (always + also if example.id in FIRST else always)
    ]


every_format = pytest.mark.parametrize("written", EXAMPLES)


batch_of = cache(format_batches.batch)

ROWS = 130
"""Each hostile string, more than a word of validity bits, and a count that takes two bytes as a varint."""


@cache
def held(written: Format) -> tuple[str, ...]:
    """The columns that the format can hold; a format may refuse types, but at once and with an error of ours."""
    names = []
    for name in format_batches.ALL:
        try:
            written.encoder(shape(batch_of(1, names=(name,))), Place())
        except SeedbedError:
            continue
        names.append(name)
    return tuple(names)


def contents(written: Format, batch: pa.RecordBatch) -> tuple[pa.Schema, Columns]:
    """The columns that a file of this batch has, and what is in them."""
    return (batch.schema, plain_columns(batch)) if written.nested else flat_columns(batch)


def readers(written: Format) -> list[Reader]:
    return [reader for reader in READERS[written.name] if reader.can_read(written)]


def shape(batch: pa.RecordBatch) -> TableShape:
    return TableShape("people", batch.schema)


def part(written: Format, batches: Iterable[pa.RecordBatch], place: Place, table: TableShape) -> tuple[bytes, Tail]:
    encoder: Encoder = written.encoder(table, place)
    chunks = [*encoder.begin()]
    for batch in batches:
        chunks += encoder.encode(batch)
    chunks += encoder.end()
    data = b"".join(chunks)
    return data, Tail(len(data), encoder.tail)


def whole(written: Format, batch: pa.RecordBatch) -> bytes:
    data, tail = part(written, [batch], Place(), shape(batch))
    return finished(written, shape(batch), data, [tail])


def finished(written: Format, table: TableShape, parts: bytes, tails: list[Tail]) -> bytes:
    """The object of these parts: with what ends it, and of archives the other members around it."""
    data = parts + (written.join(tails) if written.joinable else b"")
    members = written.members([table])
    return data if members is None else zipped([(m.name, data if m.table else m.data) for m in members])


def cut(batch: pa.RecordBatch, rows: int) -> list[pa.RecordBatch]:
    return [batch.slice(start, rows) for start in range(0, batch.num_rows, rows)]


@every_format
def test_a_format_holds_most_column_types_and_says_which_it_is(written: Format) -> None:
    assert {"bool", "int64", "double", "string", "date32", "decimal128(10, 2)", "dictionary by int8"} <= {
        *held(written)
    }
    assert {*format_batches.NESTED} <= {*held(written)}, "nested columns, or flat ones made of them"
    assert formats.get(written.name) is type(written)
    assert written.suffix == written.suffix.strip(". /") != ""
    assert "/" in written.media_type
    assert 65_536 % written.batch_rows == 0 or written.batch_rows % 65_536 == 0
    assert all(version(library) for library in written.libraries)


@every_format
def test_a_format_is_read_back_from_its_own_description(written: Format) -> None:
    assert format_named(written.spec()) == written
    assert type(written).model_json_schema()["additionalProperties"] is False


@pytest.mark.parametrize("name", formats.names())
def test_every_format_has_a_reader_of_other_hands(name: str) -> None:
    assert len(READERS.get(name, ())) > 0, f"add readers of format {name!r} to a READERS in tests/laws/readers"


@pytest.mark.parametrize(
    ("written", "rows", "nulls"),
    _cases(((0, 0.0), (1, 1.0), (ROWS, 0.25)), ((1, 0.0), (2, 0.25), (300, 0.0), (ROWS, 1.0))),
)
def test_what_others_read_is_what_was_written(written: Format, rows: int, nulls: float) -> None:
    batch = batch_of(rows, seed=11, nulls=nulls, names=held(written))
    data = whole(written, batch)
    schema, columns = contents(written, batch)
    assert readers(written)
    for reader in readers(written):
        found = reader.read(written, schema, data)
        for field, values, expected in zip(schema, found, columns, strict=True):
            kept = [reader.keeps(written, field.type, value) for value in expected]
            assert values == kept, f"{field.name} as read by {reader.name}"


@pytest.mark.parametrize(("written", "rows", "total"), _cases(((7, 50),), ((1, 20), (64, ROWS), (129, ROWS))))
def test_bytes_do_not_depend_on_how_rows_were_cut_into_batches(written: Format, rows: int, total: int) -> None:
    batch = batch_of(total, seed=12, names=held(written))
    table = shape(batch)
    pieces = [batch.slice(0, 0), *cut(batch, rows), batch.slice(total)]
    assert part(written, pieces, Place(), table) == part(written, [batch], Place(), table)


@pytest.mark.parametrize(
    ("written", "sizes"),
    _cases((((0, 129, 1),),), (((130,),), ((30, 100),), ((64, 64, 2),), ((130, 0),)), joinable=True),
)
def test_joined_parts_are_read_as_the_whole(written: Format, sizes: tuple[int, ...]) -> None:
    batch = batch_of(ROWS, seed=13, names=held(written))
    data, tails, start = b"", [], 0
    for index, size in enumerate(sizes):
        first, last = index == 0, index == len(sizes) - 1
        place = Place(first, last, row=start, opens=first, closes=last)
        piece, tail = part(written, cut(batch.slice(start, size), 50), place, shape(batch))
        data, start = data + piece, start + size
        tails.append(tail)
    data = finished(written, shape(batch), data, tails)
    made_at_once = whole(written, batch)
    if data == made_at_once:
        return
    assert not written.text
    schema, _ = contents(written, batch)
    for reader in readers(written):
        assert reader.read(written, schema, data) == reader.read(written, schema, made_at_once)


@every_format
def test_chunks_stay_as_they_were_when_the_encoder_goes_on(written: Format) -> None:
    batch = batch_of(ROWS, seed=14, names=held(written))
    encoder = written.encoder(shape(batch), Place())
    chunks = [*encoder.begin(), *encoder.encode(batch)]
    copies = [bytes(chunk) for chunk in chunks]
    for _ in range(3):
        list(encoder.encode(batch_of(ROWS, seed=15, names=held(written))))
    list(encoder.end())
    assert [bytes(chunk) for chunk in chunks] == copies
