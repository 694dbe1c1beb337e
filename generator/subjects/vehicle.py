"""A vehicle: the model and the model year that all fields of a group about one vehicle agree on.

Draws are shared: ``vehicle`` decides the model, and with it the make; ``year`` the model year, among those in which the
model was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from generator import kernels
from generator.cells import Cells
from generator.choosing import AliasTable
from generator.column import Column
from generator.vocabulary import FALLBACK, word_list

_Indices = npt.NDArray[np.int32]
_Years = npt.NDArray[np.int64]

USUAL = (1996, 2025)
"""Model years where neither the group nor the document says otherwise."""
AGE = 25
"""How many years before the reference date the oldest vehicles are from, where nothing says otherwise."""


@runtime_checkable
class Dated(Protocol):
    """A field that bounds the model years of its group: first and last."""

    def model_years(self, column: Column) -> tuple[int, int]: ...


@dataclass(frozen=True)
class Models:
    """The models: names, the number of each one's make, first and last model year, and how many are on the road."""

    names: tuple[str, ...]
    makes: tuple[str, ...]
    make_of: _Indices
    first: _Years
    last: _Years
    weights: tuple[float, ...]
    table: AliasTable
    codes: Mapping[str, tuple[str, ...]]
    """World manufacturer identifiers (ISO 3780) of each make."""


@cache
def models() -> Models:
    """Our own table of models, from ``vehicle_models.txt`` and ``vehicle_makes.txt``."""
    listed = word_list("vehicle_models", FALLBACK)
    rows = [word.split("\t") for word in listed.words]
    codes = {}
    for line in word_list("vehicle_makes", FALLBACK).words:
        make, _, found = line.partition(": ")
        codes[make] = tuple(found.split())
    makes = tuple(codes)
    places = {make: number for number, make in enumerate(makes)}
    weights = listed.weights or (1.0,) * len(rows)
    return Models(
        tuple(row[1] for row in rows),
        makes,
        np.array([places[row[0]] for row in rows], dtype=np.int32),
        np.array([int(row[2]) for row in rows], dtype=np.int64),
        np.array([int(row[3]) for row in rows], dtype=np.int64),
        weights,
        AliasTable.of(weights),
        codes,
    )


@cache
def made_between(first: int, last: int) -> tuple[_Indices, AliasTable] | None:
    """The models of which some were made in these years, and a table to choose by; None where there are none."""
    known = models()
    kept = np.flatnonzero((known.first <= last) & (known.last >= first))
    if not len(kept):
        return None
    return kept.astype(np.int32), AliasTable.of([known.weights[number] for number in kept])


def model_years(column: Column) -> tuple[int, int]:
    """First and last model year in the column's group: of its vehicle_year field, else the last 25 years.

    SchemaError where the fields of the group leave no year, or no model.
    """
    bounds = [mate.field.model_years(mate) for mate in column.mates if isinstance(mate.field, Dated)]
    if not bounds:
        today = column.reference_date
        return (today.year - AGE, today.year) if today else USUAL
    first, last = max(low for low, _ in bounds), min(high for _, high in bounds)
    if first > last or made_between(first, last) is None:
        raise column.wrong("group", f"no model was made in the years {first} to {last}", "widen the years")
    return first, last


def model_rows(cells: Cells) -> _Indices:
    """Each row's model, a place in ``models().names``."""
    found = made_between(*model_years(cells.column))
    assert found is not None, "the years were checked when the column was prepared"
    kept, table = found
    return kept[cells.pick(table, cells.shared("vehicle"))]


def years(cells: Cells, model: _Indices) -> _Years:
    """Each row's model year: within the group's, and one in which its model was made; all as likely."""
    known, (first, last) = models(), model_years(cells.column)
    low = np.maximum(known.first, first)[model]
    high = np.minimum(known.last, last)[model]
    draw = cells.shared("year")
    count = (high - low + 1).astype(np.uint64)
    return low + kernels.below_each(cells.rows, draw.gamma, draw.kappa, count).astype(np.int64)
