"""Crypto-currencies by name and code."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field as Option

from generator.cells import Cells, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import WORDS, TextField, field_type
from generator.fields.numbered import whole
from generator.fields.words import chosen

_COINS: Final = (
    *(("BTC", "Bitcoin", 30), ("ETH", "Ethereum", 18), ("USDT", "Tether", 12), ("BNB", "BNB", 6), ("SOL", "Solana", 7)),
    *(("XRP", "XRP", 6), ("USDC", "USD Coin", 5), ("ADA", "Cardano", 3), ("DOGE", "Dogecoin", 4), ("TRX", "TRON", 2)),
    *(("AVAX", "Avalanche", 2), ("DOT", "Polkadot", 2), ("LINK", "Chainlink", 2), ("LTC", "Litecoin", 2)),
    *(("BCH", "Bitcoin Cash", 1), ("XLM", "Stellar", 1), ("XMR", "Monero", 1), ("ETC", "Ethereum Classic", 1)),
    *(("ATOM", "Cosmos", 1), ("UNI", "Uniswap", 1), ("DAI", "Dai", 1), ("XTZ", "Tezos", 0.5), ("ZEC", "Zcash", 0.5)),
    *(("DASH", "Dash", 0.5), ("EOS", "EOS", 0.5), ("ALGO", "Algorand", 0.5)),
)
"""Code, name, and a rough share of what people hold and trade."""
_TEXTS: Final = {
    "code": pa.array([code for code, _, _ in _COINS], pa.string()),
    "name": pa.array([name for _, name, _ in _COINS], pa.string()),
}
_TABLE: Final = AliasTable.of(tuple(share for _, _, share in _COINS))


@field_type(
    "cryptocurrency",
    "crypto_currency",
    presets={"cryptocurrency_name": {"format": "name"}, "cryptocurrency_code": {"format": "code"}},
)
class Cryptocurrency(TextField):
    """A crypto-currency by its name or its code, such as ``Bitcoin`` or ``BTC``; in a group the two agree."""

    format: Literal["name", "code"] = Option(default="name", description="Bitcoin, or BTC.")

    groups = True
    examples = ({}, {"format": "code"})

    def prepare(self, column: Column) -> None:
        whole(column, self, max(map(len, self.dictionary(column).to_pylist())))

    def arrow_type(self, column: Column) -> pa.DataType:
        return WORDS

    def dictionary(self, column: Column) -> pa.Array:
        return _TEXTS[self.format]

    def generate(self, cells: Cells) -> pa.Array:
        return chosen(cells.pick(_TABLE, cells.shared("cryptocurrency")), _TEXTS[self.format])

    def cardinality(self, column: Column) -> int:
        return len(_COINS)

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        return chosen(ranks.astype(np.int32), _TEXTS[self.format])

    def text_width(self, column: Column) -> int:
        return 4 if self.format == "code" else 8
