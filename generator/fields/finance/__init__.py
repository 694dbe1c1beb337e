"""Finance: payment cards, bank accounts, currencies and amounts, securities, addresses of crypto-currencies."""

from __future__ import annotations

from generator.fields.finance.banking import AccountNumber, Bank, Bic, Iban, RoutingNumber, TransactionType
from generator.fields.finance.cards import CardCvv, CardExpiry, CardNetwork, CardNumber
from generator.fields.finance.cryptocurrencies import Cryptocurrency
from generator.fields.finance.currencies import Amount, CurrencyCode, CurrencyName, CurrencySymbol
from generator.fields.finance.securities import Isin, Lei, StockMarket, StockSymbol
from generator.fields.finance.wallets import BitcoinAddress, EthereumAddress

__all__ = [
    "AccountNumber",
    "Amount",
    "Bank",
    "Bic",
    "BitcoinAddress",
    "CardCvv",
    "CardExpiry",
    "CardNetwork",
    "CardNumber",
    "Cryptocurrency",
    "CurrencyCode",
    "CurrencyName",
    "CurrencySymbol",
    "EthereumAddress",
    "Iban",
    "Isin",
    "Lei",
    "RoutingNumber",
    "StockMarket",
    "StockSymbol",
    "TransactionType",
]
