"""People: names."""

from __future__ import annotations

from generator.field import field_type
from generator.fields.words import WordListField


@field_type("first_name", "given_name")
class FirstName(WordListField):
    """A first name, as frequent as it is among people of the locale."""

    list_name = "first_names"
    examples = ({}, {"case": "upper"})


@field_type("last_name", "surname", "family_name")
class LastName(WordListField):
    """A family name, as frequent as it is in the locale."""

    list_name = "last_names"
    examples = ({}, {"prefix": "van "})
