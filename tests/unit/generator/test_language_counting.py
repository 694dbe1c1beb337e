"""Counting through languages that give texts in several ways, or more of them than ranks can tell apart."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.language import Counting, counting, parse_pattern, parse_regex, strings
from generator.language.unambiguous import unambiguous

LONGEST = 7
TEXTS = ["".join(each) for length in range(LONGEST + 1) for each in itertools.product("ab", repeat=length)]

letters = st.sampled_from(["a", "b", "[ab]", "", "ab"])
counts = st.sampled_from(["?", "{2}", "{0,2}", "{1,3}", "{0,3}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
        st.builds(lambda body, count: f"(?:{body}){count}", inner, counts),
    )


expressions = st.recursive(letters, _larger, max_leaves=7)


def texts(counted: Counting, rows: int, seed: int = 0) -> list[str]:
    """Those of ranks spread over all, the first and the last among them."""
    ranks = np.array(sorted({rank * (counted.size - 1) // (rows - 1) for rank in range(rows)}), dtype=np.uint64)
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(0, 2**64, len(ranks), dtype=np.uint64) for _ in range(400)]
    found: list[str] = counted.unrank(ranks, drawn.__getitem__).to_pylist()
    return found


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_every_text_has_one_rank_however_many_ways_there_are_to_make_it(text: str) -> None:
    language = parse_regex(text)
    assume(language.max_length <= LONGEST)
    counted = counting(language)
    assert counted is not None
    expected = {each for each in TEXTS if re.fullmatch(text, each)}
    assert counted.size == len(expected)
    every = counted.unrank(np.arange(counted.size, dtype=np.uint64), lambda index: np.zeros(0, dtype=np.uint64))
    assert set(every.to_pylist()) == expected


@pytest.mark.parametrize(("text", "size"), [
    ("a|a", 1),
    (r"\d{1,3}\d{1,3}", 1_111_100),
    ("a{1,500}a{1,500}", 999),
    ("[a-c]x|[c-e]x", 5),
    (r"(\d|\d\d)(\d|\d\d)", 11_100),
    ("(cat|category|catego)(ry|s)?", 8),
    ("(a|b)*(b|c)*", None),
])  # fmt: skip
def test_overlapping_alternatives_are_counted_once(text: str, size: int | None) -> None:
    counted = counting(parse_regex(text))
    assert counted is not None
    found = texts(counted, 2_000)
    assert len(set(found)) == min(counted.size, 2_000) == len(found)
    assert all(re.fullmatch(text, each) for each in found)
    assert size is None or counted.size == size


@pytest.mark.parametrize("text", [
    "[a-z]{20}",
    r"\w{1,64}\w{1,64}",
    r"(\w{8,12}-){2,4}[0-9a-f]{16}",
    "(short|[a-z]{30}|[0-9]{5,40}x)",
    "x{90}([a-z]{5}|[A-Z]{7})+!",
    "([\u4e00-\u9fff]{2,9}){1,3}",
])  # fmt: skip
def test_a_language_beyond_counting_is_told_apart_by_its_beginnings(text: str) -> None:
    counted = counting(parse_regex(text))
    assert counted is not None
    assert 2**40 < counted.size <= 2**62
    found = texts(counted, 3_000)
    assert len(set(found)) == len(found) == 3_000
    assert all(re.fullmatch(text, each) for each in found)


def test_what_ranks_leave_open_is_drawn() -> None:
    counted = counting(strings("ab", 100, 200))
    assert counted is not None
    first, second = texts(counted, 50, seed=1), texts(counted, 50, seed=2)
    assert [each[:62] for each in first] == [each[:62] for each in second]
    assert first != second
    assert len({len(each) for each in first}) > 20
    assert {len(each) for each in first} <= set(range(100, 201))


def test_optional_digits_of_a_pattern_are_counted_once() -> None:
    counted = counting(parse_pattern("!!!", dialect="faker"))
    assert counted is not None
    assert counted.size == 1 + 10 + 100 + 1000


def test_a_language_too_large_to_tell_its_texts_apart_is_not_counted() -> None:
    language = parse_regex("(" + "|".join(f"{letter}{{4000}}a?" for letter in "abcdefgh") + ")")
    assert unambiguous(language.node) is None
    assert counting(language) is None
