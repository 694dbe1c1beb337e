"""The laws of every registered format about size: wide tables, long parts, and one row written at a time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from formats import Format, Place, TableShape, formats
from tests.laws import format_batches
from tests.laws.test_formats import contents, held, readers, whole

PLAIN = [pytest.param(cls(**cls.examples[0]), id=name) for name, cls in formats]
LONG_ROWS, LONG_BATCHES = 65_536, 8
MOST_HELD = 16 << 20
"""Bytes of a part that an encoder may keep back: more than any block, row group or stripe has."""


def _two_hundred_columns(written: Format) -> pa.RecordBatch:
    """All flat columns that the format holds, again and again, under names of every kind."""
    names = [name for name in format_batches.COLUMNS if name in held(written)]
    chosen = [names[at % len(names)] for at in range(200)]
    arrays = [format_batches.column(name, 3, seed=at) for at, name in enumerate(chosen)]
    fields = [
        pa.field(f"{at} {name}", array.type, metadata=format_batches.ALL[name][1])
        for at, (name, array) in enumerate(zip(chosen, arrays, strict=True))
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


@pytest.mark.parametrize("written", PLAIN)
def test_two_hundred_columns_are_read_as_they_were_written(written: Format) -> None:
    batch = _two_hundred_columns(written)
    data = whole(written, batch)
    schema, columns = contents(written, batch)
    for reader in readers(written):
        found = reader.read(written, schema, data)
        for field, values, expected in zip(schema, found, columns, strict=True):
            kept = [reader.keeps(written, field.type, value) for value in expected]
            assert values == kept, f"{field.name} as read by {reader.name}"


@pytest.mark.parametrize("written", PLAIN)
def test_an_encoder_hands_out_what_it_has_as_rows_come(written: Format) -> None:
    """What it keeps back is bounded: a long part needs no more memory than a short one."""
    rng = np.random.default_rng(5)
    numbers = pa.array(rng.integers(0, 2**62, LONG_ROWS))
    words = pa.array([f"{number:032x}" for number in rng.integers(0, 2**62, LONG_ROWS)])
    batch = pa.record_batch({"number": numbers, "word": words})
    encoder = written.encoder(TableShape("people", batch.schema), Place())
    before = sum(len(chunk) for chunk in encoder.begin())
    for _ in range(LONG_BATCHES):
        before += sum(len(chunk) for chunk in encoder.encode(batch))
    held_back = sum(len(chunk) for chunk in encoder.end())
    assert held_back <= MOST_HELD
    assert before > held_back, "more than half of the part is out before it ends"
