"""Texts put together from weighted forms such as ``{city} {last} Company``, whose slots are words of lists.

All forms are laid over one row of slots, so that a batch is one concatenation of dictionaries however many forms there
are: a slot that a row's form lacks takes an empty entry. Which texts can be told apart is found once, from the marks
between the words. No field's own words are here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator import kernels
from generator.cells import Cells, Draw, Rows
from generator.choosing import AliasTable
from generator.column import Column
from generator.field import TextField
from generator.fields.countable_forms import Form, apart_by_marks, apart_by_text, parse_form, plain_words, texts
from generator.fields.words import chosen, listed
from generator.vocabulary import WordList, word_list

_Indices = npt.NDArray[np.int32]
LARGEST = 1 << 62
"""Texts up to this many are counted through for unique values."""


@dataclass(frozen=True)
class Counted:
    """The forms and words that give each text in one way only, and how many texts each form has, summed up."""

    forms: npt.NDArray[np.int64]
    ends: npt.NDArray[np.uint64]
    words: Mapping[str, npt.NDArray[np.int32]]
    """For each kind of slot: where its words are in its list."""
    sizes: npt.NDArray[np.uint64]
    """(forms, places): how many words; 1 where the form lacks the place."""

    @property
    def total(self) -> int:
        """How many texts there are."""
        return int(self.ends[-1]) if len(self.ends) else 0


class Forms:
    """Weighted forms over word lists; ``{name}`` is a slot, and a name that comes again is another word of its list.

    ``draws`` name the draw of a slot, ``form`` that of the form: by default those names themselves.
    """

    def __init__(self, forms: WordList, slots: Mapping[str, WordList]) -> None:
        self.forms = tuple(parse_form(text) for text in forms.words)
        self.weights = forms.weights or (1,) * len(self.forms)
        self.table = AliasTable.of(self.weights)
        used = {place.partition(" ")[0] for form in self.forms for place in form.places}
        self.slots = {name: words for name, words in slots.items() if name in used}
        self.places = _common([form.places for form in self.forms])

    @classmethod
    def of(cls, forms: Mapping[str, float] | Sequence[str], slots: Mapping[str, WordList]) -> Forms:
        """Forms that are written in the code rather than in a list."""
        return cls(WordList.of(forms, ""), slots)

    def _kind(self, number: int) -> str:
        """The name of a place's list."""
        return self.places[number].partition(" ")[0]

    @cached_property
    def _marks(self) -> list[bytes | pa.Array]:
        """What stands before each place, and after the last: bytes where it is so in all forms, else by form."""
        texts = [form.marks(self.places) for form in self.forms]
        return [
            column[0].encode() if len(set(column)) == 1 else pa.array(column, pa.string())
            for column in zip(*texts, strict=True)
        ]

    @cached_property
    def _present(self) -> npt.NDArray[np.bool_]:
        present = np.zeros((len(self.forms), len(self.places)), dtype=np.bool_)
        for number, form in enumerate(self.forms):
            present[number, form.positions(self.places)] = True
        return present

    @cached_property
    def _words(self) -> dict[str, pa.Array]:
        """The words of each kind of slot, and an empty one behind them where a form lacks the slot."""
        return {name: pa.concat_arrays([words.array, pa.array([""])]) for name, words in self.slots.items()}

    def pick(self, cells: Cells, draw: Callable[[str], Draw]) -> _Indices:
        """Each row's form."""
        if len(self.forms) == 1:
            return np.zeros(len(cells), dtype=np.int32)
        return cells.pick(self.table, draw("form"))

    def words_at(
        self, cells: Cells, form: _Indices, draw: Callable[[str], Draw], words: Mapping[str, pa.Array] | None = None
    ) -> list[pa.Array]:
        """Each place's words, empty in rows whose form lacks it; ``words`` may spell the lists in another way."""
        return [
            self._entries(number, form, cells.pick(self.slots[self._kind(number)].table, draw(place)), words)
            for number, place in enumerate(self.places)
        ]

    def _entries(
        self, number: int, form: _Indices, index: _Indices, words: Mapping[str, pa.Array] | None = None
    ) -> pa.Array:
        name = self._kind(number)
        present = self._present[:, number]
        if not present.all():
            index = np.where(present[form], index, np.int32(len(self.slots[name].words)))
        return chosen(index, (words or self._words)[name])

    def laid(self, form: _Indices, words: Sequence[pa.Array]) -> pa.StringArray:
        """The texts of these forms and words."""
        parts: list[bytes | pa.Array] = []
        for number, mark in enumerate(self._marks):
            parts.append(mark if isinstance(mark, bytes) else chosen(form, mark))
            parts += words[number : number + 1]
        return kernels.concat(parts, len(form))

    def texts(self, cells: Cells, draw: Callable[[str], Draw]) -> pa.StringArray:
        """A text for each row."""
        form = self.pick(cells, draw)
        return self.laid(form, self.words_at(cells, form, draw))

    @cached_property
    def longest(self) -> int:
        """How many characters a text has at most."""
        return max(self._length(form, max) for form in self.forms)

    @cached_property
    def usual(self) -> int:
        """How many characters a text has, about."""
        total = sum(self.weights)
        lengths = [self._length(form, lambda all_of_them: sum(all_of_them) // len(all_of_them)) for form in self.forms]
        return int(sum(w * length for w, length in zip(self.weights, lengths, strict=True)) / total)

    def _length(self, form: Form, of: Callable[[list[int]], int]) -> int:
        slots = [of([len(word) for word in self.slots[place.partition(" ")[0]].words]) for place in form.places]
        return sum(slots) + sum(map(len, form.literals))

    @cached_property
    def counted(self) -> Counted:
        """What is counted through for unique values: whichever way to tell texts apart leaves more of them."""
        every = {name: list(range(len(words.words))) for name, words in self.slots.items()}
        plain = {name: plain_words(words.words) for name, words in self.slots.items()}
        marked = self._counted(plain, apart_by_marks)
        written = self._counted(every, apart_by_text)
        return max(marked, written, key=lambda counted: counted.total)

    def _counted(self, kept: Mapping[str, list[int]], apart: Callable[..., list[int]]) -> Counted:
        words = {name: tuple(self.slots[name].words[index] for index in indices) for name, indices in kept.items()}
        numbers = apart(self.forms, self.weights, words)
        sizes = np.ones((len(numbers), len(self.places)), dtype=np.uint64)
        for row, number in enumerate(numbers):
            for place in np.flatnonzero(self._present[number]):
                sizes[row, place] = len(words[self._kind(int(place))])
        counts = (min(texts(self.forms[number], words), LARGEST) for number in numbers)
        ends = accumulate(counts, lambda before, count: min(before + count, LARGEST))
        arrays = {name: np.array(indices or [0], dtype=np.int32) for name, indices in kept.items()}
        return Counted(np.array(numbers, dtype=np.int64), np.array(list(ends), dtype=np.uint64), arrays, sizes)

    @property
    def size(self) -> int:
        """How many texts ``unrank`` knows."""
        return self.counted.total

    def unrank(self, ranks: Rows) -> pa.StringArray:
        """The texts of these ranks below ``size``, no text for two."""
        found = self.counted
        row = np.searchsorted(found.ends, ranks, side="right")
        form = found.forms[row].astype(np.int32)
        rest = ranks - np.concatenate([np.zeros(1, dtype=np.uint64), found.ends])[row]
        words = []
        for number in range(len(self.places)):
            rest, digit = np.divmod(rest, found.sizes[row, number])
            index = found.words[self._kind(number)][digit.astype(np.int64)]
            words.append(self._entries(number, form, index))
        return self.laid(form, words)


def with_cities(column: Column, name: str) -> tuple[WordList, WordList]:
    """A list of forms, and the cities that stand in them: a form takes no name of another language."""
    forms, cities = listed(column, name), listed(column, "cities")
    if forms.locale.partition("_")[0] != column.locale.partition("_")[0]:
        cities = word_list("cities", forms.locale)
    return forms, cities


def _common(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """A short sequence in which each row's places occur in their order; a place can be there more than once."""
    found: list[str] = []
    for row in sorted(rows, key=len, reverse=True):
        at = 0
        for place in row:
            at = found.index(place, at) if place in found[at:] else at
            if found[at : at + 1] != [place]:
                found.insert(at, place)
            at += 1
    return tuple(found)


class FormsField(TextField, ABC):
    """A text put together from forms; cut at a word's end where that leaves it whole, else never cut."""

    @abstractmethod
    def forms(self, column: Column) -> Forms:
        """The forms where the column stands."""

    def draw_of(self, cells: Cells) -> Callable[[str], Draw]:
        """The draw that decides a slot, or the form."""
        return cells.draw

    def prepare(self, column: Column) -> Forms:
        forms = self.forms(column)
        if not self.breaks_at_words and self.room is not None and forms.longest > self.room:
            problem = f"its texts have up to {forms.longest} characters, but only {self.room} fit"
            raise column.wrong("max_length", problem, "raise it")
        return forms

    def generate(self, cells: Cells) -> pa.Array:
        forms: Forms = cells.prepared
        return forms.texts(cells, self.draw_of(cells))

    def cardinality(self, column: Column) -> int | None:
        forms: Forms = column.prepared
        if self.max_length is not None and forms.longest > (self.room or 0):
            raise column.wrong("max_length", "texts that are cut can repeat", "drop max_length or unique")
        return forms.size

    def unrank(self, cells: Cells, ranks: Rows) -> pa.Array:
        forms: Forms = cells.prepared
        return forms.unrank(ranks)

    def text_width(self, column: Column) -> int:
        forms: Forms = column.prepared
        return min(forms.usual, self.max_length or 4096)
