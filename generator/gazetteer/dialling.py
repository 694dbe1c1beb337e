"""How telephone numbers are written: each beginning of a country's plan with the marks that stand between its digits.

The formats are those of the package phonenumbers, which chooses one by a number's first digits and its length. Here
that choice is made once for each beginning, so that a row needs its beginning, its free digits and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from generator.gazetteer.numbering import Beginning, Kind, digit_forms, fictional, metadata, numbers

if TYPE_CHECKING:
    from phonenumbers.phonemetadata import NumberFormat

Style = Literal["e164", "international", "national"]


@dataclass(frozen=True)
class Written:
    """A beginning as text: what stands before the free digits, and their ``shape``, such as ``##-####``."""

    head: str
    shape: str
    free: int


@cache
def written(region: str, kind: Kind | Literal["fictional"], style: Style) -> tuple[Written, ...]:
    """All numbers of a kind, as they are written in a style; none where the region has none of that kind.

    E.164 is the form of ITU-T E.164: a plus sign and digits only.
    """
    beginnings = fictional(region) if kind == "fictional" else numbers(region, kind)
    code = metadata(region).country_code
    if style == "e164":
        return tuple(Written(f"+{code}{each.digits}", "#" * each.free, each.free) for each in beginnings)
    rules = _rules(region, style)
    before = "" if style == "national" else f"+{code} "
    return tuple(found for beginning in beginnings for found in _spelled(beginning, rules, before))


def _main(region: str) -> str:
    """The region whose formats all numbers of the region's calling code have."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return str(COUNTRY_CODE_TO_REGION_CODE[metadata(region).country_code or 0][0])


@dataclass(frozen=True)
class _Rule:
    """A format: the first digits it is for, all digits but the last of those, the groups of digits, and the text."""

    first: frozenset[str]
    lengths: tuple[int, ...]
    undecided: frozenset[str]
    pattern: str
    text: str

    def fits(self, digits: str) -> bool | None:
        """Whether numbers that begin so have this format; None where the digits that follow decide."""
        if not self.first or any(digits[:length] in self.first for length in self.lengths):
            return True
        return None if digits in self.undecided else False


def _rules(region: str, style: Style) -> tuple[_Rule, ...]:
    known = metadata(_main(region))
    formats = known.number_format if style == "national" or not known.intl_number_format else known.intl_number_format
    return tuple(_rule(each, style) for each in formats if each.format not in (None, "NA"))


_FIRST_GROUP: Final = re.compile(r"\\\d")


def _rule(found: NumberFormat, style: Style) -> _Rule:
    text = found.format or ""
    prefix = found.national_prefix_formatting_rule
    if style == "national" and prefix:
        text = _FIRST_GROUP.sub(lambda group: prefix.replace("\\1", group[0]), text, count=1)
    last = found.leading_digits_pattern[-1:]
    first = {digits for form in (digit_forms(last[0]) if last else []) for digits in _texts(form)}
    undecided = {digits[:length] for digits in first for length in range(len(digits))}
    return _Rule(
        frozenset(first),
        tuple(sorted({len(digits) for digits in first})),
        frozenset(undecided),
        found.pattern or "",
        text,
    )


def _texts(form: tuple[str, ...]) -> list[str]:
    texts = [""]
    for place in form:
        texts = [text + digit for text in texts for digit in place]
    return texts


def _spelled(beginning: Beginning, rules: tuple[_Rule, ...], before: str) -> list[Written]:
    """The beginning in its format; cut into ten where the next digit chooses among formats."""
    for rule in rules:
        fits = rule.fits(beginning.digits)
        if fits is None and beginning.free:
            longer = [Beginning(f"{beginning.digits}{digit}", beginning.free - 1) for digit in range(10)]
            return [found for each in longer for found in _spelled(each, rules, before)]
        spelled = _laid_out(beginning, rule, before) if fits else None
        if spelled is not None:
            return [spelled]
    return [Written(before + beginning.digits, "#" * beginning.free, beginning.free)]


def _laid_out(beginning: Beginning, rule: _Rule, before: str) -> Written | None:
    """The beginning in a format; None where its groups are for another length."""
    groups = re.fullmatch(rule.pattern, beginning.digits + "0" * beginning.free)
    if groups is None:
        return None
    digits = beginning.digits + "#" * beginning.free
    text = _FIRST_GROUP.sub(lambda group: digits[slice(*groups.span(int(group[0][1])))], rule.text)
    if text.count("#") != beginning.free:
        return None
    head, mark, shape = text.partition("#")
    return Written(before + head, mark + shape, beginning.free)
