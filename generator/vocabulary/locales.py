"""Which locales there are (CLDR's), and which one stands for a language."""

from __future__ import annotations

from functools import cache
from typing import Final

from generator.errors import nearest
from generator.vocabulary.word_list import VocabularyError

KEPT = (
    "ar_SA",
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "el_GR",
    "en_AU",
    "en_CA",
    "en_GB",
    "en_IN",
    "en_US",
    "es_ES",
    "es_MX",
    "fi_FI",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "he_IL",
    "hi_IN",
    "hu_HU",
    "id_ID",
    "it_IT",
    "ja_JP",
    "ko_KR",
    "nb_NO",
    "nl_BE",
    "nl_NL",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sv_SE",
    "th_TH",
    "tr_TR",
    "uk_UA",
    "vi_VN",
    "zh_CN",
    "zh_TW",
)
"""The locales that are kept up: lists of their own language for names, places, phones, companies and job titles.

All others that CLDR knows can be used too, with more lists from another country of their language or from en_US.
"""


def main_locale(locale: str) -> str:
    """The locale of the country where most speakers of its language live (CLDR's likely subtags): de_LI → de_DE."""
    from babel.core import get_global

    language = locale.partition("_")[0]
    likely = get_global("likely_subtags").get(language)
    return f"{language}_{likely.rpartition('_')[2]}" if likely else locale


@cache
def check_locale(locale: str) -> None:
    """VocabularyError where CLDR does not know the locale; spelled ``language_COUNTRY``."""
    if not known(locale):
        raise VocabularyError(f"unknown locale {locale!r}", _remedy(locale))


_OLD: Final = {"iw": "he", "in": "id", "no": "nb", "tl": "fil"}
"""Codes of languages that others still use (Faker's ``no_NO``), and today's."""


def _remedy(locale: str) -> str:
    """What was meant: the same in our spelling (``pt-br``, ``zh_Hans_CN``), the main country of a language (``de``)."""
    parts = locale.replace("-", "_").split("_")
    language = _OLD.get(parts[0].lower(), parts[0].lower())
    spelled = f"{language}_{parts[-1].upper()}"
    for meant in (spelled, main_locale(language), main_locale(f"{language}_")):
        if known(meant):
            return f"did you mean {meant!r}?"
    return nearest(locale, KEPT)


def known(locale: str) -> bool:
    """Whether CLDR has the locale, as ``language_COUNTRY``; one with a script, zh_Hant_TW, is written zh_TW."""
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    if locale in locale_identifiers():
        return locale.count("_") == 1 and len(locale.partition("_")[2]) in (2, 3)
    language, _, country = locale.partition("_")
    try:
        found = Locale.parse(locale)
    except (UnknownLocaleError, ValueError):
        return False
    return (found.language, found.territory) == (language, country) and bool(country)
