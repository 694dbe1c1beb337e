"""What e-mail addresses and user names are made of: names, what joins them, and a number."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField
from generator.fields.internet.slugs import slugs, spelled_entries
from generator.fields.words import chosen
from generator.subjects.names import Names, names
from generator.subjects.person import share_of_women
from generator.uniqueness import OwnRanks, permuted

Named = Callable[[Cells], pa.Array]

TIERS: Final = (10**4, 10**6, 10**9, 10**12, 10**15, 10**18)
_NUMBERS: Final = pa.array(["", *map(str, range(1, 100)), *map(str, range(1950, 2010))], pa.string())
"""Nothing, a small number, or a year."""


def own_numbers(cells: Cells) -> pa.StringArray:
    """A number of each row's own: short for the first rows, longer further on, so that it never depends on the last.

    Rows below 10**4 get four digits, those below 10**6 six ...: permuted within their tier, hence never twice.
    """
    draw = cells.draw("unique")
    text = None
    start = 0
    for end in TIERS:
        if not len(cells) or start > int(cells.rows.max()):
            break
        inside = (cells.rows >= np.uint64(start)) & (cells.rows < np.uint64(end))
        if inside.any():
            safe = np.where(inside, cells.rows, np.uint64(start))
            number = permuted(safe, end, draw).astype(np.int64)
            digits = kernels.concat([(number, len(str(end)) - 1, True)], len(cells))
            text = digits if text is None else pc.if_else(pa.array(inside), digits, text)
        start = end
    return text if text is not None else pa.array([], pa.string())


def numbers_of(cells: Cells, ranks: Rows) -> Any:
    """Digits that tell rows apart, for ``kernels.concat``: a row's own number, or its rank in 18 digits."""
    return own_numbers(cells) if isinstance(cells.column.rank_source, OwnRanks) else (ranks.view(np.int64), 18, True)


@dataclass(frozen=True)
class LocalPart:
    """The names, and how they are joined."""

    names: tuple[Named, ...]
    joints: pa.StringArray
    joint_table: AliasTable
    number_table: AliasTable


class FromNames(TextField, ABC):
    """Names joined by a mark, and a number behind them: of other fields, of the group's person, or of a new one."""

    name_from: tuple[str, ...] = Option(
        default=(), max_length=4, description="Fields of the row that give the names; default: the group's person."
    )

    joints: ClassVar[Mapping[str, int]]
    numbered: ClassVar[int]
    """About how many in a hundred have a number where none is needed."""

    localized = True
    groups = True
    unique_by_number = True

    def sources(self) -> tuple[str, ...]:
        return self.name_from

    def local_part(self, column: Column) -> LocalPart:
        """The parts in the column's locale; SchemaError where a source is no text."""
        share_of_women(column)
        own = (_of_person(column, "first_names", "first"), _of_person(column, "last_names", "last"))
        found = tuple(_of_field(column, name) for name in self.name_from) or own
        weights = [(100 - self.numbered) * 100, *[self.numbered] * 99, *[self.numbered // 4] * 60]
        joints = pa.array(list(self.joints), pa.string())
        return LocalPart(found, joints, AliasTable.of(tuple(self.joints.values())), AliasTable.of(weights))

    def names_joined(self, cells: Cells, part: LocalPart) -> list[Any]:
        """The names with marks between them, as parts of ``kernels.concat``."""
        joint = chosen(cells.pick(part.joint_table, "joint"), part.joints)
        joined: list[Any] = []
        for named in part.names:
            joined += [named(cells), joint]
        return joined[:-1]

    def any_number(self, cells: Cells, part: LocalPart) -> pa.Array:
        """A number that need not be the row's own, or nothing."""
        return chosen(cells.pick(part.number_table, "number"), _NUMBERS)

    def cardinality(self, column: Column) -> int | None:
        return 10**18


def _of_person(column: Column, kind: str, draw: str) -> Named:
    found = names(column, kind)
    spelled = _spelled(found, column.locale.partition("_")[0])
    return lambda cells: chosen(found.drawn(cells, cells.shared(draw)), spelled)


@lru_cache(maxsize=128)
def _spelled(found: Names, language: str) -> pa.StringArray:
    return spelled_entries(found.array, language)


def _of_field(column: Column, name: str) -> Named:
    source = column.source(name)
    language = column.locale.partition("_")[0]
    if not (pa.types.is_string(source.type) or pa.types.is_dictionary(source.type)):
        raise column.wrong("name_from", f"{name!r} is {source.type}, not text", "name text fields")
    if source.dictionary is None:
        return lambda cells: slugs(pc.cast(cells.source(name), pa.string()), language)
    spelled = spelled_entries(source.dictionary, language)
    return lambda cells: pa.DictionaryArray.from_arrays(cells.source(name).indices, spelled, safe=False)
