"""Locales: what is asked for in another spelling is named in ours, and lists are fit for their countries."""

from __future__ import annotations

import pytest

from generator import SchemaError, compile_schema
from generator.vocabulary import KEPT, word_list


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("de", "de_DE"),
        ("pt-br", "pt_BR"),
        ("en-GB", "en_GB"),
        ("de_de", "de_DE"),
        ("zh_Hans_CN", "zh_CN"),
        ("no_NO", "nb_NO"),
        ("iw_IL", "he_IL"),
    ],
)
def test_a_locale_in_another_spelling_is_named_in_ours(asked: str, meant: str) -> None:
    with pytest.raises(SchemaError, match=rf"unknown locale '{asked}'.*did you mean '{meant}'"):
        compile_schema({"rows": 1, "locale": asked, "fields": {"f": {"type": "first_name"}}})


def test_for_a_locale_that_nobody_knows_those_that_are_kept_up_are_named() -> None:
    with pytest.raises(SchemaError, match="known: ar_SA, cs_CZ, da_DK"):
        compile_schema({"rows": 1, "locale": "xx_XX", "fields": {"f": {"type": "first_name"}}})


@pytest.mark.parametrize("locale", [*KEPT, "bg_BG", "hr_HR"])
@pytest.mark.parametrize("name", ["first_names_female", "first_names_male", "last_names_female", "last_names_male"])
def test_names_have_no_marks_and_begin_as_names_do(name: str, locale: str) -> None:
    for word in word_list(name, locale).words:
        assert not set("0123456789,;:()/") & set(word), word
        assert "  " not in word, word
        assert len(word.split()) <= 5, word
        assert not word[0].islower() or " " in word or "'" in word or "’" in word, word


OWN = {
    "de_DE": "deutsch",
    "fr_FR": "française",
    "hu_HU": "magyar",
    "nl_NL": "Nederlandse",
    "pt_BR": "brasileira",
    "pt_PT": "portuguesa",
    "ru_RU": "Россия",
    "sv_SE": "svensk",
    "uk_UA": "Україна",
}


@pytest.mark.parametrize(("locale", "own"), OWN.items())
def test_the_nationalities_of_a_locale_have_its_own_among_them(locale: str, own: str) -> None:
    assert own in word_list("nationalities_female", locale).words
