"""Versioned word lists by locale, read once from the tables of packages that keep them.

Names come weighted from Faker's tables (the US ones are census shares), places from Mimesis, country names from CLDR
through Babel; where the packages have none, the lists are our own. A list is a pure function of its name, the locale
and the pinned package versions, which are part of every fingerprint. Reading a list imports what that list needs and
nothing else.
"""

from __future__ import annotations

from generator.vocabulary.locales import KEPT, check_locale, main_locale
from generator.vocabulary.lookup import FALLBACK, LISTS, word_list
from generator.vocabulary.word_list import VocabularyError, WordList

__all__ = ["FALLBACK", "KEPT", "LISTS", "VocabularyError", "WordList", "check_locale", "main_locale", "word_list"]
