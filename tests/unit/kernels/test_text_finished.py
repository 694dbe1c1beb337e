"""Cells that are finished text, and rows as values: what nested columns are written by."""

from __future__ import annotations

import pyarrow as pa
import pytest

from generator.kernels import KernelError
from generator.kernels.text import FINISHED, Quoting, TextColumn, TextLayout
from generator.kernels.text_native import NativeRows
from generator.kernels.text_reference import ReferenceRows

TEXTS = pa.array(["[1]", "", 'say "x"' * 40, "é\n"], pa.large_string())
LAYOUT = TextLayout(
    (TextColumn(b"<", b"none", finished=True), TextColumn(b">", b"", Quoting.ALWAYS)),
    quote=b'"',
    escapes={b'"': b'\\"'},
)
both = pytest.mark.parametrize("rows", [NativeRows, ReferenceRows])


def batch(picks: list[int | None], texts: pa.Array = TEXTS) -> pa.RecordBatch:
    finished = pa.DictionaryArray.from_arrays(pa.array(picks, pa.int32()), texts)
    return pa.record_batch({"x": finished, "y": pa.array(['"'] * len(picks))})


@both
def test_finished_cells_are_written_as_they_are(rows: type[NativeRows | ReferenceRows]) -> None:
    data = batch([3, None, 1, 0, 2])
    lines = b"".join(rows(data.schema, LAYOUT).write(data)).decode()
    assert lines == f'<é\n>"\\""\n<none>"\\""\n<>"\\""\n<[1]>"\\""\n<{TEXTS[2]}>"\\""\n'


@both
def test_rows_as_values_are_the_rows_that_are_written(rows: type[NativeRows | ReferenceRows]) -> None:
    data = batch([at % 4 for at in range(1_500)], pa.concat_arrays([TEXTS, TEXTS]).slice(4))
    for piece in (data, data.slice(700, 600), data.slice(3, 0)):
        texts = rows(data.schema, LAYOUT).texts(piece)
        texts.validate(full=True)
        assert texts.type == pa.large_string()
        assert len(texts) == piece.num_rows
        assert "".join(texts.to_pylist()).encode() == b"".join(rows(data.schema, LAYOUT).write(piece))


@both
def test_a_finished_column_of_another_type_is_refused(rows: type[NativeRows | ReferenceRows]) -> None:
    with pytest.raises(KernelError, match="finished cells are dictionary<values=large_string, indices=int32"):
        rows(pa.schema([("x", pa.string())]), TextLayout((TextColumn(finished=True),)))


def test_finished_cells_cannot_be_quoted() -> None:
    with pytest.raises(KernelError, match="cannot be quoted"):
        TextLayout((TextColumn(quoting=Quoting.ALWAYS, finished=True),), quote=b'"')


@pytest.mark.parametrize("offsets", [[0, 9, 5], [0, 4, 2, 5], [2, -1, 5]], ids=["beyond", "falling", "negative"])
def test_finished_texts_that_point_outside_their_data_are_an_error_and_no_crash(offsets: list[int]) -> None:
    stored = [None, pa.array(offsets, pa.int64()).buffers()[1], pa.py_buffer(b"abcde")]
    texts = pa.Array.from_buffers(pa.large_string(), len(offsets) - 1, stored)
    cells = pa.DictionaryArray.from_buffers(FINISHED, 1, pa.array([0], pa.int32()).buffers(), texts)
    layout = TextLayout((TextColumn(finished=True),))
    with pytest.raises(KernelError, match="finished texts that are missing or point outside"):
        NativeRows(pa.schema([("x", FINISHED)]), layout).write(pa.record_batch({"x": cells}))


@pytest.mark.parametrize("pick", [1, -1])
def test_a_pick_of_no_text_is_an_error_and_no_crash(pick: int) -> None:
    picks = pa.array([pick], pa.int32())
    cells = pa.DictionaryArray.from_arrays(picks, pa.array(["a"], pa.large_string()), safe=False)
    with pytest.raises(KernelError, match="index out of range"):
        NativeRows(pa.schema([("x", FINISHED)]), TextLayout((TextColumn(finished=True),))).write(
            pa.record_batch({"x": cells})
        )
