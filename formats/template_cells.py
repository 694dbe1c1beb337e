"""The cells of a template's row: where in a batch each stands, and how it gets there in its own escape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from formats.changes import Finished, OnWords
from formats.durations import is_duration, iso_texts
from formats.escapes import ESCAPES, Escape
from formats.json_text import JsonTexts
from formats.kinds import is_text, values_of
from formats.nesting import is_listing, members_of
from generator.kernels import text

Made = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True, slots=True)
class Path:
    """A column, or a member of one at any depth: the indices on the way, and the field there."""

    steps: tuple[int, ...]
    field: pa.Field

    def array(self, batch: pa.RecordBatch) -> pa.Array:
        """The values there, null where something around them is."""
        first, *others = self.steps
        array = batch.column(first)
        for step in others:
            array = members_of(array)[step]
        return array


def paths_of(schema: pa.Schema) -> dict[str, Path]:
    """All columns and members of a table by their dotted names."""
    return dict(_paths(list(schema), "", ()))


def _paths(fields: Sequence[pa.Field], within: str, steps: tuple[int, ...]) -> Iterator[tuple[str, Path]]:
    for at, field in enumerate(fields):
        name, way = within + field.name, (*steps, at)
        yield name, Path(way, field.with_name(name))
        if pa.types.is_struct(field.type):
            yield from _paths(list(field.type), f"{name}.", way)


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as a column of the row kernel: its field, its place in the layout, and what makes its array."""

    field: pa.Field
    column: text.TextColumn
    array: Callable[[pa.RecordBatch], pa.Array]


class Cell:
    """A placeholder's cell: ``before`` stands before it, ``null`` is the template's."""

    def __init__(self, path: Path, escape: Escape, before: bytes, null: bytes) -> None:
        self._path, self._before = path, before
        self._null = null if escape.null is None else escape.null
        made, escape = _prepared(path.field, escape)
        self._made, self.escape = made, escape
        self._field = path.field.with_type(made(pa.nulls(0, path.field.type)).type)

    @property
    def depends(self) -> bool:
        """Whether another escape may write values of the type in another way."""
        kind = values_of(self._field.type)
        return text.spelled(kind) in {text.Spelled.TEXT, text.Spelled.MOMENT} or bool(pa.types.is_floating(kind))

    def among(self, main: Escape) -> Written:
        """The cell in rows of escape ``main``: as a plain column if that writes it right, else as finished text."""
        kind = values_of(self._field.type)
        quoting = self.escape.quoted(self._field.type)
        column = text.TextColumn(self._before, self._null, quoting)
        if self.escape.agrees(main, kind):
            return Written(self._field, column, self._array)
        layout = self.escape.layout((text.TextColumn(b"", self._null, quoting),))
        finished = Finished(self._field, layout)
        plain = text.TextColumn(self._before, self._null, finished=True)
        field = pa.field(self._field.name, text.FINISHED)
        return Written(field, plain, lambda batch: finished(self._array(batch)))

    def _array(self, batch: pa.RecordBatch) -> pa.Array:
        return self._made(self._path.array(batch))


def _prepared(field: pa.Field, escape: Escape) -> tuple[Made, Escape]:
    """What makes cells of a column that the row kernel can write, and the escape that is left to do."""
    change = escape.change()
    left = ESCAPES[""] if escape.of_any else escape
    if pa.types.is_struct(field.type) or is_listing(field.type):
        texts = JsonTexts(field)
        return (texts.of, ESCAPES[""]) if escape.name == "json" else (_then(texts.of, change), left)
    if is_duration(field.type):
        return _then(iso_texts, change), left
    if change is None or not (escape.of_any or is_text(field.type)):
        return _same, left
    return OnWords(change), left


def _then(made: Made, change: Made | None) -> Made:
    return made if change is None else lambda array: change(made(array))


def _same(array: pa.Array) -> pa.Array:
    return array
