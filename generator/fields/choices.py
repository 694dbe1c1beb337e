"""Choices among values that the document gives: choice, constant, dataset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Discriminator, StrictBool, StrictFloat, StrictInt, StrictStr, Tag
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import WORDS, Field, field_type
from generator.uniqueness import permuted

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr
Weight = Annotated[float, Option(ge=0)]
MAX_CHOICES = 10_000
_KINDS: dict[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
}


def values_array(column: Column, option: str, values: tuple[Any, ...]) -> pa.Array:
    """Values of one kind as Arrow; integers beside floats become floats."""
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        kinds = {float}
    if len(kinds) != 1:
        names = ", ".join(sorted(kind.__name__ for kind in kinds))
        raise column.wrong(option, f"values of different kinds: {names}", "give values of one kind")
    try:
        return pa.array(values, _KINDS[kinds.pop()])
    except (pa.ArrowInvalid, OverflowError) as error:
        raise column.wrong(option, f"a value does not fit: {error}", "give values of one type") from None


class _Listed(Field):
    """A field whose cells are indices into a few values: text stays a dictionary, the rest is taken."""

    def arrow_type(self, column: Column) -> pa.DataType:
        found: _Values = column.prepared
        return WORDS if pa.types.is_string(found.array.type) else found.array.type

    def dictionary(self, column: Column) -> pa.Array | None:
        found: _Values = column.prepared
        return found.array if pa.types.is_string(found.array.type) else None

    def _taken(self, cells: Cells, index: npt.NDArray[np.int32]) -> pa.Array:
        found: _Values = cells.prepared
        if pa.types.is_string(found.array.type):
            return pa.DictionaryArray.from_buffers(WORDS, len(index), [None, pa.py_buffer(index)], found.array)
        return found.array.take(pa.array(index))

    def cardinality(self, column: Column) -> int | None:
        found: _Values = column.prepared
        if len(found.array.unique()) != len(found.array):
            raise column.wrong("unique", "a value is listed twice: it would repeat", "list each once")
        return len(found.array)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._taken(cells, ranks.astype(np.int32))

    def text_width(self, column: Column) -> int:
        found: _Values = column.prepared
        return 1 + sum(len(str(value)) for value in found.array.to_pylist()) // len(found.array)


@dataclass(frozen=True)
class _Values:
    array: pa.Array
    table: AliasTable | None = None
    limits: npt.NDArray[np.uint64] | None = None
    """Exact shares: the permuted rank below which a value, or one before it, is chosen."""


@field_type(
    "choice",
    "enum",
    "custom_list",
    "random_element",
    presets={
        "am_pm": {"values": ["AM", "PM"]},
        "yes_no": {"values": ["yes", "no"]},
        "cardinal_direction": {"values": ["north", "east", "south", "west"]},
        "frequency": {"values": ["never", "once", "seldom", "often", "daily", "weekly", "monthly", "yearly"]},
        "mobile_device_os": {"values": {"Android": 72, "iOS": 28}},
    },
)
class Choice(_Listed):
    """One of the given values, all alike or by weight: ``values: [a, b]`` or ``values: {a: 70, b: 30}``."""

    values: Annotated[
        Annotated[tuple[Scalar, ...], Option(min_length=1, max_length=MAX_CHOICES), Tag("list")]
        | Annotated[dict[str, Weight], Option(min_length=1, max_length=MAX_CHOICES), Tag("weights")],
        Discriminator(lambda value: "weights" if isinstance(value, Mapping) else "list"),
    ]
    weights: tuple[Weight, ...] | None = None
    exactly: bool = Option(default=False, description="Meet the shares exactly over all rows, rounded half up.")

    examples = (
        {"values": ["new", "vip", "churned"]},
        {"values": {"paid": 8, "open": 1, "refunded": 1}, "exactly": True},
        {"values": [1, 2, 3]},
    )

    @property
    def depends_on_rows(self) -> bool:
        return self.exactly

    @property
    def uneven(self) -> str | None:
        weighted = "values" if isinstance(self.values, Mapping) else "weights"
        weights = self.values.values() if isinstance(self.values, Mapping) else self.weights or ()
        return "exactly" if self.exactly else weighted if len(set(weights)) > 1 else None

    def prepare(self, column: Column) -> _Values:
        values = tuple(self.values)
        weights = tuple(self.values.values()) if isinstance(self.values, Mapping) else self.weights
        if isinstance(self.values, Mapping) and self.weights is not None:
            raise column.wrong("weights", "values have weights already", "drop one of the two")
        if weights is not None and len(weights) != len(values):
            raise column.wrong("weights", f"{len(weights)} weights for {len(values)} values", "give one a value")
        if weights is not None and not sum(weights) > 0:
            raise column.wrong(
                "values" if self.weights is None else "weights", "all weights are 0", "give a value a weight above 0"
            )
        if self.exactly and (self.when is not None or self.unique):
            raise column.wrong("exactly", "exact shares go with neither 'when' nor 'unique'", "drop one of them")
        array = values_array(column, "values", values)
        if self.exactly:
            return _Values(array, limits=_limits(weights or (1.0,) * len(values), column.rows))
        return _Values(array, AliasTable.of(weights or (1,) * len(values)))

    def generate(self, cells: Cells) -> pa.Array:
        found: _Values = cells.prepared
        if found.limits is not None:
            rank = permuted(cells.rows, max(cells.column.rows, 1), cells.draw("exactly"))
            return self._taken(cells, np.searchsorted(found.limits, rank, side="right").astype(np.int32))
        assert found.table is not None
        return self._taken(cells, cells.pick(found.table))


def _limits(weights: tuple[float, ...], rows: int) -> npt.NDArray[np.uint64]:
    """Cumulative counts whose differences are the shares of ``rows``, each rounded by largest remainder."""
    exact = [Fraction(str(weight)) for weight in weights]
    total = sum(exact)
    shares = [weight * rows / total for weight in exact]
    counts = [int(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda index: (counts[index] - shares[index], index))
    for index in order[: rows - sum(counts)]:
        counts[index] += 1
    return np.cumsum(np.array(counts, dtype=np.uint64), dtype=np.uint64)


@field_type("constant", "fixed", presets={"blank": {"value": "", "nulls": 1.0}})
class Constant(_Listed):
    """The same value in every row."""

    value: Scalar

    examples = ({"value": 0}, {"value": "pending"})

    @property
    def seeded(self) -> bool:
        return False

    def prepare(self, column: Column) -> _Values:
        return _Values(values_array(column, "value", (self.value,)))

    def generate(self, cells: Cells) -> pa.Array:
        return self._taken(cells, np.zeros(len(cells), dtype=np.int32))


@field_type("dataset", "dataset_column")
class Dataset(_Listed):
    """A column of rows given in the document: row r of the table takes row r modulo their number, or a weighted one."""

    rows: tuple[dict[str, Scalar | None], ...] = Option(min_length=1, max_length=MAX_CHOICES)
    column: str
    weights: tuple[Weight, ...] | None = None

    examples = (
        {"column": "name", "rows": [{"name": "ASIA"}, {"name": "EUROPE"}]},
        {"column": "size", "rows": [{"size": 1}, {"size": 2}], "weights": [3, 1]},
    )

    @property
    def seeded(self) -> bool:
        return self.weights is not None or self.unique

    @property
    def uneven(self) -> str | None:
        return "weights" if len(set(self.weights or ())) > 1 else None

    def prepare(self, column: Column) -> _Values:
        missing = [index for index, row in enumerate(self.rows) if row.get(self.column) is None]
        if missing:
            raise column.wrong("column", f"row {missing[0]} has no value {self.column!r}", "give every row one")
        values = tuple(row[self.column] for row in self.rows)
        if self.weights is not None and (len(self.weights) != len(values) or not sum(self.weights) > 0):
            raise column.wrong(
                "weights", f"{len(self.weights)} weights for {len(values)} rows", "give each row one, not all 0"
            )
        table = None if self.weights is None else AliasTable.of(self.weights)
        return _Values(values_array(column, "rows", values), table)

    def generate(self, cells: Cells) -> pa.Array:
        found: _Values = cells.prepared
        if found.table is not None:
            return self._taken(cells, cells.pick(found.table))
        return self._taken(cells, (cells.rows % np.uint64(len(found.array))).astype(np.int32))
