"""Any provider of the Faker package: the law holds for it, and what would break the law is refused."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from generator import Plan, RowRange, SchemaError, compile_schema, providers

LOCALES = ("en_US", "de_DE", "bg_BG", "es_ES", "it_IT", "ja_JP", "ru_RU", "sv_SE", "uk_UA")


def plan(provider: str, rows: int = 200, **options: Any) -> Plan:
    return compile_schema({"rows": rows, "fields": {"x": {"type": "faker", "provider": provider, **options}}})


def values(provider: str, rows: int = 200, **options: Any) -> list[Any]:
    found: list[Any] = plan(provider, rows, **options).tables["data"].batch(RowRange(0, rows)).column(0).to_pylist()
    return found


def refusal(provider: str, **options: Any) -> str:
    with pytest.raises(SchemaError) as caught:
        plan(provider, **options)
    return str(caught.value)


def test_a_provider_gives_what_faker_gives_in_the_locale() -> None:
    from faker import Faker

    rows = plan("name", locale="de_DE").tables["data"]
    bits = int(rows.columns["x"].key.draw().bits(np.array([7], dtype=np.uint64))[0])
    theirs = Faker("de_DE")
    theirs.seed_instance(bits)
    assert rows.batch(RowRange(7, 8)).column(0).to_pylist() == [theirs.name()]


def test_a_cell_does_not_depend_on_which_cells_were_made_before() -> None:
    table = plan("user_name").tables["data"]
    whole = table.batch(RowRange(0, 200)).column(0).to_pylist()
    rows = np.random.default_rng(3).permutation(200).astype(np.uint64)
    assert table.take(rows).column(0).to_pylist() == [whole[row] for row in rows]


def test_many_threads_on_one_plan_get_the_same_cells() -> None:
    table = plan("address", 100).tables["data"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: table.batch(RowRange(0, 100)).column(0).to_pylist(), range(16)))
    assert all(cells == found[0] for cells in found)


def test_the_shared_random_numbers_of_the_process_are_left_alone() -> None:
    random.seed(5)
    before = random.getstate()
    values("name")
    assert random.getstate() == before


def test_cells_that_are_null_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan("word", 1000, nulls=0.9)
    calls = made.tables["data"].columns["x"].prepared
    counted: list[int] = []
    monkeypatch.setattr(type(calls), "cell", lambda self, bits: counted.append(bits) or "x")
    cells = made.tables["data"].batch(RowRange(0, 1000)).column(0)
    assert len(counted) == 1000 - cells.null_count < 200


def test_arguments_reach_the_provider() -> None:
    assert {len(value) for value in values("pystr", arguments={"min_chars": 3, "max_chars": 3})} == {3}
    weighed = values("random_element", 2000, arguments={"elements": {"often": 0.9, "seldom": 0.1}})
    assert 120 < weighed.count("seldom") < 290
    assert set(values("pystr_format", arguments={"string_format": "{{random_digit}}"})) == set("0123456789")


@pytest.mark.parametrize(
    ("provider", "options", "kind"),
    [
        ("random_int", {"as": "integer"}, int),
        ("ean8", {"as": "integer"}, int),
        ("pyfloat", {"as": "float", "arguments": {"min_value": 0, "max_value": 1}}, float),
        ("latitude", {"as": "float"}, float),
        ("boolean", {"as": "boolean"}, bool),
        ("boolean", {}, str),
        ("random_int", {}, str),
    ],
)
def test_a_column_holds_what_it_is_said_to_hold(provider: str, options: dict[str, Any], kind: type) -> None:
    assert {type(value) for value in values(provider, **options)} == {kind}


def test_lists_and_mappings_are_written_as_json() -> None:
    import json

    assert all(len(json.loads(value)) == 3 for value in values("words", 20, arguments={"nb": 3}))
    rows = values("json", 5, arguments={"data_columns": {"who": "name", "id": "pyint"}, "num_rows": 1})
    assert all(set(json.loads(value)) == {"who", "id"} for value in rows)


def test_what_is_no_provider_is_refused_with_the_nearest_one() -> None:
    assert "no provider 'colour_name' in en_US (did you mean 'color_name'?)" in refusal("colour_name")
    for name in ("_parse_date", "seed_instance", "add_provider", "providers", "random", "unique", "__init__"):
        assert "has no provider" in refusal(name)


@pytest.mark.parametrize(
    "provider",
    ["date_this_month", "past_date", "future_datetime", "date_of_birth", "date_time", "year", "credit_card_expire"],
)
def test_a_provider_that_reads_the_clock_is_refused(provider: str) -> None:
    assert f"Faker's {provider} looks at the clock" in refusal(provider)


def test_a_provider_is_refused_only_where_its_locale_makes_it_so() -> None:
    assert values("ssn", 3, locale="en_US")
    assert "looks at the clock in sv_SE" in refusal("ssn", locale="sv_SE")
    assert "random numbers that no seed reaches" in refusal("license_plate", locale="uk_UA")
    assert "looks at" in refusal("user_name", locale="bg_BG")  # it has a year of today in it


def test_what_arguments_call_by_name_is_refused_as_it_would_be_by_itself() -> None:
    text = {"string_format": "{{date_this_month}}"}
    assert "looks at the clock" in refusal("pystr_format", arguments=text)
    assert "no provider 'seed'" in refusal("pystr_format", arguments={"string_format": "{{ seed }}"})
    assert "looks at the clock" in refusal("json", arguments={"data_columns": {"day": "date"}})
    assert "no provider 'seed_instance'" in refusal("json", arguments={"data_columns": {"day": "seed_instance"}})
    assert values("random_element", 3, arguments={"elements": ["date", "year"]})  # words are words


def test_arguments_that_faker_refuses_are_refused_when_the_schema_is_read() -> None:
    told = refusal("pystr", arguments={"longest": 3})
    assert told.startswith("$.fields.x.arguments: ")
    assert "it takes min_chars, max_chars, prefix, suffix" in told
    assert "it takes text, letters" in refusal("bothify", arguments={"text": 5})


@pytest.mark.parametrize("name", ["nb", "max_chars"])
def test_no_argument_makes_a_cell_as_large_as_it_likes(name: str) -> None:
    provider = {"nb": "words", "max_chars": "pystr"}[name]
    assert f"{name} is more than 4,096" in refusal(provider, arguments={name: 10**9})


def test_a_value_that_a_column_cannot_hold_is_refused() -> None:
    assert "which is no integer" in refusal("name", **{"as": "integer"})
    assert "neither true nor false" in refusal("random_int", **{"as": "boolean"})
    assert "a bytes, which has no text" in refusal("binary", arguments={"length": 3})
    assert "are for text" in refusal("random_int", **{"as": "integer", "prefix": "a"})


def test_a_locale_that_faker_lacks_falls_back_and_says_so() -> None:
    column = plan("city", locale="sw_KE").tables["data"].columns["x"]
    assert column.took == {"Faker's city": "en_US"}
    assert plan("name", locale="nb_NO").tables["data"].columns["x"].took == {"Faker's name": "nb_NO"}
    assert "unknown locale" in refusal("name", locale="xx_YY")


PROBE = """
import datetime, hashlib, random, sys, time, types
from faker.factory import Factory
from generator import providers

class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime(2041, 3, 5, 7, 8, 9, tzinfo=tz)
    today = utcnow = now

class Day(datetime.date):
    @classmethod
    def today(cls):
        return datetime.date(2041, 3, 5)

def another_clock():
    names = {name: getattr(datetime, name) for name in dir(datetime)}
    module = types.SimpleNamespace(**{**names, "datetime": Moment, "date": Day})
    for faker in [found for name, found in sys.modules.items() if name.startswith("faker")]:
        for name, value in list(vars(faker).items()):
            for old, new in ((datetime, module), (datetime.datetime, Moment), (datetime.date, Day)):
                if value is old:
                    setattr(faker, name, new)
    time.time = lambda: 2.2e9

def said(method, numbers, seed):
    numbers.seed(seed)
    try:
        value = method()
    except Exception as error:
        return type(error).__name__
    # these have no text, so the field refuses them
    return "" if isinstance(value, bytes | set) or type(value).__name__ == "generator" else repr(value)

random.seed(int(sys.argv[2]))
fakers = {locale: Factory.create(locale) for locale in sys.argv[3:]}
pure = {}
for locale, faker in fakers.items():
    faker.random, faker._is_seeded = random.Random(), True
    names = providers.provided(faker)
    pure[locale] = {name: method for name, method in names.items() if not providers.impurity(faker, name)}
if sys.argv[1] == "later":
    another_clock()
for locale, methods in pure.items():
    for name in sorted(methods.keys() - {"binary", "tar", "zip", "image"}):  # much work for bytes, which are refused
        method = methods[name]
        print(locale, name, [said(method, fakers[locale].random, seed) for seed in range(6)])
"""


def test_no_provider_that_is_taken_depends_on_the_clock_the_process_or_shared_random_numbers() -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROBE, clock, seed, *LOCALES],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for clock, seed in (("now", "1"), ("later", "2"))
    ]
    now, later = (set(run.communicate()[0].splitlines()) for run in started)
    assert [run.returncode for run in started] == [0, 0]
    assert now == later
    assert len(now) > 200 * len(LOCALES)


def test_the_providers_that_read_the_clock_are_found_by_reading_faker() -> None:
    from faker.factory import Factory

    faker = Factory.create("en_US")
    found = {name for name in providers.provided(faker) if providers.impurity(faker, name) == "the clock"}
    assert {"date", "time", "iso8601", "unix_time", "month_name", "simple_profile", "user_agent"} <= found
    assert not found & {"name", "address", "credit_card_number", "company", "ssn", "color", "sentence", "uuid4"}
