"""Running text: words, sentences, paragraphs, titles and the Latin of placeholders, in the locale's own words."""

from __future__ import annotations

from abc import ABC
from typing import Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Mask, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.lexicon import Lexicon, lexicon
from generator.fields.sentences import Draws, Sentences, Style, marks_of, placed, under
from generator.fields.words import WordListField
from generator.fields.writing import writing_of
from generator.vocabulary import FALLBACK, VocabularyError, WordList, word_list

MOST_WORDS: Final = 1_000
MOST_SENTENCES: Final = 100


def words_of(column: Column, list_name: str, most: int | None) -> Lexicon:
    """The lexicon of the column's locale; SchemaError where there is none, or no word is as short as ``most``."""
    try:
        found = lexicon(list_name, FALLBACK if list_name == "latin" else column.locale, most)
    except VocabularyError as error:
        raise column.wrong("locale", error.problem, error.remedy) from None
    if not found.content:
        raise column.wrong("max_length", "no word of the list is short enough to fit", "raise it")
    if list_name != "latin":
        column.took[list_name] = word_list(list_name, column.locale).locale
    return found


class _Prose(TextField, ABC):
    """Text of the locale's words, made where the cell is kept only."""

    breaks_at_words = True
    localized = True
    list_name: ClassVar[str] = "words"
    style: ClassVar[Style] = "sentence"

    def _sentences(self, column: Column, bounds: tuple[int, int] | None) -> Sentences:
        if bounds is not None:
            check_bounds(column, "count", bounds, 1, MOST_WORDS)
        most = None
        if self.room is not None:
            language = words_of(column, self.list_name, None).language
            most = self.room - marks_of(language, self.style)
        return Sentences(words_of(column, self.list_name, most), self.style, bounds, self.room)

    def generate(self, cells: Cells) -> pa.Array:
        if cells.present is None:
            return self._make(cells.prepared, cells.rows, cells.draw)
        kept: Rows = cells.rows[cells.present]
        return placed(self._make(cells.prepared, kept, cells.draw), cells.present)

    def _make(self, prepared: Any, rows: Rows, draws: Draws) -> pa.StringArray:
        return prepared.make(rows, draws)


@field_type("word")
class Word(WordListField):
    """One content word of the locale, frequent words more often (Zipf and Mandelbrot's law)."""

    list_name = "words"
    examples = ({}, {"max_length": 5, "case": "upper"}, {"locale": "fr_FR", "unique": True})

    def prepare(self, column: Column) -> WordList:
        pool = words_of(column, "words", self.room).words
        return WordList(pool.texts, pool.weights, column.locale)


@field_type("words")
class Words(TextField):
    """Several content words of the locale, with spaces between where it writes them; ``count`` is how many."""

    count: Bounds = Option(default=(3, 3), description="n or [min, max]")

    breaks_at_words = True
    localized = True
    examples = ({}, {"count": [5, 12]}, {"count": [4, 16], "max_length": 40})

    def prepare(self, column: Column) -> Lexicon:
        check_bounds(column, "count", self.count, 1, MOST_WORDS)
        return words_of(column, "words", self.room)

    def generate(self, cells: Cells) -> pa.Array:
        words: Lexicon = cells.prepared
        draw, (low, high) = cells.draw(), self.count
        made = kernels.words(
            cells.rows, draw.gamma, draw.kappa, low, high, words.words.array, *words.words.narrow, self.room, cells.skip
        )
        return made if writing_of(words.language).spaced else pc.replace_substring(made, " ", "")

    def text_width(self, column: Column) -> int:
        return min(sum(self.count) * 3, self.max_length or 4096)


@field_type("sentence", "quote")
class Sentence(_Prose):
    """A sentence in the locale's words and marks, 3 to 40 words long, 13 on average, or ``count`` words.

    Lengths are log-normal (median 11.5 words, sigma 0.5); 92 of 100 are statements, 5 questions, 3 exclamations.
    """

    count: Bounds | None = Option(default=None, description="words: n or [min, max]; default: natural lengths")

    examples = ({}, {"count": [5, 12], "max_length": 60}, {"locale": "es_ES"}, {"locale": "ja_JP", "count": 6})

    def prepare(self, column: Column) -> Sentences:
        return self._sentences(column, self.count)

    def text_width(self, column: Column) -> int:
        return min(sum(self.count or (12, 13)) * 3, self.max_length or 4096)


@field_type("title", "headline")
class Title(_Prose):
    """A title without a final stop; in English every word but the small ones has a capital, elsewhere the first."""

    count: Bounds = Option(default=(2, 8), description="words: n or [min, max]")

    style = "title"
    examples = ({}, {"count": 4, "locale": "de_DE"}, {"max_length": 24})

    def prepare(self, column: Column) -> Sentences:
        return self._sentences(column, self.count)

    def text_width(self, column: Column) -> int:
        return min(sum(self.count) * 3, self.max_length or 4096)


@field_type(
    "paragraph",
    "text",
    "paragraphs",
    "texts",
    "longtext",
    "description",
    "comment",
    presets={"sentences": {"sentences": 3}},
)
class Paragraph(_Prose):
    """Sentences in a row, 3 to 8 of them or ``sentences``, of natural lengths or ``count`` words each."""

    sentences: Bounds = Option(default=(3, 8), description="n or [min, max]")
    count: Bounds | None = Option(default=None, description="words a sentence: n or [min, max]")

    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"sentences": 2, "count": [4, 8], "max_length": 80},
        {"locale": "fr_FR"},
    )

    def prepare(self, column: Column) -> Sentences:
        check_bounds(column, "sentences", self.sentences, 1, MOST_SENTENCES)
        return self._sentences(column, self.count)

    def _make(self, prepared: Sentences, rows: Rows, draws: Draws) -> pa.StringArray:
        low, high = self.sentences
        draw = draws("sentences")
        counts = kernels.below(rows, draw.gamma, draw.kappa, high - low + 1, low)
        return paragraphs(prepared, rows, draws, counts, self.room)

    def text_width(self, column: Column) -> int:
        return min(sum(self.sentences) * sum(self.count or (12, 13)) * 3 // 2, self.max_length or 4096)


def paragraphs(sentences: Sentences, rows: Rows, draws: Draws, counts: Any, room: int | None = None) -> pa.StringArray:
    """``counts[i]`` sentences in row i, at least one; those that would take the text beyond ``room`` are left out."""
    parts: list[pa.StringArray] = []
    length = np.zeros(len(rows), dtype=np.int64)
    open_rows: Mask = np.ones(len(rows), dtype=np.bool_)
    for number in range(int(counts.max(initial=1))):
        at = open_rows & (counts > number)
        if not at.any():
            break
        before = sentences.writing.between.encode() if number else b""
        text = placed(sentences.make(rows[at], under(draws, f"sentence {number}"), before), at)
        if room is not None:
            length += pc.utf8_length(text).to_numpy()
            fits = (length <= room) | (number == 0)
            open_rows &= fits
            text = pc.if_else(pa.array(fits), text, "")
        parts.append(text)
    return kernels.concat(parts, len(rows))


@field_type("lorem", "lorem_ipsum", presets={"lorem_paragraph": {"sentences": [3, 6]}})
class Lorem(Paragraph):
    """Latin placeholder text, whatever the locale: one sentence, or ``sentences`` of them, or ``count`` words each.

    Words of Cicero's De finibus bonorum et malorum (45 BC), as printers have used them since the 1960s.
    """

    sentences: Bounds = Option(default=(1, 1), description="n or [min, max]")

    localized = False
    list_name = "latin"
    examples = ({}, {"sentences": [2, 4]}, {"count": 5, "max_length": 30})
