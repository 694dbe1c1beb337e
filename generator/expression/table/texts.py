"""Entries: text, and patterns in it."""

from __future__ import annotations

from typing import Final

import pyarrow.compute as pc

from generator.expression import lists, membership, patterns, text, transliteration
from generator.expression.function import ANY, INTEGERS, SIZED, Function, Parameter
from generator.expression.operands import joined
from generator.expression.table.parameters import (
    TEXT_VALUE,
    TO_BOOLEAN,
    TO_INTEGER,
    TO_TEXT,
    WIDEST,
    Constants,
    Types,
    constant_integer,
    constant_text,
    not_empty,
    one_character,
)
from generator.expression.types import is_list
from generator.expression.values import Value

_COUNT: Final = (*TEXT_VALUE, constant_integer("count", 0, WIDEST))
_PART: Final = (*TEXT_VALUE, constant_text("part"))
_TRIM: Final = (*TEXT_VALUE, constant_text("characters", optional=True))
_PAD: Final = (*TEXT_VALUE, constant_integer("width", 0, WIDEST), constant_text("character", optional=True))
_MASK: Final = (*TEXT_VALUE, constant_integer("keep", 0, WIDEST), constant_text("character", optional=True))
_CUT: Final = (
    *TEXT_VALUE,
    constant_integer("start", 1, WIDEST),
    constant_integer("count", 0, WIDEST, optional=True),
)
_CHANGE: Final = (*TEXT_VALUE, constant_text("old"), constant_text("new"))
_SPLIT: Final = (*TEXT_VALUE, constant_text("separator"), constant_integer("number", -WIDEST, WIDEST))
_PATTERN: Final = (*TEXT_VALUE, constant_text("pattern"))


def _length(value: Value) -> Value:
    return lists.length(value) if is_list(value.type) else text.length(value)


def _split_checked(types: Types, constants: Constants) -> str | None:
    return not_empty(types, constants) or (None if constants[1] else "pieces are counted from 1, or from the end by -1")


def _pattern_checked(types: Types, constants: Constants) -> str | None:
    if len(constants[0]) > patterns.MAX_PATTERN:
        return f"a pattern has at most {patterns.MAX_PATTERN} characters"
    return patterns.check_pattern(constants[0])


def _group_checked(types: Types, constants: Constants) -> str | None:
    group = constants[1] if len(constants) > 1 else 0
    return _pattern_checked(types, constants) or patterns.check_group(constants[0], group)


def _replacement_checked(types: Types, constants: Constants) -> str | None:
    return _pattern_checked(types, constants) or patterns.check_replacement(*constants)


def functions() -> list[Function]:
    return [*_cases(), *_parts(), *_changes(), *_patterns()]


def _cases() -> list[Function]:
    value, kernel = TEXT_VALUE, text.cased
    return [
        Function("lower", "in lower case", value, TO_TEXT, kernel(pc.utf8_lower)),
        Function("upper", "in upper case", value, TO_TEXT, kernel(pc.utf8_upper)),
        Function("title", "each word with a capital", value, TO_TEXT, kernel(pc.utf8_title)),
        Function(
            "capitalize", "the first letter a capital, the others small", value, TO_TEXT, kernel(pc.utf8_capitalize)
        ),
        Function("initials", "the first letter of each word, as capitals", value, TO_TEXT, text.initials),
        Function(
            "ascii",
            "without accents and without what ASCII has no letter for",
            value,
            TO_TEXT,
            transliteration.plain_letters,
        ),
        Function("slug", "lower-case ASCII with hyphens between words", value, TO_TEXT, transliteration.slug),
    ]


def _parts() -> list[Function]:
    contains = (Parameter("value", SIZED), Parameter("part", ANY))
    return [
        Function(
            "length",
            "number of characters of a text, or of items of a list",
            (Parameter("value", SIZED),),
            TO_INTEGER,
            _length,
        ),
        Function("left", "the first characters", _COUNT, TO_TEXT, text.left),
        Function("right", "the last characters", _COUNT, TO_TEXT, text.right),
        Function(
            "substring", "so many characters from one counted from 1, or all of them", _CUT, TO_TEXT, text.substring
        ),
        Function(
            "split_part",
            "a piece between separators, counted from 1, or from the end by -1; empty where none is",
            _SPLIT,
            TO_TEXT,
            text.split_part,
            check=_split_checked,
        ),
        Function(
            "position",
            "where a part starts, counted from 1; 0 where it does not occur",
            _PART,
            TO_INTEGER,
            text.position,
            check=not_empty,
        ),
        Function("count", "how often a part occurs, without overlaps", _PART, TO_INTEGER, text.count, check=not_empty),
        Function("starts_with", "whether it starts so", _PART, TO_BOOLEAN, pc.starts_with),
        Function("ends_with", "whether it ends so", _PART, TO_BOOLEAN, pc.ends_with),
        Function(
            "contains",
            "whether a literal part occurs in a text, or a value in a list",
            contains,
            TO_BOOLEAN,
            None,
            node=membership.contains,
        ),
        Function(
            "ord", "the code point of the first character; null of empty text", TEXT_VALUE, TO_INTEGER, text.code_points
        ),
        Function(
            "chr",
            "the character of a code point, an error where there is none",
            (Parameter("code", INTEGERS),),
            TO_TEXT,
            text.characters,
        ),
    ]


def _changes() -> list[Function]:
    trimmed, padded = text.trimmed, text.padded
    both = trimmed(pc.utf8_trim, pc.utf8_trim_whitespace)
    before = trimmed(pc.utf8_ltrim, pc.utf8_ltrim_whitespace)
    after = trimmed(pc.utf8_rtrim, pc.utf8_rtrim_whitespace)
    return [
        Function("trim", "without white space, or the characters, at both ends", _TRIM, TO_TEXT, both),
        Function("ltrim", "without white space, or the characters, at the start", _TRIM, TO_TEXT, before),
        Function("rtrim", "without white space, or the characters, at the end", _TRIM, TO_TEXT, after),
        Function("replace", "every occurrence of one text by another", _CHANGE, TO_TEXT, text.replace, check=not_empty),
        Function("pad_left", "filled on the left to a width", _PAD, TO_TEXT, padded(pc.utf8_lpad), check=one_character),
        Function(
            "pad_right", "filled on the right to a width", _PAD, TO_TEXT, padded(pc.utf8_rpad), check=one_character
        ),
        Function(
            "mask",
            "all but the last characters hidden behind stars, or another character",
            _MASK,
            TO_TEXT,
            text.mask,
            check=one_character,
        ),
        Function("repeat", "so many times over", _COUNT, TO_TEXT, text.repeat),
        Function("reverse", "characters in reverse", TEXT_VALUE, TO_TEXT, pc.utf8_reverse),
        Function(
            "concat", "end to end, as with +; null where one is", TEXT_VALUE, TO_TEXT, None, variadic=True, node=joined
        ),
    ]


def _patterns() -> list[Function]:
    group = (*_PATTERN, constant_integer("group", 0, patterns.MAX_GROUP, optional=True))
    return [
        Function(
            "matches", "whether an RE2 pattern occurs", _PATTERN, TO_BOOLEAN, patterns.matches, check=_pattern_checked
        ),
        Function(
            "regex_extract",
            "the first match of an RE2 pattern, or a group of it; null without a match",
            group,
            TO_TEXT,
            patterns.extracted,
            check=_group_checked,
        ),
        Function(
            "regex_replace",
            "every match of an RE2 pattern by a text, in which \\1 to \\9 are its groups",
            (*_PATTERN, constant_text("new")),
            TO_TEXT,
            patterns.replaced,
            check=_replacement_checked,
        ),
    ]
