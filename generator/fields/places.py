"""Places: countries, cities and street addresses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import WordListField, chosen, listed
from generator.vocabulary import WordList


@field_type("city", "town")
class City(WordListField):
    """The name of a city of the locale's country."""

    list_name = "cities"
    examples = ({}, {"max_length": 12})


@field_type("country")
class Country(WordListField):
    """The name of a country (ISO 3166) in the locale's language."""

    list_name = "countries"
    examples = ({}, {"max_length": 25}, {"locale": "de_DE"})


@dataclass(frozen=True)
class _Streets:
    names: WordList
    suffixes: WordList


_Indices = npt.NDArray[np.int32]
_NUMBERS = 9_999


@field_type("street_address", "street_line")
class StreetAddress(TextField):
    """A house number, a street's name and its kind: ``4821 Maple Avenue``."""

    breaks_at_words = True
    examples = ({}, {"unique": True}, {"max_length": 20})

    def prepare(self, column: Column) -> _Streets:
        return _Streets(listed(column, "streets"), listed(column, "street_suffixes"))

    def generate(self, cells: Cells) -> pa.Array:
        streets: _Streets = cells.prepared
        number = cells.below(_NUMBERS, start=1, draw="number")
        name = cells.pick(streets.names.table, "name")
        return self._join(streets, number, name, cells.pick(streets.suffixes.table, "suffix"))

    def _join(self, streets: _Streets, number: npt.NDArray[np.int64], name: _Indices, suffix: _Indices) -> pa.Array:
        names, suffixes = chosen(name, streets.names.array), chosen(suffix, streets.suffixes.array)
        return kernels.concat([(number, 0, False), b" ", names, b" ", suffixes], len(names))

    def cardinality(self, column: Column) -> int | None:
        streets: _Streets = column.prepared
        return None if self.max_length else _NUMBERS * len(streets.names.words) * len(streets.suffixes.words)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        streets: _Streets = cells.prepared
        rest, number = np.divmod(ranks, np.uint64(_NUMBERS))
        suffix, name = np.divmod(rest, np.uint64(len(streets.names.words)))
        return self._join(streets, number.astype(np.int64) + 1, name.astype(np.int32), suffix.astype(np.int32))

    def text_width(self, column: Column) -> int:
        return 20
