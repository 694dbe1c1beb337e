"""Vehicles: makes, models, years and numbers that belong together, and plates as countries issue them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator import SchemaError, compile_schema
from generator.gazetteer import COUNTRIES, country
from generator.subjects.vehicle import models

ROWS = 4000
GROUP = {"group": "car"}
CAR = {
    "make": {"type": "vehicle_make", **GROUP},
    "model": {"type": "vehicle_model", **GROUP},
    "year": {"type": "vehicle_year", "min": 1985, "max": 2026, **GROUP},
    "vin": {"type": "vin", **GROUP},
}


def rows_of(fields: dict[str, Any], rows: int = ROWS, **document: Any) -> list[dict[str, Any]]:
    table = compile_schema({**document, "tables": {"t": {"rows": rows, "fields": fields}}}).tables["t"]
    found: list[dict[str, Any]] = table.take(np.arange(rows, dtype=np.uint64), tuple(fields)).to_pylist()
    return found


def values(rows: int = ROWS, **options: Any) -> list[Any]:
    return [row["f"] for row in rows_of({"f": options}, rows)]


VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}


def check_digit(vin: str) -> str:
    """49 CFR 565.15(c), written out once more."""
    weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    remainder = sum(VALUES[char] * weight for char, weight in zip(vin, weights, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def model_year(vin: str) -> int:
    """49 CFR 565.15(d): the tenth place, and a letter in the seventh from 2010 on."""
    year = 1980 + "ABCDEFGHJKLMNPRSTVWXY123456789".index(vin[9])
    return year + 30 if vin[6].isalpha() else year


def test_the_published_example_of_a_check_digit_is_met() -> None:
    assert check_digit("1M8GDM9AXKP042788") == "X"


def test_the_table_of_models_is_sound() -> None:
    known = models()
    assert len(known.makes) >= 40
    assert len(known.names) >= 250
    assert set(known.make_of.tolist()) == set(range(len(known.makes)))
    assert bool((known.first <= known.last).all())
    for codes in known.codes.values():
        assert codes
        assert all(len(code) == 3 and set(code) <= VALUES.keys() for code in codes)


def test_identification_numbers_have_valid_check_digits() -> None:
    for vin in values(type="vin"):
        assert len(vin) == 17
        assert vin[8] == check_digit(vin)


def test_make_model_year_and_number_of_a_group_agree() -> None:
    known = models()
    place = {
        (known.makes[make], name): at for at, (make, name) in enumerate(zip(known.make_of, known.names, strict=True))
    }
    for row in rows_of(CAR):
        at = place[row["make"], row["model"]]
        assert known.first[at] <= row["year"] <= known.last[at]
        assert 1985 <= row["year"] <= 2026
        assert row["vin"][:3] in known.codes[row["make"]]
        assert model_year(row["vin"]) == row["year"]
        assert row["vin"][8] == check_digit(row["vin"])


def test_a_unique_number_still_agrees_with_its_group() -> None:
    rows = rows_of({**CAR, "vin": {"type": "vin", "unique": True, **GROUP}})
    assert len({row["vin"] for row in rows}) == ROWS
    assert all(model_year(row["vin"]) == row["year"] for row in rows)
    assert all(row["vin"][8] == check_digit(row["vin"]) for row in rows)


def test_a_group_without_a_field_for_the_year_counts_back_from_the_reference_date() -> None:
    fields = {"vin": CAR["vin"], "make": CAR["make"]}
    years = {model_year(row["vin"]) for row in rows_of(fields, reference_date="2020-06-01")}
    assert years == set(range(1995, 2021))


def test_without_a_group_fields_know_nothing_of_each_other() -> None:
    known = models()
    pairs = {(known.makes[make], name) for make, name in zip(known.make_of, known.names, strict=True)}
    rows = rows_of({"make": {"type": "vehicle_make"}, "model": {"type": "vehicle_model"}})
    assert sum((row["make"], row["model"]) in pairs for row in rows) < ROWS / 4


def test_a_model_can_be_written_with_its_make() -> None:
    rows = rows_of({**CAR, "both": {"type": "vehicle_model", "make": True, **GROUP}})
    assert all(row["both"] == f"{row['make']} {row['model']}" for row in rows)


def test_years_need_an_end() -> None:
    assert set(values(type="vehicle_year", min=2001, max=2003)) == {2001, 2002, 2003}
    with pytest.raises(SchemaError, match="reference_date"):
        values(5, type="vehicle_year")
    with pytest.raises(SchemaError, match="swap"):
        values(5, type="vehicle_year", min=2020, max=2010)


def test_years_before_identification_numbers_are_refused_in_a_group_with_one() -> None:
    old = {"type": "vehicle_year", "min": 1960, "max": 1990, **GROUP}
    with pytest.raises(SchemaError, match="1980 to 2039"):
        rows_of({**CAR, "year": old}, 5)
    rows = rows_of({"year": old, "model": CAR["model"]}, 500)
    assert all(1960 <= row["year"] <= 1990 for row in rows)


def test_names_that_are_too_long_are_left_out_but_not_in_a_group() -> None:
    assert max(map(len, values(type="vehicle_make", max_length=5))) <= 5
    with pytest.raises(SchemaError, match="agree with a group"):
        rows_of({**CAR, "make": {"type": "vehicle_make", "max_length": 5, **GROUP}}, 5)


@pytest.mark.parametrize("code", COUNTRIES)
def test_plates_are_in_the_forms_of_the_country(code: str) -> None:
    known = country(code)
    kinds = {"#": "0123456789", "?": known.plate_letters}
    for plate in values(300, type="licence_plate", country=code):
        forms = [form for form in known.plates if len(form) == len(plate)]
        assert any(all(c in kinds.get(f, f) for c, f in zip(plate, form, strict=True)) for form in forms), plate


def test_plates_follow_the_locale_and_never_repeat_where_they_must_not() -> None:
    assert all(plate[2] == plate[6] == "-" for plate in values(type="licence_plate", locale="fr_FR"))
    plates = rows_of({**CAR, "plate": {"type": "licence_plate", "country": "GB", "unique": True, **GROUP}})
    assert len({row["plate"] for row in plates}) == ROWS


def test_a_country_without_plates_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(SchemaError, match="DE, DK"):
        values(5, type="licence_plate", country="XX")
