"""Securities and those who issue them."""

from __future__ import annotations

from typing import ClassVar

from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import CountryField, NumberedField
from generator.fields.unlocalized import OneOf
from generator.fields.words import WordListField
from generator.registers.numbering import Numbering
from generator.registers.securities import ISINS, LEI


@field_type("isin")
class Isin(CountryField, NumberedField):
    """An international securities identification number (ISO 6166) of a country, with valid check digits.

    American ones hold a CUSIP, British ones a SEDOL, each with its own check digit.
    """

    examples = ({}, {"country": "GB"}, {"country": "DE", "unique": True})

    def numbering(self, column: Column) -> Numbering:
        return self.of_country(column, ISINS)


@field_type("lei", "legal_entity_identifier")
class Lei(NumberedField):
    """A legal entity identifier (ISO 17442) of 20 characters, with valid check digits."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return LEI


@field_type("stock_symbol", "ticker", "ticker_symbol", "stock_ticker")
class StockSymbol(WordListField):
    """The ticker symbol of a share listed in New York, such as ``MSFT``."""

    list_name = "stock_symbols"

    def text_width(self, column: Column) -> int:
        return 4


@field_type("stock_market", "stock_exchange")
class StockMarket(OneOf):
    """A stock exchange, as frequent as what is listed on it is worth (World Federation of Exchanges, 2023)."""

    words: ClassVar[dict[str, float]] = (
        {"NYSE": 25.6, "Nasdaq": 23.4, "Euronext": 6.9, "Shanghai Stock Exchange": 6.5, "Tokyo Stock Exchange": 6.1}
        | {"Shenzhen Stock Exchange": 4.3, "National Stock Exchange of India": 4.3, "Hong Kong Stock Exchange": 4.0}
        | {"London Stock Exchange": 3.4, "Toronto Stock Exchange": 3.1, "Saudi Exchange": 3.0, "Xetra": 2.2}
        | {"SIX Swiss Exchange": 2.1, "Nasdaq Nordic": 2.1, "Korea Exchange": 2.0, "Taiwan Stock Exchange": 1.9}
        | {"ASX": 1.8, "JSE": 1.0, "B3": 1.0}
    )
    examples = ({}, {"max_length": 8})
