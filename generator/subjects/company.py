"""A company: the name that all fields of a group about one company agree on, and what follows from it.

The name is one of the locale's forms (``{last} & {second} Ltd``) with family names and a city in it. Draws are shared:
``company`` decides the form, ``company last``, ``company second`` and ``company city`` the words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator import kernels
from generator.cells import Cells, Draw
from generator.fields.forms import Forms
from generator.gazetteer import COUNTRIES, country
from generator.vocabulary import FALLBACK, WordList, word_list
from generator.vocabulary.romanised import romanised

_WORDS = {"last": "last_names_male", "second": "last_names_male", "city": "cities"}
"""The slots of forms and their lists; a company bears the form of a name that stands alone."""


@cache
def company_forms(locale: str) -> Forms:
    """The forms of companies' names in a locale, with its family names and cities."""
    forms = word_list("company_forms", locale)
    # Words come from where the forms do: a Japanese form takes no English name.
    return Forms(forms, {slot: word_list(name, _place(forms, locale)) for slot, name in _WORDS.items()})


def _place(forms: WordList, locale: str) -> str:
    return locale if forms.locale.partition("_")[0] == locale.partition("_")[0] else forms.locale


def company_draw(cells: Cells) -> Callable[[str], Draw]:
    """The shared draw of a slot of the company's name, or of its form."""
    return lambda name: cells.shared("company" if name == "form" else f"company {name}")


def company_names(cells: Cells) -> pa.StringArray:
    """Each row's company."""
    return company_forms(cells.column.locale).texts(cells, company_draw(cells))


def company_legal_forms(cells: Cells) -> pa.DictionaryArray:
    """The legal form in each row's company name (``Ltd``); null where it has none."""
    forms = company_forms(cells.column.locale)
    found = pa.array(legal_forms(cells.column.locale), pa.string())
    values = found.drop_null().unique()
    places = pc.index_in(found, values).fill_null(-1)
    entries = np.asarray(places, dtype=np.int32)[forms.pick(cells, company_draw(cells))]
    return pa.DictionaryArray.from_arrays(pa.array(entries, mask=entries < 0), values, safe=False)


@cache
def legal_forms(locale: str) -> tuple[str | None, ...]:
    """The legal form that each of a locale's forms ends or begins with, the longest that is known; None without one."""
    known = sorted(word_list("legal_forms", FALLBACK).words, key=len, reverse=True)
    texts = ["\0".join(form.literals) for form in company_forms(locale).forms]
    return tuple(next((each for each in known if _stands_in(each, text)), None) for text in texts)


def _stands_in(designation: str, text: str) -> bool:
    """Whether it stands in a form as words of their own; scripts without spaces part no words."""
    at = text.find(designation)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(designation) :][:1]
        if not any(char.isalpha() for char in around) or designation[0] >= "\u1100":
            return True
        at = text.find(designation, at + 1)
    return False


@cache
def _spelled(locale: str) -> dict[str, pa.Array]:
    """The words of a locale's company names in lower-case ASCII letters, an empty one behind them."""
    english = _english_cities(locale)
    found = {}
    for slot, words in company_forms(locale).slots.items():
        language = words.locale.partition("_")[0]
        found[slot] = pa.array([romanised(english.get(word, word), language) for word in words.words] + [""])
    return found


def _english_cities(locale: str) -> dict[str, str]:
    """The cities of a locale's country → their English names."""
    code = locale.rpartition("_")[2]
    if code not in COUNTRIES:
        return {}
    known = country(code)
    own = known.language(locale)
    return {city.names[own]: city.names["en"] for city in known.cities if "en" in city.names}


def company_slugs(cells: Cells) -> pa.StringArray:
    """Each row's company in lower-case ASCII letters and digits, as in its domain: the names in it, put together.

    A second name is only there where the form has one: ``Smith & Jones Ltd`` is ``smithjones``. A name that nobody
    knows how to read is ``company``.
    """
    locale = cells.column.locale
    forms, draw = company_forms(locale), company_draw(cells)
    words = forms.words_at(cells, forms.pick(cells, draw), draw, _spelled(locale))
    slugs = kernels.concat(words, len(cells))
    return pc.if_else(pc.equal(slugs, ""), "company", slugs)


def legal_form_list(locale: str) -> WordList:
    """The legal forms of a locale, each as frequent as the company names that have it."""
    weights: dict[str, float] = {}
    for legal, weight in zip(legal_forms(locale), company_forms(locale).weights, strict=True):
        if legal is not None:
            weights[legal] = weights.get(legal, 0.0) + float(weight)
    return WordList.of(weights, locale)
