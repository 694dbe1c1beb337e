"""Any provider of the Faker package, a row at a time: for the few things that have no type of their own.

Faker draws from Python's ``random``. Here each cell has a generator of its own, seeded with 64 bits of its row, so a
cell is the same whatever was made before it. What a provider looks at besides is found out in ``generator.providers``.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any, ClassVar, Final, Literal
from uuid import UUID

import pyarrow as pa
from pydantic import ConfigDict, JsonValue
from pydantic import Field as Option

from generator import providers
from generator.cells import Cells
from generator.column import Column
from generator.errors import nearest
from generator.field import TEXT, TextField, field_type
from generator.vocabulary import FALLBACK, VocabularyError, check_locale, main_locale

_LARGEST: Final = 4096
_SIZES: Final = re.compile(r"(^|_)(nb|length|chars|digits|rows|size|count|depth|elements|allowed)($|_)")
"""Arguments that say how much is made: they may not make a cell, or a worker, as large as they like."""

_TYPES: Final = {"text": TEXT, "integer": pa.int64(), "float": pa.float64(), "boolean": pa.bool_()}
_PLAIN: Final = (str, int, float, Decimal, dt.date, dt.time, dt.timedelta, dt.tzinfo, UUID, type(None))
_TRIALS: Final = (0, 1, 2**63)


@field_type("faker")
class Faker(TextField):
    """What a provider of the Faker package gives, by the provider's name; slower by far than other types.

    The cell is seeded by its row, in the column's locale where Faker has it, else that of its language, else English.
    It is text: lists and mappings are JSON; ``as`` makes numbers and true or false of it. A cell takes from 6 to 100
    microseconds, a thousand times as long as one of another type, so use it where there is no other. Providers of
    dates and others that read the clock are refused: the same rows would be others tomorrow.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    provider: str = Option(description="A provider's name, such as color_name, without arguments.")
    arguments: dict[str, JsonValue] = Option(default={}, description="Its arguments by name.")
    as_: Literal["text", "integer", "float", "boolean"] = Option(
        default="text", alias="as", description="What the column holds."
    )

    localized = True
    examples: ClassVar[tuple[dict[str, Any], ...]] = (
        {"provider": "color_name"},
        {"provider": "bothify", "arguments": {"text": "??-####", "letters": "ABC"}, "locale": "de_DE"},
        {"provider": "random_int", "arguments": {"min": 10, "max": 99, "step": 3}, "as": "integer"},
    )

    def arrow_type(self, column: Column) -> pa.DataType:
        return _TYPES[self.as_]

    def may_be_null(self, column: Column) -> bool:
        return True

    def prepare(self, column: Column) -> _Calls:
        if self.as_ != "text" and self.dressed:
            raise column.wrong("as", "max_length, case, prefix and suffix are for text", "drop them, or as: text")
        faker = _faker(column)
        method = self._method(column, faker)
        self._check_arguments(column, faker, method)
        calls = _Calls(faker.random, method, _ordered(self.arguments), _READERS[self.as_], Lock())
        for bits in _TRIALS:
            try:
                calls.cell(bits)
            except _NoValue as error:
                raise column.wrong("provider", f"Faker's {self.provider} gives {error}", "try another one") from None
            except Exception as error:
                told = str(error) or type(error).__name__
                raise column.wrong(
                    "arguments", f"Faker's {self.provider} refuses: {told}", _signature(method)
                ) from None
        language = getattr(method.__self__, "__lang__", None)
        if language:
            column.took[f"Faker's {self.provider}"] = language.replace("no_NO", "nb_NO")
        return calls

    def _method(self, column: Column, faker: Any) -> Any:
        known = providers.provided(faker)
        if self.provider not in known:
            problem = f"Faker {_version()} has no provider {self.provider!r} in {column.locale}"
            raise column.wrong("provider", problem, nearest(self.provider, known))
        self._check_pure(column, faker, self.provider, "provider")
        return known[self.provider]

    def _check_pure(self, column: Column, faker: Any, name: str, option: str) -> None:
        found = providers.impurity(faker, name)
        if found:
            problem = f"Faker's {name} looks at {found} in {column.locale}, so the same seed would give other cells"
            own = "the types date, timestamp, birth_date and card_expiry" if found == "the clock" else "a type for it"
            raise column.wrong(option, problem, f"there are {own}: see seedbed types")

    def _check_arguments(self, column: Column, faker: Any, method: Any) -> None:
        """Refuses sizes beyond measure, and arguments that name providers which would be refused themselves."""
        known = providers.provided(faker)
        for name, value in _leaves(self.arguments):
            if isinstance(value, int | float) and _SIZES.search(name) and abs(value) > _LARGEST:
                raise column.wrong("arguments", f"{name} is more than {_LARGEST:,}", "make it smaller")
            if not isinstance(value, str):
                continue
            if len(value) > _LARGEST:
                raise column.wrong("arguments", f"{name} has more than {_LARGEST:,} characters", "make it shorter")
            tokens = providers.TOKEN.findall(value)
            if name == "data_columns" and (value in known or hasattr(faker, value)):
                tokens = [*tokens, value]
            for token in tokens:
                if token not in known:
                    raise column.wrong("arguments", f"Faker has no provider {token!r}", nearest(token, known))
                self._check_pure(column, faker, token, "arguments")

    def generate(self, cells: Cells) -> pa.Array:
        calls: _Calls = cells.prepared
        wanted = [True] * len(cells) if cells.present is None else cells.present.tolist()
        pairs = zip(cells.bits().tolist(), wanted, strict=True)
        try:
            with calls.lock:
                found = [calls.cell(bits) if wanted else None for bits, wanted in pairs]
            return pa.array(found, _TYPES[self.as_])
        except Exception as error:
            told = str(error) or type(error).__name__
            problem = f"Faker's {self.provider} failed in a row: {told}"
            raise cells.column.wrong("provider", problem, "change its arguments") from error


class _NoValue(Exception):  # noqa: N818 - no error yet: the field says where it is one
    """What a provider gave instead of a value that a cell can hold."""


@dataclass(frozen=True)
class _Calls:
    """A provider's method, its arguments, the numbers it draws from, and how a value is read; one thread at a time."""

    random: random.Random
    method: Callable[..., Any]
    arguments: dict[str, Any]
    read: Callable[[Any], Any]
    lock: Lock

    def cell(self, bits: int) -> Any:
        """What the provider gives where the numbers begin with these 64 bits; nothing is left of earlier calls."""
        self.random.seed(bits)
        value = self.method(**self.arguments)
        return None if value is None else self.read(value)


def _faker(column: Column) -> Any:
    """A generator of Faker's with random numbers of its own, in the nearest locale that Faker has."""
    from faker.config import AVAILABLE_LOCALES
    from faker.factory import Factory

    try:
        check_locale(column.locale)
    except VocabularyError as error:
        raise column.wrong("locale", error.problem, error.remedy) from None
    names = [name.replace("nb_NO", "no_NO") for name in (column.locale, main_locale(column.locale), FALLBACK)]
    faker = Factory.create(next(name for name in names if name in AVAILABLE_LOCALES))
    faker.random = random.Random(0)  # noqa: S311 - test data, seeded before each call
    faker._is_seeded = True  # else some providers ask the operating system
    return faker


def _version() -> str:
    from faker import VERSION

    return str(VERSION)


def _signature(method: Any) -> str:
    import inspect

    names = [name for name in inspect.signature(method).parameters if not name.startswith("_")]
    return f"it takes {', '.join(names)}" if names else "it takes no arguments"


def _ordered(value: Any) -> Any:
    """Faker takes weights in an OrderedDict only."""
    if isinstance(value, Mapping):
        return OrderedDict((key, _ordered(item)) for key, item in value.items())
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def _leaves(arguments: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each value in the arguments, however deep, with the name of its argument."""
    waiting = list(arguments.items())
    while waiting:
        name, value = waiting.pop()
        yield name, value
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(name, item) for item in inside]


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=_inside)
    if isinstance(value, _PLAIN):
        return str(value)
    raise _NoValue(f"a {type(value).__name__}, which has no text of its own")


def _inside(value: Any) -> str:
    """The text of what JSON has no form for."""
    if isinstance(value, _PLAIN):
        return str(value)
    raise _NoValue(f"a {type(value).__name__} inside, which has no text of its own")


def _integer(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value != int(value):
        raise _NoValue(f"{value!r}, which is no integer")
    if not -(2**63) <= value < 2**63:
        raise _NoValue(f"{value}, which is no integer of 64 bits")
    return int(value)


def _float(value: Any) -> float:
    try:
        return float(value if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) else "")
    except ValueError:
        raise _NoValue(f"{value!r}, which is no number") from None


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _NoValue(f"{value!r}, which is neither true nor false")
    return value


_READERS: Final = {"text": _text, "integer": _integer, "float": _float, "boolean": _boolean}
