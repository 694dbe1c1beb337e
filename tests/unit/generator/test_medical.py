"""Medicine: codes in their forms, check digits that hold, signs of living people."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from stdnum import luhn

from generator import SchemaError, compile_schema
from generator.vocabulary import word_list

ROWS = 4000


def column(rows: int = ROWS, **options: Any) -> pa.Array:
    table = compile_schema({"tables": {"t": {"rows": rows, "fields": {"f": options}}}}).tables["t"]
    return table.take(np.arange(rows, dtype=np.uint64), ("f",)).column(0)


def values(rows: int = ROWS, **options: Any) -> list[Any]:
    found: list[Any] = column(rows, **options).to_pylist()
    return found


@pytest.mark.parametrize("unique", [False, True])
def test_provider_identifiers_pass_the_luhn_check_with_their_prefix(unique: bool) -> None:
    found = values(type="npi", unique=unique)
    assert all(len(number) == 10 and number[0] in "12" and luhn.is_valid("80840" + number) for number in found)
    assert not unique or len(set(found)) == ROWS


def test_the_published_example_of_a_provider_identifier_is_met() -> None:
    assert luhn.is_valid("80840" + "1234567893")


def test_providers_can_be_people_or_organisations() -> None:
    assert {number[0] for number in values(type="npi", kind="individual")} == {"1"}
    assert {number[0] for number in values(type="npi", kind="organization", unique=True)} == {"2"}


def test_diagnoses_are_codes_of_the_classification() -> None:
    known = [line.split("\t") for line in word_list("icd10", "en_US").words]
    assert len(known) >= 200
    assert all(re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", code) and text for code, text in known)
    codes = values(type="icd10")
    assert set(codes) <= {code for code, _ in known}
    assert codes.count("I10") > codes.count("B20")
    pairs = {f"{code} {text}" for code, text in known}
    assert set(values(type="icd10", format="both")) <= pairs
    assert "Essential (primary) hypertension" in values(type="icd10", format="description")


@pytest.mark.parametrize("unique", [False, True])
def test_procedures_are_numbers_in_the_ranges_of_sections(unique: bool) -> None:
    ranges = [(99202, 99499), (100, 1999), (10004, 69990), (70010, 79999), (80047, 89398), (90281, 99199)]
    found = values(type="cpt", unique=unique)
    assert all(len(code) == 5 and any(low <= int(code) <= high for low, high in ranges) for code in found)
    assert {code[0] for code in found} == set("0123456789")


@pytest.mark.parametrize("form", ["4-4-2", "5-3-2", "5-4-1", "5-4-2"])
def test_packages_of_drugs_have_digits_in_their_form(form: str) -> None:
    for code in values(500, type="ndc", format=form):
        assert "-".join(str(len(part)) for part in code.split("-")) == form
    assert {len(code) for code in values(type="ndc")} == {12}


def test_drugs_are_many_and_none_is_there_twice() -> None:
    words = word_list("drugs", "en_US").words
    assert len(words) == len(set(words)) >= 150
    assert all(word == word.lower() for word in words)


@pytest.mark.parametrize(
    ("kind", "low", "high", "usual"),
    [("heart_rate", 40, 150, 74), ("oxygen_saturation", 80, 100, 97), ("respiratory_rate", 8, 35, 16)],
)
def test_signs_are_those_of_resting_adults(kind: str, low: int, high: int, usual: int) -> None:
    found = column(type="vital_sign", kind=kind)
    assert found.type == pa.int64()
    numbers = found.to_numpy()
    assert numbers.min() >= low
    assert numbers.max() <= high
    assert abs(numbers.mean() - usual) < 1


def test_temperatures_have_one_decimal_in_either_unit() -> None:
    celsius = values(type="vital_sign", kind="temperature")
    fahrenheit = values(type="vital_sign", kind="temperature", unit="fahrenheit")
    assert all(value == round(value, 1) for value in celsius + fahrenheit)
    assert all(abs(c * 1.8 + 32 - f) < 0.2 for c, f in zip(celsius, fahrenheit, strict=True))
    with pytest.raises(SchemaError, match="no unit"):
        values(5, type="vital_sign", unit="fahrenheit")


def test_the_pressure_between_beats_is_below_that_of_beats() -> None:
    for text in values(type="vital_sign", kind="blood_pressure"):
        systolic, diastolic = map(int, text.split("/"))
        assert 80 <= systolic <= 210
        assert 30 < diastolic < systolic


def test_hospitals_are_named_in_the_language_of_the_locale() -> None:
    assert any("Klinikum" in name for name in values(type="hospital", locale="de_DE"))
    assert any("病院" in name for name in values(type="hospital", locale="ja_JP"))
    assert all(len(name) <= 20 for name in values(type="hospital", max_length=20))


def test_numbers_of_records_take_the_form_of_a_hospital() -> None:
    numbers = values(type="medical_record_number", pattern="##-##-##")
    assert all(re.fullmatch(r"\d\d-\d\d-\d\d", text) for text in numbers)
    assert len(set(values(type="mrn", unique=True))) == ROWS
    with pytest.raises(SchemaError, match="max_length"):
        values(5, type="mrn", max_length=3)


def test_allergies_that_do_not_fit_are_left_out() -> None:
    found = values(type="allergy", max_length=8)
    assert "Peanuts" in found
    assert all(len(name) <= 8 for name in found)
