"""The files about countries are sound, and what is made of them says what they say."""

from __future__ import annotations

import re
from string import Formatter
from zoneinfo import available_timezones

import pytest

from generator.gazetteer import COUNTRIES, country, world
from generator.gazetteer.flats import flats
from generator.gazetteer.postal import bounds, postal_codes
from generator.vocabulary import KEPT, word_list

every_country = pytest.mark.parametrize("code", COUNTRIES)


def names_in(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


def general(form: str, letters: str) -> re.Pattern[str]:
    """A postal form as a regular expression."""
    return re.compile("".join({"#": "[0-9]", "?": f"[{letters}]"}.get(char, re.escape(char)) for char in form))


@every_country
def test_every_region_has_a_code_of_its_own_people_and_a_city(code: str) -> None:
    place = country(code)
    codes = [region.code for region in place.regions]
    assert len(set(codes)) == len(codes)
    assert all(region.population > 0 for region in place.regions)
    assert {city.region for city in place.cities} == set(codes)


@every_country
def test_names_are_there_in_every_language_and_regions_differ_in_each(code: str) -> None:
    place = country(code)
    for language in place.languages:
        names = [region.names[language] for region in place.regions]
        assert len(set(names)) == len(names)
        assert all(name == name.strip() and name for name in names)
        assert all(city.names[language].strip() for city in place.cities)


@every_country
def test_cities_lie_on_earth_in_a_known_time_zone_and_people_live_there(code: str) -> None:
    zones = available_timezones()
    for city in country(code).cities:
        assert -90 <= city.latitude <= 90
        assert -180 <= city.longitude <= 180
        assert city.time_zone in zones
        assert city.population > 0


@every_country
def test_postal_forms_are_ranges_that_ascend_or_codes_of_the_general_form(code: str) -> None:
    place = country(code)
    whole = general(place.postal, place.postal_letters)
    for form in (form for city in place.cities for form in city.postal):
        ends = bounds(form)
        if ends:
            assert ends[0] <= ends[1]
        for text in ends or (form.replace("#", "0").replace("?", place.postal_letters[0]),):
            assert whole.fullmatch(text) or code == "GB", (form, text)  # British codes have several lengths


@every_country
def test_address_forms_name_what_an_address_has(code: str) -> None:
    place = country(code)
    assert names_in(place.street) == {"street", "number"}
    assert {"street_address", "postal_code", "city"} <= names_in(place.full)
    assert names_in(place.full) <= {"street_address", "postal_code", "city", "state", "state_code"}
    assert all(names_in(form) <= {"n", "l"} and weight > 0 for form, weight in place.secondary.items())
    assert len(flats(place)) >= 4


def test_codes_are_written_out_up_to_the_ending_that_all_forms_have() -> None:
    codes = postal_codes([("1#-##", "20 05"), ("00-##",)], "AB")
    assert codes.endings == tuple(f"{number:02d}" for number in range(100))
    assert codes.beginnings == (*(f"1{digit}-" for digit in range(10)), "20 05", "00-")
    assert [text for text, whole in zip(codes.beginnings, codes.whole, strict=True) if whole] == ["20 05"]
    assert (list(codes.counts), list(codes.starts)) == ([11, 1], [0, 11])
    ranges = postal_codes([("0098-0101",)], "AB")
    assert ranges.beginnings == ("0098", "0099", "0100", "0101")


def test_the_codes_of_the_world_are_those_of_iso_3166() -> None:
    assert len(world()) == 249
    for part, form in (("code", "[A-Z]{2}"), ("alpha3", "[A-Z]{3}"), ("numeric", "[0-9]{3}")):
        codes = [getattr(nation, part) for nation in world()]
        assert len(set(codes)) == 249
        assert all(re.fullmatch(form, code) for code in codes)
    known = {nation.code: nation for nation in world()}
    assert (known["DE"].alpha3, known["DE"].numeric, known["DE"].continent) == ("DEU", "276", "Europe")
    assert (known["JP"].alpha3, known["JP"].numeric, known["JP"].continent) == ("JPN", "392", "Asia")
    assert len({nation.continent for nation in world()}) == 7
    assert set(COUNTRIES) <= set(known)


@pytest.mark.parametrize("locale", KEPT)
def test_no_street_of_a_kept_locale_can_be_made_in_two_ways(locale: str) -> None:
    names, kinds = word_list("streets", locale), word_list("street_kinds", locale)
    assert (names.locale, kinds.locale) == (locale, locale)
    assert len(names.words) >= 50
    streets = [form.format(name=name) for form in kinds.words for name in names.words]
    assert len(set(streets)) == len(streets)


@pytest.mark.parametrize("locale", KEPT)
def test_the_larger_list_of_cities_has_those_of_the_gazetteer(locale: str) -> None:
    place, cities = country(locale.partition("_")[2]), word_list("cities", locale)
    assert cities.locale == locale
    assert {city.names[place.language(locale)] for city in place.cities} <= set(cities.words)
