"""National identity and VAT numbers, validated by python-stdnum."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module
from typing import Any

import pytest
from stdnum import luhn

from generator import SchemaError
from generator.registers.nations import NATIONAL_IDS
from generator.registers.vat import VAT_NUMBERS
from tests.unit.generator.code_columns import ROWS, column, table

_NAMES = (
    "at.vnr au.tfn be.nn bg.egn br.cpf ca.sin ch.ssn cl.rut cn.ric cz.rc de.idnr dk.cpr ee.ik es.nif fi.hetu "
    "fr.nir gr.amka hr.oib id.nik ie.pps il.idnr in_.aadhaar is_.kennitala it.codicefiscale jp.in_ kr.rrn "
    "lt.asmens mx.curp nl.bsn no.fodselsnummer pl.pesel pt.nif ro.cnp ru.inn se.personnummer sk.rc th.pin "
    "tr.tckimlik ua.rntrc us.ssn za.idnr"
)
MODULES = {name[:2].upper(): name for name in _NAMES.split()}


FORMS = {
    "GB": r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]",
    "HU": r"8\d{9}",
    "SA": r"1\d{9}",
    "TW": r"[A-KM-QT-XZ][12]\d{8}",
    "VN": r"0\d{2}[0-3]\d{8}",
}
"""Those that python-stdnum has no module for."""


def module(country: str) -> Any:
    return import_module(f"stdnum.{MODULES[country]}")


@pytest.mark.parametrize("country", sorted(NATIONAL_IDS))
def test_national_ids_are_valid_and_tell_the_birthday_and_sex_of_their_group(country: str) -> None:
    people = table(
        {
            "code": {"type": "national_id", "country": country, "group": "p"},
            "born": {"type": "birth_date", "group": "p"},
            "sex": {"type": "sex", "group": "p"},
        }
    ).to_pylist()
    if country in FORMS:
        assert all(re.fullmatch(FORMS[country], person["code"]) for person in people)
        return
    reader = module(country)
    for person in people:
        reader.validate(person["code"])
        if NATIONAL_IDS[country].personal and hasattr(reader, "get_birth_date"):
            # a library that has to guess the century may guess the one before
            assert reader.get_birth_date(person["code"]).strftime("%m-%d") == person["born"].strftime("%m-%d")
        if NATIONAL_IDS[country].personal and hasattr(reader, "get_gender"):
            assert (reader.get_gender(person["code"]) == "F") == (person["sex"] == "Female")


@pytest.mark.parametrize("country", ["CZ", "EE", "KR", "NO", "PL", "SE"])
def test_the_century_of_a_birthday_is_told(country: str) -> None:
    bounds = {"min": "1930-01-01", "max": "2020-12-31", "group": "p"}
    fields = {
        "code": {"type": "national_id", "country": country, "group": "p"},
        "born": {"type": "birth_date", **bounds},
    }
    reader = module(country)
    for row in table(fields).to_pylist():
        assert reader.get_birth_date(row["code"]) == row["born"]


def people_of(country: str) -> list[dict[str, Any]]:
    fields = {name: {"type": kind, "group": "p"} for name, kind in (("born", "birth_date"), ("sex", "sex"))}
    found: list[dict[str, Any]] = table(
        {"code": {"type": "national_id", "country": country, "group": "p"}, **fields}
    ).to_pylist()
    return found


def test_hungarian_numbers_count_days_and_check() -> None:
    for person in people_of("HU"):
        digits = [int(digit) for digit in person["code"]]
        assert int(person["code"][1:6]) == (person["born"] - dt.date(1867, 1, 1)).days
        assert sum(place * digit for place, digit in enumerate(digits[:9], 1)) % 11 == digits[9]


def test_saudi_numbers_check_by_luhn() -> None:
    for code in column({"type": "national_id", "country": "SA", "unique": True}):
        luhn.validate(code)


def test_taiwanese_numbers_tell_the_sex_and_check() -> None:
    values = {letter: 10 + place for place, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}
    for person in people_of("TW"):
        code = person["code"]
        parts = [*divmod(values[code[0]], 10), *map(int, code[1:])]
        assert sum(map(int.__mul__, parts, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0
        assert (code[1] == "2") == (person["sex"] == "Female")


def test_vietnamese_numbers_tell_the_year_and_the_sex() -> None:
    for person in people_of("VN"):
        century, year = divmod(person["born"].year, 100)
        assert person["code"][4:6] == f"{year:02d}"
        assert int(person["code"][3]) == 2 * (century - 19) + (person["sex"] == "Female")


@pytest.mark.parametrize("country", ["HU", "TW", "VN"])
def test_unique_numbers_that_tell_little_never_repeat(country: str) -> None:
    codes = column({"type": "national_id", "country": country, "unique": True}, 20_000)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("country", ["AT", "DE", "DK", "FI", "FR", "IS", "IT", "NO", "PL", "SE", "US"])
def test_unique_national_ids_are_valid_and_never_repeat(country: str) -> None:
    codes = column({"type": "national_id", "country": country, "unique": True}, 20_000)
    assert len(set(codes)) == len(codes)
    for code in codes[:ROWS]:
        module(country).validate(code)


def test_unique_goes_with_a_group_where_the_number_tells_no_birthday() -> None:
    fields = {"name": {"type": "first_name", "group": "p"}}
    wanted = {"type": "national_id", "unique": True, "group": "p"}
    codes = table({**fields, "code": {**wanted, "country": "DE"}})["code"].to_pylist()
    assert len(set(codes)) == len(codes)
    with pytest.raises(SchemaError, match="birthday of its group"):
        table({**fields, "code": {**wanted, "country": "SE"}})


def test_the_country_is_that_of_the_locale() -> None:
    assert all(re.fullmatch(r"\d{3}-\d{2}-\d{4}", code) for code in column({"type": "national_id"}, locale="en_US"))
    mixed = column({"type": "national_id"}, locale={"en_US": 1, "fr_FR": 1})
    assert {len(code) for code in mixed} == {11, 15}


def test_a_country_without_a_number_is_refused_and_the_others_are_listed() -> None:
    with pytest.raises(SchemaError, match=r"no national_id of ZW.*countries are AT, AU, BE"):
        column({"type": "national_id", "country": "ZW"})
    with pytest.raises(SchemaError, match=r"no vat_number of US.*countries are AT, BE"):
        column({"type": "vat_number", "country": "US"})


@pytest.mark.parametrize("country", ["de", "Germany"])
def test_a_country_that_is_no_code_is_told_how_to_be_written(country: str) -> None:
    with pytest.raises(SchemaError, match=f"'{country}' is no code of a country; write two capital letters"):
        column({"type": "iban", "country": country})


def test_unique_codes_of_several_locales_need_a_country() -> None:
    with pytest.raises(SchemaError, match="state a country"):
        column({"type": "vat_number", "unique": True}, locale={"de_DE": 1, "fr_FR": 1})


def test_a_code_is_never_cut() -> None:
    with pytest.raises(SchemaError, match="max_length"):
        column({"type": "vat_number", "country": "DE", "max_length": 8})


@pytest.mark.parametrize("country", sorted(VAT_NUMBERS))
def test_vat_numbers_are_valid(country: str) -> None:
    name = {"CH": "ch.vat", "GB": "gb.vat", "NO": "no.mva"}.get(country, "eu.vat")
    reader = import_module(f"stdnum.{name}")
    codes = column({"type": "vat_number", "country": country, "unique": True})
    assert len(set(codes)) == len(codes)
    assert codes[0].startswith("EL" if country == "GR" else "CHE" if country == "CH" else country)
    for code in codes:
        reader.validate(code)
