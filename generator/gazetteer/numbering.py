"""Which telephone numbers a country has, from the metadata of the package phonenumbers (Google, libphonenumber).

A country's national numbers are described there by regular expressions of digits. Here they become a plan: distinct
beginnings, each followed by so many free digits, no number twice. How numbers are written is the neighbour's business.
"""

from __future__ import annotations

import importlib
import math
import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

Kind = Literal["mobile", "fixed", "any"]

_DIGITS: Final = "0123456789"
_SHORT: Final = 8
"""Digits of a number that most countries have left behind, where they have longer ones too."""
_MOST: Final = 100
"""Beginnings that one form may have written out, where there are forms with fewer: rare corners have thousands."""

_Form = tuple[str, ...]
"""The digits that each place of a number may be."""


@dataclass(frozen=True, order=True)
class Beginning:
    """The first digits of national numbers, and how many free digits follow."""

    digits: str
    free: int

    @property
    def length(self) -> int:
        return len(self.digits) + self.free


@cache
def metadata(region: str) -> PhoneMetadata:
    """What phonenumbers knows of a region's numbers; reads that region's file only. KeyError where there is none."""
    try:
        module = importlib.import_module(f"phonenumbers.data.region_{region}")
    except ModuleNotFoundError:
        raise KeyError(region) from None
    found: PhoneMetadata = getattr(module, f"PHONE_METADATA_{region}")
    return found


@cache
def numbers(region: str, kind: Kind) -> tuple[Beginning, ...]:
    """The beginnings of a region's numbers of a kind, sorted; none where it has no numbers of that kind.

    Lengths are usual ones: a German line may have 5 digits or 15, most have 9 or 10.
    """
    known = metadata(region)
    kinds = {"mobile": (known.mobile,), "fixed": (known.fixed_line,), "any": (known.fixed_line, known.mobile)}
    found = _apart([beginning for described in kinds[kind] for beginning in _of(described)])
    return tuple(beginning for beginning in found if _within(beginning, _general(region)))


@cache
def fictional(region: str) -> tuple[Beginning, ...]:
    """The numbers 555-0100 to 555-0199 of each area code of the United States or Canada, kept free for fiction.

    Source: ATIS-0300115, 555 NXX Line Number Reservation. None elsewhere.
    """
    if region not in ("US", "CA"):
        return ()
    areas = sorted({beginning.digits[:3] for beginning in numbers(region, "any")})
    return tuple(Beginning(f"{area}55501", 2) for area in areas)


@cache
def _general(region: str) -> frozenset[tuple[int, str]]:
    """What all numbers of a region begin with, by their length: some kinds' expressions say more than that."""
    described = metadata(region).general_desc
    if described is None or described.national_number_pattern is None:
        return frozenset()
    forms = digit_forms(described.national_number_pattern)
    return frozenset((each.length, each.digits) for form in forms for each in _written_out(form))


def _within(beginning: Beginning, general: frozenset[tuple[int, str]]) -> bool:
    digits = beginning.digits
    return any((beginning.length, digits[:length]) in general for length in range(len(digits) + 1))


def _of(described: PhoneNumberDesc | None) -> list[Beginning]:
    if described is None or described.national_number_pattern is None or not described.possible_length:
        return []
    possible = frozenset(described.possible_length)
    forms = [form for form in digit_forms(described.national_number_pattern) if len(form) in possible]
    lengths = {len(form) for form in forms}
    example = len(described.example_number or "")
    first = _SHORT + 1 if example <= _SHORT and _SHORT + 1 in lengths else example
    usual = [form for form in forms if len(form) in (first, first + 1)] or forms
    plain = [form for form in usual if math.prod(map(len, _head(form))) <= _MOST] or usual
    return [beginning for form in plain for beginning in _written_out(form)]


def _head(form: _Form) -> _Form:
    """The places of a form before those that may be any digit to its end."""
    free = 0
    while free < len(form) and form[-1 - free] == _DIGITS:
        free += 1
    return form[: len(form) - free]


def _written_out(form: _Form) -> list[Beginning]:
    head = _head(form)
    return [Beginning("".join(digits), len(form) - len(head)) for digits in product(*head)]


def _apart(found: list[Beginning]) -> tuple[Beginning, ...]:
    """Without those whose numbers another one has: of one length, a beginning that begins with another."""
    kept: dict[int, list[Beginning]] = {}
    for beginning in sorted(set(found), key=lambda each: (each.digits, -each.free)):
        before = kept.setdefault(beginning.length, [])
        if not before or not beginning.digits.startswith(before[-1].digits):
            before.append(beginning)
    return tuple(sorted(beginning for of_length in kept.values() for beginning in of_length))


def digit_forms(pattern: str) -> list[_Form]:
    r"""Every form of a regular expression of digits: groups, ``|``, classes, ``\d``, ``{n}``, ``{n,m}`` and ``?``."""
    forms, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise ValueError(f"no expression of digits: {pattern!r} from column {end + 1} on")
    return forms


def _alternatives(text: str, at: int) -> tuple[list[_Form], int]:
    done: list[_Form] = []
    forms: list[_Form] = [()]
    while at < len(text) and text[at] != ")":
        if text[at] == "|":
            done, forms, at = done + forms, [()], at + 1
            continue
        items, at = _item(text, at)
        low, high, at = _count(text, at)
        repeated = [sum(run, ()) for times in range(low, high + 1) for run in product(items, repeat=times)]
        forms = [form + more for form in forms for more in repeated]
    return done + forms, at


def _item(text: str, at: int) -> tuple[list[_Form], int]:
    if text[at] == "(":
        inside, at = _alternatives(text, at + (3 if text.startswith("(?:", at) else 1))
        return inside, at + 1
    if text[at] == "[":
        end = text.index("]", at)
        return [(_class(text[at + 1 : end]),)], end + 1
    if text.startswith("\\d", at):
        return [(_DIGITS,)], at + 2
    if text[at] not in _DIGITS:
        raise ValueError(f"no expression of digits: {text!r} at column {at + 1}")
    return [(text[at],)], at + 1


_COUNT: Final = re.compile(r"\{(\d+)(?:,(\d+))?\}|\?")


def _count(text: str, at: int) -> tuple[int, int, int]:
    found = _COUNT.match(text, at)
    if found is None:
        return 1, 1, at
    if found[1] is None:
        return 0, 1, found.end()
    return int(found[1]), int(found[2] or found[1]), found.end()


def _class(text: str) -> str:
    """``[2-57]`` as ``23457``."""
    found = "".join(_DIGITS[int(low) : int(high or low) + 1] for low, high in re.findall(r"(\d)(?:-(\d))?", text))
    return "".join(sorted(set(found)))


BORROWED: Final = {"AQ": 672, "BV": 47, "GS": 500, "HM": 672, "PN": 64, "TF": 262, "UM": 1}
"""Territories without numbers of their own, and the code of those who answer there."""


@cache
def calling_codes() -> dict[str, int]:
    """The calling code of each country and territory of ISO 3166-1 (ITU-T E.164)."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = {region: code for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() for region in regions}
    return {**BORROWED, **regions}
