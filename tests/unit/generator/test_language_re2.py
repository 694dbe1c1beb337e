"""Every text of every expression is one that RE2 matches whole: by hand, by parts put together, and made at random."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import re2
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.language import ALPHABETS, LanguageError, parse_regex
from generator.language.properties import POSIX, PROPERTIES, characters

TEXTS = 200

HEADS = ["", "[A-Z]{2}", r"\d{1,3}", "(ab|cd|e?f)", r"[^a-z\s]{2,}", "(?:x|y[0-9])*", r"\w+", ".{3}", "[[:upper:]]?"]
MIDDLES = ["-", r"\.", r"\x2d\x{2F}", "[é-ü]{1,2}", r"(\$|€)", "a*b", r"[\]\-^]", "(|z)"]
TAILS = ["", r"\d", r"\S{2,4}", "(red|green|blue)", r"\p{Lu}\p{Ll}{2,5}", "[[:punct:][:digit:]]+", r"\D?\W{0,2}"]
TOGETHER = ["".join(parts) for parts in itertools.product(HEADS, MIDDLES, TAILS)]

BY_HAND = [
    r"^[A-Z]{2}\d{2} ?[A-Z]{4} ?\d{14}$",
    r"(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}",
    r"#([0-9a-f]{3}|[0-9a-f]{6})",
    r"(\+\d{1,3} )?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}",
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    r"(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    r"v?\d+\.\d+\.\d+(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    r"[\u4e00-\u9fa5]{2,4}",
    r"\p{Greek}{3}\p{Cyrillic}+",
    r"[\p{Lu}\d_]{4,}",
    "(a|ab|abc)(c|bc|)",
    r"[^\d\W]\S*",
    r"\t|\n|\x{1F600}",
]


def translated(text: str) -> str:
    """The expression as RE2 writes it, which has neither the escape for four digits nor a dot that means ASCII."""
    return re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", text.removeprefix("^").removesuffix("$"))


def sampled(text: str, rows: int = TEXTS, seed: int = 7) -> list[str]:
    rng = np.random.default_rng(seed)
    found: list[str] = parse_regex(text).sample(lambda _: rng.integers(0, 2**64, rows, dtype=np.uint64)).to_pylist()
    return found


@pytest.mark.parametrize("text", BY_HAND)
def test_re2_matches_every_text_of_expressions_that_people_write(text: str) -> None:
    matcher = re2.compile(translated(text))
    assert [each for each in sampled(text, 1_000) if not matcher.fullmatch(each)] == []


@pytest.mark.parametrize("head", HEADS)
def test_re2_matches_every_text_of_parts_put_together(head: str) -> None:
    chosen = ["".join(parts) for parts in itertools.product([head], MIDDLES, TAILS)]
    for text in chosen:
        matcher = re2.compile(translated(text))
        assert [each for each in sampled(text) if not matcher.fullmatch(each)] == [], text
    assert len(TOGETHER) > 400


pieces = st.sampled_from(
    [
        "a",
        "7",
        "é",
        r"\d",
        r"\w",
        r"\.",
        "[a-f]",
        "[^x-z]",
        ".",
        r"\x41",
        r"[\d_]",
        "[[:alpha:]]",
        r"\p{Ll}",
        r"\\",
        " ",
    ]
)
repeats = st.sampled_from(["", "?", "*", "{3}", "{1,4}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.sampled_from(["({})", "(?:{})"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.builds(lambda a, b, group: group.format(f"{a}|{b}"), inner, inner, groups),
        st.builds(lambda body, group, repeat: group.format(body) + repeat, inner, groups, repeats),
    )


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.builds(lambda piece, repeat: piece + repeat, pieces, repeats), _larger, max_leaves=6))
def test_re2_matches_every_text_of_expressions_made_at_random(text: str) -> None:
    language = parse_regex(text)
    assume(language.max_length < 500)
    matcher = re2.compile(translated(text))
    assert [each for each in sampled(text, 40) if not matcher.fullmatch(each)] == []


def test_named_sets_are_within_what_re2_calls_by_their_names() -> None:
    for name, members in POSIX.items():
        assert re2.compile(f"[[:{name}:]]+").fullmatch(members), name
    for name in PROPERTIES:
        members = characters(name)
        assert len(set(members)) == len(members) > 0
        assert re2.compile(rf"\p{{{name}}}+").fullmatch(members), name
        assert set(sampled(rf"\p{{{name}}}", 50)) <= set(members)
    assert all(len(set(members)) == len(members) for members in ALPHABETS.values())


def test_negated_posix_classes_are_the_rest_of_printable_ascii() -> None:
    found = set(sampled("[[:^alnum:]]", 3_000))
    assert found == {each for each in map(chr, range(32, 127)) if not each.isalnum()}


@pytest.mark.parametrize("text", ["(a)\\1", "a(?=b)", "(?i)a", "a+?", "(?<n>a)", "a\\b", "(?>a)"])
def test_what_re2_may_know_and_we_do_not_is_refused(text: str) -> None:
    with pytest.raises(LanguageError, match="not supported") as caught:
        parse_regex(text)
    assert caught.value.remedy
