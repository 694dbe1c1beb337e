"""Telephone numbers that are valid where they are from, as the world or the country itself writes them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.words import chosen
from generator.gazetteer import country
from generator.gazetteer.area_codes import area_codes
from generator.gazetteer.dialling import Style, written
from generator.gazetteer.numbering import BORROWED, Kind, calling_codes
from generator.subjects import place

_CHUNK: Final = re.compile(r"[^#]*#{1,4}[^#]*$|[^#]*#{1,4}")
"""Up to four free digits with the marks before them, and at a number's end behind them."""


@dataclass(frozen=True)
class Chunk:
    """A piece of the free digits of each beginning: ``value // divisor % modulus`` words behind ``start``."""

    start: npt.NDArray[np.int64]
    divisor: npt.NDArray[np.int64]
    modulus: npt.NDArray[np.int64]

    def word(self, beginnings: npt.NDArray[np.int32], values: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        found = values if (self.divisor == 1).all() else values // self.divisor[beginnings]
        modulus = self.modulus[beginnings]
        return (self.start[beginnings] + found - found // modulus * modulus).astype(np.int32)


@dataclass(frozen=True)
class Areas:
    """The numbers of each region of a country, laid end to end: ``first`` is where a region's begin, of ``totals``."""

    first: npt.NDArray[np.uint64]
    totals: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.uint64]
    beginnings: npt.NDArray[np.int32]

    def drawn(self, cells: Cells) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Beginnings and free digits of numbers of each row's place; all of a region are as likely."""
        regions, draw = place.region_rows(cells), cells.draw("digits")
        values = self.first[regions] + kernels.below_each(cells.rows, draw.gamma, draw.kappa, self.totals[regions])
        found = np.searchsorted(self.starts, values, side="right") - 1
        return self.beginnings[found], (values - self.starts[found]).view(np.int64)


@cache
def areas(region: str, kind: Kind | Literal["fictional"], style: Style) -> Areas | None:
    """The numbers by region of the country; those of all regions where one has none. None where no area is known."""
    codes = area_codes(region)
    found = numbers(region, kind, style)
    if found is None or not codes:
        return None
    behind = 0 if style == "national" else len(str(calling_codes()[region]))
    digits = [re.sub(r"\D", "", head)[behind:].lstrip("0") for head in found.heads.to_pylist()]
    every = range(len(digits))
    of_regions = [
        [number for number in every if digits[number].startswith(codes.get(each.code, ()))] or list(every)
        for each in country(region).regions
    ]
    beginnings = np.array([number for each in of_regions for number in each], dtype=np.int32)
    starts = np.cumsum([0, *found.sizes[beginnings]], dtype=np.uint64)
    ends = np.cumsum([0, *map(len, of_regions)])
    return Areas(starts[ends[:-1]], np.diff(starts[ends]), starts[:-1], beginnings)


@dataclass(frozen=True)
class Numbers:
    """All numbers of a plan: beginnings as text, how many numbers each has, and how their free digits are spelled."""

    heads: pa.Array
    sizes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.uint64]
    table: AliasTable
    words: pa.Array
    chunks: tuple[Chunk, ...]
    size: int
    longest: int

    def text(self, beginnings: npt.NDArray[np.int32], values: npt.NDArray[np.int64]) -> pa.Array:
        """The numbers of these beginnings with these free digits."""
        parts = [chosen(chunk.word(beginnings, values), self.words) for chunk in self.chunks]
        return kernels.concat([chosen(beginnings, self.heads), *parts], len(beginnings))


@cache
def numbers(region: str, kind: Kind | Literal["fictional"], style: Style) -> Numbers | None:
    """The numbers of a region, ready to draw from; None where it has none of that kind."""
    plan = written(region, kind, style)
    if not plan:
        return None
    sizes = [10**each.free for each in plan]
    lengths = [sum(map(str.isdigit, each.head)) + each.free for each in plan]
    totals: Counter[int] = Counter()
    for length, size in zip(lengths, sizes, strict=True):
        totals[length] += size
    weights = [(size << 50) // totals[length] for length, size in zip(lengths, sizes, strict=True)]
    known = {shape: number for number, shape in enumerate(dict.fromkeys(each.shape for each in plan))}
    which = np.array([known[each.shape] for each in plan], dtype=np.int64)
    shapes = [_CHUNK.findall(shape) for shape in known]
    words, places = _words(shapes)
    return Numbers(
        pa.array([each.head for each in plan], pa.string()),
        np.array(sizes, dtype=np.uint64),
        np.cumsum([0, *sizes[:-1]], dtype=np.uint64),
        AliasTable.of(weights),
        words,
        tuple(_chunk(which, shapes, places, slot) for slot in range(max(map(len, shapes)))),
        sum(sizes),
        max(len(each.head) + len(each.shape) for each in plan),
    )


def _words(shapes: list[list[str]]) -> tuple[pa.Array, dict[str, int]]:
    """Every piece of free digits written out, and where each kind of piece begins; the empty one is the first."""
    words, places = [""], {"": 0}
    for piece in sorted({piece for pieces in shapes for piece in pieces}):
        free = piece.count("#")
        before, _, behind = piece.partition("#" * free)
        places[piece] = len(words)
        words += [f"{before}{number:0{free}d}{behind}" for number in range(10**free)]
    return pa.array(words, pa.string()), places


def _chunk(which: npt.NDArray[np.int64], shapes: list[list[str]], places: dict[str, int], slot: int) -> Chunk:
    """The pieces at one place of each shape, for beginnings of these shapes."""
    rows = []
    for pieces in shapes:
        piece = pieces[slot] if slot < len(pieces) else ""
        after = sum(later.count("#") for later in pieces[slot + 1 :])
        rows.append((places[piece], 10**after, 10 ** piece.count("#")))
    start, divisor, modulus = np.array(rows, dtype=np.int64).T
    return Chunk(start[which], divisor[which], modulus[which])


@field_type(
    "phone",
    "phone_number",
    "telephone",
    "telephone_number",
    "basic_phone_number",
    "tel",
    presets={
        "cell_phone": {"kind": "mobile"},
        "mobile_phone": {"kind": "mobile"},
        "mobile_number": {"kind": "mobile"},
        "cell_phone_number": {"kind": "mobile"},
        "mobile_phone_number": {"kind": "mobile"},
        "landline": {"kind": "fixed"},
        "fax_number": {"kind": "fixed"},
        "msisdn": {"format": "e164", "kind": "mobile"},
        "e164_phone": {"format": "e164"},
        "international_phone": {"format": "international"},
        "mobile": {"kind": "mobile"},
        "cellphone": {"kind": "mobile"},
        "fax": {"kind": "fixed"},
    },
)
class Phone(TextField):
    """A telephone number that is valid in the locale's country (ITU-T E.164; plans: package phonenumbers).

    Any valid number may be somebody's: ``fictional`` gives those of North America that are kept free for fiction.
    Numbers of one length are equally likely, and so are the lengths. In a group they are of the place's country; in
    the United States, Canada and Australia of its state's area codes.
    """

    format: Style = Option(default="international", description="+14155550123, +1 415-555-0123 or (415) 555-0123")
    kind: Kind = Option(default="any", description="mobile, fixed line, or either")
    fictional: bool = Option(default=False, description="555-0100 to 555-0199, of the United States and Canada only")

    localized = True
    groups = True
    examples = ({}, {"format": "e164", "kind": "mobile", "unique": True}, {"format": "national", "locale": "de_DE"})

    def prepare(self, column: Column) -> Numbers:
        place.check(column)
        region = self._region(column)
        if self.fictional and region not in ("US", "CA"):
            raise column.wrong("fictional", f"no numbers of {region} are known for it", "use locale en_US or en_CA")
        found = numbers(region, "fictional" if self.fictional else self.kind, self.format)
        if found is None:
            raise column.wrong("kind", f"{region} has no {self.kind} numbers of its own", "choose any or another kind")
        if self.room is not None and self.room < found.longest:
            problem = f"numbers may have {found.longest} characters, and a number is not cut"
            raise column.wrong("max_length", problem, "raise it, or use format e164")
        return found

    def _region(self, column: Column) -> str:
        """The locale's own country; that of its places in a group, or where it has no numbers of its own."""
        own = column.locale.partition("_")[2]
        if place.grouped(column) or own not in calling_codes() or own in BORROWED:
            return place.country_of(column.locale)
        return own

    def generate(self, cells: Cells) -> pa.Array:
        found: Numbers = cells.prepared
        near = self._areas(cells.column)
        if near is not None:
            return found.text(*near.drawn(cells))
        beginnings = cells.pick(found.table, "beginning")
        draw = cells.draw("digits")
        values = kernels.below_each(cells.rows, draw.gamma, draw.kappa, found.sizes[beginnings])
        return found.text(beginnings, values.view(np.int64))

    def _areas(self, column: Column) -> Areas | None:
        if not place.grouped(column):
            return None
        return areas(self._region(column), "fictional" if self.fictional else self.kind, self.format)

    def cardinality(self, column: Column) -> int:
        found: Numbers = column.prepared
        return found.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        found: Numbers = cells.prepared
        beginnings = np.searchsorted(found.starts, ranks, side="right") - 1
        values = (ranks - found.starts[beginnings]).view(np.int64)
        return found.text(beginnings.astype(np.int32), values)

    def text_width(self, column: Column) -> int:
        return 12 if self.format == "e164" else 15
