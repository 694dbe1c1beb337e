"""Random texts: the language refuses or computes, and it fails with errors of its own only.

Some of the texts that compile are also held to the law: row by row, in one go, and over dictionaries or plain text, the
outcome is the same.
"""

from __future__ import annotations

import random
import resource
from collections import Counter
from collections.abc import Callable

import pyarrow as pa
import pytest

from generator.expression import (
    FUNCTIONS,
    EvaluationError,
    Expression,
    ExpressionError,
    compile_expression,
    expression_names,
)
from tests.unit.generator.expression_texts import (
    COLUMNS,
    RECODED,
    TYPES,
    any_sentence,
    call,
    monster,
    mutant,
    noise,
    soup,
)

SENTENCES, SOUPS, MUTANTS, NOISES, MONSTERS = 32_000, 30_000, 10_500, 27_000, 600
LAWFUL = 25
"""One in so many sentences is held to the whole law."""
THREE = {name: column.slice(2, 3) for name, column in COLUMNS.items()}
MEMORY = 256 * 2**20


def compiled(text: str) -> Expression | None:
    """The expression; None where it is refused at a place within the text. No other error gets past this."""
    try:
        return compile_expression(text, TYPES)
    except ExpressionError as error:
        refusal = error
    assert 1 <= refusal.column <= min(len(text), 4096) + 1
    assert refusal.problem
    assert len(str(refusal)) < 6000
    return None


def outcome(expression: Expression, columns: dict[str, pa.Array], length: int) -> list[str] | None:
    """The values, spelled so that -0.0, 0.0 and each type differ; None where one of the rows has none."""
    try:
        values = expression.evaluate(columns, length)
    except EvaluationError:
        return None
    values.validate(full=True)
    assert values.type == expression.type
    assert len(values) == length
    if pa.types.is_temporal(values.type):  # Python's own have no year 0 and no nanoseconds
        values = values.view(pa.int32() if values.type == pa.date32() else pa.int64())
    found = values.to_pylist()
    if expression.type == pa.string():
        assert all(len(text.encode()) <= 4096 for text in found if text is not None)
    return [repr(value) for value in found]


def check_law(text: str, expression: Expression) -> None:
    """What it gives is a function of each row alone, and so is whether it gives any."""
    assert expression.names == expression_names(text)
    whole = outcome(expression, COLUMNS, 7)
    rows = [outcome(expression, {name: cells.slice(row, 1) for name, cells in COLUMNS.items()}, 1) for row in range(7)]
    good = [row[0] for row in rows if row is not None]
    assert whole == (good if len(good) == 7 else None)
    assert outcome(expression, RECODED, 7) == whole


def fate(text: str, lawful: bool) -> str:
    """What became of a text: refused, failed or computed."""
    try:
        expression = compiled(text)
        if expression is None:
            return "refused"
        if lawful:
            check_law(text, expression)
        return "failed" if outcome(expression, THREE, 3) is None else "computed"
    except Exception as error:
        raise AssertionError(f"{text!r} raised {type(error).__name__}: {error}") from error


def test_random_sentences_are_refused_or_computed_under_the_law() -> None:
    choose = random.Random("expressions/sentence")
    fates = Counter(fate(any_sentence(choose), number % LAWFUL == 0) for number in range(SENTENCES))
    assert fates["computed"] > SENTENCES // 3, fates
    assert fates["failed"] > SENTENCES // 100, fates
    assert fates["refused"] > SENTENCES // 20, fates


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_keeps_the_law_on_random_arguments(name: str) -> None:
    choose = random.Random(f"expressions/{name}")
    fates = Counter(fate(call(choose, 1, FUNCTIONS[name], "number"), True) for _ in range(25))
    assert fates["computed"] + fates["failed"] >= 3, fates


@pytest.mark.parametrize(
    ("make", "count", "compile_at_least"),
    [(soup, SOUPS, 50), (mutant, MUTANTS, 500), (noise, NOISES, 20), (monster, MONSTERS, 30)],
)
def test_wrong_texts_are_refused_at_a_place_and_never_crash(
    make: Callable[[random.Random], str], count: int, compile_at_least: int
) -> None:
    choose = random.Random(f"expressions/{make.__name__}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fates = Counter(fate(make(choose), False) for _ in range(count))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MEMORY
    assert fates["refused"] > count // 4, fates
    assert fates.total() - fates["refused"] >= compile_at_least, fates


def test_at_least_a_hundred_thousand_texts_are_tried() -> None:
    assert SENTENCES + SOUPS + MUTANTS + NOISES + MONSTERS >= 100_000
