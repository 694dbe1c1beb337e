"""A group is one subject: its fields agree, wherever they stand, and change nothing for others."""

from __future__ import annotations

from typing import Any

import pytest

from generator import RowRange, SchemaError, compile_schema
from generator.vocabulary import word_list
from generator.vocabulary.romanised import romanised

ROWS = 2_000
LOCALES = ["en_US", "de_DE", "ja_JP", "ru_RU", "cs_CZ", "zh_CN", "es_ES", "ar_SA"]
MIX = {"en_US": 7, "de_DE": 3, "ja_JP": 1}

PERSON: dict[str, Any] = {
    "mail": {"type": "email"},
    "sex": {"type": "sex", "format": "letter"},
    "first": {"type": "first_name"},
    "last": {"type": "last_name"},
    "login": {"type": "username", "unique": True},
    "name": {"type": "full_name", "titles": 0.2},
}


def grouped(fields: dict[str, Any], group: str = "person") -> dict[str, Any]:
    return {name: {**options, "group": group} for name, options in fields.items()}


def rows(fields: dict[str, Any], count: int = ROWS, **more: Any) -> list[dict[str, Any]]:
    plan = compile_schema({"rows": count, "reference_date": "2026-01-01", "fields": fields, **more})
    found: list[dict[str, Any]] = plan.tables["data"].batch(RowRange(0, count)).to_pylist()
    return found


def check_person(person: dict[str, Any], locales: list[str]) -> str:
    """That the parts agree in one of the locales, which is returned."""
    for locale in locales:
        side = "female" if person["sex"] == "F" else "male"
        first, last = (word_list(f"{kind}_{side}", locale).words for kind in ("first_names", "last_names"))
        if person["first"] not in first or person["last"] not in last:
            continue
        assert person["first"] in person["name"]
        assert person["last"] in person["name"]
        for name in (person["first"], person["last"]):
            spelled = romanised(name, locale[:2])
            assert spelled in person["mail"].partition("@")[0]
            assert spelled in person["login"]
        return locale
    raise AssertionError(f"{person} is nobody in {locales}")


@pytest.mark.parametrize("locale", LOCALES)
def test_names_sex_address_and_login_agree(locale: str) -> None:
    found = rows(grouped(PERSON), locale=locale)
    for person in found:
        check_person(person, [locale])
    assert 0.42 < sum(person["sex"] == "F" for person in found) / ROWS < 0.58
    assert len({person["login"] for person in found}) == ROWS


def test_a_person_agrees_in_a_mix_of_the_document() -> None:
    found = [check_person(person, list(MIX)) for person in rows(grouped(PERSON), locale=MIX)]
    assert found.count("ja_JP") > ROWS // 20
    assert found.count("de_DE") > ROWS // 6


def test_a_person_agrees_in_a_mix_of_one_of_its_fields() -> None:
    fields = grouped(PERSON)
    fields["first"]["locale"] = MIX
    found = [check_person(person, list(MIX)) for person in rows(fields)]
    assert found.count("ja_JP") > ROWS // 20


@pytest.mark.parametrize("locale", ["en_US", MIX])
def test_a_person_agrees_inside_an_object(locale: Any) -> None:
    fields = {"owner": {"type": "object", "fields": grouped(PERSON)}, "note": "word"}
    for row in rows(_without_unique(fields, "owner"), locale=locale):
        check_person(row["owner"], list(MIX))


@pytest.mark.parametrize("locale", ["de_DE", MIX])
def test_each_person_of_an_array_agrees_and_they_differ(locale: Any) -> None:
    people = {"type": "array", "length": [0, 4], "items": {"type": "object", "fields": grouped(PERSON)}}
    fields = {"people": people}
    fields["people"]["items"] = _without_unique({"x": people["items"]}, "x")["x"]
    everyone = [person for row in rows(fields, locale=locale) for person in row["people"]]
    for person in everyone:
        check_person(person, list(MIX))
    assert len({(person["first"], person["last"]) for person in everyone}) > len(everyone) * 0.6


def _without_unique(fields: dict[str, Any], outer: str) -> dict[str, Any]:
    inside = fields[outer]["fields"]
    plain = {name: {key: value for key, value in each.items() if key != "unique"} for name, each in inside.items()}
    return {**fields, outer: {**fields[outer], "fields": plain}}


def test_a_group_in_an_object_is_the_one_of_the_row() -> None:
    fields = {"first": {"type": "first_name", "group": "p"}, "o": {"type": "object", "fields": grouped(PERSON, "p")}}
    for row in rows(_without_unique(fields, "o")):
        assert row["first"] == row["o"]["first"]


def test_two_groups_are_two_people_and_fields_without_a_group_are_independent() -> None:
    fields = {
        "a": {"type": "first_name", "group": "a"},
        "b": {"type": "first_name", "group": "b"},
        "c": {"type": "first_name"},
        "d": {"type": "first_name"},
        "sex": {"type": "sex", "format": "letter"},
    }
    found = rows(fields)
    for one, other in (("a", "b"), ("a", "c"), ("c", "d")):
        assert sum(row[one] == row[other] for row in found) < ROWS // 20
    women = set(word_list("first_names_female", "en_US").words) - set(word_list("first_names_male", "en_US").words)
    unlike = sum((row["c"] in women) != (row["sex"] == "F") for row in found)
    assert ROWS // 3 < unlike < ROWS * 2 // 3


@pytest.mark.parametrize("locale", ["pl_PL", MIX])
def test_another_field_of_a_group_changes_no_other_cell(locale: Any) -> None:
    small = {name: options for name, options in grouped(PERSON).items() if name not in ("sex", "login")}
    more = grouped({**PERSON, "prefix": {"type": "prefix"}, "born": {"type": "birth_date"}, "kg": {"type": "weight"}})
    large = rows(more, locale=locale)
    assert [{name: row[name] for name in small} for row in large] == rows(small, locale=locale)


def test_sex_prefix_and_middle_name_agree_too() -> None:
    fields = grouped(
        {
            "sex": {"type": "sex", "format": "code"},
            "middle": {"type": "middle_name"},
            "prefix": {"type": "prefix"},
            "status": {"type": "marital_status"},
            "name": {"type": "full_name", "titles": 1},
        }
    )
    for row in rows(fields, locale="ru_RU"):
        female = row["sex"] == "2"
        assert row["middle"] in row["name"]
        assert row["middle"].endswith("на") == female
        assert row["prefix"] == ("г-жа" if female else "г-н")
        assert (row["status"] in ("не замужем", "замужем", "разведена", "вдова")) == female


def test_the_share_of_women_holds_for_the_whole_group() -> None:
    fields = grouped({"sex": {"type": "sex", "women": 0.9}, "first": {"type": "first_name"}})
    women = set(word_list("first_names_female", "de_DE").words)
    found = rows(fields, locale="de_DE")
    assert 0.86 < sum(row["first"] in women for row in found) / ROWS < 0.96
    assert all((row["sex"] == "weiblich") <= (row["first"] in women) for row in found)


def test_a_field_that_asks_for_one_sex_decides_for_its_group() -> None:
    fields = grouped({"sex": {"type": "sex"}, "first": {"type": "first_name", "sex": "female"}})
    assert {row["sex"] for row in rows(fields)} == {"Female"}


def test_age_birthday_and_their_bounds_agree() -> None:
    fields = grouped({"born": {"type": "birth_date"}, "age": {"type": "age", "min": 30, "max": 40}})
    found = rows(fields)
    assert {row["age"] for row in found} == set(range(30, 41))
    for row in found:
        born = row["born"]
        assert row["age"] == 2026 - born.year - ((born.month, born.day) > (1, 1))


def test_tall_people_weigh_more_in_a_group_only() -> None:
    people = {"cm": {"type": "height"}, "kg": {"type": "weight"}}
    together, apart = (
        sum(row["kg"] > 73 for row in found if row["cm"] > 175) / sum(row["cm"] > 175 for row in found)
        for found in (rows(grouped(people)), rows(people))
    )
    assert together > apart + 0.2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"a": {"type": "first_name", "max_length": 5}}, r"\$\.fields\.a\.max_length: .*would not agree"),
        ({"a": {"type": "first_name", "unique": True}}, "cannot agree with its group"),
        ({"a": {"type": "first_name", "sex": "male"}, "b": {"type": "prefix", "sex": "female"}}, "different sexes"),
        ({"a": {"type": "sex", "women": 0.1}, "b": {"type": "sex"}}, "different shares"),
        ({"a": {"type": "age", "max": 20}, "b": {"type": "birth_date", "min_age": 30}}, "no day is left"),
        ({"a": {"type": "age"}, "b": {"type": "uuid"}}, "shares nothing with a group"),
    ],
)
def test_what_a_group_cannot_agree_on_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        rows(grouped(fields), 10)


@pytest.mark.parametrize(
    ("locale", "single", "miss", "mrs"),
    [("en_US", "Single", "Miss", "Mrs."), ("es_ES", "soltera", "Srta.", ""), ("ar_SA", "عزباء", "الآنسة", "السيدة")],
)
def test_titles_and_age_agree_with_the_marital_status(locale: str, single: str, miss: str, mrs: str) -> None:
    fields = {
        "age": {"type": "age", "group": "p", "min": 10, "max": 60},
        "title": {"type": "prefix", "group": "p"},
        "sex": {"type": "sex", "group": "p", "format": "letter"},
        "status": {"type": "marital_status", "group": "p"},
    }
    document = {"rows": 3_000, "locale": locale, "reference_date": "2026-01-01", "fields": fields}
    rows = compile_schema(document).tables["data"].batch(RowRange(0, 3_000)).to_pylist()
    women = [row for row in rows if row["sex"] == "F"]
    assert {row["status"] for row in women if row["title"] == miss} == {single}
    assert single not in {row["status"] for row in women if row["title"] == mrs and row["age"] >= 18}
    assert {row["status"] for row in women if row["age"] < 18} == {single}
    assert len({row["status"] for row in women if row["age"] >= 18}) == 4
