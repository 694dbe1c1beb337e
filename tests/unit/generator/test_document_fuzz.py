"""Whatever a document holds, the answer is a plan that gives rows or a SchemaError with paths, in little time."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import Plan, RowRange, SchemaError, SeedbedError, compile_schema, field_types

DOCUMENTS = 5_000
SECONDS = 10.0
"""The longest that any of these small documents may take."""

HOSTILE: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    5,
    0.5,
    1e308,
    -1e-308,
    float("nan"),
    float("inf"),
    2**31,
    2**62,
    2**63,
    -(2**63),
    2**64,
    10**40,
    2**2000,
    "",
    " ",
    "a",
    "id",
    "parent",
    "parent.id",
    "parents.id",
    "parents",
    "parent.parent.id",
    "example",
    ".",
    "a.b",
    "\x00",
    "\ud800",
    "é" * 200,
    "x" * 300,
    "__class__",
    "1e999999999",
    "-5",
    "2020-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "2020-13-45",
    "30d",
    "99999999999999w",
    "name == 'a'",
    "1 +",
    "id + 1",
    "((((",
    "{id}",
    "{id:>99}",
    "{born:%Q}",
    "{",
    "{amount:.40f}",
    "[a-z]{1,300}",
    "(a|b)*",
    "####",
    "\\",
    "de_DE",
    "xx_YY",
    "../en_US",
    "normal",
    "zipf",
    {"zipf": {"s": 1e9}},
    {"normal": {"mean": 1e300, "stddev": 1e-300}},
    {"exponential": None},
    {"normal": {"mean": -1e18, "stddev": 5e-324}},
    {"exactly": 0.5},
    {"exactly": 2},
    [],
    {},
    [[]],
    [None],
    [0, 0],
    [1, 2],
    [5, 1],
    [-5, 5],
    [0, 2**31],
    [2**70, 2**70],
    [1.5, "a", True],
    ["id"],
    ["id", "id"],
    [["id", "name"]],
    [["example", "name"]],
    [["parent", "example"]],
    {"a": 1},
    {"type": "uuid"},
    {"a": {"type": "uuid"}},
    {1: 2, "1": 3},
    b"bytes",
    object(),
    (1, 2),
]
COMMON = ["nulls", "unique", "when", "locale", "hidden", "max_length", "case", "prefix", "suffix", "distribution"]
COMMON += ["per_parent", "min", "max", "step", "precision", "scale", "digits", "after", "within", "weights", "values"]

LIKELY: list[tuple[str, Any]] = [
    ("nulls", 0.5),
    ("nulls", {"exactly": 0.5}),
    ("unique", True),
    ("when", "id % 2 == 0"),
    ("when", "parent.id > 3"),
    ("hidden", True),
    ("locale", "ja_JP"),
    ("locale", "de_LI"),
    ("max_length", 5),
    ("max_length", 40),
    ("case", "upper"),
    ("prefix", "é"),
    ("suffix", "0"),
    ("distribution", "normal"),
    ("distribution", "zipf"),
    ("distribution", "exponential"),
    ("per_parent", [0, 2**31]),
    ("per_parent", 1),
    ("min", 0),
    ("min", -(2**63)),
    ("max", 2**63 - 1),
    ("max", 10),
    ("step", 7),
    ("precision", 38),
    ("scale", 18),
    ("scale", 0),
    ("digits", 0),
    ("digits", 15),
    ("after", "parent.born"),
    ("within", "400w"),
    ("exactly", True),
    ("to", "children.id"),
    ("to", "parents.name"),
    ("field", "born"),
    ("unit", "ns"),
    ("unit", "s"),
    ("min", "0001-01-01"),
    ("max", "9999-12-31"),
    ("start", 2**62),
    ("count", [1, 1000]),
    ("length", [0, 4096]),
]


def documents() -> list[dict[str, Any]]:
    """One valid document for each example of each type."""
    found = []
    for name, cls in field_types:
        for options in cls.examples:
            parents = {"id": {"type": "sequence"}, "name": {"type": "first_name"}}
            parents["born"] = {"type": "date", "min": "1950-01-01", "max": "2005-12-31"}
            children: dict[str, Any] = copy.deepcopy(parents)
            children["amount"] = {"type": "decimal", "min": 0, "max": 500}
            children["parent"] = {"type": "reference", "to": "parents.id", "per_parent": [0, 8]}
            children["example"] = {"type": name, **copy.deepcopy(options)}
            tables = {"parents": {"rows": 20, "fields": parents}, "children": {"rows": 50, "fields": children}}
            found.append({"seed": 1, "locale": "en_US", "reference_date": "2026-01-01", "tables": tables})
    return found


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with every key or index in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from places(item)


def mutated(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        example = changed["tables"]["children"]["fields"].get("example") if chance.random() < 0.8 else None
        if isinstance(example, dict):
            name = example.get("type")
            real = isinstance(name, str) and name in field_types.names() and chance.random() < 0.9
            known = list(field_types.get(name).model_fields) if real else COMMON
            likely = [option for option in LIKELY if option[0] in known]
            own = [key for key in known if key != "type"]
            option = chance.choice(likely) if chance.random() < 0.7 else (chance.choice(own), chance.choice(HOSTILE))
            example[option[0]] = copy.copy(option[1])
            continue
        holder, key = chance.choice(list(places(changed)))
        match chance.randrange(4):
            case 0:
                holder.pop(key) if isinstance(holder, dict) else holder.insert(key, chance.choice(HOSTILE))
            case 1 if isinstance(holder, dict):
                holder[chance.choice(["description", "type", "rows", "[key]", "é", 5, None, "a.b", ""])] = holder.pop(
                    key
                )
            case _:
                holder[key] = copy.copy(chance.choice(HOSTILE))
        if not isinstance(changed.get("tables"), dict) or not isinstance(changed["tables"].get("children"), dict):
            break
        if not isinstance(changed["tables"]["children"].get("fields"), dict):
            break
    return changed


def outcome(document: Any) -> str:
    """``plan``, ``error`` or ``refused``; anything else is raised."""
    try:
        plan = compile_schema(document)
    except SchemaError as error:
        found = error.mistakes
    else:
        return cells_of(plan)
    assert found
    assert all(mistake.path.startswith("$") and mistake.problem for mistake in found)
    return "refused"


def cells_of(plan: Plan) -> str:
    """``plan`` or ``error``: cells that cannot be, by an overflow or a moment after the year 9999, have a path too."""
    try:
        for table in plan.tables.values():
            some = min(table.rows, 5)
            first = table.batch(RowRange(0, some))
            first.validate(full=True)
            table.batch(RowRange(table.rows - some, table.rows)).validate(full=True)
            backwards = np.arange(some, dtype=np.uint64)[::-1]
            assert table.take(backwards).equals(first.take(pa.array(backwards)))
    except SeedbedError as error:
        if "$." not in str(error):
            raise
        return "error"
    return "plan"


def test_a_mutated_document_gives_a_plan_or_one_error_with_all_its_mistakes() -> None:
    chance = random.Random(20260101)
    valid = documents()
    found = []
    for _ in range(DOCUMENTS):
        document = mutated(chance.choice(valid), chance)
        began = time.process_time()
        try:
            found.append(outcome(document))
        except Exception as error:
            pytest.fail(f"{type(error).__name__}: {error}\n{document}")
        assert time.process_time() - began < SECONDS, document
    assert found.count("plan") > DOCUMENTS / 4
    assert found.count("refused") > DOCUMENTS / 4


def test_garbled_text_gives_a_plan_or_one_error() -> None:
    chance = random.Random(7)
    text = "seed: 1\nrows: 9\nfields: {a: {type: choice, values: [x, 'y', \"z\"]}, "
    text += "b: {type: date, min: 2020-01-01, max: 2021-01-01}}"
    for _ in range(300):
        letters = list(text)
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(letters))
            letters[at] = chance.choice(
                ["", "{", "}", "[", "]", ":", "\n", "\t", "&a", "*a", "!!b ", "\x01", "\ud800", "é", "1e9", ","]
            )
        outcome("".join(letters))
