"""Companies: names in the forms of their countries, the same one in all fields of a group, and numbers in use."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from stdnum.us import ein

from generator import Plan, SchemaError, compile_schema
from generator.cells import Cells
from generator.fields.forms import Forms
from generator.plan import TablePlan
from generator.subjects.company import company_names, company_slugs
from generator.vocabulary import WordList

ROWS = 2000
LOCALES = ("en_US", "de_DE", "fr_FR", "ja_JP", "ru_RU", "ar_SA", "hi_IN", "ko_KR", "zh_CN", "pt_BR")


def plan_of(fields: dict[str, Any], rows: int = ROWS, **document: Any) -> Plan:
    return compile_schema({**document, "tables": {"t": {"rows": rows, "fields": fields}}})


def rows_of(fields: dict[str, Any], rows: int = ROWS, **document: Any) -> list[dict[str, Any]]:
    table = plan_of(fields, rows, **document).tables["t"]
    found: list[dict[str, Any]] = table.take(np.arange(rows, dtype=np.uint64), tuple(fields)).to_pylist()
    return found


def values(rows: int = ROWS, **options: Any) -> list[Any]:
    return [row["f"] for row in rows_of({"f": options}, rows)]


def cells_of(table: TablePlan, name: str) -> Cells:
    rows = np.arange(table.rows, dtype=np.uint64)
    return Cells(table.columns[name], rows, table.at(rows), None)


@pytest.mark.parametrize(
    ("locale", "legal"), [("de_DE", "GmbH"), ("en_US", "LLC"), ("ja_JP", "株式会社"), ("pl_PL", "Sp. z o.o.")]
)
def test_names_are_in_the_forms_of_the_locale(locale: str, legal: str) -> None:
    found = values(type="company", locale=locale)
    assert sum(legal in name for name in found) > ROWS * 0.05
    assert not any("{" in name or "}" in name for name in found)


@pytest.mark.parametrize("locale", LOCALES)
def test_unique_names_never_repeat(locale: str) -> None:
    plan = plan_of({"f": {"type": "company"}}, locale=locale)
    column = plan.tables["t"].columns["f"]
    domain = min(column.field.cardinality(column) or 0, 5000)
    assert domain > 40
    found = [row["f"] for row in rows_of({"f": {"type": "company", "unique": True}}, domain, locale=locale)]
    assert len(set(found)) == domain


def test_a_legal_form_in_a_group_is_the_one_in_the_company_name() -> None:
    group = {"group": "firm"}
    for locale in LOCALES:
        rows = rows_of(
            {"name": {"type": "company", **group}, "form": {"type": "company_suffix", **group}}, locale=locale
        )
        assert all(row["form"] is None or row["form"] in row["name"] for row in rows)
        assert any(row["form"] for row in rows)


def test_a_group_agrees_in_a_mix_of_locales_too() -> None:
    group = {"group": "firm"}
    fields = {"name": {"type": "company", **group}, "form": {"type": "company_suffix", **group}}
    rows = rows_of(fields, locale={"en_US": 7, "de_DE": 3, "ja_JP": 1})
    assert all(row["form"] is None or row["form"] in row["name"] for row in rows)
    assert {"LLC", "GmbH", "株式会社"} <= {row["form"] for row in rows}


def test_a_name_that_agrees_with_its_group_is_never_cut() -> None:
    with pytest.raises(SchemaError, match="not cut"):
        rows_of({"name": {"type": "company", "group": "firm", "max_length": 12}}, 5)
    assert all(len(name) <= 12 for name in values(type="company", max_length=12))


def test_without_a_group_a_legal_form_stands_for_itself() -> None:
    found = values(type="company_suffix", locale="it_IT")
    assert None not in found
    assert "S.r.l." in found


def test_other_fields_can_take_the_name_and_a_slug_of_it_from_the_subject() -> None:
    table = plan_of({"name": {"type": "company", "group": "firm"}}).tables["t"]
    cells = cells_of(table, "name")
    names, slugs = company_names(cells).to_pylist(), company_slugs(cells).to_pylist()
    assert names == table.take(cells.rows, ("name",)).column(0).to_pylist()
    for name, slug in zip(names, slugs, strict=True):
        assert slug.isascii()
        assert slug.isalnum()
        assert slug.islower()
        letters = "".join(char for char in name.lower() if char.isalpha() and char.isascii())
        assert slug[:3] in letters


@pytest.mark.parametrize("locale", LOCALES)
def test_slugs_are_ascii_in_every_script(locale: str) -> None:
    table = plan_of({"name": {"type": "company"}}, 500, locale=locale).tables["t"]
    slugs = company_slugs(cells_of(table, "name")).to_pylist()
    assert all(slug.isascii() and slug.isalnum() for slug in slugs)
    assert len(set(slugs)) > 15


def test_employer_numbers_have_prefixes_that_are_in_use() -> None:
    found = values(type="ein")
    assert all(ein.is_valid(number) and number[2] == "-" for number in found)
    assert len({number[:2] for number in found}) > 75


def test_duns_numbers_have_nine_digits() -> None:
    assert all(len(number) == 9 and number.isdigit() for number in values(type="duns"))
    assert all(number[2] == number[6] == "-" for number in values(type="duns", hyphens=True))


def test_numbers_of_a_group_may_be_unique() -> None:
    group = {"group": "firm", "unique": True}
    rows = rows_of({"name": {"type": "company", "group": "firm"}, "ein": {"type": "ein", **group}})
    assert len({row["ein"] for row in rows}) == ROWS


def test_departments_are_in_the_language_of_the_locale() -> None:
    assert "Vertrieb" in values(type="department_name", locale="de_AT")
    assert "営業部" in values(type="department_name", locale="ja_JP")


def test_phrases_have_three_parts_and_are_cut_at_words() -> None:
    assert all(len(phrase.split()) >= 3 for phrase in values(type="bs"))
    whole, cut = values(type="catch_phrase"), values(type="catch_phrase", max_length=30)
    assert all(len(short) <= 30 and long.startswith(short) for long, short in zip(whole, cut, strict=True))
    with pytest.raises(SchemaError, match="can repeat"):
        values(type="catch_phrase", max_length=30, unique=True)


def test_levels_and_industries_are_not_all_as_frequent() -> None:
    levels = values(type="job_level")
    assert levels.count("Mid Level") > levels.count("Vice President") * 4
    assert len(set(values(type="industry"))) > 80


def test_texts_that_two_forms_can_both_give_are_counted_once() -> None:
    words = {"a": WordList.of(["Bell", "Hall", "Van Dyke"], ""), "b": WordList.of(["Bell", "York"], "")}
    clash = Forms.of({"{a} Inc.": 3, "{b} Inc.": 2, "{a} & {b}": 1}, words)
    assert clash.size == 2 + 2 * 2  # the second form meets the first at Bell; Van Dyke has a mark in it
    found = clash.unrank(np.arange(clash.size, dtype=np.uint64)).to_pylist()
    assert sorted(found) == ["Bell & Bell", "Bell & York", "Bell Inc.", "Hall & Bell", "Hall & York", "Hall Inc."]


def test_without_spaces_forms_are_told_apart_by_writing_them_out() -> None:
    joint = Forms.of({"{a}公司": 2, "大{a}公司": 1}, {"a": WordList.of(["林", "大林", "王"], "")})
    assert joint.size == 3  # 大 + 林 and 大林 are one text
    apart = Forms.of({"{a}公司": 2, "{a}商店": 1}, {"a": WordList.of(["林", "大林", "王"], "")})
    assert len(set(apart.unrank(np.arange(6, dtype=np.uint64)).to_pylist())) == apart.size == 6


def test_forms_may_take_their_slots_in_any_order() -> None:
    words = {"a": WordList.of(["x"], ""), "b": WordList.of(["y"], "")}
    found = Forms.of(["{a}-{b}", "{b}+{a}", "{a}/{a}", "none"], words)
    every = found.unrank(np.arange(found.size, dtype=np.uint64)).to_pylist()
    assert sorted(every) == ["none", "x-y", "x/x", "y+x"]


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP", "ar_SA"])
def test_domain_host_page_and_address_of_a_group_are_of_its_company(locale: str) -> None:
    group = {"group": "employer"}
    fields = {
        "company": {"type": "company", **group},
        "domain": {"type": "domain", **group},
        "host": {"type": "hostname", **group},
        "page": {"type": "url", **group},
        "mail": {"type": "email", "domain": "company", **group},
    }
    table = plan_of(fields, locale=locale).tables["t"]
    slugs = company_slugs(cells_of(table, "company")).to_pylist()
    assert len(set(slugs)) > 40
    for slug, row in zip(slugs, rows_of(fields, locale=locale), strict=True):
        assert row["domain"] == f"{slug}.example"
        assert row["host"].endswith(f".{slug}.example")
        assert row["page"].removeprefix("https://").removeprefix("www.").startswith(f"{slug}.example/")
        assert row["mail"].endswith(f"@{slug}.example")


def test_an_address_at_a_company_needs_the_group_of_one() -> None:
    with pytest.raises(SchemaError, match=r"fields\.f\.domain: the company is that of a group"):
        values(type="email", domain="company")


def test_the_words_of_a_domain_have_three_letters_at_least() -> None:
    for domain in values(type="domain", unique=True):
        assert all(len(word) >= 3 for word in domain.removesuffix(".example").split("-")), domain
