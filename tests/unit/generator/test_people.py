"""Fields about people: what each shows, in every locale, and what it refuses."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any

import pytest

from generator import RowRange, SchemaError, compile_schema
from generator.vocabulary import word_list
from generator.vocabulary.people import named_countries
from generator.vocabulary.romanised import romanised

LOCALES = [
    *("en_US", "en_GB", "en_IN", "en_CA", "en_AU", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_CA", "es_ES", "es_MX"),
    *("it_IT", "pt_BR", "pt_PT", "nl_NL", "pl_PL", "sv_SE", "da_DK", "nb_NO", "fi_FI", "cs_CZ", "hu_HU", "ro_RO"),
    *("el_GR", "tr_TR", "ru_RU", "uk_UA", "ar_SA", "he_IL", "hi_IN", "ja_JP", "ko_KR", "zh_CN", "zh_TW", "vi_VN"),
    *("th_TH", "id_ID"),
]
SCRIPTS = {
    "ru": "[Ѐ-ӿ ]+",
    "uk": "[Ѐ-ӿ ʼ'’\\-]+",
    "el": "[Ͱ-Ͽ \\-]+",
    "ar": "[\u0600-\u06ff ]+",
    "he": "[\u0590-\u05ff \\-'׳]+",
    "hi": "[\u0900-\u097f ’]+",
    "th": "[\u0e00-\u0e7f ]+",
    "ja": "[぀-ヿ㐀-鿿々]+",
    "zh": "[㐀-鿿]+",
    "ko": "[가-힣]+",
}


def column(options: Any, count: int = 1_000, **more: Any) -> list[Any]:
    document = {"rows": count, "reference_date": "2026-01-01", "fields": {"x": options}, **more}
    plan = compile_schema(document)
    found: list[Any] = plan.tables["data"].batch(RowRange(0, count)).column(0).to_pylist()
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_names_are_of_the_locale_and_in_its_script(locale: str) -> None:
    for kind in ("first_names_female", "first_names_male", "last_names_female", "last_names_male"):
        assert word_list(kind, locale).locale == locale
    names = column("full_name", 300, locale=locale)
    assert len(set(names)) > 200
    script = SCRIPTS.get(locale[:2], "[^\u0370-\u1dff\u3000-\uffff]+")
    assert not [name for name in names if not re.fullmatch(script, name)]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_name_can_be_spelled_in_ascii(locale: str) -> None:
    for kind in ("first_names_female", "first_names_male", "last_names_female", "last_names_male"):
        for word in word_list(kind, locale).words:
            assert re.fullmatch("[a-z0-9]+", romanised(word, locale[:2])), word


@pytest.mark.parametrize(
    ("locale", "name", "spelled"),
    [
        ("de", "Müller", "mueller"),
        ("sv", "Sjöström", "sjostrom"),
        ("da", "Søren", "soeren"),
        ("pl", "Łukasz", "lukasz"),
        ("tr", "Işık", "isik"),
        ("ru", "Щербаков", "shcherbakov"),
        ("uk", "Олександр", "oleksandr"),
        ("el", "Παπαδόπουλος", "papadopoulos"),
        ("ja", "渡辺", "watanabe"),
        ("ko", "박", "park"),
        ("ko", "현정", "hyeonjung"),
        ("zh", "欧阳", "ouyang"),
        ("hi", "राजेश", "rajesh"),
        ("ar", "محمد", "mohammed"),
        ("he", "כהן", "cohen"),
        ("th", "สมชาย", "somchay"),
        ("vi", "Nguyễn", "nguyen"),
        ("fr", "Jean-François d'Ormesson", "jeanfrancoisdormesson"),
    ],
)
def test_names_are_spelled_as_people_type_them(locale: str, name: str, spelled: str) -> None:
    assert romanised(name, locale) == spelled


@pytest.mark.parametrize(
    ("locale", "woman", "man"), [("ru_RU", "а|ая", "в|н|й"), ("cs_CZ", "á", "[^á]"), ("pl_PL", "[^i]", "[^a].*")]
)
def test_family_names_have_a_feminine_form_where_the_language_has_one(locale: str, woman: str, man: str) -> None:
    for sex, ending in (("female", woman), ("male", man)):
        names = column({"type": "last_name", "sex": sex}, locale=locale)
        assert all(re.search(f"({ending})$", name) for name in names)


def test_a_polish_woman_is_kowalska_and_a_man_kowalski() -> None:
    found = {sex: set(column({"type": "last_name", "sex": sex}, 3_000, locale="pl_PL")) for sex in ("female", "male")}
    assert "Kowalska" in found["female"] - found["male"]
    assert "Kowalski" in found["male"] - found["female"]
    assert "Nowak" in found["female"] & found["male"]


@pytest.mark.parametrize(
    ("locale", "form"),
    [
        ("en_US", r"{first} {last}"),
        ("hu_HU", r"{last} {first}"),
        ("ja_JP", r"{last}{first}"),
        ("zh_CN", r"{last}{first}"),
        ("es_ES", r"{first} {last} .+"),
        ("pt_BR", r"{first} .+ {last}"),
        ("vi_VN", r"{last} .+ {first}"),
        ("ru_RU", r"{last} {first} .+(вич|ич|на)"),
    ],
)
def test_a_full_name_is_in_the_order_of_its_language(locale: str, form: str) -> None:
    parts = {name: {"type": kind, "group": "p"} for name, kind in (("first", "first_name"), ("last", "last_name"))}
    fields = {**parts, "name": {"type": "full_name", "group": "p"}}
    plan = compile_schema({"rows": 500, "locale": locale, "fields": fields})
    for row in plan.tables["data"].batch(RowRange(0, 500)).to_pylist():
        expected = form.format(first=re.escape(row["first"]), last=re.escape(row["last"]))
        assert re.fullmatch(expected, row["name"])


@pytest.mark.parametrize("locale", ["es_ES", "pt_BR"])
def test_two_whole_names_of_a_person_have_the_same_second_surname(locale: str) -> None:
    fields = {name: {"type": "full_name", "group": "p"} for name in ("one", "other")}
    rows = compile_schema({"rows": 200, "locale": locale, "fields": fields}).tables["data"].batch(RowRange(0, 200))
    assert rows["one"].equals(rows["other"])


def test_titles_and_middle_names_come_as_often_as_asked() -> None:
    plain = column("full_name", 4_000)
    titled = column({"type": "full_name", "titles": 0.5}, 4_000)
    middle = column({"type": "full_name", "middle": 0.25}, 4_000)
    assert 1_850 < sum(one != other for one, other in zip(plain, titled, strict=True)) < 2_150
    assert 880 < sum(one != other for one, other in zip(plain, middle, strict=True)) < 1_120
    before = sum(name.split()[0] in {"Mr.", "Mrs.", "Ms.", "Miss", "Dr."} for name in titled)
    assert 1_450 < before < 1_750


def test_unique_names_of_both_sexes_never_repeat() -> None:
    for locale in ("en_US", "ja_JP", "zh_CN"):
        names = column({"type": "full_name", "unique": True}, 5_000, locale=locale)
        assert len(set(names)) == 5_000


def test_frequent_names_are_frequent() -> None:
    counted = Counter(column("last_name", 20_000, locale="zh_CN"))
    assert {name for name, _ in counted.most_common(3)} == {"王", "李", "张"}


def test_sex_is_spelled_as_asked_and_in_the_language() -> None:
    assert set(column("sex", locale="de_DE")) == {"weiblich", "männlich"}
    assert set(column({"type": "sex", "format": "letter"})) == {"F", "M"}
    assert set(column({"type": "sex", "format": "code"})) == {"1", "2"}
    assert column({"type": "sex", "format": "letter", "women": 1}) == ["F"] * 1_000


def test_ages_and_birthdays_are_measured_from_the_reference_date() -> None:
    ages = column({"type": "age", "min": 20, "max": 22})
    assert set(ages) == {20, 21, 22}
    born = column({"type": "birth_date", "min_age": 18, "max_age": 18}, 5_000, reference_date="2024-02-29")
    assert (min(born), max(born)) == (dt.date(2005, 3, 1), dt.date(2006, 2, 28))


def test_birthdays_need_no_reference_date_but_ages_do() -> None:
    document = {"rows": 2_000, "fields": {"x": {"type": "birth_date"}}}
    born = compile_schema(document).tables["data"].batch(RowRange(0, 2_000)).column(0).to_pylist()
    assert dt.date(1945, 1, 1) <= min(born) < dt.date(1947, 1, 1)
    assert dt.date(2006, 1, 1) < max(born) <= dt.date(2007, 12, 31)
    with pytest.raises(SchemaError, match=r"reference_date"):
        compile_schema({"rows": 1, "fields": {"x": "age"}})


def test_blood_types_are_as_frequent_as_they_are() -> None:
    counted = Counter(column("blood_type", 20_000))
    assert len(counted) == 8
    assert 0.35 < counted["O+"] / 20_000 < 0.4
    assert 0 < counted["AB-"] / 20_000 < 0.012


def test_heights_and_weights_are_those_of_people() -> None:
    centimetres, inches = column("height", 5_000), column({"type": "height", "unit": "in", "digits": 0}, 5_000)
    assert all(140 < height < 200 for height in centimetres)
    assert all(abs(inch * 2.54 - cm) <= 1.4 for inch, cm in zip(inches, centimetres, strict=True))
    assert all(33 < weight < 150 for weight in column("weight", 5_000))
    assert all(float(f"{height:.1f}") == height for height in centimetres)


def test_words_about_people_are_in_the_language_of_the_locale() -> None:
    assert "anglais" in column("language", locale="fr_FR")
    assert "Niemka" in column({"type": "nationality"}, 3_000, locale="pl_PL")
    assert {"soltera", "soltero"} <= set(column("marital_status", locale="es_MX"))
    assert "Bäckereifachverkäuferin" in column("job_title", 5_000, locale="de_CH")
    assert named_countries("el_GR", ["GR"]) == ["Ελλάδα"]
    assert "Ελλάδα" in column("nationality", 5_000, locale="el_GR")


def test_documents_have_the_form_of_the_country() -> None:
    assert all(re.fullmatch("[0-9]{2}[A-Z]{2}[0-9]{5}", each) for each in column("passport_number", locale="fr_FR"))
    british = column({"type": "driving_licence", "country": "GB"})
    assert all(re.fullmatch("[A-Z]{5}[0-9]{6}[A-Z]{2}[0-9][A-Z]{2}", each) for each in british)
    assert all(len(each) == 9 for each in column({"type": "passport_number", "country": "MN"}))


def test_words_that_are_too_long_are_left_out_not_cut() -> None:
    short = set(column({"type": "first_name", "max_length": 4}, 5_000))
    assert short <= set(word_list("first_names", "en_US").words)
    assert max(map(len, short)) <= 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"type": "full_name", "max_length": 10}, "a name that is cut is none"),
        ({"type": "full_name", "unique": True, "titles": 0.1}, "could not be told apart"),
        ({"type": "first_name", "max_length": 1}, "no word of the list"),
        ({"type": "first_name", "sex": "woman"}, r"\$\.fields\.x\.sex"),
        ({"type": "age", "min": 30, "max": 20}, "min is more than max"),
        ({"type": "birth_date", "min": "1990-01-01"}, "max: is missing"),
        ({"type": "birth_date", "min": "1990-01-01", "max": "1991-01-01", "min_age": 3}, "do not go together"),
        ({"type": "sex", "max_length": 3}, "spell by letter"),
        ({"type": "passport_number", "country": "Germany"}, r"country"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        column(options, 1)
