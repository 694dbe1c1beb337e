"""Running text reads like text: lengths, frequencies, marks and capitals, in the ways of each language."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from markdown_it import MarkdownIt

from generator import SchemaError, compile_schema
from generator.fields.lexicon import lexicon

SPACED = ["en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL", "sv_SE", "cs_CZ", "ru_RU", "el_GR"]


def made(options: dict[str, Any], rows: int = 1_000, locale: Any = "en_US") -> list[str]:
    document = {"seed": "prose", "locale": locale, "rows": rows, "fields": {"text": options}}
    table = compile_schema(document).tables["data"]
    found: list[str] = table.take(np.arange(rows, dtype=np.uint64)).column(0).to_pylist()
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\s.,?!;¿¡։،؟।]+", text)


def known(locale: str) -> set[str]:
    found = lexicon("words", locale)
    return {word.lower() for word in (*found.function, *found.content)}


@pytest.mark.parametrize("locale", SPACED)
def test_a_sentence_is_words_of_its_language_with_a_capital_and_a_stop(locale: str) -> None:
    language = known(locale)
    for text in made({"type": "sentence"}, 300, locale):
        body = text.lstrip("¿¡")
        assert body[0] == body[0].upper()
        assert body[-1] in ".?!;"
        assert "  " not in text
        assert " ," not in text
        assert {word.lower() for word in words(text)} <= language, text


def test_lengths_of_sentences_are_spread_as_in_prose() -> None:
    lengths = np.array([len(words(text)) for text in made({"type": "sentence"}, 20_000)])
    assert (lengths.min(), lengths.max()) == (3, 40)
    assert 12.5 < lengths.mean() < 13.2
    assert 6.0 < lengths.std() < 6.8
    assert np.median(lengths) < lengths.mean()  # a long tail on the right
    assert len(set(lengths.tolist())) == 38


@pytest.mark.parametrize("count", [1, 2, 3, 10, [1, 2], [5, 12], [60, 61]])
def test_count_says_how_many_words_a_sentence_has(count: Any) -> None:
    low, high = (count, count) if isinstance(count, int) else count
    found = Counter(len(words(text)) for text in made({"type": "sentence", "count": count}, 2_000))
    assert set(found) == set(range(low, high + 1))
    assert min(found.values()) > 2_000 / len(found) * 0.7
    titles = Counter(len(words(text)) for text in made({"type": "title", "count": count}, 500))
    assert set(titles) == set(range(low, high + 1))


def test_word_frequencies_follow_zipf() -> None:
    found = Counter(word.lower() for text in made({"type": "sentence"}, 20_000) for word in words(text))
    ranked = [count for _, count in found.most_common()]
    ranks = [2, 4, 8, 16, 32, 64, 128, 256, 512]
    x, y = [math.log(rank) for rank in ranks], [math.log(ranked[rank - 1]) for rank in ranks]
    slope, height = np.polyfit(x, y, 1)
    assert -1.1 < slope < -0.72  # the law's own slope over these ranks is -0.85
    assert max(abs(slope * a + height - b) for a, b in zip(x, y, strict=True)) < 0.5
    assert [word for word, _ in found.most_common(3)] == ["the", "of", "and"]
    assert 0.4 < sum(ranked[:100]) / sum(ranked) < 0.65


def test_a_word_rarely_follows_itself() -> None:
    twice = total = 0
    for text in made({"type": "sentence"}, 5_000):
        for first, second in pairwise(words(text.lower())):
            twice, total = twice + (first == second), total + 1
    assert twice / total < 0.002


def test_sentences_are_hardly_ever_made_twice() -> None:
    found = made({"type": "sentence", "count": [6, 20]}, 20_000)
    assert len(set(found)) == len(found)
    beginnings = Counter(" ".join(text.split()[:3]) for text in found)
    assert beginnings.most_common(1)[0][1] < 60


def test_commas_and_stops_have_natural_shares() -> None:
    found = made({"type": "sentence"}, 10_000)
    stops = Counter(text[-1] for text in found)
    assert 9_000 < stops["."] < 9_400
    assert 400 < stops["?"] < 600
    assert 200 < stops["!"] < 400
    commas = sum(text.count(",") for text in found) / sum(len(words(text)) for text in found)
    assert 0.02 < commas < 0.06


@pytest.mark.parametrize("locale", ["en_US", "es_ES", "de_DE", "cs_CZ"])
@pytest.mark.parametrize("length", [6, 12, 25, 60])
def test_max_length_ends_a_sentence_after_a_whole_word(locale: str, length: int) -> None:
    language = known(locale)
    found = made({"type": "sentence", "max_length": length}, 500, locale)
    assert max(map(len, found)) <= length
    assert max(map(len, found)) > length - 12
    for text in found:
        assert text[-1] in ".?!"
        assert {word.lower() for word in words(text)} <= language, text
        assert ("¿" in text, "¡" in text) == ("?" in text and locale == "es_ES", "!" in text and locale == "es_ES")


def test_a_paragraph_has_as_many_sentences_as_it_says() -> None:
    stops = re.compile(r"[.?!](?= |$)")
    assert {len(stops.findall(text)) for text in made({"type": "paragraph"})} == set(range(3, 9))
    assert {len(stops.findall(text)) for text in made({"type": "paragraph", "sentences": 2, "count": 4})} == {2}
    assert {len(words(text)) for text in made({"type": "paragraph", "sentences": 2, "count": 4})} == {8}


def test_a_bounded_paragraph_has_whole_sentences_only() -> None:
    found = made({"type": "paragraph", "max_length": 120})
    assert all(len(text) <= 120 and text[-1] in ".?!" for text in found)
    assert sum(len(re.findall(r"[.?!]", text)) > 1 for text in found) > 250
    sentence = re.compile(r"(?:[A-Z][^.?!]*[.?!])(?: [A-Z][^.?!]*[.?!])*")
    assert all(sentence.fullmatch(text) for text in found)


def test_english_titles_have_capitals_but_in_small_words() -> None:
    language = lexicon("words", "en_US")
    for text in made({"type": "title", "count": [2, 9]}):
        assert text[-1].isalpha()
        assert text[0].isupper()
        for word in words(text)[1:]:
            assert word[0].isupper() or word.lower() in language.function, text
    assert all(text[0].isupper() and text[-1] != "." for text in made({"type": "title"}, locale="fr_FR"))


def test_lorem_is_the_same_latin_in_every_locale() -> None:
    found = made({"type": "lorem", "sentences": 2}, 200)
    assert found == made({"type": "lorem", "sentences": 2}, 200, "ja_JP")
    latin = set(lexicon("latin", "en_US").content)
    assert {word.lower() for text in found for word in words(text)} <= latin


def test_japanese_and_chinese_have_no_spaces_and_their_own_marks() -> None:
    for text in made({"type": "sentence"}, locale="ja_JP") + made({"type": "paragraph"}, 200, "ja_JP"):
        assert " " not in text
        assert text[-1] in "。？！"
        assert "," not in text
    assert all(" " not in text for text in made({"type": "words", "count": [2, 5]}, locale="ja_JP"))
    assert all(
        len(text) <= 20 and text[-1] in "。？！"
        for text in made({"type": "sentence", "max_length": 20}, locale="ja_JP")
    )


def test_thai_is_written_without_stops_and_with_spaces_between_clauses() -> None:
    found = made({"type": "sentence"}, locale="th_TH")
    assert not set("".join(found)) & set(".,?!\x1e\x1f")
    assert 0 < sum(" " in text for text in found) < 900
    assert all("  " not in text for text in made({"type": "paragraph"}, 200, "th_TH"))


def test_spanish_opens_its_questions_and_arabic_has_its_own_marks() -> None:
    for text in made({"type": "sentence"}, locale="es_ES"):
        assert text.endswith("?") == text.startswith("¿")
        assert text.endswith("!") == text.startswith("¡")
    arabic = made({"type": "sentence"}, locale="ar_EG")
    assert any("،" in text for text in arabic)
    assert any(text.endswith("؟") for text in arabic)
    assert not any("," in text or "?" in text for text in arabic)


def test_a_word_is_a_content_word_and_frequent_ones_come_more_often() -> None:
    found = Counter(made({"type": "word"}, 30_000))
    language = lexicon("words", "en_US")
    assert set(found) <= set(language.content)
    assert not {"the", "of", "and"} & set(found)
    first, last = (sum(found[word] for word in part) for part in (language.content[:100], language.content[-100:]))
    assert first > 2 * last
    unique = made({"type": "word", "unique": True}, len(language.content))
    assert sorted(unique) == sorted(language.content)


def test_words_are_never_cut() -> None:
    content = {word.lower() for word in lexicon("words", "en_US").content}
    for text in made({"type": "words", "count": [3, 9], "max_length": 15}):
        assert len(text) <= 15
        assert {word.lower() for word in text.split(" ")} <= content


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "pl_PL", "fr_FR", "ru_RU", "ja_JP"])
def test_slugs_are_ascii_words_with_hyphens_in_every_locale(locale: str) -> None:
    for text in made({"type": "slug", "count": [2, 4]}, locale=locale):
        assert re.fullmatch(r"[a-z]+(-[a-z]+){1,3}", text)


def test_unique_slugs_use_up_all_words_and_stay_within_count() -> None:
    all_words = made({"type": "slug", "count": 1, "unique": True}, 800)
    assert len(set(all_words)) == 800
    many = made({"type": "slug", "count": [1, 9], "unique": True}, 5_000)
    assert len(set(many)) == 5_000
    assert {text.count("-") for text in many} == {8}
    with pytest.raises(SchemaError, match=r"there are only [\d,]+ of them"):
        made({"type": "slug", "count": 1, "unique": True}, 5_000)


def test_markdown_has_a_heading_a_list_emphasis_a_link_and_code() -> None:
    for text in made({"type": "markdown", "sections": [1, 2]}, 50):
        tokens = MarkdownIt().parse(text)
        blocks = [token.type for token in tokens]
        inline = [child.type for token in tokens for child in token.children or ()]
        assert tokens[0].tag == "h1"
        assert {"bullet_list_open", "paragraph_open"} <= set(blocks)
        assert {"strong_open", "em_open", "link_open", "code_inline"} <= set(inline)
        assert 2 <= blocks.count("list_item_open") / blocks.count("bullet_list_open") <= 5
        assert text.endswith("\n")
        assert "\n\n\n" not in text


def test_nulls_and_any_rows_leave_the_other_texts_as_they_are() -> None:
    whole = made({"type": "paragraph"}, 200)
    some: list[str | None] = [*made({"type": "paragraph", "nulls": 0.5}, 200)]
    assert all(each in (None, whole[row]) for row, each in enumerate(some))
    assert 60 < some.count(None) < 140


@pytest.mark.parametrize(("options", "path", "problem"), [
    ({"type": "sentence", "count": [5, 2]}, "count", "no range within 1 and 1,000"),
    ({"type": "sentence", "max_length": 1}, "max_length", "no word of the list is short enough"),
    ({"type": "words", "count": 0}, "count", "no range"),
    ({"type": "paragraph", "sentences": [0, 2]}, "sentences", "no range within 1 and 100"),
    ({"type": "sentence", "max_length": 8, "prefix": "0123456789"}, "max_length", "leave no room"),
    ({"type": "slug", "max_length": 9, "unique": True}, "unique", "cannot be counted"),
    ({"type": "markdown", "sections": 9}, "sections", "no range within 1 and 5"),
    ({"type": "word", "locale": "xx_XX"}, "locale", "unknown locale 'xx_XX'"),
])  # fmt: skip
def test_mistakes_are_named_with_their_place(options: dict[str, Any], path: str, problem: str) -> None:
    with pytest.raises(SchemaError, match=re.escape(problem)) as caught:
        made(options, 10)
    assert path in str(caught.value)
