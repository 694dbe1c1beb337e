"""Whole names, in the order and with the spaces of the locale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.column import Column
from generator.field import Share, TextField, field_type
from generator.fields.people.names import SexAsked, never_cut
from generator.fields.words import chosen
from generator.subjects.names import Names, names
from generator.subjects.person import share_of_women

LARGEST: Final = 1 << 62


@dataclass(frozen=True)
class Customs:
    """How a language writes a name: which name is first, what joins them, where a title and a second surname go."""

    family_first: bool = False
    joint: str = " "
    middle: float = 0.0
    """Share of names with a middle name where the field says nothing."""
    middle_first: bool = False
    """Whether the middle name stands before the first name."""
    second: str = ""
    """Where a second family name goes: ``before`` the family name or ``after`` it."""
    title_joint: str = " "
    title_after: bool = False


_PACKED: Final = Customs(family_first=True, joint="", title_joint="", title_after=True)
_PATRONYMIC: Final = Customs(family_first=True, middle=1.0)
_CUSTOMS: Final = {
    "ja": _PACKED,
    "zh": _PACKED,
    "ko": replace(_PACKED, title_joint=" "),
    "hu": Customs(family_first=True),
    "vi": Customs(family_first=True, middle=1.0, middle_first=True),
    "ru": _PATRONYMIC,
    "uk": _PATRONYMIC,
    "be": _PATRONYMIC,
    "es": Customs(second="after"),
    "pt": Customs(second="before"),
    "th": Customs(title_joint=""),
}


def customs_of(locale: str) -> Customs:
    """The customs of a locale's language; those of English where nothing else is known."""
    return _CUSTOMS.get(locale.partition("_")[0], Customs())


@dataclass(frozen=True)
class _Parts:
    customs: Customs
    first: Names
    last: Names
    middle: Names
    prefix: Names
    suffix: Names
    countable: tuple[npt.NDArray[np.int32], ...]
    """First and last names of women, then of men, whose joins can be taken apart in one way only."""


@field_type(
    "full_name",
    "name",
    "person_name",
    "fullname",
    "name_nonbinary",
    presets={
        "full_name_female": {"sex": "female"},
        "full_name_male": {"sex": "male"},
        "name_female": {"sex": "female"},
        "name_male": {"sex": "male"},
    },
)
class FullName(TextField):
    """A person's whole name, written as in the locale: with the family name first or last, and joined as usual there.

    Unique ones differ in first or family name; only names of one word take part in them.
    """

    sex: SexAsked = Option(default="any", description="Names of women, of men, or both.")
    titles: Share = Option(default=0.0, description="Share of names with a title: four in five before it, else after.")
    middle: Share | None = Option(
        default=None, description="Share of names with a middle name; default: all in Russian, Ukrainian, Vietnamese."
    )

    localized = True
    groups = True
    examples = ({}, {"titles": 0.3, "middle": 0.5}, {"locale": "ja_JP", "unique": True})

    def prepare(self, column: Column) -> _Parts:
        if self.max_length is not None:
            never_cut(column, self)
            raise column.wrong("max_length", "a name that is cut is none", "use first_name or last_name")
        share = share_of_women(column)
        customs = customs_of(column.locale)
        first, last = names(column, "first_names"), names(column, "last_names")
        others = [names(column, kind) for kind in ("middle_names", "prefixes", "suffixes")]
        return _Parts(
            customs, first, last, others[0], others[1], others[2], _countable(customs, first, last, share == 0.0)
        )

    def generate(self, cells: Cells) -> pa.Array:
        parts: _Parts = cells.prepared
        first = parts.first.chosen(cells, cells.shared("first"))
        return self._joined(cells, first, parts.last.chosen(cells, cells.shared("last")))

    def _joined(self, cells: Cells, first: pa.Array, last: pa.Array) -> pa.Array:
        parts: _Parts = cells.prepared
        customs = parts.customs
        joint = customs.joint.encode()
        middle = self._middle(cells, parts)
        given: list[Any] = [*middle, first] if customs.middle_first else [first, *middle]
        family: list[Any] = [last]
        if customs.second:
            second = parts.last.chosen(cells, cells.shared("second"))
            family = [last, b" ", second] if customs.second == "after" else [second, b" ", last]
        name = [*family, joint, *given] if customs.family_first else [*given, joint, *family]
        return kernels.concat(self._titled(cells, parts, name), len(cells))

    def _middle(self, cells: Cells, parts: _Parts) -> list[Any]:
        share = self._share(parts.customs)
        if share == 0.0:
            return []
        joint, found = parts.customs.joint, parts.middle
        indices = found.drawn(cells, cells.shared("middle"))
        words = [word + joint if parts.customs.middle_first else joint + word for word in found.words]
        return [_some(words, indices, cells.unit("has middle") < share)]

    def _titled(self, cells: Cells, parts: _Parts, name: list[Any]) -> list[Any]:
        if self.titles == 0.0:
            return name
        customs, drawn = parts.customs, cells.unit("titles")
        joint = customs.title_joint
        words = [joint + word if customs.title_after else word + joint for word in parts.prefix.words]
        has = drawn < (self.titles if customs.title_after else self.titles * 0.8)
        title = _some(words, parts.prefix.drawn(cells, cells.shared("prefix")), has)
        if customs.title_after:
            return [*name, title]
        ends = [f" {word}" for word in parts.suffix.words]
        end = _some(ends, parts.suffix.drawn(cells, cells.shared("suffix")), (drawn < self.titles) & ~has)
        return [title, *name, end]

    def _share(self, customs: Customs) -> float:
        return customs.middle if self.middle is None else self.middle

    def cardinality(self, column: Column) -> int:
        customs: Customs = column.prepared.customs
        middle = self._share(customs)
        if self.titles or middle not in (0.0, 1.0) or (middle and (not customs.joint or customs.second == "after")):
            problem = "with titles or middle names, unique names could not be told apart"
            raise column.wrong("unique", problem, "drop titles and middle, or unique")
        return sum(_sizes(column))

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        parts: _Parts = cells.prepared
        of_women, _ = _sizes(cells.column)
        female = ranks < np.uint64(of_women)
        rest = np.where(female, ranks, ranks - np.uint64(of_women))
        first, last = np.zeros(len(ranks), dtype=np.int32), np.zeros(len(ranks), dtype=np.int32)
        sides = ((female, parts.countable[:2]), (~female, parts.countable[2:]))
        for mask, (given, family) in sides:
            high, low = np.divmod(rest[mask].astype(np.int64), len(family) or 1)
            first[mask], last[mask] = given[high], family[low]
        return self._joined(cells, chosen(first, parts.first.array), chosen(last, parts.last.array))

    def text_width(self, column: Column) -> int:
        return 16


def _some(words: list[str], indices: npt.NDArray[np.int32], present: npt.NDArray[np.bool_]) -> pa.Array:
    """The words at these indices where ``present``, nothing elsewhere."""
    entries = pa.array([*words, ""], pa.string())
    return chosen(np.where(present, indices, np.int32(len(words))).astype(np.int32), entries)


def _sizes(column: Column) -> tuple[int, int]:
    """How many names can be told apart: of women, and of men that no woman has."""
    parts: _Parts = column.prepared
    share = share_of_women(column)
    women = len(parts.countable[0]) * len(parts.countable[1]) if share > 0.0 else 0
    men = len(parts.countable[2]) * len(parts.countable[3]) if share < 1.0 else 0
    return min(women, LARGEST), min(men, LARGEST)


@lru_cache(maxsize=128)
def _countable(customs: Customs, first: Names, last: Names, men_alone: bool) -> tuple[npt.NDArray[np.int32], ...]:
    """First and last names of women, then of men that no woman has, as far as names of them can be told apart."""
    men_only = first.of_men if men_alone else np.setdiff1d(first.of_men, first.of_women)
    sides = [(first.of_women, last.of_women), (men_only, last.of_men)]
    return tuple(part for side in sides for part in _plain(customs, first, last, *side))


def _plain(
    customs: Customs, first: Names, last: Names, given: npt.NDArray[np.int32], family: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The names of one word; where nothing parts them, family names of the most frequent length only."""
    if customs.joint:
        return _kept(first, given, lambda word: " " not in word), _kept(last, family, lambda word: " " not in word)
    length = Counter(len(last.words[index]) for index in family).most_common(1)[0][0]
    return given, _kept(last, family, lambda word: len(word) == length)


def _kept(found: Names, indices: npt.NDArray[np.int32], keep: Any) -> npt.NDArray[np.int32]:
    return np.array([index for index in indices if keep(found.words[index])], dtype=np.int32)
