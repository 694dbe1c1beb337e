"""Which texts of forms can be told apart: forms as marks and words, and the choice of those that never meet.

A text is cut at its marks (spaces, stops, hyphens and the like). A form whose slots are whole words between marks gives
each text once; two such forms can give the same text only where their marks agree and their words can.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from string import Formatter

LONGEST_LIST = 20_000
"""The most texts of a form that are written out to be compared."""


@dataclass(frozen=True)
class Form:
    """A form: what stands before its places and after the last one, and the places; ``last 2`` is the second last."""

    literals: tuple[str, ...]
    places: tuple[str, ...]

    def positions(self, places: Sequence[str]) -> list[int]:
        """Where its places are in a longer sequence, in which they occur in their order."""
        found: list[int] = []
        for place in self.places:
            found.append(places.index(place, found[-1] + 1 if found else 0))
        return found

    def marks(self, places: Sequence[str]) -> list[str]:
        """Its literals laid over a longer sequence of places: one before each of them, one after the last."""
        marks = [""] * (len(places) + 1)
        at = 0
        for literal, found in zip(self.literals, self.positions(places), strict=False):
            marks[found] = literal
            at = found + 1
        marks[at] = self.literals[-1]
        return marks


def parse_form(text: str) -> Form:
    """``{last} & {last} Ltd`` as a form; braces that are meant are doubled."""
    literals: list[str] = []
    places: list[str] = []
    before = ""
    for literal, name, _, _ in Formatter().parse(text):
        before += literal
        if name is not None:
            literals.append(before)
            before = ""
            seen = sum(place.partition(" ")[0] == name for place in places)
            places.append(f"{name} {seen + 1}" if seen else name)
    return Form((*literals, before), tuple(places))


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] in "PZSC"


def plain_words(words: Sequence[str]) -> list[int]:
    """Where the words are that have no mark in them."""
    return [index for index, word in enumerate(words) if word and not any(map(_is_mark, word))]


_Tokens = tuple[tuple[str, ...], tuple[tuple[str, bool], ...]]
"""The marks between words, and the words: a text, or a slot's name and True."""


def _tokens(form: Form) -> _Tokens | None:
    """The form cut at its marks; None where a slot is part of a word."""
    marks: list[str] = [""]
    words: list[tuple[str, bool]] = []
    for number, literal in enumerate(form.literals):
        inside = ""
        for char in literal:
            if _is_mark(char):
                if inside:
                    words.append((inside, False))
                    marks.append("")
                    inside = ""
                marks[-1] += char
            elif not inside and not marks[-1] and words:
                return None  # a letter right behind a slot
            else:
                inside += char
        if number < len(form.places):
            if inside or (not marks[-1] and words):
                return None  # a letter, or another slot, right before a slot
            words.append((form.places[number].partition(" ")[0], True))
            marks.append("")
        elif inside:
            words.append((inside, False))
            marks.append("")
    return tuple(marks), tuple(words)


def _meet(one: _Tokens, other: _Tokens, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether two forms can give the same text."""
    if one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    for (text, slot), (second, second_slot) in zip(one[1], other[1], strict=True):
        if slot and second_slot:
            apart = words[text].isdisjoint(words[second])
        elif slot or second_slot:
            apart = (second if slot else text) not in words[text if slot else second]
        else:
            apart = text != second
        if apart:
            return False
    return True


def apart_by_marks(forms: Sequence[Form], weights: Sequence[float], words: Mapping[str, Sequence[str]]) -> list[int]:
    """The forms to count through over words without marks: the heaviest first, those left out that meet one before."""
    sets = {name: frozenset(list_of) for name, list_of in words.items()}
    kept: list[int] = []
    found: list[_Tokens] = []
    for number in _heaviest_first(weights):
        tokens = _tokens(forms[number]) if texts(forms[number], words) else None
        if tokens is not None and not any(_meet(tokens, each, sets) for each in found):
            kept.append(number)
            found.append(tokens)
    return kept


def apart_by_text(forms: Sequence[Form], weights: Sequence[float], words: Mapping[str, Sequence[str]]) -> list[int]:
    """The forms of one slot each whose texts, all written out, never meet: over any words, in any script."""
    kept: list[int] = []
    seen: set[str] = set()
    for number in _heaviest_first(weights):
        form = forms[number]
        if len(form.places) != 1 or not 0 < texts(form, words) <= LONGEST_LIST:
            continue
        before, after = form.literals
        written = {before + word + after for word in words[form.places[0].partition(" ")[0]]}
        if seen.isdisjoint(written):
            seen |= written
            kept.append(number)
    return kept


def _heaviest_first(weights: Sequence[float]) -> list[int]:
    return sorted(range(len(weights)), key=lambda number: (-weights[number], number))


def texts(form: Form, words: Mapping[str, Sequence[str]]) -> int:
    """How many texts a form has, each way to make it counted."""
    return prod(len(words[place.partition(" ")[0]]) for place in form.places)
