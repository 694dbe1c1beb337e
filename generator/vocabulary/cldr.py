"""What CLDR says in a locale's language: names of languages, countries, currencies, months and days.

Babel keeps what it has resolved of one locale where it reads others from: in a process that asked for de_DE first, the
January of de_AT is another one. A cell must not depend on what was asked before, so each locale is read here into
tables of its own, from Babel's files.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

Kind = Literal["languages", "territories", "currency_names", "currency_symbols"]
Width = Literal["wide", "abbreviated", "narrow"]


def named(locale: str, kind: Kind) -> Mapping[str, str]:
    """Code → name in the locale's language; nothing where CLDR does not know the locale."""
    found: Mapping[str, str] = _tables(_identifier(locale))[kind] if _identifier(locale) else {}
    return found


def months(locale: str, width: Width) -> list[str]:
    """The names of the months as they stand alone, January first."""
    found = _tables(_identifier(locale))["months"]["stand-alone"][width]
    return [found[month] for month in range(1, 13)]


def days(locale: str, width: Width) -> list[str]:
    """The names of the days of the week as they stand alone, Monday first."""
    found = _tables(_identifier(locale))["days"]["stand-alone"][width]
    return [found[day] for day in range(7)]


@cache
def _identifier(locale: str) -> str:
    """The locale as CLDR calls it, with a script where that is needed: zh_TW is zh_Hant_TW; "" for none."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(locale))
    except (UnknownLocaleError, ValueError):
        return ""


@cache
def _tables(identifier: str) -> Any:
    """All that CLDR has for a locale, that of the locales it inherits from included; shared with no other locale."""
    from babel.localedata import LocaleDataDict

    return LocaleDataDict(_read(identifier))


def _read(identifier: str) -> dict[str, Any]:
    """As babel.localedata.load, without its cache."""
    from babel.core import get_global
    from babel.localedata import merge, resolve_locale_filename

    with open(resolve_locale_filename(identifier), "rb") as file:  # noqa: PTH123 - a path of the package
        own: dict[str, Any] = pickle.load(file)  # noqa: S301 - the package's own data
    if identifier == "root":
        return own
    parent = get_global("parent_exceptions").get(identifier) or _above(identifier)
    tables = _read(parent)
    merge(tables, own)
    return tables


def _above(identifier: str) -> str:
    """The locale that one inherits from: without its last part; root for a script that is not its language's usual."""
    from babel.localedata import _is_non_likely_script

    if _is_non_likely_script(identifier):
        return "root"
    return identifier.rpartition("_")[0] or "root"
