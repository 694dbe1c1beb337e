"""The expression language: derived columns and conditions over the other fields of a row.

A text is read by Python's parser, let through a whitelist (``syntax``), given types (``compile``) and run as a tree of
pyarrow and numpy kernels over whole columns (``nodes``). It can neither loop nor call nor read anything but columns
and the closed table in ``functions``. Nothing is ever given to eval or exec.

Law: a value depends on its own row only. Null in, null out, but for ``and``, ``or``, ``if``, ``is null``,
``coalesce``, ``if_null``, ``null_if`` and the null items of lists. What has no value is null (division by zero, the
root of a negative number, text that spells no number, an item beyond the end); what has one that its type cannot hold
is an error.
"""

from __future__ import annotations

from generator.expression.errors import EvaluationError, ExpressionError
from generator.expression.expression import Expression, compile_expression, expression_names
from generator.expression.function import Function
from generator.expression.functions import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Function",
    "compile_expression",
    "expression_names",
]
