"""Laws of languages over regular expressions made at random, with Python's re as the oracle."""

from __future__ import annotations

import itertools
import re

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.language import Language, parse_regex, strings

LONGEST = 7
WORDS = ["".join(each) for length in range(LONGEST + 1) for each in itertools.product("ab", repeat=length)]

atoms = st.sampled_from(["a", "b", "[ab]", "[ab]", "", "ab"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counts = st.sampled_from(["?", "{2}", "{3}", "{0,1}", "{1,2}", "{0,2}", "{0,3}", "{2,3}", "{0}"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda options: f"({'|'.join(options)})"),
        st.builds(lambda body, count: f"(?:{body}){count}", inner, counts),
        st.builds(lambda letter, count: letter + count, st.sampled_from(["a", "b", "[ab]"]), counts),
    )


expressions = st.recursive(atoms, _larger, max_leaves=7)


def every(language: Language) -> list[str]:
    found: list[str] = language.unrank(np.arange(language.size, dtype=np.uint64)).to_pylist()
    return found


@settings(max_examples=400, deadline=None)
@given(expressions)
def test_the_ranks_give_exactly_what_python_matches_and_distinct_is_exact(text: str) -> None:
    language = parse_regex(text)
    assume(language.max_length <= LONGEST and language.size <= 5_000)
    found = every(language)
    assert len(found) == language.size
    assert set(found) == {word for word in WORDS if re.fullmatch(text, word)}
    assert language.distinct == (len(set(found)) == language.size)
    assert max(map(len, found)) == language.max_length


@settings(max_examples=150, deadline=None)
@given(expressions, expressions, st.integers(0, 2**32))
def test_random_strings_match_and_small_languages_are_drawn_whole(first: str, second: str, seed: int) -> None:
    language = parse_regex(f"(?:{first})(?:{second})[a-z]{{0,4}}")
    rng = np.random.default_rng(seed)
    words = [rng.integers(0, 2**64, 300, dtype=np.uint64) for _ in range(12)]
    found = language.sample(words.__getitem__).to_pylist()
    matcher = re.compile(f"(?:{first})(?:{second})[a-z]{{0,4}}")
    assert all(matcher.fullmatch(each) for each in found)


def test_common_shapes_are_known_to_be_distinct() -> None:
    for text in [
        r"[a-z]{3,9}(\.[a-z]{3,8})?@(example|test)\.(com|org|net)",
        r"(\d{1,3}\.){3}\d{1,3}",
        "(foo|foobar|bar)",
        "a{0,4000}b",
        "(a{0,500}b|a{0,500}c)",
        "[ab]{4096}",
        r"([a-z]+ ){2,5}[a-z]+\.",
    ]:
        assert parse_regex(text).distinct, text
    assert strings("ab", 0, 4096).distinct


def test_ambiguous_shapes_are_known_not_to_be_distinct() -> None:
    for text in ["a|a", "a?a?", "(a?){1,2}", "(a|ab)(bc|c)", r"\d{1,3}\d{1,3}", "(a?)?", "(|a?)b", "[a-c]x|[c-e]x"]:
        assert not parse_regex(text).distinct, text


def test_what_is_too_large_to_tell_is_not_called_distinct() -> None:
    text = "(" + "|".join(f"{letter}{{4000}}" for letter in "abcdefgh") + ")"
    language = parse_regex(text)
    assert language.size == 8
    assert not language.distinct
