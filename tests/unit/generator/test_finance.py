"""Cards, accounts, securities and addresses, validated by python-stdnum and schwifty."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pyarrow as pa
import pytest
import schwifty
from stdnum import bic, bitcoin, cusip, iban, isin, lei, luhn
from stdnum.gb import sedol
from stdnum.us import rtn

from generator import RowRange, SchemaError, compile_schema
from generator.registers.cards import NETWORKS
from generator.registers.ibans import IBANS
from tests.unit.generator.code_columns import ROWS, column, table

PREFIXES = {
    "Visa": (r"4\d{15}", 3),
    "Mastercard": (r"(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}", 3),
    "American Express": (r"3[47]\d{13}", 4),
    "UnionPay": (r"62\d{14}", 3),
    "Discover": (r"(6011|64[4-9]\d|65\d{2})\d{12}", 3),
    "JCB": (r"35(2[89]|[3-8]\d)\d{12}", 3),
    "Diners Club": (r"3(0[0-5]|[689]\d)\d{11}", 3),
    "Maestro": (r"(50[123]\d|676[123]|6759)\d{12}", 3),
}


def test_the_fields_of_a_card_agree_in_a_group() -> None:
    fields = {name: {"type": f"card_{name}", "group": "card"} for name in ("number", "network", "cvv", "expiry")}
    cards = table(fields, 5_000).to_pylist()
    for card in cards:
        luhn.validate(card["number"])
        form, code = PREFIXES[card["network"]]
        assert re.fullmatch(form, card["number"]), card
        assert len(card["cvv"]) == code
    seen = Counter(card["network"] for card in cards)
    assert set(seen) == {network.label for network in NETWORKS.values()}
    assert 0.42 < seen["Visa"] / len(cards) < 0.50


def test_the_network_of_one_field_holds_for_its_group() -> None:
    fields = {
        "number": {"type": "card_number", "group": "c", "spaces": True},
        "network": {"type": "card_network", "network": "amex", "group": "c"},
    }
    assert all(re.fullmatch(r"3[47]\d\d \d{6} \d{5}", number) for number in table(fields)["number"].to_pylist())
    with pytest.raises(SchemaError, match="state different ones"):
        table({**fields, "cvv": {"type": "card_cvv", "network": "visa", "group": "c"}})
    with pytest.raises(SchemaError, match="mastercard"):
        column({"type": "card_number", "network": "mastercrad"})


def test_unique_card_numbers_are_valid_and_keep_the_network_of_their_group() -> None:
    fields = {
        "number": {"type": "card_number", "group": "c", "unique": True},
        "network": {"type": "card_network", "group": "c"},
    }
    cards = table(fields, 20_000).to_pylist()
    assert len({card["number"] for card in cards}) == len(cards)
    for card in cards[:ROWS]:
        luhn.validate(card["number"])
        assert re.fullmatch(PREFIXES[card["network"]][0], card["number"])


def test_cards_expire_in_the_five_years_after_the_reference_date() -> None:
    months = {(int(text[3:]), int(text[:2])) for text in column({"type": "card_expiry"}, 5_000)}
    assert min(months) == (26, 1)
    assert max(months) == (31, 1)
    assert len(months) == 61
    between = column({"type": "card_expiry", "min": "2027-11-30", "max": "2028-01-01", "format": "YYYY-MM"})
    assert set(between) == {"2027-11", "2027-12", "2028-01"}
    with pytest.raises(SchemaError, match="reference date"):
        column({"type": "card_expiry"}, reference_date=None)


@pytest.mark.filterwarnings("ignore::schwifty.exceptions.NationalChecksumNotVerified")
@pytest.mark.parametrize("country", sorted(IBANS))
def test_ibans_hold_their_checksum_and_that_of_their_country(country: str) -> None:
    codes = column({"type": "iban", "country": country, "unique": True})
    assert len(set(codes)) == len(codes)
    for code in codes:
        iban.validate(code)
        schwifty.IBAN(code, validate_bban=True)


def test_ibans_are_written_in_groups_of_four() -> None:
    codes = column({"type": "iban", "spaces": True}, locale="fr_FR")
    assert all(iban.format(code) == code for code in codes)


def test_bics_are_valid_and_of_their_country() -> None:
    for options in ({"country": "DE"}, {"country": "US", "branch": True}, {"country": "SG"}, {"suffix": "XXX"}):
        for code in column({"type": "bic", **options}):
            bic.validate(code)
            assert schwifty.BIC(code).country_code == options.get("country", "US")


def test_routing_numbers_are_valid() -> None:
    codes = column({"type": "routing_number", "unique": True}, 20_000)
    assert len(set(codes)) == len(codes)
    for code in codes[:ROWS]:
        rtn.validate(code)


def test_account_numbers_have_their_length() -> None:
    assert all(re.fullmatch(r"[1-9]\d{11}", code) for code in column({"type": "account_number", "length": 12}))


@pytest.mark.parametrize("country", ["US", "CA", "GB", "DE", "CH", "FR", "JP", "BR"])
def test_isins_hold_their_checksum_and_that_of_the_number_in_them(country: str) -> None:
    codes = column({"type": "isin", "country": country, "unique": True})
    assert len(set(codes)) == len(codes)
    for code in codes:
        isin.validate(code)
        if country in ("US", "CA"):
            cusip.validate(code[2:-1])
        if country == "GB":
            sedol.validate(code[4:-1])


def test_leis_are_valid() -> None:
    codes = column({"type": "lei", "unique": True})
    assert len(set(codes)) == len(codes)
    for code in codes:
        lei.validate(code)
        assert code[4:6] == "00"


@pytest.mark.parametrize(("kind", "first"), [("bech32", "bc1q"), ("p2pkh", "1"), ("p2sh", "3")])
def test_bitcoin_addresses_are_valid(kind: str, first: str) -> None:
    for address in column({"type": "bitcoin_address", "kind": kind}):
        bitcoin.validate(address)
        assert address.startswith(first)


def test_ethereum_addresses_are_forty_digits() -> None:
    addresses = column({"type": "ethereum_address"})
    assert all(re.fullmatch("0x[0-9a-f]{40}", address) for address in addresses)
    assert len(set(addresses)) == ROWS


def test_code_and_name_of_a_currency_agree_in_a_group() -> None:
    fields = {
        "code": {"type": "currency_code", "group": "money"},
        "name": {"type": "currency_name", "group": "money", "locale": "de_DE"},
    }
    pairs = {(row["code"], row["name"]) for row in table(fields, 5_000).to_pylist()}
    assert {("EUR", "Euro"), ("USD", "US-Dollar"), ("GBP", "Britisches Pfund")} <= pairs
    assert len(pairs) == len({code for code, _ in pairs})


def test_amounts_have_the_digits_of_their_currency() -> None:
    for currency, digits in (("USD", 2), ("JPY", 0), ("KWD", 3)):
        cells = table({"code": {"type": "amount", "currency": currency, "max": 1000}})["code"]
        assert cells.type == pa.decimal128(18, digits)
        assert all(0 <= cell <= 1000 for cell in cells.to_pylist())
    middle = sorted(column({"type": "amount"}))[ROWS // 2]
    assert Decimal(45) < middle < Decimal(65)
    with pytest.raises(SchemaError, match="no currency 'EUX'"):
        column({"type": "amount", "currency": "EUX"})


def test_transactions_and_symbols_are_words_of_a_list() -> None:
    assert {"purchase", "transfer", "refund"} <= set(column({"type": "transaction_type"}))
    assert "MSFT" in column({"type": "stock_symbol"}, 5_000)


def test_the_currency_of_a_place_is_that_of_its_country() -> None:
    fields = {name: {"type": name, "group": "home"} for name in ("city", "country_code", "currency_code")}
    pairs = {
        (row["country_code"], row["currency_code"])
        for row in table(fields, 500, locale={"ja_JP": 1, "pl_PL": 1, "de_CH": 1}).to_pylist()
    }
    assert pairs == {("JP", "JPY"), ("PL", "PLN"), ("CH", "CHF")}


def test_the_currency_of_any_country_is_its_own() -> None:
    fields = {name: {"type": name, "group": "land"} for name in ("country_code", "currency_code", "currency_name")}
    found = {row["country_code"]: row["currency_code"] for row in table(fields, 5_000).to_pylist()}
    assert (found["DE"], found["BT"], found["HT"], found["GB"]) == ("EUR", "BTN", "HTG", "GBP")


@pytest.mark.parametrize("name", ["iban", "vat_number"])
def test_a_locale_whose_country_has_no_such_codes_gets_german_ones_and_says_so(name: str) -> None:
    plan = compile_schema({"rows": 50, "fields": {"x": name}}).tables["data"]
    assert all(value.startswith("DE") for value in plan.batch(RowRange(0, 50)).column("x").to_pylist())
    assert plan.columns["x"].took == {"countries": "de_DE"}
