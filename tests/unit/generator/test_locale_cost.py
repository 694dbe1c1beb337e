"""A locale costs what it costs: nothing of other locales is read for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, sys
from pathlib import Path
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from generator import RowRange, compile_schema
plan = compile_schema({"locale": sys.argv[1], "rows": 100, "fields": {name: name for name in sys.argv[2].split(",")}})
plan.tables["data"].batch(RowRange(0, 100))
print(json.dumps({"modules": sorted(sys.modules), "opened": opened}))
"""
TYPES = "full_name,email,city,full_address,phone,company,job_title,sentence,national_id,licence_plate,country"


@pytest.mark.parametrize("locale", ["de_DE", "ja_JP"])
def test_only_the_lists_of_the_locale_itself_are_read(locale: str) -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT, locale, TYPES], capture_output=True, text=True, check=True)
    found = json.loads(run.stdout)
    mine = {locale, locale[:2], "la", "en_US"}  # en_US: what a language lacks
    modules = [name.rpartition(".")[2] for name in found["modules"] if name.startswith("faker.providers.")]
    assert {name for name in modules if len(name) == 5 and name[2] == "_"} <= mine
    plans = [name for name in found["modules"] if name.startswith("phonenumbers.data.region_")]
    assert plans == [f"phonenumbers.data.region_{locale[3:]}"]
    lists = [path for path in found["opened"] if "wordlists" in path and path.endswith(".txt")]
    lists = [path for path in lists if not path.endswith("readings.txt")]  # how letters of any script are read: 12 kB
    assert lists
    assert {path.replace("\\", "/").split("/")[-2] for path in lists} <= mine
    countries = [path for path in found["opened"] if "gazetteer" in path and path.endswith(".tsv")]
    assert {path[-6:-4] for path in countries} <= {locale[3:], "ld"}  # and world.tsv
    names = [path for path in found["opened"] if "mimesis" in path and path.endswith(".json")]
    assert {path.replace("\\", "/").split("/")[-2] for path in names} <= {locale[:2], "en"}
