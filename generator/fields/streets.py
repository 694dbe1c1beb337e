"""What lines of an address are put together from: forms with names in them, the streets of a locale, their kinds."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import field_type
from generator.fields.words import WordListField, chosen, fitting
from generator.subjects import place
from generator.vocabulary import FALLBACK, WordList, word_list

Part = Any
"""What the kernel ``concat`` takes."""
_Index = npt.NDArray[np.int32]


def form_parts(form: str, values: dict[str, list[Part]]) -> list[Part]:
    """The parts of a form such as ``{number} {street}``, each of its names by its own parts."""
    parts: list[Part] = []
    for literal, name, _, _ in Formatter().parse(form):
        parts += [literal.encode()] if literal else []
        parts += values[name] if name is not None else []
    return parts


@dataclass(frozen=True)
class Streets:
    """Names of streets, and the kinds of street: what stands ``before`` a name and what ``behind`` it."""

    names: WordList
    kinds: WordList
    before: pa.Array
    behind: pa.Array

    @classmethod
    def of(cls, column: Column) -> Streets:
        """The streets of the column's locale."""
        locale = place.street_locale(column.locale)
        kinds = word_list("street_kinds", locale)
        halves = [form.split("{name}") for form in kinds.words]
        before, behind = (pa.array([half[side] for half in halves], pa.string()) for side in (0, 1))
        names = word_list("streets", locale)
        column.took["streets"] = names.locale
        return cls(names, kinds, before, behind)

    @property
    def whole(self) -> bool:
        """Whether the names are streets as they stand."""
        return self.kinds.words == ("{name}",)

    @property
    def size(self) -> int:
        return len(self.names.words) * len(self.kinds.words)

    def drawn(self, cells: Cells) -> list[Part]:
        """Each row's street, by the shared draw ``street``."""
        names = cells.pick(self.names.table, cells.shared("street"))
        return self.parts(names, names if self.whole else cells.pick(self.kinds.table, cells.shared("street kind")))

    def ranked(self, ranks: Rows) -> list[Part]:
        """The streets of these ranks below ``size``."""
        kinds, names = np.divmod(ranks, np.uint64(len(self.names.words)))
        return self.parts(names.astype(np.int32), kinds.astype(np.int32))

    def parts(self, names: _Index, kinds: _Index) -> list[Part]:
        middle = chosen(names, self.names.array)
        return [middle] if self.whole else [chosen(kinds, self.before), middle, chosen(kinds, self.behind)]


@field_type("street_suffix", "street_type")
class StreetSuffix(WordListField):
    """The kind of a street, such as ``Avenue`` or ``Rue``, as common as it is; in English where names have none."""

    list_name = "street_kinds"
    examples = ({}, {"locale": "fr_FR"})

    def prepare(self, column: Column) -> WordList:
        place.check(column)
        locale = place.street_locale(column.locale)
        kinds = _kinds(locale) or _kinds(FALLBACK)
        assert kinds is not None, "English streets have kinds"
        column.took["streets"] = kinds.locale
        return fitting(column, kinds, self.room)


def _kinds(locale: str) -> WordList | None:
    """The kinds of streets without the places of their names; None where there are none, or only numbered ones."""
    found = word_list("street_kinds", locale)
    texts = [form.replace("{name}", "").strip() for form in found.words]
    weights = found.weights or (1.0,) * len(texts)
    kinds = {text: weight for text, weight in zip(texts, weights, strict=True) if text and text[0].isalpha()}
    return WordList.of(kinds, found.locale) if kinds else None
