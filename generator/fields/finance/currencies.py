"""Currencies, and amounts of money in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.distributions import AnyDistribution
from generator.errors import nearest
from generator.field import WORDS, Field, TextField, field_type
from generator.fields.numbered import whole
from generator.fields.numbers import ExactDecimal
from generator.fields.words import chosen, listed
from generator.gazetteer import world
from generator.subjects import place
from generator.vocabulary.cldr import named

_DAY: Final = dt.date(2024, 1, 1)
"""The day whose tender is a country's currency."""


@dataclass(frozen=True)
class _Currencies:
    """A text for each currency, and how often each is drawn; in a group about a place, which one each country has."""

    texts: pa.Array
    table: AliasTable
    of_nations: npt.NDArray[np.int32] | None = None


@cache
def currencies_of_nations() -> tuple[str, ...]:
    """The currency of each country of ``gazetteer.world()``: its own where it has several (CLDR); else the dollar."""
    from babel.numbers import get_territory_currencies

    found = {nation.code: get_territory_currencies(nation.code, _DAY, _DAY) or ["USD"] for nation in world()}
    own = (next((each for each in codes if each.startswith(nation)), codes[0]) for nation, codes in found.items())
    return tuple(own)


class _CurrencyField(place.Worldwide, TextField):
    """A currency; in a group the same (shared draw ``currency``), and that of the country where it is about more."""

    groups = True
    localized = True

    def texts(self, column: Column, currencies: tuple[str, ...]) -> list[str]:
        """A text for each of the codes."""
        raise NotImplementedError

    def prepare(self, column: Column) -> _Currencies:
        currencies = listed(column, "currency_codes")
        alone = all(isinstance(mate.field, _CurrencyField) for mate in column.mates)
        codes = currencies.words if alone else tuple(dict.fromkeys(currencies_of_nations()))
        texts = self.texts(column, codes)
        whole(column, self, max(map(len, texts)))
        of_nations = None if alone else np.array([codes.index(each) for each in currencies_of_nations()], np.int32)
        return _Currencies(pa.array(texts, pa.string()), currencies.table, of_nations)

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        currencies: _Currencies = column.prepared
        return currencies.texts

    def generate(self, cells: Cells) -> pa.Array:
        currencies: _Currencies = cells.prepared
        if currencies.of_nations is not None:
            return chosen(currencies.of_nations[place.nation_rows(cells)], currencies.texts)
        return chosen(cells.pick(currencies.table, cells.shared("currency")), currencies.texts)

    def cardinality(self, column: Column) -> int | None:
        texts = self.dictionary(column)
        return len(texts) if len(texts.unique()) == len(texts) else None

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        currencies: _Currencies = cells.prepared
        return chosen(ranks.astype(np.int32), currencies.texts)


@field_type("currency_code", "currency", "currency_iso_code")
class CurrencyCode(_CurrencyField):
    """The code of a currency in use (ISO 4217), such as ``EUR``, as frequent as it is in trade (BIS, 2022).

    In a group with other things than currencies it is that of the country (CLDR, as of 2024).
    """

    examples = ({}, {"group": "money"})

    def texts(self, column: Column, currencies: tuple[str, ...]) -> list[str]:
        return list(currencies)

    def text_width(self, column: Column) -> int:
        return 3


@field_type("currency_name")
class CurrencyName(_CurrencyField):
    """The name of a currency in use in the language of the locale (CLDR), as frequent as its code."""

    examples = ({}, {"locale": "de_DE"})

    def texts(self, column: Column, currencies: tuple[str, ...]) -> list[str]:
        names = named(column.locale, "currency_names")
        return [names.get(code, code) for code in currencies]


@field_type("currency_symbol")
class CurrencySymbol(_CurrencyField):
    """The sign of a currency in use as the locale writes it (CLDR), such as ``€``; its code where it has none."""

    examples = ({}, {"locale": "ja_JP"})

    def texts(self, column: Column, currencies: tuple[str, ...]) -> list[str]:
        signs = named(column.locale, "currency_symbols")
        return [signs.get(code, code) for code in currencies]

    def text_width(self, column: Column) -> int:
        return 2


_USUAL = (4, 1.2)
"""Mean and standard deviation of the logarithm of an amount in hundreds of its smallest unit: the median is 55."""


@field_type("amount", "money", "transaction_amount")
class Amount(Field):
    """A sum of money: an exact decimal of 18 digits, as many of them after the point as its currency has (ISO 4217).

    Without a distribution small amounts are frequent and large ones rare (lognormal, median 55, or 5,500 without
    small coins).
    """

    currency: str = Option(default="USD", max_length=32, description="ISO 4217; decides the decimals.")
    min: Decimal | None = Option(default=None, description="Smallest amount; 0.")
    max: Decimal | None = Option(default=None, description="Largest amount.")
    distribution: AnyDistribution | None = Option(default=None, description="Any of those of decimal.")

    examples = ({}, {"currency": "JPY", "max": 100_000}, {"min": 10, "max": 20, "distribution": "uniform"})

    def _exact(self, column: Column) -> ExactDecimal:
        from babel.core import get_global

        if self.currency not in get_global("all_currencies"):
            known = sorted(get_global("all_currencies"))
            raise column.wrong("currency", f"there is no currency {self.currency!r}", nearest(self.currency, known))
        fractions = get_global("currency_fractions")
        digits = int(fractions.get(self.currency, fractions["DEFAULT"])[0])
        mean, sigma = _USUAL
        usual = {"lognormal": {"mean": mean if digits else mean + 4.6, "sigma": sigma}}
        options = {"min": Decimal(0) if self.min is None else self.min, "max": self.max, "scale": digits}
        shape = usual if self.distribution is None else self.distribution
        return ExactDecimal.model_validate({"type": "decimal", "precision": 18, "distribution": shape, **options})

    def prepare(self, column: Column) -> object:
        return self._exact(column).prepare(column)

    def arrow_type(self, column: Column) -> pa.DataType:
        return self._exact(column).arrow_type(column)

    def generate(self, cells: Cells) -> pa.Array:
        return self._exact(cells.column).generate(cells)

    @property
    def uneven(self) -> str | None:
        uniform = self.distribution is not None and self.distribution.name == "uniform"
        return None if uniform else "distribution"

    def cardinality(self, column: Column) -> int | None:
        return self._exact(column).cardinality(column)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return self._exact(cells.column).unrank(cells, ranks)
