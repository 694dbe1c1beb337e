"""Languages against other engines: every string matched by RE2 and by Python's re, none missing, none twice."""

from __future__ import annotations

import itertools
import re
import string
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from generator.errors import SeedbedError
from generator.language import Language, LanguageError, parse_pattern, parse_regex, strings

Words = np.ndarray[tuple[int], np.dtype[np.uint64]]

SMALL = [
    "",
    "abc",
    "a|b|ab",
    "[ab]{0,3}",
    "(?:a|ba){1,3}",
    "(a|b[01]{1,2}){2}c?",
    "(|a)(b|cc|ddd)",
    "((a|b){2}|c{1,3}){1,2}",
    "(a{0,2}b){0,2}",
    r"[a\-c-e]\.[^\x20-\x7c]",
    "(é|[ß-á]x?){1,2}",
    "^x(y|z)$",
    "()a(){3}",
    "a(b(c(d(e)?)?)?)?",
    "[01]{8}",
    "(abc){2,3}|d",
]

LARGE = [
    "[A-Z]{2}[0-9]{2} [A-Z]{3}",
    r"v\d{1,2}\.\d{1,2}\.\d{1,3}(-(alpha|beta|rc)\.\d)?",
    r"[a-z]{3,9}(\.[a-z]{3,8})?@(example|test)\.(com|org|net)",
    r"\+1-\d{3}-\d{3}-\d{4}",
    "[\u03b1-\u03c9]{4,12}",
    r"[\u4e00-\u9fff]{2,3}",
    r"\S\D\W.{3,20}[^a-z]\w*\d+",
    "([\U0001f600-\U0001f64f]|:-?[)(]){3,5}",
    "x{100}[ab]{70}",
]


def draw(rows: int, seed: int = 0) -> list[Words]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 2**64, rows, dtype=np.uint64) for _ in range(40)]


def sampled(language: Language, rows: int, seed: int = 0) -> list[str]:
    found: list[str] = language.sample(draw(rows, seed).__getitem__).to_pylist()
    return found


def every(language: Language) -> list[str]:
    found: list[str] = language.unrank(np.arange(language.size, dtype=np.uint64)).to_pylist()
    return found


def matched(text: str, found: pa.StringArray) -> bool:
    """Whether RE2 matches all of them whole."""
    inner = text.removeprefix("^").removesuffix("$")
    inner = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", inner)
    return bool(pc.all(pc.match_substring_regex(found, rf"^(?s:{inner})$")).as_py())


@pytest.mark.parametrize("text", SMALL)
def test_a_small_language_is_exactly_what_python_and_re2_match(text: str) -> None:
    language = parse_regex(text)
    found = every(language)
    assert len(found) == language.size
    assert (len(set(found)) == language.size) == language.distinct
    assert matched(text, pa.array(found, pa.string()))
    letters = sorted(set("".join(found)))
    if len(letters) ** language.max_length < 200_000:
        candidates = (
            "".join(each)
            for length in range(language.max_length + 1)
            for each in itertools.product(letters, repeat=length)
        )
        assert set(found) == {each for each in candidates if re.fullmatch(text, each)}
    assert set(sampled(language, 20_000)) == set(found)
    assert max(map(len, found)) == language.max_length
    assert max(len(each.encode()) for each in found) <= language.max_bytes
    assert all(each.isascii() for each in found) == language.ascii


@pytest.mark.parametrize("text", LARGE)
def test_a_large_language_gives_only_strings_that_python_and_re2_match(text: str) -> None:
    language = parse_regex(text)
    found = sampled(language, 2_000)
    assert all(re.fullmatch(text, each) for each in found)
    assert matched(text, pa.array(found))
    assert max(map(len, found)) <= language.max_length
    assert len(set(found)) > 1_900
    if language.size <= 2**63:
        ranks = np.unique(draw(5_000)[0] % np.uint64(language.size))
        ranks = np.concatenate([ranks, np.array([0, language.size - 1], dtype=np.uint64)])
        unranked = language.unrank(ranks)
        assert matched(text, unranked)
        assert len(set(unranked.to_pylist())) == len(set(ranks.tolist()))


def test_sizes_are_exact_however_large() -> None:
    assert parse_regex("[a-z]{5,7}").size == 26**5 + 26**6 + 26**7
    assert parse_regex("([ab]|c{0,3}|.)x").size == 2 + 4 + 95
    assert strings("abc", 0, 4096).size == (3**4097 - 1) // 2
    assert parse_pattern("##-?*").size == 10 * 10 * 26 * 36
    assert parse_regex("[01]{63}").size == 2**63


def test_an_open_repetition_ends_eight_above_its_minimum() -> None:
    assert sorted(every(parse_regex("a*")), key=len) == ["a" * n for n in range(9)]
    assert sorted(every(parse_regex("a+")), key=len) == ["a" * n for n in range(1, 10)]
    assert sorted(every(parse_regex("a{3,}")), key=len) == ["a" * n for n in range(3, 12)]


def test_shorthands_are_what_the_docstring_says() -> None:
    for text, alphabet in {
        r"\d": string.digits,
        r"\w": string.ascii_letters + string.digits + "_",
        r"\s": " ",
        ".": "".join(map(chr, range(32, 127))),
        r"\D": "".join(each for each in map(chr, range(32, 127)) if not each.isdigit()),
        r"[^\w!-~]": " ",
        r"[\d\x41-C]": string.digits + "ABC",
        r"[]a]".replace("]a", r"\]a"): "]a",
        r"[a^-]": "^-a",
        r"\n|\t|\r": "\n\t\r",
        r"\u00e9|\U0001f600|\x7E": "é😀~",
    }.items():
        assert set(every(parse_regex(text))) == set(alphabet), text


def test_patterns_have_digits_letters_either_and_escapes() -> None:
    for text, expected in {
        "+1-###-###-####": r"\+1-\d{3}-\d{3}-\d{4}",
        r"Clerk\#000000###": r"Clerk#000000\d{3}",
        r"Manufacturer\##": r"Manufacturer#\d",
        "??-**": "[a-z]{2}-[a-z0-9]{2}",
        r"\\\?#é": r"\\\?\dé",
        "[a]{2}.": r"\[a\]\{2\}\.",
    }.items():
        language = parse_pattern(text)
        found = sampled(language, 500)
        assert language.distinct
        assert all(re.fullmatch(expected, each) for each in found), text
        assert len(set(found)) > min(500, language.size) // 3
    assert set("".join(sampled(parse_pattern("???", "XYZ"), 200))) == set("XYZ")
    with pytest.raises(LanguageError, match="backslash at the end") as caught:
        parse_pattern("ab\\")
    assert caught.value.column == 3


def test_lengths_and_alternatives_are_drawn_evenly() -> None:
    rows = 100_000
    for language, cases in [
        (strings(string.ascii_letters + string.digits + " ,", 10, 40), 31),
        (strings("ab", 0, 3), 4),
        (parse_regex("[αβγ]{2,6}"), 5),
    ]:
        lengths = Counter(map(len, sampled(language, rows)))
        assert len(lengths) == cases
        assert all(abs(count - rows / cases) < 6 * (rows / cases) ** 0.5 for count in lengths.values())
    for text in ["(a|bb{1,9})", r"(a\d{6}|b{1,9}\d{6})"]:
        first = Counter(each[0] for each in sampled(parse_regex(text), rows))
        assert abs(first["a"] - rows / 2) < 6 * (rows / 4) ** 0.5


def test_characters_are_drawn_evenly_and_apart_from_each_other() -> None:
    rows = 60_000
    for language in [strings("abcde", 6, 7), parse_regex("[a-e]{30}"), parse_regex("[a-e]([a-e]{5})")]:
        found = sampled(language, rows)
        for place in range(6):
            counts = Counter(each[place] for each in found)
            assert all(abs(counts[each] - rows / 5) < 6 * (rows / 5) ** 0.5 for each in "abcde")
        for pair in [(0, 1), (2, 3), (4, 5), (0, 5)]:
            counts = Counter((each[pair[0]], each[pair[1]]) for each in found)
            assert all(abs(count - rows / 25) < 6 * (rows / 25) ** 0.5 for count in counts.values())
            assert len(counts) == 25


def test_an_ambiguous_small_language_keeps_the_odds_of_its_decisions() -> None:
    language = parse_regex("(a|a|b)c?")
    assert not language.distinct
    assert language.values.to_pylist() == ["a", "b", "ac", "bc"]
    counts = Counter(sampled(language, 60_000))
    for each, share in {"a": 1 / 3, "ac": 1 / 3, "b": 1 / 6, "bc": 1 / 6}.items():
        assert abs(counts[each] - 60_000 * share) < 700


def test_a_small_language_is_a_dictionary_and_a_large_one_is_not() -> None:
    small, large = parse_regex("(SM|LG|MED) (CASE|BOX)"), parse_regex("[a-z]{3}")
    assert small.arrow_type == pa.dictionary(pa.int32(), pa.string())
    assert small.sample(draw(10).__getitem__).type == small.arrow_type
    assert sorted(small.values.to_pylist()) == ["LG BOX", "LG CASE", "MED BOX", "MED CASE", "SM BOX", "SM CASE"]
    assert large.arrow_type == pa.string()
    assert large.values is None
    assert large.sample(draw(10).__getitem__).type == pa.string()


@pytest.mark.parametrize("text", ["[ab]{3}", "(a|bb{1,3})", "[A-Z]{12}", "[a-z]{0,30}", "(é|[a-z]{9}|x.{2,40}){1,4}"])
def test_a_cell_depends_on_nothing_but_its_own_draws(text: str) -> None:
    language, words = parse_regex(text), draw(1_000, seed=5)
    whole = language.sample(words.__getitem__).to_pylist()
    order = np.random.default_rng(1).permutation(1_000)
    assert language.sample(lambda i: words[i][order]).to_pylist() == [whole[row] for row in order]
    pieces = [
        language.sample(lambda i, low=low, high=high: words[i][low:high].copy()).to_pylist()
        for low, high in itertools.pairwise([0, 1, 2, 500, 500, 1_000])
    ]
    assert list(itertools.chain(*pieces)) == whole
    if language.size <= 2**63:
        ranks = words[0] % np.uint64(language.size)
        assert language.unrank(ranks[order]).to_pylist() == [language.unrank(ranks).to_pylist()[row] for row in order]


def test_ranks_count_with_the_first_character_fastest() -> None:
    assert every(parse_regex("[ab][xyz]")) == ["ax", "bx", "ay", "by", "az", "bz"]
    assert every(strings("ab", 0, 2)) == ["", "a", "b", "aa", "ba", "ab", "bb"]
    assert every(parse_regex("(a|b|cd)[01]")) == ["a0", "b0", "cd0", "a1", "b1", "cd1"]


def test_too_large_a_language_is_not_counted_through() -> None:
    language = parse_regex("[a-z]{40}")
    with pytest.raises(SeedbedError, match=r"2\*\*63 are the most"):
        language.unrank(np.zeros(1, dtype=np.uint64))
    with pytest.raises(SeedbedError, match="rank 7 is not below"):
        parse_regex("a{0,6}").unrank(np.array([7], dtype=np.uint64))


def test_strings_of_given_bits_stay_as_they_are() -> None:
    words = [np.arange(4, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(i) for i in range(12)]
    for text, expected in {
        "(a|bb{1,3})": ["a", "bbb", "a", "bbbb"],
        "[A-Z]{2}[0-9]{2} [A-Z]{3}": ["AA00 AAA", "QB79 COA", "GD58 FCA", "WF37 HQA"],
        r"[a-z]{3,9}@(a|b)\.org": ["aaa@a.org", "imnyxkp@b.org", "qzbx@b.org", "zlpwsfvw@a.org"],
        "[α-ω]{1,5}|x[0-9]{7}": ["α", "x2360679", "καλ", "x7082039"],
    }.items():
        assert parse_regex(text).sample(words.__getitem__).to_pylist() == expected
