"""The kinds of dirt that a cell can have: what each does, and to cells of which types."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from generator.dirt.capitals import case
from generator.dirt.misspelling import swap, truncate, typo
from generator.dirt.option import KINDS, Kind
from generator.dirt.outliers import has_outliers, outlier
from generator.dirt.spacing import whitespace
from generator.dirt.spots import Make
from generator.dirt.strangers import null_text, wrong_texts, wrong_type

_ON_TEXT: dict[Kind, Make] = {
    "typo": typo,
    "case": case,
    "whitespace": whitespace,
    "truncate": truncate,
    "swap": swap,
}
_MAKES: dict[Kind, Make] = {**_ON_TEXT, "outlier": outlier, "wrong_type": wrong_type, "null_text": null_text}


def make(kind: Kind) -> Make:
    """What a kind of dirt does to cells."""
    return _MAKES[kind]


@dataclass(frozen=True)
class Possible:
    """The kinds of dirt that a column of some type can have, in the order of KINDS."""

    kinds: tuple[Kind, ...]
    keeping: tuple[Kind, ...]
    """Those after which it still has its type; after all others it is text."""

    @classmethod
    def of(cls, kind: pa.DataType) -> Possible:
        """The kinds for cells of a type, dictionaries as what is in them; none for types that are no single value."""
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_string(kind):
            keeping: set[Kind] = {*_ON_TEXT, "null_text"}
            return cls(_sorted(keeping), _sorted(keeping))
        keeping = {"outlier"} if has_outliers(kind) else set()
        others: set[Kind] = {"wrong_type", "null_text"} if wrong_texts(kind) else set()
        return cls(_sorted(keeping | others), _sorted(keeping))

    @property
    def usual(self) -> tuple[Kind, ...]:
        """What a column gets where no kinds are named: those that keep the type and leave a value."""
        return tuple(kind for kind in self.keeping if kind != "null_text")


def _sorted(kinds: set[Kind]) -> tuple[Kind, ...]:
    return tuple(kind for kind in KINDS if kind in kinds)
