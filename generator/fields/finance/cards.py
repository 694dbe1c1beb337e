"""Payment cards: number, network, expiry and security code, which agree in a group (shared draw ``network``)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import codes, kernels
from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.codes import Whole
from generator.column import Column
from generator.errors import nearest
from generator.field import WORDS, Field, TextField, field_type
from generator.fields.numbered import whole
from generator.fields.words import chosen
from generator.registers.cards import NETWORKS, Network

_Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Networks:
    """The networks that cards of a field or its group are of."""

    those: tuple[Network, ...]

    @cached_property
    def table(self) -> AliasTable:
        return AliasTable.of([network.weight for network in self.those])

    def which(self, cells: Cells) -> _Indices:
        """Each row's network."""
        return cells.pick(self.table, cells.shared("network"))

    @cached_property
    def spans(self) -> npt.NDArray[np.int64]:
        """(spans, 2) of all networks, one after the other: where each starts when laid end to end, and its first number
        less that."""
        ends, found = 0, []
        for start, count in (span for network in self.those for span in network.spans):
            found.append((ends, start - ends))
            ends += count
        return np.array(found, dtype=np.int64)

    @cached_property
    def sizes(self) -> npt.NDArray[np.uint64]:
        """How many numbers each network has."""
        return np.array([sum(count for _, count in network.spans) for network in self.those], dtype=np.uint64)

    def numbers(self, which: _Indices, places: npt.NDArray[np.uint64]) -> Whole:
        """The numbers at these places of their networks' numbers, check digit included."""
        starts = np.cumsum(self.sizes) - self.sizes
        at = (starts[which] + places).astype(np.int64)
        body = at + self.spans[np.searchsorted(self.spans[:, 0], at, side="right") - 1, 1]
        return np.asarray(body * 10 + codes.luhn_of(body))


class CardField(Field):
    """What the fields of a card share."""

    network: str | tuple[str, ...] | None = Option(
        default=None, description=f"One or several of {', '.join(NETWORKS)}; default: all, as frequent as their cards."
    )

    groups = True

    def networks(self, column: Column) -> Networks:
        """Those of this field, else of its group, else all; SchemaError where fields of a group differ."""
        stated = {mate.name: named for mate in column.mates if (named := _named(mate.field))}
        if len(set(stated.values())) > 1:
            raise column.wrong("network", f"the fields of its group state different ones: {stated}", "state one alike")
        names = next(iter(stated.values()), tuple(NETWORKS))
        for name in names:
            if name not in NETWORKS:
                raise column.wrong("network", f"there is no network {name!r}", nearest(name, NETWORKS))
        return Networks(tuple(NETWORKS[name] for name in dict.fromkeys(names)))


def _named(field: Field) -> tuple[str, ...]:
    named = field.network if isinstance(field, CardField) else None
    return (named,) if isinstance(named, str) else named or ()


@field_type("card_number", "credit_card_number", "credit_card", "payment_card", "pan", "cc_number")
class CardNumber(CardField, TextField):
    """The number of a payment card (ISO/IEC 7812) of 14 to 16 digits, with its network's prefix and Luhn's digit.

    ``spaces`` writes it in groups, as on the card.
    """

    spaces: bool = Option(default=False, description="Groups of digits, as on the card.")

    unique_by_number = True
    examples = ({}, {"network": ["visa", "amex"], "spaces": True}, {"unique": True})

    def prepare(self, column: Column) -> Networks:
        networks = self.networks(column)
        widths = [len(network.layout) if self.spaces else network.length for network in networks.those]
        whole(column, self, max(widths))
        return networks

    def generate(self, cells: Cells) -> pa.Array:
        networks: Networks = cells.prepared
        which = networks.which(cells)
        draw = cells.draw("number")
        places = kernels.below_each(cells.rows, draw.gamma, draw.kappa, networks.sizes[which])
        return self._text(networks, which, networks.numbers(which, places))

    def cardinality(self, column: Column) -> int:
        networks: Networks = column.prepared
        return int(networks.sizes.min())

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        networks: Networks = cells.prepared
        which = networks.which(cells)
        return self._text(networks, which, networks.numbers(which, ranks))

    def _text(self, networks: Networks, which: _Indices, numbers: Whole) -> pa.Array:
        if not self.spaces:
            return kernels.concat([(numbers, 0, False)], len(numbers))
        layouts = sorted({network.layout for network in networks.those})
        found = codes.empty(len(numbers), max(map(len, layouts)))
        found[:] = codes.EMPTY
        for layout in layouts:
            of_it = np.array([network.layout == layout for network in networks.those])[which]
            rows = np.flatnonzero(of_it)
            written = codes.spaced(codes.digits(numbers[rows], layout.count("#")), layout)
            for place in range(len(layout)):
                found[rows, place] = written[:, place]
        return codes.text(found, codes.SIGNS)

    def text_width(self, column: Column) -> int:
        return 19 if self.spaces else 16


class _CardWords(CardField, TextField):
    """A card's field of few different texts."""

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS


_OTHERS = ("credit_card_provider", "credit_card_type", "card_type", "card_brand", "credit_card_network")


@field_type("card_network", *_OTHERS)
class CardNetwork(_CardWords):
    """The network of a payment card, such as ``Mastercard``; in a group that of its card number."""

    examples = ({}, {"network": ["visa", "mastercard"]})

    def prepare(self, column: Column) -> tuple[Networks, pa.Array]:
        networks = self.networks(column)
        whole(column, self, max(len(network.label) for network in networks.those))
        return networks, pa.array([network.label for network in networks.those], pa.string())

    def dictionary(self, column: Column) -> pa.Array:
        return column.prepared[1]

    def generate(self, cells: Cells) -> pa.Array:
        networks, labels = cells.prepared
        return chosen(networks.which(cells), labels)

    def cardinality(self, column: Column) -> int:
        return len(column.prepared[1])

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), cells.prepared[1])


@field_type("card_cvv", "cvv", "cvc", "credit_card_security_code", "security_code")
class CardCvv(_CardWords):
    """The security code of a payment card as text: four digits for American Express, three for all others."""

    examples = ({}, {"network": "amex"})

    def prepare(self, column: Column) -> Networks:
        networks = self.networks(column)
        whole(column, self, max(network.code for network in networks.those))
        return networks

    def dictionary(self, column: Column) -> pa.Array:
        return _CODES

    def generate(self, cells: Cells) -> pa.Array:
        networks: Networks = cells.prepared
        long = np.array([network.code == 4 for network in networks.those])[networks.which(cells)]
        code = cells.below(10_000, draw="code")
        return chosen(np.where(long, 1000 + code, code // 10).astype(np.int32), _CODES)

    def text_width(self, column: Column) -> int:
        return 3


_CODES = pa.array([f"{code:03d}" for code in range(1000)] + [f"{code:04d}" for code in range(10_000)], pa.string())


@field_type(
    "card_expiry", "credit_card_expire", "card_expiration_date", "credit_card_expiration_date", "credit_card_expiration"
)
class CardExpiry(_CardWords):
    """The month in which a payment card expires, as text such as ``07/28``: from ``min`` to ``max``, both included.

    Default: the five years that follow the reference date.
    """

    min: dt.date | None = Option(default=None, description="A day of the first month; default: the reference date.")
    max: dt.date | None = Option(default=None, description="A day of the last month; default: five years after min.")
    format: Literal["MM/YY", "MM/YYYY", "YYYY-MM"] = Option(default="MM/YY", description="How it is written.")

    examples = ({}, {"min": "2026-01-01", "max": "2028-12-31", "format": "YYYY-MM"})

    def prepare(self, column: Column) -> pa.Array:
        start = self.min or column.reference_date
        if start is None:
            raise column.wrong("min", "it says from when on cards expire, and there is no reference date", "add either")
        first = start.year * 12 + start.month - 1
        last = first + 60 if self.max is None else self.max.year * 12 + self.max.month - 1
        if last < first:
            raise column.wrong("max", "it is before min", "swap them")
        if self.format == "MM/YY" and last - first >= 1200:
            raise column.wrong("max", "two digits of a year tell only 100 years", "use the format MM/YYYY")
        months = [self._written(*divmod(month, 12)) for month in range(first, min(last, 9999 * 12 + 11) + 1)]
        whole(column, self, len(months[0]))
        self.networks(column)
        return pa.array(months, pa.string())

    def _written(self, year: int, month: int) -> str:
        full, short = f"{year:04d}", f"{year % 100:02d}"
        return self.format.replace("YYYY", full).replace("YY", short).replace("MM", f"{month + 1:02d}")

    def dictionary(self, column: Column) -> pa.Array:
        return column.prepared

    def generate(self, cells: Cells) -> pa.Array:
        return chosen(cells.below(len(cells.prepared), draw="month").astype(np.int32), cells.prepared)

    def cardinality(self, column: Column) -> int:
        return len(column.prepared)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), cells.prepared)
