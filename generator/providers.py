"""What a provider of Faker reaches when it is called: found by reading its code, for whatever locale it is in.

A cell may depend on nothing but its row, so a provider that looks at the clock, or at random numbers other than the
generator's, is none for us. There are hundreds of providers, and they differ by locale (the national numbers of Sweden
read the clock, those of Germany do not), so no list of them is kept: the names that a method uses are followed through
Faker's own methods, functions and forms of text.
"""

from __future__ import annotations

import datetime as dt
import dis
import random
import re
import time
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final

TOKEN: Final = re.compile(r"\{\{\s*(\w+)(?:\s*:\s*\w+\s*)?\s*\}\}")
"""``{{first_name}}`` in a form of text: Faker puts what that provider gives in its place."""

_CLOCK: Final = {"now", "today", "utcnow"}
_CLOCKS: Final = (time, time.time, time.time_ns, time.localtime, time.gmtime)
_SEEDABLE: Final = {"faker.utils.distribution", "faker.providers.color.color"}
"""Modules that name Python's shared random numbers, but take the generator's where they are given them, as they are."""
_BY_HASH: Final = {("faker.providers.address.it_IT", "city")}
"""Methods that choose from a list made of a set, whose order is another in every process."""
_CALLS_BY_NAME: Final = {"format", "get_formatter", "getattr"}
_OF_AN_OBJECT: Final = {"LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"}
_OWN_AFFAIRS: Final = {"generator", "random", "parse"}


def provided(faker: Any) -> dict[str, Any]:
    """The public methods of a Faker generator's providers by name, those of later providers first as Faker has it."""
    names = {name for provider in faker.providers for name in dir(provider) if not name.startswith("_")}
    found = {name: getattr(faker, name, None) for name in sorted(names)}
    return {name: method for name, method in found.items() if callable(method) and hasattr(method, "__self__")}


def impurity(faker: Any, name: str) -> str:
    """What the provider ``name``, or a method it reaches, looks at that is not its row's; empty for nothing."""
    waiting, seen = list(_methods(faker, name)), set()
    while waiting:
        owner, function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        if found := _looks_at(function):
            return found
        waiting += _reached(faker, owner, function)
    return ""


def _looks_at(function: FunctionType) -> str:
    attributes, of_module = _named(function)
    defaults = (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    dated = any(isinstance(value, dt.date) for value in defaults)
    if attributes & _CLOCK or dated or any(value is clock for value in of_module for clock in _CLOCKS):
        return "the clock"
    if (function.__module__, function.__name__) in _BY_HASH:
        return "an order that is another in every process"
    shared = any(value is random or isinstance(value, random.Random) for value in of_module)
    return "random numbers that no seed reaches" if shared and function.__module__ not in _SEEDABLE else ""


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and of what is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@cache
def _named(function: FunctionType) -> tuple[frozenset[str], tuple[Any, ...]]:
    """The attributes that it names, of whatever object, and what it names of its module."""
    steps = [step for code in _codes(function.__code__) for step in dis.get_instructions(code)]
    attributes = {step.argval for step in steps if step.opname in _OF_AN_OBJECT or step.argval == "getattr"}
    names = {step.argval for step in steps if step.opname == "LOAD_GLOBAL"}
    of_module = (function.__globals__[name] for name in sorted(names) if name in function.__globals__)
    return frozenset(attributes), tuple(of_module)


def _reached(faker: Any, owner: Any, function: FunctionType) -> Iterator[tuple[Any, FunctionType]]:
    """The functions that it names: methods of its provider and of others, its module's, those in forms of text."""
    attributes, of_module = _named(function)
    texts = [text for code in _codes(function.__code__) for text in _texts(code.co_consts)]
    for name in attributes - _OWN_AFFAIRS:
        yield from _methods(faker, name, owner)
        texts += _texts(getattr(type(owner), name, None))
    for value in of_module:
        yield from _of_module(owner, value)
    called = {token for text in texts for token in TOKEN.findall(text)}
    if attributes & _CALLS_BY_NAME:
        called |= {text for text in texts if text.isidentifier()}
    for name in called:
        yield from _methods(faker, name)
    for cell in function.__closure__ or ():
        if isinstance(cell.cell_contents, FunctionType):  # what a decorator wraps
            yield owner, cell.cell_contents


def _methods(faker: Any, name: str, owner: Any = None) -> Iterator[tuple[Any, FunctionType]]:
    """All that can be meant by a method's name: each class's own, for ``super()`` reaches those of its bases."""
    provider = owner if hasattr(type(owner), name) else getattr(getattr(faker, name, None), "__self__", None)
    for cls in (provider if isinstance(provider, type) else type(provider)).__mro__:
        found = vars(cls).get(name)
        found = getattr(found, "fget", None) or getattr(found, "__func__", found)
        if isinstance(found, FunctionType):
            yield provider, found


def _of_module(owner: Any, value: Any) -> Iterator[tuple[Any, FunctionType]]:
    if not getattr(value, "__module__", "").startswith("faker."):
        return
    if isinstance(value, FunctionType):
        yield owner, value
    elif isinstance(value, type) and not hasattr(value, "random_element"):  # a provider's methods are named one by one
        for method in vars(value).values():
            method = getattr(method, "__func__", method)
            if isinstance(method, FunctionType):
                yield owner, method


def _texts(value: Any) -> list[str]:
    """All texts in a constant, however deep in its containers."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, list | tuple | set | frozenset):
        return [text for part in value for text in _texts(part)]
    return []
