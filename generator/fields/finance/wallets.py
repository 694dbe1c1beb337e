"""Addresses of crypto-currencies."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Option

from generator.codes import HEX
from generator.column import Column
from generator.field import field_type
from generator.fields.numbered import NumberedField
from generator.registers.numbering import Numbering, letters
from generator.registers.wallets import ADDRESSES


@field_type("bitcoin_address", "btc_address", "bitcoin")
class BitcoinAddress(NumberedField):
    """A Bitcoin address with a valid checksum: Bech32 (``bc1q`` ...), or Base58Check (``1`` ... or ``3`` ...).

    Those of Base58Check take two rounds of SHA-256 each, and so ten times longer. Nobody has the keys.
    """

    kind: Literal["bech32", "p2pkh", "p2sh"] = Option(
        default="bech32", description="bech32 pays to a witness key, p2pkh to a key, p2sh to a script."
    )

    examples = ({}, {"kind": "p2pkh"}, {"kind": "p2sh"})

    def numbering(self, column: Column) -> Numbering:
        return ADDRESSES[self.kind]


@field_type("ethereum_address", "eth_address", "ethereum")
class EthereumAddress(NumberedField):
    """An Ethereum address: ``0x`` and 40 hexadecimal digits in lower case, which carry no checksum."""

    examples = ({}, {"unique": True})

    def numbering(self, column: Column) -> Numbering:
        return letters(HEX, 40, front="0x")
