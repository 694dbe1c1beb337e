"""From text to a syntax tree in which nothing is left that the language does not have.

Python's own parser reads the text, then every node has to be on the list below. Nothing is ever evaluated here, types
are not known here, and no node type may be let in that can call, read or bind anything but columns and functions.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final, NamedTuple

from generator.expression.errors import ExpressionError

MAX_CHARACTERS: Final = 4096
MAX_NODES: Final = 500
MAX_NESTING: Final = 80
MAX_TEXT_BYTES: Final = 4096
"""Of a literal and of every cell of text."""

COLUMN_FUNCTION: Final = "column"
"""``column('order')`` reads a column whose name is no identifier."""

CONSTANTS: Final = {"true": True, "false": False, "null": None}

_OPERATORS: Final = (
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.USub, ast.UAdd, ast.Not, ast.And, ast.Or),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn),
)
_NODES: Final = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Tuple, ast.Load),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp),
)
_REFUSED: Final[dict[type[ast.AST], tuple[str, str]]] = {
    ast.Lambda: ("lambda is", ""),
    ast.NamedExpr: ("':=' is", ""),
    ast.JoinedStr: ("f-strings are", "join text with +"),
    ast.Slice: ("slices are", "left(), right() and substring() cut text"),
    ast.Starred: ("'*' before an argument is", ""),
    ast.keyword: ("keyword arguments are", "give the arguments in order"),
    ast.Dict: ("dictionaries are", ""),
    ast.Set: ("sets are", "write the list in square brackets"),
    ast.Await: ("await is", ""),
    ast.Yield: ("yield is", ""),
    ast.YieldFrom: ("yield is", ""),
    ast.BitOr: ("'|' is", "use 'or'"),
    ast.BitAnd: ("'&' is", "use 'and'"),
    ast.BitXor: ("'^' is", "use '**' for powers"),
    ast.LShift: ("'<<' is", ""),
    ast.RShift: ("'>>' is", ""),
    ast.MatMult: ("'@' is", ""),
    ast.Invert: ("'~' is", "use 'not'"),
}
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension)


class Place(NamedTuple):
    """A node to be checked: its parent, and how deep it stands."""

    node: ast.AST
    parent: ast.AST | None
    depth: int


class Syntax:
    """A text and its tree, all of whose nodes are allowed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in re.finditer("\r\n|\n|\r", text))]
        self._check_characters()
        self.body = self._parse()
        self._check()

    def column(self, node: ast.AST) -> int:
        """The 1-based position of a node in the text."""
        return self._position(getattr(node, "lineno", 1), getattr(node, "col_offset", 1))

    def error(self, node: ast.AST, problem: str, remedy: str = "") -> ExpressionError:
        return ExpressionError(problem, self.column(node), remedy)

    def name(self, node: ast.AST) -> str | None:
        """The column that a node reads: a name, names with dots between, or ``column('...')``; else None."""
        if isinstance(node, ast.Name):
            return None if node.id in CONSTANTS else node.id
        if isinstance(node, ast.Attribute):
            return _dotted(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == COLUMN_FUNCTION:
            match node.args:
                case [ast.Constant(value=str(name))]:
                    return name
            raise self.error(node, "column() takes one text literal", "such as column('order')")
        return None

    def names(self) -> tuple[str, ...]:
        """The columns that the text reads, in the order in which it first mentions them."""
        found: list[tuple[int, str]] = []
        pending: list[ast.AST] = [self.body]
        while pending:
            node = pending.pop()
            name = self.name(node)
            if name is not None:
                found.append((self.column(node), name))
            elif isinstance(node, ast.Call):
                pending += node.args
            else:
                pending += ast.iter_child_nodes(node)
        return tuple(dict.fromkeys(name for _, name in sorted(found)))

    def _check_characters(self) -> None:
        if len(self.text) > MAX_CHARACTERS:
            raise ExpressionError(
                f"the expression has {len(self.text)} characters; the limit is {MAX_CHARACTERS}", MAX_CHARACTERS + 1
            )
        for index, character in enumerate(self.text):
            if (character < " " and character not in "\t\r\n") or "\ud800" <= character <= "\udfff":
                raise ExpressionError(f"the character U+{ord(character):04X} is not allowed", index + 1)

    def _parse(self) -> ast.expr:
        """Within parentheses of our own, so that an expression may take several lines."""
        if not self.text.strip():
            raise ExpressionError("the expression is empty", 1)
        try:
            body = _parsed(f"({self.text}\n)")
        except SyntaxError as error:
            raise self._bad_syntax(error) from None
        except (RecursionError, MemoryError):
            raise ExpressionError("the expression is nested too deeply", 1, f"at most {MAX_NESTING} levels") from None
        except ValueError as error:
            raise ExpressionError(f"this is not an expression: {error}", 1) from None
        ours = body.lineno == 1 and body.col_offset == 0
        if ours and not isinstance(body, ast.Tuple | ast.GeneratorExp):
            raise ExpressionError("the parentheses do not match", 1)
        return body

    def _bad_syntax(self, error: SyntaxError) -> ExpressionError:
        """Python's complaint, about the text without our parentheses where it has one line."""
        place = self._position(error.lineno or 1, None, error.offset or 1)
        bare = self.text.lstrip()
        if len(self._starts) == 1:
            try:
                _parsed(bare)
            except SyntaxError as nearer:
                error, place = nearer, len(self.text) - len(bare) + max(1, min(nearer.offset or 1, len(bare) + 1))
        if not error.offset:
            return ExpressionError("the expression ends too early", len(self.text) + 1)
        return ExpressionError(f"this is not an expression: {error.msg}", place)

    def _position(self, line: int, column_bytes: int | None, column: int = 1) -> int:
        """Line and column of the parsed text, which has one character before ours, as a place in ours."""
        start = self._starts[min(line, len(self._starts)) - 1]
        if column_bytes is not None:
            before = b"(" if line == 1 else b""
            column = len((before + self.text[start:].encode())[:column_bytes].decode(errors="replace")) + 1
        return max(1, min(start + column - (line == 1), len(self.text) + 1))

    def _check(self) -> None:
        count = 0
        for place in self._places():
            count += not isinstance(place.node, _OPERATORS)
            if count > MAX_NODES:
                raise self.error(place.node, f"the expression has more than {MAX_NODES} nodes", "split it into fields")
            if place.depth > MAX_NESTING:
                raise self.error(place.node, f"the expression is nested more than {MAX_NESTING} levels deep")
            self._check_node(place.node, place.parent)

    def _places(self) -> Iterator[Place]:
        pending = [Place(self.body, None, 1)]
        while pending:
            place = pending.pop()
            if isinstance(place.node, ast.expr_context):
                continue
            yield place
            children = list(ast.iter_child_nodes(place.node))
            pending += [Place(child, place.node, place.depth + 1) for child in reversed(children)]

    def _check_node(self, node: ast.AST, parent: ast.AST | None) -> None:
        at = node if hasattr(node, "lineno") or parent is None else parent
        if isinstance(node, _COMPREHENSIONS):
            raise self.error(at, "comprehensions are not allowed")
        if not isinstance(node, _OPERATORS + _NODES):
            what, remedy = _REFUSED.get(type(node), (f"{type(node).__name__} is", ""))
            raise self.error(at, f"{what} not allowed", remedy)
        if isinstance(node, ast.Call):
            self._check_call(node)
        elif isinstance(node, ast.Tuple):
            self._check_tuple(node, parent)
        elif isinstance(node, ast.Attribute):
            self._check_attribute(node)
        elif isinstance(node, ast.Constant):
            self._check_constant(node)
        elif isinstance(node, ast.Name) and node.id.startswith("__"):
            raise self.error(node, f"names such as {node.id!r} are not allowed")

    def _check_call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            raise self.error(node.func, "calls to attributes are not allowed", "write function(value)")
        if not isinstance(node.func, ast.Name):
            raise self.error(node.func, "only a function of the language can be called")
        self.name(node)

    def _check_tuple(self, node: ast.Tuple, parent: ast.AST | None) -> None:
        member = isinstance(parent, ast.Compare) and isinstance(parent.ops[-1], ast.In | ast.NotIn)
        if not (member and isinstance(parent, ast.Compare) and node is parent.comparators[-1]):
            raise self.error(node, "a list in parentheses is only allowed after 'in'", "use square brackets")

    def _check_attribute(self, node: ast.Attribute) -> None:
        before = node.value
        if not isinstance(before, ast.Name | ast.Attribute) or (
            isinstance(before, ast.Name) and before.id in CONSTANTS
        ):
            raise self.error(node, "only a column's name can stand before a dot")
        if node.attr.startswith("__"):
            raise self.error(node, f"names such as {node.attr!r} are not allowed")

    def _check_constant(self, node: ast.Constant) -> None:
        value = node.value
        if value is not None and not isinstance(value, bool | int | float | str):
            kind = {"bytes": "bytes are", "complex": "complex numbers are"}.get(type(value).__name__, "'...' is")
            raise self.error(node, f"{kind} not allowed")
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            raise self.error(node, "the number is beyond what a float can hold")
        if isinstance(value, str):
            try:
                size = len(value.encode())
            except UnicodeEncodeError:
                raise self.error(node, "the text holds half of a surrogate pair") from None
            if size > MAX_TEXT_BYTES:
                raise self.error(node, f"the text has {size} bytes; the limit is {MAX_TEXT_BYTES}")


def _dotted(node: ast.Attribute) -> str | None:
    """``reference.object.field`` as one name."""
    names, inner = [node.attr], node.value
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name) or inner.id in CONSTANTS:
        return None
    return ".".join(reversed([*names, inner.id]))


def _parsed(text: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's advice on escapes such as "\d" is not for our users
        return ast.parse(text, mode="eval").body
