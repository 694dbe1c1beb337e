"""What a language cannot be made of is refused by name, with its column and what would be right."""

from __future__ import annotations

import re

import pytest

from generator.errors import SeedbedError
from generator.language import LanguageError, parse_pattern, parse_regex, strings

REFUSED = [
    ("a(?=b)", "a lookahead", 2),
    ("a(?!b)", "a negative lookahead", 2),
    ("(?<=a)b", "a lookbehind", 1),
    ("(?<!a)b", "a negative lookbehind", 1),
    ("x(?P<n>a)", "a named group", 2),
    ("x(?<n>a)", "a named group", 2),
    ("(a)(?P=n)", "a named backreference", 4),
    ("(?#hi)a", "a comment", 1),
    ("(?>a)", "an atomic group", 1),
    ("(?(1)a)", "a conditional", 1),
    ("(?i)a", "flags", 1),
    ("(?s:a)", "flags", 1),
    (r"(a)\1", "a backreference or octal escape", 4),
    (r"\0", "a backreference or octal escape", 1),
    (r"a\bc", "a word boundary", 2),
    (r"\Aa", "an anchor", 1),
    (r"a\Z", "an anchor", 2),
    (r"\PL", "a negated Unicode property", 1),
    (r"\p{Klingon}", r"'\p{Klingon}' that is not known", 1),
    (r"\pX", r"'\p{X}' that is not known", 1),
    (r"a\p", "without a name", 2),
    (r"\p{Lu", "never closed", 1),
    (r"\k<n>", "a named backreference", 1),
    (r"\Qa\E", "quoting", 1),
    (r"\j", "an unknown escape", 1),
    (r"[a\b]", "a word boundary", 3),
    ("a+?", "a lazy repetition", 3),
    ("a{2}?", "a lazy repetition", 5),
    ("a*+", "a possessive repetition", 3),
    ("a**", "a repeated repetition", 3),
    ("a{2}{3}", "a repeated repetition", 5),
    ("*a", "nothing before it to repeat", 1),
    ("(|+)", "nothing before it to repeat", 3),
    ("{2}", "nothing before it to repeat", 1),
    ("a{,3}", "without a count", 2),
    ("a{x}", "without a count", 2),
    ("a{3,2}", "from 3 down to 2", 2),
    ("a^b", "anchor '^'", 2),
    ("a$b", "anchor '$'", 2),
    ("(a$)b", "anchor '$'", 3),
    ("(ab", "never closed", 1),
    ("ab)", "closes no group", 3),
    ("x[ab", "never closed", 2),
    ("[]", "without characters", 1),
    ("[^ -~]", "no printable ASCII", 1),
    ("[z-a]", "from 'z' down to 'a'", 2),
    (r"[\d-z]", "itself a set", 2),
    ("[[:alfa:]]", "a POSIX class '[:alfa:]' that is not known", 2),
    ("[a[:alpha]", "a POSIX class", 3),
    ("[[.a.]]", "a POSIX collating element", 2),
    ("[[:alpha:]-z]", "itself a set", 2),
    (r"[\ud7ff-\ue000]", "surrogates", 2),
    (r"\ud800", "not a character that text can hold", 1),
    (r"\x00", "not a character that text can hold", 1),
    ("a\0", "not a character that text can hold", 2),
    ("a\ud800", "not a character that text can hold", 2),
    (r"\x4", "2 hexadecimal digits", 1),
    (r"\u12g4", "4 hexadecimal digits", 1),
    (r"\x{}", "is no character", 1),
    (r"\x{4g}", "is no character", 1),
    (r"\x{41", "never closed", 1),
    (r"\x{110000}", "U+110000 is not a character", 1),
    ("ab\\", "escapes nothing", 3),
    ("a{5000}", "5000 characters", 1),
    ("((a{100}){50})", "5000 characters", 2),
    ("(a{3000}b{1097})", "4097 characters", 16),
    ("(" * 30 + "a" + ")" * 30, "20 deep", 22),
    ("a" * 257, "257 characters", 257),
    (r"[\u0000-\U0010ffff]", "not a character", 2),
    (r"[\u0001-\U0010ffff]", "more than 65,536", 2),
]


@pytest.mark.parametrize(("text", "problem", "column"), REFUSED)
def test_what_is_not_supported_is_named_with_its_column(text: str, problem: str, column: int) -> None:
    with pytest.raises(LanguageError, match=re.escape(problem)) as caught:
        parse_regex(text)
    assert caught.value.column == column
    assert caught.value.remedy
    assert f"(column {column})" in str(caught.value)
    assert isinstance(caught.value, SeedbedError)


@pytest.mark.parametrize(("alphabet", "lengths", "problem"), [
    ("", (1, 2), "without characters"),
    ("aba", (1, 2), "'a' twice"),
    ("a\0", (1, 2), "not a character"),
    ("ab", (3, 2), "from 3 to 2"),
    ("ab", (-1, 2), "from -1 to 2"),
    ("ab", (0, 4097), "from 0 to 4097"),
])  # fmt: skip
def test_impossible_strings_are_refused(alphabet: str, lengths: tuple[int, int], problem: str) -> None:
    with pytest.raises(LanguageError, match=problem):
        strings(alphabet, *lengths)


def test_patterns_have_the_same_limits() -> None:
    with pytest.raises(LanguageError, match="257 characters"):
        parse_pattern("#" * 257)
    with pytest.raises(LanguageError, match="'x' twice"):
        parse_pattern("?", letters="xx")


def test_groups_may_be_as_deep_as_stated() -> None:
    assert parse_regex("(" * 20 + "a|bc" + ")" * 20).size == 2


def test_empty_repetitions_of_nothing_cost_nothing() -> None:
    assert parse_regex("((((|){4096}){4096}){4096}){4096}").size == 1
