r"""Finite languages of strings, from regular expressions, patterns or alphabets: counted exactly, sampled at any row.

``parse_regex(r"[A-Z]{2}\d{2}")``, ``parse_pattern("##-??")`` and ``strings("abc", 1, 8)`` give a :class:`Language`;
whatever none of them can mean is a :class:`LanguageError` with its column. Nothing here knows of fields or keys.
"""

from __future__ import annotations

from generator.language.counting import Counting, counting
from generator.language.language import Language
from generator.language.notation import Dialect, parse_pattern, parse_regex, strings
from generator.language.properties import ALPHABETS
from generator.language.syntax import LanguageError

__all__ = [
    "ALPHABETS",
    "Counting",
    "Dialect",
    "Language",
    "LanguageError",
    "counting",
    "parse_pattern",
    "parse_regex",
    "strings",
]
