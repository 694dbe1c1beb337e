"""Telephone numbers are valid where they are from, and written as there; the package phonenumbers is the oracle."""

from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType, timezone

from generator import SchemaError, compile_schema
from generator.gazetteer import COUNTRIES
from generator.gazetteer.numbering import Beginning, digit_forms, numbers
from generator.vocabulary import KEPT

ROWS = 2_000
LOCALES = {code: next(kept for kept in KEPT if kept.endswith(code)) for code in COUNTRIES}
FORMATS = {
    "e164": PhoneNumberFormat.E164,
    "international": PhoneNumberFormat.INTERNATIONAL,
    "national": PhoneNumberFormat.NATIONAL,
}
EITHER = {PhoneNumberType.FIXED_LINE_OR_MOBILE}
KINDS = {"mobile": EITHER | {PhoneNumberType.MOBILE}, "fixed": EITHER | {PhoneNumberType.FIXED_LINE}}


def phones(rows: int = ROWS, locale: str = "en_US", **options: Any) -> list[str]:
    field = {"type": "phone", **options}
    plan = compile_schema({"seed": "phone", "locale": locale, "tables": {"t": {"rows": rows, "fields": {"f": field}}}})
    found: list[str] = plan.tables["t"].take(np.arange(rows, dtype=np.uint64)).column(0).to_pylist()
    return found


@pytest.mark.parametrize("code", COUNTRIES)
def test_numbers_are_valid_in_their_country(code: str) -> None:
    for text in phones(locale=LOCALES[code], format="e164"):
        number = phonenumbers.parse(text)
        assert phonenumbers.is_valid_number_for_region(number, code), text


@pytest.mark.parametrize("code", COUNTRIES)
@pytest.mark.parametrize("style", FORMATS)
def test_numbers_are_written_as_the_world_or_the_country_writes_them(code: str, style: str) -> None:
    for text in phones(200, LOCALES[code], format=style):
        assert phonenumbers.format_number(phonenumbers.parse(text, code), FORMATS[style]) == text


@pytest.mark.parametrize("code", COUNTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_mobile_and_fixed_numbers_are_of_their_kind(code: str, kind: str) -> None:
    types = [phonenumbers.number_type(phonenumbers.parse(text)) for text in phones(200, LOCALES[code], kind=kind)]
    assert sum(each in KINDS[kind] for each in types) >= 195  # a few corners are pagers' or the like too


@pytest.mark.parametrize("locale", ["de_LI", "sw_KE", "es_AR", "en_NZ", "fr_BE", "en_SG"])
def test_a_locale_of_another_country_has_numbers_of_that_country(locale: str) -> None:
    for text in phones(100, locale):
        assert phonenumbers.is_valid_number_for_region(phonenumbers.parse(text), locale[-2:]), text


def test_a_locale_of_no_numbering_plan_has_numbers_of_the_country_of_its_places() -> None:
    for locale in ("en_PN", "es_IC", "es_419"):
        assert all(text.startswith("+1 ") for text in phones(50, locale))


@pytest.mark.parametrize("locale", ["en_US", "nb_NO", "de_DE", "hi_IN"])
def test_unique_numbers_never_repeat_and_are_valid_too(locale: str) -> None:
    found = phones(20_000, locale, unique=True, format="e164")
    assert len(set(found)) == 20_000
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(text)) for text in found[:500])


@pytest.mark.parametrize("code", COUNTRIES)
def test_no_number_has_two_beginnings(code: str) -> None:
    found = sorted(numbers(code, "any"), key=lambda each: (each.length, each.digits))
    for one, other in itertools.pairwise(found):
        assert one.length != other.length or not other.digits.startswith(one.digits)


def test_fictional_numbers_are_those_kept_free_for_fiction() -> None:
    for locale in ("en_US", "en_CA", "fr_CA"):
        for text in phones(300, locale, fictional=True):
            assert text[3:].partition("-")[2].startswith("555-01"), text
            assert phonenumbers.is_valid_number(phonenumbers.parse(text))


def test_a_phone_of_a_group_is_of_the_country_of_its_place() -> None:
    fields = {kind: {"type": kind, "group": "g"} for kind in ("phone", "calling_code", "country_code", "city")}
    for locale in ("sv_SE", "de_LI"):
        document = {"seed": 1, "locale": locale, "tables": {"t": {"rows": 100, "fields": fields}}}
        rows = compile_schema(document).tables["t"].take(np.arange(100, dtype=np.uint64)).to_pylist()
        for row in rows:
            assert row["phone"].startswith(row["calling_code"])
            assert phonenumbers.region_code_for_number(phonenumbers.parse(row["phone"])) == row["country_code"]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"fictional": True, "locale": "de_DE"}, "$.tables.t.fields.f.fictional"),
        ({"max_length": 8}, "$.tables.t.fields.f.max_length"),
        ({"locale": "xx_XX"}, "$.locale"),
        ({"kind": "satellite"}, "$.tables.t.fields.f.kind"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(options: dict[str, Any], part: str) -> None:
    with pytest.raises(SchemaError) as error:
        phones(10, **options)
    assert part in str(error.value)


def test_expressions_of_digits_are_read_form_by_form() -> None:
    assert digit_forms(r"1(?:2|[3-5])\d{1,2}") == [
        ("1", "2", "0123456789"),
        ("1", "2", "0123456789", "0123456789"),
        ("1", "345", "0123456789"),
        ("1", "345", "0123456789", "0123456789"),
    ]
    assert digit_forms("12?|3") == [("1",), ("1", "2"), ("3",)]
    with pytest.raises(ValueError, match="no expression of digits"):
        digit_forms("1a")
    assert Beginning("201", 7).length == 10


def test_only_the_numbering_plan_that_is_needed_is_read() -> None:
    script = (
        "import sys; from generator.gazetteer.dialling import written; written('DE', 'any', 'national');"
        "print(sorted(name[-2:] for name in sys.modules if name.startswith('phonenumbers.data.region_')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "['DE']"


ZONES = {
    "en_US": {"New York": "New_York", "California": "Los_Angeles", "Illinois": "Chicago", "Colorado": "Denver"},
    "en_CA": {"Ontario": "Toronto", "Quebec": "Toronto", "Alberta": "Edmonton", "Manitoba": "Winnipeg"},
}


@pytest.mark.parametrize("locale", ZONES)
@pytest.mark.parametrize("options", [{}, {"format": "e164", "kind": "mobile"}, {"fictional": True}])
def test_a_number_in_a_group_has_an_area_code_of_the_state(locale: str, options: dict[str, Any]) -> None:
    fields = {"state": {"type": "state", "group": "home"}, "phone": {"type": "phone", "group": "home", **options}}
    table = compile_schema({"seed": "near", "rows": ROWS, "locale": locale, "fields": fields}).tables["data"]
    checked = 0
    for row in table.take(np.arange(ROWS, dtype=np.uint64)).to_pylist():
        zone = ZONES[locale].get(row["state"])
        if zone:
            number = phonenumbers.parse(row["phone"], "US")
            assert f"America/{zone}" in timezone.time_zones_for_number(number), row
            checked += 1
    assert checked > ROWS / 5


def test_an_australian_number_in_a_group_is_mobile_or_of_the_state() -> None:
    fields = {"state": {"type": "state_code", "group": "home"}, "phone": {"type": "phone", "group": "home"}}
    table = compile_schema({"seed": "near", "rows": ROWS, "locale": "en_AU", "fields": fields}).tables["data"]
    first = {"NSW": "2", "ACT": "2", "VIC": "3", "TAS": "3", "QLD": "7", "SA": "8", "WA": "8", "NT": "8"}
    found = table.take(np.arange(ROWS, dtype=np.uint64)).to_pylist()
    assert all(row["phone"][4] in ("4", first[row["state"]]) for row in found)
    assert {row["phone"][4] for row in found} == {"2", "3", "4", "7", "8"}
