"""Texts rewritten, cut and spelled in other letters: native == reference for any text, and both do what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.kernels import KernelError, recoding
from tests.laws.kernel_twins import agreed

LETTERS = st.text(st.one_of(st.sampled_from("ab ,-\t\n日é\x1e"), st.characters(codec="utf-8")), max_size=40)
TEXTS = st.lists(st.one_of(st.none(), LETTERS), max_size=12).map(lambda texts: pa.array(texts, pa.string()))
TABLE = recoding.spelling(
    [chr(code).lower() if chr(code).isalnum() and code < 128 else "-t"[code % 3 :] for code in range(1 << 16)]
)
ROWS = np.arange(1_000)


@given(TEXTS, st.integers(0, 3))
def test_bytes_are_replaced_or_left_out_by_a_table(texts, start) -> None:
    table = bytes.maketrans(b"a,\x1e", b"A\0 ")
    found = agreed("recode", texts.slice(start), table).to_pylist()
    expected = [text and text.replace("a", "A").replace(",", "").replace("\x1e", " ") for text in texts.to_pylist()]
    assert found == [text and text.replace("\0", "") for text in expected[start:]]


@given(TEXTS, st.integers(1, 45), st.booleans(), st.sampled_from([b"", b",", "日".encode(), b", "]))
def test_texts_are_cut_alike_and_none_is_longer_than_asked(texts, most, at_words, mark) -> None:
    found = agreed("shorten", texts, most, at_words, mark).to_pylist()
    for text, short in zip(texts.to_pylist(), found, strict=True):
        assert (text is None) == (short is None)
        if text is not None:
            assert text.startswith(short)
            assert len(short) <= most
            assert short == text or len(text) > most


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two"),
        ("one two three", 7, "one two"),
        ("one two three", 3, "one"),
        ("one two three", 2, "on"),
        ("one \t two", 6, "one"),
        (" one", 2, ""),
        ("zwölf böse", 6, "zwölf"),
        ("one, two", 6, "one"),
    ],
)
def test_texts_end_at_a_word_where_one_fits(text: str, most: int, short: str) -> None:
    assert agreed("shorten", pa.array([text]), most, True, b",").to_pylist() == [short]


@pytest.mark.parametrize("width", [0, 1, 7, 40])
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1_000])
@pytest.mark.parametrize("alphabet", [b"01234", b"ab\0cd"])
def test_positions_are_written_as_letters(width: int, count: int, alphabet: bytes) -> None:
    matrix = np.asfortranarray((ROWS[:count, None] * 7 + ROWS[:width] * 3) % 5, dtype=np.uint8)
    found = agreed("letters", matrix, alphabet).to_pylist()
    assert found == [bytes(alphabet[place] for place in row).decode().replace("\0", "") for row in matrix]


@pytest.mark.parametrize("words", [True, False])
@given(st.lists(st.one_of(st.none(), st.text(st.characters(max_codepoint=0xFFFF, codec="utf-8"))), max_size=9))
def test_code_points_are_spelled_by_a_table(words, texts) -> None:
    for text in agreed("transliterate", pa.array(texts, pa.string()), TABLE, words).to_pylist():
        assert text is None or not words or (text == text.strip("-") and "--" not in text)


def test_words_have_one_hyphen_between_and_none_around() -> None:
    table = recoding.spelling([chr(code) if chr(code).isalnum() and code < 128 else "-" for code in range(1 << 16)])
    found = agreed("transliterate", pa.array(["  Ab, c-d ", "...", "", None, "日a"]), table, True)
    assert found.to_pylist() == ["Ab-c-d", "", "", None, "a"]


WRONG: list[tuple[str, tuple[Any, ...]]] = [
    ("recode", (pa.array(["a"]), b"short")),
    ("recode", (pa.array([b"a"]), bytes(256))),
    ("shorten", (pa.array(["a"]), 0)),
    ("letters", (np.asfortranarray([[3]], dtype=np.uint8), b"abc")),
    ("letters", (np.zeros((4, 4), dtype=np.uint8), b"abc")),
    ("letters", (np.asfortranarray([[0]], dtype=np.uint8), "é".encode())),
    ("transliterate", (pa.array(["𝔘"]), TABLE)),
    ("transliterate", (pa.array(["a"]), TABLE[:9])),
]


@pytest.mark.parametrize(("name", "arguments"), WRONG)
def test_what_does_not_fit_is_refused(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(KernelError):
        agreed(name, *arguments)


@pytest.mark.parametrize("letters", ["abcdefgh", "abc", "é"])
def test_spellings_that_are_too_long_or_not_ascii_are_refused(letters: str) -> None:
    with pytest.raises(KernelError, match="too long for code point 97"):
        recoding.spelling([letters if code == 97 else "" for code in range(1 << 16)])
