"""The names of a person: the words behind every field that shows a name, so that those of a group agree.

A name is an index into a list that is the same for all of them, by the shared draws ``first``, ``last``, ``middle``
and so on; the sex (``subjects.person``) decides which part of the list it is drawn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from generator.cells import Cells, Draw
from generator.column import Column
from generator.fields.words import chosen, listed
from generator.subjects.person import women
from generator.vocabulary import WordList, word_list

Indices = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Names:
    """The women's and the men's words of one kind; ``words`` are both, each once, and indices point into them.

    Those of a locale are made once, so they are told apart by identity.
    """

    women: WordList
    men: WordList
    words: tuple[str, ...]
    of_women: Indices
    of_men: Indices

    @classmethod
    def of(cls, women: WordList, men: WordList) -> Names:
        """The names of two lists, which may be the same."""
        words = tuple(dict.fromkeys((*women.words, *men.words)))
        place = {word: index for index, word in enumerate(words)}
        indices = [np.array([place[word] for word in part.words], dtype=np.int32) for part in (women, men)]
        return cls(women, men, words, *indices)

    @cached_property
    def array(self) -> pa.Array:
        """The words as Arrow strings."""
        return pa.array(self.words, pa.string())

    @cached_property
    def alike(self) -> bool:
        """Whether both sexes have the same names, as frequent."""
        return (self.women.words, self.women.weights) == (self.men.words, self.men.weights)

    def drawn(self, cells: Cells, draw: Draw) -> Indices:
        """An index a cell, by the shared sex."""
        if self.alike:
            return cells.pick(self.women.table, draw)
        of_women = self.of_women[cells.pick(self.women.table, draw)]
        return np.where(women(cells), of_women, self.of_men[cells.pick(self.men.table, draw)])

    def chosen(self, cells: Cells, draw: Draw) -> pa.DictionaryArray:
        """The words that are drawn, dictionary-encoded."""
        return chosen(self.drawn(cells, draw), self.array)

    def either(self, share: float) -> Indices:
        """The indices that can be drawn where this is the share of women."""
        return {0.0: self.of_men, 1.0: self.of_women}.get(share, np.arange(len(self.words), dtype=np.int32))


@cache
def _of(women: WordList, men: WordList) -> Names:
    return Names.of(women, men)


def names(column: Column, kind: str) -> Names:
    """The names called ``first_names``, ``last_names`` ... in the column's locale; SchemaError where it is none."""
    return _of(listed(column, f"{kind}_female"), listed(column, f"{kind}_male"))


def names_of(locale: str, kind: str) -> Names:
    """The same of a locale that is known to be one."""
    return _of(word_list(f"{kind}_female", locale), word_list(f"{kind}_male", locale))
