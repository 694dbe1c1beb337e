"""Places agree with themselves: whatever a group says about one is true of the same city."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from generator import SchemaError, TablePlan, compile_schema
from generator.gazetteer import COUNTRIES, City, Country, country, world
from generator.gazetteer.postal import bounds
from generator.subjects.place import NEAR, country_of, place_locale, street_locale
from generator.vocabulary import KEPT

ROWS = 2_000
LOCALES = {code: next(kept for kept in KEPT if kept.endswith(code)) for code in COUNTRIES}
FIELDS = [
    "city",
    "state",
    "state_code",
    "postal_code",
    "country",
    "country_code",
    "continent",
    "latitude",
    "longitude",
    "time_zone",
    "calling_code",
    "street_name",
    "building_number",
    "street_address",
    "full_address",
]


def table(fields: dict[str, Any], rows: int = ROWS, locale: Any = "en_US") -> TablePlan:
    return compile_schema(
        {"seed": "place", "locale": locale, "tables": {"t": {"rows": rows, "fields": fields}}}
    ).tables["t"]


def cells(fields: dict[str, Any], rows: int = ROWS, locale: Any = "en_US") -> dict[str, list[Any]]:
    plan = table(fields, rows, locale)
    found: dict[str, list[Any]] = plan.take(np.arange(rows, dtype=np.uint64)).to_pydict()
    return found


def column(options: dict[str, Any], rows: int = ROWS, locale: Any = "en_US") -> list[Any]:
    return cells({"f": options}, rows, locale)["f"]


def grouped(*types: str) -> dict[str, Any]:
    return {name: {"type": name, "group": "home"} for name in types}


def has_code(city: City, code: str, letters: str) -> bool:
    for form in city.postal:
        ends = bounds(form)
        if ends:
            if len(code) == len(ends[0]) and ends[0] <= code <= ends[1]:
                return True
            continue
        places = ({"#": "[0-9]", "?": f"[{letters}]"}.get(char, re.escape(char)) for char in form)
        if re.fullmatch("".join(places), code):
            return True
    return False


def is_at(row: dict[str, Any], city: City, place: Country, language: str) -> bool:
    region = next(region for region in place.regions if region.code == city.region)
    return (
        row["city"] == city.names[language]
        and (row["state"], row["state_code"]) == (region.names[language], region.code)
        and has_code(city, row["postal_code"], place.postal_letters)
        and abs(row["latitude"] - city.latitude) <= NEAR + 1e-9
        and abs(row["longitude"] - city.longitude) <= NEAR + 1e-9
        and row["time_zone"] == city.time_zone
    )


@pytest.mark.parametrize("code", COUNTRIES)
def test_the_fields_of_a_group_are_of_one_city(code: str) -> None:
    place, locale = country(code), LOCALES[code]
    language = place.language(locale)
    found = cells(grouped(*FIELDS), locale=locale)
    by_name: dict[str, list[City]] = {}
    for city in place.cities:
        by_name.setdefault(city.names[language], []).append(city)
    for values in zip(*found.values(), strict=True):
        row = dict(zip(found, values, strict=True))
        assert any(is_at(row, city, place, language) for city in by_name[row["city"]]), row
        street = place.street.format(street=row["street_name"], number=row["building_number"])
        assert row["street_address"] == street
        assert row["full_address"] == place.full.format_map(row)
    nation = next(nation for nation in world() if nation.code == code)
    assert (set(found["country_code"]), set(found["continent"])) == ({code}, {nation.continent})
    assert len(set(found["country"])) == len(set(found["calling_code"])) == 1


def test_larger_cities_are_more_frequent() -> None:
    found = column({"type": "city", "group": "home"})
    assert found.count("New York") > found.count("Boston") > 0


def test_a_group_of_fields_about_countries_is_about_any_country_of_the_world() -> None:
    found = cells(grouped("country", "country_code", "continent", "calling_code"), locale="de_DE")
    codes = {nation.code: nation for nation in world()}
    assert len(set(found["country_code"])) > 200
    for code, continent in zip(found["country_code"], found["continent"], strict=True):
        assert codes[code].continent == continent
    rows = set(zip(*found.values(), strict=True))
    assert ("Japan", "JP", "Asia", "+81") in rows
    assert ("Österreich", "AT", "Europe", "+43") in rows


def test_the_codes_of_a_country_agree_whatever_their_form() -> None:
    fields = {form: {"type": "country_code", "format": form, "group": "g"} for form in ("alpha2", "alpha3", "numeric")}
    found = set(zip(*cells(fields).values(), strict=True))
    assert ("FR", "FRA", "250") in found
    assert len({row[0] for row in found}) == len(found)


def test_two_groups_are_two_places() -> None:
    found = cells({name: {"type": "full_address", "group": name} for name in ("home", "work")})
    assert sum(home == work for home, work in zip(*found.values(), strict=True)) < 5


def test_a_group_in_several_locales_is_in_the_country_of_each_row() -> None:
    found = cells(grouped("country_code", "full_address", "time_zone"), locale={"en_US": 1, "ja_JP": 1})
    assert set(found["country_code"]) == {"US", "JP"}
    for code, address, zone in zip(*found.values(), strict=True):
        assert (code == "JP") == address.startswith("〒") == (zone == "Asia/Tokyo")


@pytest.mark.parametrize(
    ("locale", "shape"),
    [
        ("en_US", r"\d+ [A-Z].+, .+, [A-Z]{2} \d{5}"),
        ("en_GB", r"\d+ .+, .+ [A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"),
        ("de_DE", r"\D.+ \d+, \d{5} \D+"),
        ("fr_FR", r"\d+ (Rue|Avenue|Allée|Boulevard|Chemin|Place|Impasse|Square) .+, \d{5} \D+"),
        ("nl_NL", r".+ \d+, \d{4} [A-Z]{2} .+"),
        ("pt_BR", r".+, \d+, .+ - [A-Z]{2}, \d{5}-\d{3}"),
        ("ja_JP", r"〒\d{3}-\d{4} \D+(\d丁目)?\d+番地"),
        ("hu_HU", r"\d{4} .+, .+ (utca|út|tér|köz|sétány) \d+\."),
        ("ru_RU", r"\d{6}, г\. .+, ул\. .+, д\. \d+"),
        ("zh_CN", r"\D+\d+号 \d{6}"),
    ],
)
def test_addresses_are_written_as_their_country_does(locale: str, shape: str) -> None:
    assert [text for text in column({"type": "full_address"}, locale=locale) if not re.fullmatch(shape, text)] == []


def test_unique_street_addresses_and_postal_codes_never_repeat() -> None:
    for kind, locale in (("street_address", "fr_FR"), ("street_address", "ja_JP"), ("postal_code", "en_CA")):
        found = column({"type": kind, "unique": True}, 5_000, locale)
        assert len(set(found)) == 5_000
    assert len(set(column({"type": "postal_code", "unique": True}, 10_000, "de_AT"))) == 10_000


def test_a_code_that_fits_is_not_refused() -> None:
    assert all(len(code) == 5 for code in column({"type": "postal_code", "max_length": 5}))
    assert max(map(len, column({"type": "postal_code", "max_length": 8}, locale="en_GB"))) == 8


def test_coordinates_stay_within_their_bounds_and_digits() -> None:
    found = column({"type": "latitude", "min": -1.25, "max": 1.25, "digits": 2})
    assert min(found) >= -1.25
    assert max(found) <= 1.25
    assert all(round(value, 2) == value for value in found)
    assert set(column({"type": "longitude", "min": 7.004, "max": 7.026, "digits": 2})) == {7.01, 7.02}


def test_a_point_is_the_same_in_every_form_and_agrees_with_its_group() -> None:
    fields = {form: {"type": "point", "format": form, "group": "g"} for form in ("wkt", "geojson", "struct")}
    found = cells(
        {**fields, **{name: {"type": name, "group": "g"} for name in ("latitude", "longitude")}}, locale="pt_BR"
    )
    for wkt, geojson, struct, latitude, longitude in zip(*found.values(), strict=True):
        assert struct == {"latitude": latitude, "longitude": longitude}
        assert wkt == f"POINT ({longitude:.6f} {latitude:.6f})"
        assert geojson == f'{{"type":"Point","coordinates":[{longitude:.6f},{latitude:.6f}]}}'


def test_points_lie_in_their_box() -> None:
    for point in column({"type": "point", "bbox": [-0.5, 51.2, 0.3, 51.7], "format": "struct"}):
        assert -0.5 <= point["longitude"] <= 0.3
        assert 51.2 <= point["latitude"] <= 51.7


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"type": "latitude", "max": 91}, "$.tables.t.fields.f.max"),
        ({"type": "longitude", "min": 5, "max": 4}, "$.tables.t.fields.f.max"),
        ({"type": "latitude", "min": 1, "group": "g"}, "$.tables.t.fields.f.min"),
        ({"type": "point", "bbox": [3, 0, 2, 1]}, "$.tables.t.fields.f.bbox"),
        ({"type": "postal_code", "max_length": 3}, "$.tables.t.fields.f.max_length"),
        ({"type": "airport_code", "max_length": 2}, "$.tables.t.fields.f.max_length"),
        ({"type": "city", "max_length": 6, "group": "g"}, "$.tables.t.fields.f.max_length"),
        ({"type": "state", "locale": "xx_XX"}, "$.tables.t.fields.f.locale"),
        ({"type": "full_address", "locale": "xx_XX"}, "$.tables.t.fields.f.locale"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(options: dict[str, Any], part: str) -> None:
    with pytest.raises(SchemaError) as error:
        table({"f": options})
    assert part in str(error.value)


def test_a_locale_without_a_gazetteer_is_in_the_united_states_and_says_so() -> None:
    assert place_locale("de_LI") == "en_US"
    assert country_of("de_LI") == "US"
    assert place_locale("fr_BE") == street_locale("fr_BE") == "fr_BE"
    assert street_locale("en_DE") == "de_DE"
    found = cells(grouped(*FIELDS), 50, "de_LI")
    assert set(found["country_code"]) == {"US"}
    for locale in ("fr_BE", "en_DE", "sw_KE", "ar_EG", "es_AR", "es_419"):
        assert all(column({"type": "full_address"}, 50, locale))


def test_countries_without_a_name_in_a_language_have_the_english_one() -> None:
    found = cells({"f": {"type": "country", "unique": True}}, 249, "haw_US")["f"]
    assert len(set(found)) == 249
    assert "Andorra" in found


def test_airport_codes_are_of_one_kind() -> None:
    assert all(re.fullmatch("[A-Z]{3}", code) for code in column({"type": "airport_code"}))
    assert all(re.fullmatch("[A-Z]{4}", code) for code in column({"type": "airport_code", "format": "icao"}))
