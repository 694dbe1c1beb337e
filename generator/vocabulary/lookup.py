"""The lists by name, each with its sources, the best first; a new list is one line here."""

from __future__ import annotations

from functools import cache

from generator.vocabulary import people, places, trade
from generator.vocabulary.locales import KEPT, check_locale, main_locale
from generator.vocabulary.sources import faker, mimesis, own
from generator.vocabulary.special import latin, words
from generator.vocabulary.word_list import Found, Source, VocabularyError, WordList

FALLBACK = "en_US"

_WOMEN: tuple[Source, ...] = (
    own("first_names_female"),
    people.fit(faker("person", "first_names_female", "first_names")),
    people.of_main(mimesis("person", "names", "female")),
)
_MEN: tuple[Source, ...] = (
    own("first_names_male"),
    people.fit(faker("person", "first_names_male", "first_names")),
    people.of_main(mimesis("person", "names", "male")),
)


def _of_country(name: str) -> Source:
    """One of our own lists, of a locale or another one of its country."""

    def read(locale: str) -> Found:
        country = locale.partition("_")[2]
        same = [kept for kept in KEPT if country and kept.partition("_")[2] == country]
        return next((found for place in (locale, *same) if (found := own(name)(place))), None)

    return read


LISTS: dict[str, tuple[Source, ...]] = {
    "first_names": (people.fit(faker("person", "first_names")),),
    "first_names_female": _WOMEN,
    "first_names_male": _MEN,
    "last_names": (
        own("last_names"),
        people.fit(faker("person", "last_names")),
        people.of_main(mimesis("person", "surnames")),
    ),
    "last_names_female": (
        own("last_names_female"),
        people.feminine("last_names"),
        own("last_names"),
        people.fit(faker("person", "last_names_female", "last_names")),
        people.of_main(mimesis("person", "surnames", "female")),
        people.of_main(mimesis("person", "surnames")),
    ),
    "last_names_male": (
        own("last_names_male"),
        own("last_names"),
        people.fit(faker("person", "last_names_male", "last_names")),
        people.of_main(mimesis("person", "surnames", "male")),
        people.of_main(mimesis("person", "surnames")),
    ),
    "middle_names_female": (own("middle_names_female"), faker("person", "middle_names_female"), *_WOMEN),
    "middle_names_male": (own("middle_names_male"), faker("person", "middle_names_male"), *_MEN),
    "prefixes_female": (people.section("prefixes_female"),),
    "prefixes_male": (people.section("prefixes_male"),),
    "suffixes_female": (people.section("suffixes_female"),),
    "suffixes_male": (people.section("suffixes_male"),),
    "sexes": (people.section("sexes"),),
    "marital_statuses_female": (people.section("marital_statuses_female"),),
    "marital_statuses_male": (people.section("marital_statuses_male"),),
    "job_titles": (
        own("job_titles"),
        people.unless_own("job_titles", faker("job", "jobs")),
        people.unless_own("job_titles", mimesis("person", "occupation")),
    ),
    "languages": (people.languages,),
    "language_codes": (people.language_codes,),
    "nationalities_female": (
        own("nationalities"),
        people.unless_own("nationalities", people.nationalities("female")),
    ),
    "nationalities_male": (own("nationalities"), people.unless_own("nationalities", people.nationalities("male"))),
    "cities": (places.cities,),
    "streets": (places.streets,),
    "street_kinds": (places.street_kinds,),
    "words": (words,),
    "function_words": (own("function_words"),),
    "latin": (latin,),
    **trade.LISTS,
    "transaction_types": (own("transaction_types"),),
    "stock_symbols": (own("stock_symbols"),),
    "banks": (_of_country("banks"),),
    "university_forms": (own("university_forms"),),
    "currency_codes": (own("currency_codes"),),
}


@cache
def word_list(name: str, locale: str) -> WordList:
    """The list called ``name`` in a locale, else in its language, else in English; VocabularyError for no locale.

    ``locale`` of what it returns says where the words came from.
    """
    check_locale(locale)
    for place in dict.fromkeys((locale, main_locale(locale), FALLBACK)):
        for source in LISTS[name]:
            found = source(place)
            if found:
                return WordList.of(found, place)
    raise VocabularyError(f"there is no list {name!r} in {locale} or {FALLBACK}", "choose another locale")
