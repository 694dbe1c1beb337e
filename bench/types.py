"""What a cell of every field type costs, example by example, on one core; and why some cost more than others."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bench.child import in_child

BATCH = 65_536
GOAL = 400
"""Nanoseconds a row that a type should not take longer than; longer ones say why in ``REASONS``."""

_MOST_SECONDS = 2.0

REASONS: dict[str, str] = {
    "bitcoin_address": "two rounds of SHA-256 for each checksum of Base58Check",
    "faker": "Faker makes one value at a time, in Python, and is seeded for each",
    "lorem": "several sentences, of some 40 words",
    "markdown": "a whole document, of some 250 words",
    "paragraph": "several sentences, of some 70 words",
}


def once(repeats: int, rows: int = BATCH, only: list[str] | None = None) -> list[dict[str, Any]]:
    """In the child: type, options and nanoseconds a row of every example, the best of ``repeats`` runs."""
    from generator import field_types

    return [
        {"type": name, "options": options, "ns": _nanoseconds({"type": name, **options}, repeats, rows)}
        for name, cls in field_types
        if only is None or name in only
        for options in cls.examples
    ]


def _nanoseconds(options: dict[str, Any], repeats: int, most: int) -> float:
    from generator import EXAMPLE

    table, rows = _stage(options, most)
    indices = np.arange(rows, dtype=np.uint64)
    spent: list[float] = []
    while len(spent) <= repeats and sum(spent) < _MOST_SECONDS:
        evaluation = table.at(indices)
        for name in table.columns[EXAMPLE].sources():
            if not name.startswith(f"{EXAMPLE}."):
                evaluation.column(name)  # what it reads is the cost of others
        begun = time.perf_counter()
        evaluation.column(EXAMPLE)
        spent.append(time.perf_counter() - begun)
    return min(spent[1:] or spent) / rows * 1e9  # the first run also pays for fresh memory


def _stage(options: dict[str, Any], most: int) -> tuple[Any, int]:
    """The stage of examples with as many rows as a batch has, or as there are values where none may repeat."""
    from generator import EXAMPLE, STAGE, compile_schema, staged

    small = staged(options, rows=10)
    column = small.tables[STAGE].columns[EXAMPLE]
    rows = most
    if options.get("unique"):
        rows = min(most, column.field.cardinality(column) or most)
    plan = compile_schema(small.document, {"parents": rows, STAGE: rows})
    return plan.tables[STAGE], rows


def measure(repeats: int = 5, rows: int = BATCH, only: list[str] | None = None) -> dict[str, Any]:
    """Every type, the slowest first: its fastest and its slowest example."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in in_child("bench.types:once", repeats=repeats, rows=rows, only=only):
        found.setdefault(item["type"], []).append(item)
    types = [_summary(name, examples) for name, examples in found.items()]
    types.sort(key=lambda item: (-item["slowest"], item["type"]))
    return {"types": types, "goal": GOAL, "rows": rows, "repeats": repeats}


def _summary(name: str, examples: list[dict[str, Any]]) -> dict[str, Any]:
    slowest = max(examples, key=lambda item: float(item["ns"]))
    return {
        "type": name,
        "fastest": min(item["ns"] for item in examples),
        "slowest": slowest["ns"],
        "options": slowest["options"],
        "reason": REASONS.get(name, ""),
    }


def lines(result: dict[str, Any]) -> Iterator[list[str]]:
    """The cells of the table, a list a type."""
    for item in result["types"]:
        missed = item["slowest"] > result["goal"]
        reason = (item["reason"] or "**no reason is known**") if missed else ""
        options = json.dumps(item["options"], ensure_ascii=False) if item["options"] else ""
        shown = f"`{options}`".replace("|", "\\|") if options else ""
        yield [f"{item['type']}", shown, reason, _figure(item["fastest"]), _figure(item["slowest"])]


def _figure(nanoseconds: float) -> str:
    return f"{nanoseconds:,.0f}" if nanoseconds >= 10 else f"{nanoseconds:.1f}"
