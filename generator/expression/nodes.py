"""The compiled tree: each node has a type and gives a value over the rows of a frame.

First everything is computed for all rows. Only where that fails is the tree run again *carefully*: then a branch, or
the right side of ``and`` and ``or``, sees only the rows that reach it, and no dictionary entry that no row uses is
looked at. So the outcome is always that of the careful run, mostly at the speed of the first. What the operations
compute is not known here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generator.expression.errors import Failure
from generator.expression.frame import Frame
from generator.expression.syntax import MAX_TEXT_BYTES
from generator.expression.types import BOOLEAN, INTEGER, TEXT
from generator.expression.values import (
    Mask,
    Value,
    flags,
    is_coded,
    is_scalar,
    longest,
    nulls,
    plain,
    too_long,
)
from generator.kernels import concat

Kernel = Callable[..., Value]

_LONGEST_INTEGER: Final = 20


class Node(ABC):
    """A part of the tree: its type, and its place in the text for errors."""

    def __init__(self, type_: pa.DataType, column: int) -> None:
        self.type, self.column = type_, column

    @property
    def constant(self) -> pa.Scalar | None:
        """Its value where it is the same for all rows."""
        return None

    @abstractmethod
    def evaluate(self, frame: Frame) -> Value:
        """``frame.length`` values of the type, or one scalar for all; text may be coded. Failure without a value."""


class Constant(Node):
    def __init__(self, value: pa.Scalar, column: int) -> None:
        super().__init__(value.type, column)
        self.value = value

    @property
    def constant(self) -> pa.Scalar | None:
        return self.value

    def evaluate(self, frame: Frame) -> Value:
        return self.value


class Column(Node):
    def __init__(self, name: str, type_: pa.DataType, column: int) -> None:
        super().__init__(type_, column)
        self.name = name

    def evaluate(self, frame: Frame) -> Value:
        return frame.column(self.name)


class Apply(Node):
    """A kernel over its operands. A strict one is null where an operand is, and never sees a null scalar."""

    def __init__(
        self, kernel: Kernel, operands: Sequence[Node], type_: pa.DataType, column: int, strict: bool = True
    ) -> None:
        super().__init__(type_, column)
        self.kernel, self.operands, self.strict = kernel, tuple(operands), strict

    def evaluate(self, frame: Frame) -> Value:
        values = [operand.evaluate(frame) for operand in self.operands]
        if self.strict and any(is_scalar(value) and not value.is_valid for value in values):
            return pa.scalar(None, self.type)
        try:
            return self._apply(values, frame.careful)
        except Failure as failure:
            raise Failure(failure.problem, failure.column or self.column) from None
        except pa.ArrowInvalid as error:
            raise Failure(_reason(error), self.column) from None

    def _apply(self, values: list[Value], careful: bool) -> Value:
        if all(is_scalar(value) for value in values):
            return plain(self.kernel(*(pa.repeat(value, 1) for value in values)))[0]
        arrays = [value for value in values if not is_scalar(value)]
        if self.strict and not careful and len(arrays) == 1 and _worthwhile(arrays[0]):
            return self._apply_to_dictionary(values, arrays[0])
        return self.kernel(*(plain(value) for value in values))

    def _apply_to_dictionary(self, values: list[Value], coded: pa.DictionaryArray) -> Value:
        """Once for each entry of the dictionary instead of each row."""
        result = self.kernel(*(coded.dictionary if value is coded else value for value in values))
        if self.type == TEXT:
            return pa.DictionaryArray.from_arrays(coded.indices, plain(result), safe=False)
        return result.take(coded.indices)


def _worthwhile(value: Value) -> bool:
    return is_coded(value) and len(value.dictionary) <= len(value)


def _reason(error: pa.ArrowInvalid) -> str:
    text = str(error)
    return "the result is beyond what its type can hold" if "overflow" in text or "not fit" in text else text


class Concat(Node):
    """Text laid end to end by the concatenation kernel. Integers among the parts are spelled by it."""

    def __init__(self, parts: Sequence[Node], column: int) -> None:
        super().__init__(TEXT, column)
        self.parts = tuple(parts)

    def evaluate(self, frame: Frame) -> Value:
        values = [part.evaluate(frame) for part in self.parts]
        if any(is_scalar(value) and not value.is_valid for value in values):
            return pa.scalar(None, TEXT)
        single = all(is_scalar(value) for value in values)
        length = 1 if single else frame.length
        values = [pa.repeat(value, 1) if single and value.type != TEXT else value for value in values]
        if sum(map(_longest, values)) > MAX_TEXT_BYTES and _longest_row(values, length) > MAX_TEXT_BYTES:
            raise Failure(too_long().problem, self.column)
        joined = concat([_part(value) for value in values], length)
        return joined[0] if single else joined


def _longest(value: Value) -> int:
    return _LONGEST_INTEGER if value.type == INTEGER else longest(value)


def _longest_row(values: Sequence[Value], length: int) -> int:
    """The bytes of the longest row that the values make; rows with a null count as nothing."""
    total = pa.repeat(pa.scalar(0, pa.int64()), length)
    for value in values:
        text = plain(value) if value.type != INTEGER else value.cast(TEXT)
        total = pc.add(total, pc.binary_length(text).cast(pa.int64()))
    return int(pc.max(total).as_py() or 0)


def _part(value: Value) -> Any:
    if is_scalar(value):
        return str(value.as_py()).encode()
    return (value, 0, False) if value.type == INTEGER else value


class Choose(Node):
    """``yes if condition else no``; a null condition chooses ``no``."""

    def __init__(self, condition: Node, yes: Node, no: Node, column: int) -> None:
        super().__init__(yes.type, column)
        self.condition, self.yes, self.no = condition, yes, no

    def evaluate(self, frame: Frame) -> Value:
        condition = self.condition.evaluate(frame)
        if is_scalar(condition):
            return (self.yes if condition.as_py() else self.no).evaluate(frame)
        condition = condition.fill_null(False)
        if frame.careful:
            return _by_parts(self.type, flags(condition), self.yes, self.no, frame)
        return pc.if_else(condition, plain(self.yes.evaluate(frame)), plain(self.no.evaluate(frame)))


def _by_parts(type_: pa.DataType, mask: Mask, yes: Node, no: Node, frame: Frame) -> pa.Array:
    """``yes`` at the rows where the mask is true, ``no`` elsewhere, each evaluated at its own rows only."""
    chosen, rest = (dense(node, frame.select(rows)) for node, rows in ((yes, mask), (no, ~mask)))
    places = np.empty(len(mask), dtype=np.int64)
    places[mask] = np.arange(len(chosen))
    places[~mask] = np.arange(len(rest)) + len(chosen)
    return pa.concat_arrays([chosen, rest]).take(pa.array(places))


def dense(node: Node, frame: Frame) -> pa.Array:
    """The node's values as a plain array of its type, one a row."""
    if not frame.length:
        return nulls(0, node.type)
    value = node.evaluate(frame)
    return pa.repeat(value, frame.length) if is_scalar(value) else plain(value)


class Logic(Node):
    """``and`` or ``or`` in three-valued logic (Kleene): null where the values that are there do not decide it."""

    def __init__(self, operands: Sequence[Node], conjunction: bool, column: int) -> None:
        super().__init__(BOOLEAN, column)
        self.operands, self.conjunction = tuple(operands), conjunction

    def evaluate(self, frame: Frame) -> Value:
        combine = pc.and_kleene if self.conjunction else pc.or_kleene
        result = self.operands[0].evaluate(frame)
        for operand in self.operands[1:]:
            if is_scalar(result) and result.as_py() is (not self.conjunction):
                return result
            right = self._right(result, operand, frame)
            result = combine(result, right)
        return result

    def _right(self, left: Value, operand: Node, frame: Frame) -> Value:
        if not frame.careful or is_scalar(left):
            return operand.evaluate(frame)
        decided = flags(left.fill_null(self.conjunction))
        open_ = decided if self.conjunction else ~decided
        return _by_parts(
            BOOLEAN, open_, operand, Constant(pa.scalar(not self.conjunction, BOOLEAN), self.column), frame
        )
