"""Documents in Markdown, put together from titles and sentences of the locale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field as Option

from generator import kernels
from generator.cells import Cells, Draw, Rows
from generator.column import Column
from generator.field import TextField, field_type
from generator.fields.bounds import Bounds, check_bounds
from generator.fields.lexicon import Lexicon, Pool
from generator.fields.prose import paragraphs, words_of
from generator.fields.sentences import Draws, Sentences, placed, under
from generator.fields.slugs import ascii_words, hyphened


@dataclass(frozen=True, eq=False)
class Document:
    """What makes a section of Markdown: heading, paragraph with emphasis, list, paragraph with link and code."""

    words: Lexicon

    @cached_property
    def titles(self) -> Sentences:
        return Sentences(self.words, "title", (2, 6))

    @cached_property
    def items(self) -> Sentences:
        return Sentences(self.words, "title", (2, 5))

    @cached_property
    def prose(self) -> Sentences:
        return Sentences(self.words)

    @cached_property
    def plain(self) -> Pool:
        return ascii_words(self.words)

    def section(self, rows: Rows, draws: Draws, heading: bytes) -> pa.StringArray:
        """One section a row, which ends with a line break."""

        def words(name: str, low: int, high: int) -> pa.StringArray:
            draw = draws(name)
            pool = self.plain
            return kernels.words(rows, draw.gamma, draw.kappa, low, high, pool.array, *pool.narrow, None, None)

        def title(name: str) -> pa.StringArray:
            return self.titles.make(rows, under(draws, name))

        def sentence(name: str) -> pa.StringArray:
            return self.prose.make(rows, under(draws, name))

        between = self.prose.writing.between.encode() or b" "
        opening = paragraphs(self.prose, rows, under(draws, "opening"), self._count(rows, draws("opening"), 1, 3))
        parts = [
            *(heading, title("heading"), b"\n\n"),
            *(opening, between, b"**", title("strong"), b"**", between, sentence("second"), b"\n\n"),
            *(self._list(rows, under(draws, "item")), b"\n"),
            *(
                sentence("third"),
                between,
                b"[",
                title("link"),
                b"](https://example.com/",
                hyphened(words("path", 1, 3)),
            ),
            *(b") *", words("stress", 1, 2), b"* `", words("code", 1, 1), b"()`\n"),
        ]
        return kernels.concat(parts, len(rows))

    def _list(self, rows: Rows, draws: Draws) -> pa.StringArray:
        """2 to 5 items, a line each."""
        counts = self._count(rows, draws("count"), 2, 5)
        lines: list[pa.Array] = []
        for number in range(5):
            at = counts > number
            item = self.items.make(rows[at], under(draws, str(number)), b"- ")
            lines += [placed(kernels.concat([item, b"\n"], len(item)), at)]
        return kernels.concat(lines, len(rows))

    def _count(self, rows: Rows, draw: Draw, low: int, high: int) -> npt.NDArray[np.int64]:
        return kernels.below(rows, draw.gamma, draw.kappa, high - low + 1, low)


@field_type("markdown")
class Markdown(TextField):
    """A document in Markdown (CommonMark): headings, paragraphs, emphasis, lists, links and code, in ``sections``."""

    sections: Bounds = Option(default=(1, 2), description="n or [min, max]")

    localized = True
    breaks_at_words = True
    examples: ClassVar[tuple[dict[str, Any], ...]] = ({}, {"sections": 3}, {"locale": "pl_PL", "sections": 1})

    def prepare(self, column: Column) -> Document:
        check_bounds(column, "sections", self.sections, 1, 5)
        return Document(words_of(column, "words", None))

    def generate(self, cells: Cells) -> pa.Array:
        rows = cells.rows if cells.present is None else cells.rows[cells.present]
        made = self._make(cells.prepared, rows, cells.draw)
        return made if cells.present is None else placed(made, cells.present)

    def _make(self, document: Document, rows: Rows, draws: Draws) -> pa.StringArray:
        low, high = self.sections
        draw = draws("sections")
        counts = kernels.below(rows, draw.gamma, draw.kappa, high - low + 1, low)
        parts = []
        for number in range(high):
            at = counts > number
            text = document.section(rows[at], under(draws, f"section {number}"), b"\n## " if number else b"# ")
            parts.append(placed(text, at))
        return kernels.concat(parts, len(rows))

    def text_width(self, column: Column) -> int:
        return min(sum(self.sections) * 250, self.max_length or 4096)
