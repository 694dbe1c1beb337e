"""Names in a locale's language are CLDR's, whatever the process has asked for before."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from babel import Locale

from generator import RowRange, compile_schema
from generator.vocabulary import KEPT
from generator.vocabulary.cldr import days, months, named

AFRESH = """
import json, sys
from babel import Locale
locale = Locale.parse(sys.argv[1])
months = [locale.months["stand-alone"][width][1] for width in ("wide", "abbreviated")]
print(json.dumps([months, locale.days["stand-alone"]["wide"][0], locale.territories["DE"], locale.currencies["EUR"]]))
"""


def test_the_january_of_austria_does_not_depend_on_who_asked_before() -> None:
    assert months("de_DE", "wide")[0] == "Januar"
    assert Locale.parse("de_CH").months["stand-alone"]["wide"][1] == "Januar"  # babel's own tables are another matter
    assert months("de_AT", "wide")[0] == "Jänner"
    cells = {}
    for locale in ("de_AT", "de_DE", "de_AT"):
        plan = compile_schema({"rows": 99, "locale": locale, "fields": {"x": "month"}})
        cells[locale] = set(plan.tables["data"].batch(RowRange(0, 99)).column("x").to_pylist())
    assert "Jänner" in cells["de_AT"]
    assert "Januar" in cells["de_DE"]


@pytest.mark.parametrize("locale", [*KEPT[::5], "zh_TW", "de_AT", "sr_RS"])
def test_names_are_those_that_babel_tells_a_fresh_process(locale: str) -> None:
    run = subprocess.run([sys.executable, "-c", AFRESH, locale], capture_output=True, text=True, check=True)
    ours = [[months(locale, "wide")[0], months(locale, "abbreviated")[0]], days(locale, "wide")[0]]
    assert [*ours, named(locale, "territories")["DE"], named(locale, "currency_names")["EUR"]] == json.loads(run.stdout)


def test_an_unknown_locale_has_no_names() -> None:
    assert not named("xx_YY", "languages")
