"""The ways an expression can be wrong: at compile time with its place in the text, or while it runs, with its text."""

from __future__ import annotations

from generator.errors import SeedbedError


class ExpressionError(SeedbedError, ValueError):
    """A text that is no valid expression over the given names: what is wrong, where (1-based), what would be right."""

    def __init__(self, problem: str, column: int, remedy: str = "") -> None:
        self.problem, self.column, self.remedy = problem, column, remedy
        super().__init__(f"column {column}: {problem}" + (f" ({remedy})" if remedy else ""))

    def __reduce__(self) -> tuple[type[ExpressionError], tuple[str, int, str]]:
        return type(self), (self.problem, self.column, self.remedy)


class EvaluationError(SeedbedError):
    """A row for which a valid expression has no value, such as an overflow; the message holds the expression."""


class Failure(Exception):  # noqa: N818 - never seen outside: it becomes one of the errors above
    """Raised by kernels: the values given have no result. ``column`` is filled in on the way up."""

    def __init__(self, problem: str, column: int = 0) -> None:
        self.problem, self.column = problem, column
        super().__init__(problem)
