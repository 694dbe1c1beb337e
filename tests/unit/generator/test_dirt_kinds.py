"""The kinds of dirt: what each does to text, numbers and moments, and in which shares."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from generator import RowRange, TablePlan, compile_schema

ROWS = 2_000
TEXT_KINDS = ("typo", "case", "whitespace", "truncate", "swap", "null_text")


def table(fields: dict[str, Any], rows: int = ROWS) -> TablePlan:
    return compile_schema({"seed": "dirt", "rows": rows, "fields": fields}).tables["data"]


def dirtied(options: dict[str, Any], kinds: Any = None, share: float = 1.0, rows: int = ROWS) -> list[tuple[Any, Any]]:
    """(clean, dirty) of each row of one field."""
    dirt = {"share": share, "clean": "clean"} | ({} if kinds is None else {"kinds": kinds})
    plan = table({"x": {**options, "dirty": dirt}}, rows)
    batch = plan.batch(RowRange(0, rows))
    batch.validate(full=True)
    return list(zip(batch["clean"].to_pylist(), batch["x"].to_pylist(), strict=True))


def texts(*values: str) -> dict[str, Any]:
    return {"type": "choice", "values": list(values)}


@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_every_chosen_text_really_differs(kind: str) -> None:
    pairs = dirtied(texts("Anna Lee", "Mustermann", "São Paulo", "null", "x1"), [kind])
    assert all(clean != dirty for clean, dirty in pairs)


def test_a_typo_is_one_letter_wrong_lost_doubled_or_out_of_turn() -> None:
    word = "Seedbed"
    made = {dirty for _, dirty in dirtied(texts(word), ["typo"])}
    lengths = {len(text) for text in made}
    assert lengths == {len(word) - 1, len(word), len(word) + 1}
    for text in made:
        if len(text) == len(word):
            wrong = [place for place in range(len(word)) if text[place] != word[place]]
            assert len(wrong) == 1 or (len(wrong) == 2 and sorted(text) == sorted(word))
        else:
            longer, shorter = (text, word) if len(text) > len(word) else (word, text)
            assert any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def test_a_wrong_key_stands_beside_the_right_one_and_keeps_its_case() -> None:
    wrong = {dirty for _, dirty in dirtied(texts("G"), ["typo"])} - {"GG"}
    assert wrong == set("TYFHVB")
    assert {dirty for _, dirty in dirtied(texts("5"), ["typo"])} == {"4", "6", "55"}


def test_case_turns_capitals_in_one_of_three_ways() -> None:
    assert {dirty for _, dirty in dirtied(texts("Émile O"), ["case"])} == {"ÉMILE O", "émile o", "éMILE o"}


def test_whitespace_leaves_all_other_characters_as_they_were() -> None:
    made = {dirty for _, dirty in dirtied(texts("new york"), ["whitespace"])}
    assert made == {" new york", "new york ", "new  york", "new\xa0york", "new\tyork", "new york\t"}
    assert all(dirty.strip() == "" and dirty for _, dirty in dirtied(texts(""), ["whitespace"]))


def test_truncate_loses_an_end_of_half_the_text_at_most() -> None:
    made = {dirty for _, dirty in dirtied(texts("abcdef"), ["truncate"])}
    assert made == {"abc", "abcd", "abcde"}


def test_swap_lets_words_that_stand_side_by_side_change_places() -> None:
    assert {dirty for _, dirty in dirtied(texts("one two  three"), ["swap"])} == {"two one  three", "one three  two"}
    assert {dirty for _, dirty in dirtied(texts("no no"), ["swap"])} == {"on no", "no on"}
    assert {dirty for _, dirty in dirtied(texts("aab"), ["swap"])} == {"aba"}


def test_no_character_is_ever_cut_apart() -> None:
    samples = ("e\u0301a\u0300o\u0302", "दिल्ली", "👩\u200d🚀👍\U0001f3fd", "กรุงเทพ", "東京都")
    for sample in samples:
        for kind in ("typo", "truncate", "swap"):
            for _, dirty in dirtied(texts(sample), [kind], rows=200):
                assert not unicodedata.category(dirty[0]).startswith("M"), (kind, dirty)
                assert set(dirty) <= set(sample)
    assert {dirty for _, dirty in dirtied(texts("e\u0301a\u0300"), ["truncate"])} == {"e\u0301"}


def test_a_cell_that_one_kind_cannot_change_gets_the_next_one() -> None:
    pairs = dirtied(texts("123", "abc"), ["case", "whitespace"])
    assert all(clean != dirty for clean, dirty in pairs)
    assert {dirty.strip() for clean, dirty in pairs if clean == "123"} == {"123"}
    assert all(clean == dirty for clean, dirty in dirtied(texts("123"), ["case"]))  # nothing else was asked for


def test_kinds_come_in_the_shares_of_their_weights() -> None:
    pairs = dirtied(texts("abc"), {"case": 3, "truncate": 1}, rows=8_000)
    found = Counter("case" if dirty.isupper() else "truncate" for _, dirty in pairs)
    assert abs(found["case"] - 6_000) < 6 * 39  # binomial(8000, 3/4): six standard deviations


@pytest.mark.parametrize("options", [texts("abc", "d e"), {"type": "integer"}, {"type": "words"}, {"type": "float"}])
def test_the_share_is_met_on_average(options: dict[str, Any]) -> None:
    pairs = dirtied(options, share=0.05, rows=20_000)
    changed = sum(clean != dirty for clean, dirty in pairs)
    assert abs(changed - 1_000) < 6 * 31


def test_null_cells_stay_null_and_all_others_are_dirty() -> None:
    for kinds in (["null_text"], ["typo"]):
        pairs = dirtied({**texts("ab", "cd"), "nulls": 0.3}, kinds)
        assert all((clean is None) == (dirty is None) for clean, dirty in pairs)
        assert sum(clean is None for clean, _ in pairs) > 400
    pairs = dirtied({"type": "date", "min": "2020-01-01", "max": "2021-01-01", "nulls": 0.3}, ["wrong_type"], 0.5)
    assert all((clean is None) == (dirty is None) for clean, dirty in pairs)


def test_outliers_of_integers_never_overflow() -> None:
    for low, high in ((0, 0), (1, 9), (-(2**63), -(2**63)), (2**63 - 1, 2**63 - 1), (2**62, 2**63 - 1)):
        pairs = dirtied({"type": "integer", "min": low, "max": high}, ["outlier"])
        for clean, dirty in pairs:
            assert dirty in {(clean or 1) * factor for factor in (10, 100, 1_000, -1)} or clean == dirty == -(2**63)
    assert {dirty for _, dirty in dirtied({"type": "integer", "min": 7, "max": 7}, ["outlier"])} == {70, 700, 7000, -7}


@pytest.mark.parametrize(("precision", "scale"), [(4, 2), (10, 0), (18, 18), (38, 10), (38, 0)])
def test_outliers_of_decimals_fit_their_precision(precision: int, scale: int) -> None:
    options = {"type": "decimal", "precision": precision, "scale": scale, "min": 0, "max": 0 if scale == 18 else 9}
    pairs = dirtied(options, ["outlier"], rows=500)
    if scale < precision:
        assert all(dirty in {(clean or 1) * factor for factor in (10, 100, 1_000, -1)} for clean, dirty in pairs)
        assert any(dirty > clean for clean, dirty in pairs)


def test_outliers_of_floats_have_the_decimals_of_their_field() -> None:
    for clean, dirty in dirtied({"type": "float", "min": 0, "max": 3, "digits": 1}, ["outlier"]):
        assert dirty in {round((clean or 1.0) * factor, 1) for factor in (10, 100, 1_000, -1)}
    largest = dirtied({"type": "float", "min": 1e306, "max": 1.7e308, "digits": None}, ["outlier"])
    assert all(np.isfinite(dirty) and dirty != clean for clean, dirty in largest)


def test_outliers_of_dates_are_years_off_and_have_a_year_from_1_to_9999() -> None:
    leap = dirtied({"type": "date", "min": "2020-02-29", "max": "2020-02-29"}, ["outlier"])
    assert {dirty.year - 2020 for _, dirty in leap} == {-1000, -100, -10, 10, 100, 1000}
    assert {(dirty.month, dirty.day) for _, dirty in leap} == {(2, 28), (2, 29)}
    for day in ("0001-01-01", "9999-12-31"):
        pairs = dirtied({"type": "date", "min": day, "max": day}, ["outlier"])
        assert all(clean != dirty for clean, dirty in pairs)
    options = {"type": "timestamp", "unit": "ns", "min": "1700-01-01", "max": "1980-01-01"}
    plan = table({"x": {**options, "dirty": {"share": 1, "clean": "clean"}}})
    batch = plan.batch(RowRange(0, ROWS))
    clean, dirty = (batch[name].cast(pa.int64()).to_numpy() for name in ("clean", "x"))
    assert (clean != dirty).all()
    assert ((clean - dirty) % 86_400_000_000_000 == 0).all()


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({"type": "integer", "min": 0, "max": 99}, int),
        ({"type": "float", "min": 0, "max": 9}, float),
        ({"type": "decimal", "min": 0, "max": 9}, float),
        ({"type": "boolean"}, {"true": True, "false": False}.__getitem__),
        ({"type": "date", "min": "2020-01-01", "max": "2020-12-31"}, dt.date.fromisoformat),
        ({"type": "timestamp", "min": "2020-01-01", "max": "2020-12-31"}, dt.datetime.fromisoformat),
    ],
)
def test_a_field_with_wrong_types_is_text_and_its_clean_values_are_spelled_as_in_files(
    options: Any, reads: Any
) -> None:
    pairs = dirtied(options, ["wrong_type"], share=0.5)
    dirty = 0
    for clean, text in pairs:
        assert isinstance(text, str)
        try:
            value = reads(text)
        except (ValueError, KeyError):
            dirty += 1
        else:
            assert value == (float(clean) if reads is float else clean)
    assert 800 < dirty < 1_200
