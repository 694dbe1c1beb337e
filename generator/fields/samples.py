"""Words of the stored lists by the lists' own names, for what no type is made of."""

from __future__ import annotations

from pydantic import Field as Option

from generator.column import Column
from generator.errors import nearest
from generator.field import field_type
from generator.fields.words import WordListField, fitting, listed
from generator.vocabulary import LISTS, WordList


@field_type("sample", "word_list", "from_list")
class Sample(WordListField):
    """A word of a stored list by the list's name, as frequent as it is there: ``{type: sample, list: industries}``."""

    list: str = Option(min_length=1, max_length=64, description="Such as industries, drugs or last_names.")

    examples = ({"list": "industries"}, {"list": "first_names_female", "max_length": 8})

    def prepare(self, column: Column) -> WordList:
        if self.list not in LISTS:
            raise column.wrong("list", f"there is no list {self.list!r}", nearest(self.list, LISTS))
        return fitting(column, listed(column, self.list), self.room)
