"""Random texts for the fuzz of expressions: nearly right ones from a grammar of types, and all sorts of wrong ones."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pyarrow as pa

from generator.expression import FUNCTIONS, Function, compile_expression
from generator.expression.function import Parameter

SMALLEST, LARGEST = -(2**63), 2**63 - 1
COLUMNS = {
    "i": pa.array([0, 1, -7, None, LARGEST, SMALLEST, 3]),
    "f": pa.array([0.0, -0.0, 1.5, None, 1e308, -2.5, 1e-320]),
    "m": pa.array([Decimal(t) if t else None for t in ("0", "1.25", "-9.99", "", "99999999.99", "-0.01", "2.50")]).cast(
        pa.decimal128(10, 2)
    ),
    "w": pa.array([Decimal(t) if t else None for t in ("0", "1", "-1", "", "9" * 38, "-" + "9" * 38, "7")]).cast(
        pa.decimal128(38, 0)
    ),
    "s": pa.array(["", "abc", "Ünï ß", None, "x" * 4096, "2026-01-31", "-12"]),
    "c": pa.array(["red", "green", None, "red", "", "red", "green"]).dictionary_encode(),
    "b": pa.array([True, False, None, True, False, True, None]),
    "d": pa.array([dt.date(2024, 2, 29), dt.date(1, 1, 1), None, dt.date(9999, 12, 31), *[dt.date(1970, 1, 1)] * 3]),
    "t": pa.array([0, -1, None, 10**15, LARGEST, SMALLEST, 1]).cast(pa.timestamp("ms", "UTC")),
    "n": pa.array([0, -1, None, 10**18, 5, LARGEST, 1]).cast(pa.timestamp("ns")),
    "l": pa.array([["red", "abc"], [], None, [None, "x" * 4096, "b"], [""], ["red"] * 9, ["é", None]]),
    "h": pa.array([[1, 2], [], [None], None, [LARGEST, 1], [SMALLEST], [3, -7, 0]]),
    "o.p.id": pa.array([1, 2, 3, None, 5, 6, 7], pa.int32()),
}
_RED = pa.array(["red", "abc", None, "x" * 4096, "b", "", *["red"] * 9, "é", None]).dictionary_encode()
_ENDS = pa.array([0, 2, None, 2, 5, 6, 15, 17], pa.int32())
RECODED = COLUMNS | {
    "c": COLUMNS["c"].dictionary_decode(),
    "s": COLUMNS["s"].dictionary_encode(),
    "l": pa.ListArray.from_arrays(_ENDS, _RED),
}
"""The same values: what was a dictionary is plain, and the other way round."""
TYPES = {name: column.type for name, column in COLUMNS.items()}
ATOMS = {
    "number": ["i", "f", "m", "w", "o.p.id", "1", "0", "2", "-3", "0.5", "1e308", "9223372036854775807"],
    "integer": ["i", "o.p.id", "0", "1", "-12", "9223372036854775807"],
    "text": ["s", "c", "'a'", "''", "'Ünï'", "'2020-02-29'"],
    "boolean": ["b", "true", "False", "(s is null)"],
    "date": ["d", "date('2024-02-29')", "date(s)"],
    "timestamp": ["t", "n", "timestamp('2024-02-29T23:59:59Z')"],
    "list": ["l", "h", "['a', 'b', 'red']", "[1, -2, 3]", "[0.5, 1]"],
    "null": ["null", "None"],
}
OPERATIONS = {
    "number": [(operator, "number") for operator in ("+", "-", "*", "/", "//", "%")],
    "integer": [(operator, "integer") for operator in ("+", "-", "*", "//", "%")],
    "text": [("+", "text")],
    "boolean": [
        (operator, kind) for operator in ("<", "<=", "==", "!=") for kind in ("number", "text", "date", "boolean")
    ]
    + [("and", "boolean"), ("or", "boolean")] * 3,
    "date": [("-", "date")],
    "timestamp": [("-", "timestamp")],
    "list": [("+", "list")],
    "null": [("is", "null"), ("==", "null")],
}
SAMPLES = {
    "number": [pa.int64(), pa.float64(), pa.decimal128(10, 2)],
    "integer": [pa.int64()],
    "text": [pa.string()],
    "boolean": [pa.bool_()],
    "date": [pa.date32()],
    "timestamp": [pa.timestamp("ms", "UTC")],
    "list": [pa.list_(pa.string()), pa.list_(pa.int64())],
}
_ANY_KIND = ("coalesce", "if_null", "null_if")
_MORE = {"number": "min max clamp abs sqrt float decimal sum", "date": "min date_trunc", "timestamp": "max date_add"}
CONSTANTS = {
    "unit": ("'day'", "'month'", "'year'", "'hour'", "'week'", "'quarter'", "'second'"),
    "pattern": ("'[a-c]+'", "'^(.)(b?)'", r"'\\d+$'", "'x*'", "'('", "'(?P<z>e)|(a)'", "'[(]'"),
    "new": ("''", "'-'", r"'\\1'", r"'<\\0\\0>'", "'" + "y" * 40 + "'"),
    "format": ("'%Y-%m-%d'", "'%H:%M'", "'%a %-d %B%%'", "'%q'", "'%f'", "''"),
}
TOKENS = [atom for atoms in ATOMS.values() for atom in atoms] + [f"{name}(" for name in FUNCTIONS]
TOKENS += ["+", "-", "*", "/", "//", "%", "<", "==", "and", "or", "is", "in", *"()[]{}.,:;@=~|&^!\\'\"#\n\0"]
TOKENS += ["lambda", "not", "if", "else", "for", "**", "<<", ":=", "__class__", "é", "\ud800", "column("]


def _kind_of(function: Function) -> str:
    type_ = compile_expression(function.example.text, {}).type
    order = ("integer", "text", "boolean", "date", "timestamp", "number")
    return next(
        kind for kind in order if any(type(type_) is type(sample) for sample in SAMPLES[kind]) or kind == "number"
    )


def _calls() -> dict[str, list[Function]]:
    found: dict[str, list[Function]] = {kind: [FUNCTIONS[name] for name in _ANY_KIND] for kind in ATOMS}
    for function in FUNCTIONS.values():
        found[_kind_of(function)].append(function)
    found["integer"] += [FUNCTIONS["is_null"]]
    for kind, names in _MORE.items():
        found[kind] += [FUNCTIONS[name] for name in names.split()]
    return found


CALLS = _calls()
ACCEPTED = {
    parameter.kind: [kind for kind, types in SAMPLES.items() if any(map(parameter.kind.accepts, types))]
    for function in FUNCTIONS.values()
    for parameter in function.parameters
}


def sentence(choose: random.Random, depth: int, kind: str) -> str:
    """A text that mostly has the shape, and the type, of an expression of that kind."""
    if choose.random() < 0.02:
        kind = choose.choice([*ATOMS])
    shape = choose.random()
    if depth == 0 or shape < 0.12:
        return choose.choice(ATOMS[kind])
    if shape < 0.32:
        operator, *kinds = choose.choice(OPERATIONS[kind])
        left, right = (sentence(choose, depth - 1, choose.choice(kinds)) for _ in range(2))
        return f"({left} {operator} {right})"
    if shape < 0.42:
        yes, no = (sentence(choose, depth - 1, kind) for _ in range(2))
        return f"({yes} if {sentence(choose, depth - 1, 'boolean')} else {no})"
    if shape < 0.47 and kind in ("text", "integer"):
        return f"{choose.choice(ATOMS['list'])}[{sentence(choose, depth - 1, 'integer')}]"
    if shape < 0.47 and kind == "boolean":
        return f"({sentence(choose, depth - 1, choose.choice(['text', 'integer']))} in {choose.choice(ATOMS['list'])})"
    return call(choose, depth, choose.choice(CALLS[kind]), kind)


def call(choose: random.Random, depth: int, function: Function, kind: str) -> str:
    """A call that mostly has the right arguments, constants where they belong."""
    arguments = []
    for index in range(choose.choice([function.least, len(function.parameters)])):
        parameter = function.parameter(index)
        if parameter.constant and choose.random() < 0.97:
            arguments.append(_constant(choose, parameter))
        else:
            fitting = ACCEPTED[parameter.kind]
            wrong = choose.random() < 0.05
            inner = kind if wrong or (function.together and kind in fitting) else choose.choice(fitting)
            arguments.append(sentence(choose, depth - 1, inner))
    return f"{function.name}({', '.join(arguments)})"


def _constant(choose: random.Random, parameter: Parameter) -> str:
    if parameter.kind.name == "integer":
        return str(choose.choice([parameter.low, parameter.high, 1, 2, 3]))
    return choose.choice(CONSTANTS.get(parameter.name, ("'a'", "' '", "'-'", "'é'")))


def any_sentence(choose: random.Random) -> str:
    return sentence(choose, choose.choice([1, 1, 2, 2, 3]), choose.choice([*ATOMS]))


def soup(choose: random.Random) -> str:
    """Tokens in no order."""
    return choose.choice(["", " "]).join(choose.choices(TOKENS, k=choose.randint(1, 14)))


def mutant(choose: random.Random) -> str:
    """A sentence with a few characters gone, doubled, or replaced by tokens."""
    text = sentence(choose, 2, choose.choice([*ATOMS]))
    for _ in range(choose.randint(1, 3)):
        place = choose.randint(0, len(text))
        rest = place + choose.choice([0, 0, 1, 5])
        text = text[:place] + choose.choice(["", choose.choice(TOKENS), text[place : place + 9] * 2]) + text[rest:]
    return text


def noise(choose: random.Random) -> str:
    """Characters of all of Unicode, or all bytes."""
    limit = choose.choice([0x80, 0x100, 0x3000, 0x110000])
    return "".join(chr(choose.randrange(limit)) for _ in range(choose.randint(0, 40)))


AROUND = (
    *(("(", ")"), ("-", ""), ("not ", ""), ("[", "]"), ("", "[0]"), ("", ".i"), ("abs(", ")"), ("", " + i")),
    *(("i if b else ", ""), ("", " < i"), ("", " ** 9"), ("upper(", ")"), ("(i, ", ")"), ("", " in l"), ("1e", "")),
    *(("concat(s, ", ")"), ("", "9"), ("'a' + ", ""), ("repeat(", ", 9)"), ("0x", ""), ("coalesce(i, ", ")")),
)


def monster(choose: random.Random) -> str:
    """Too deep, too long, or too large, by little or by far."""
    count, inner = choose.choice([3, 70, 79, 80, 81, 95, 300, 1500]), choose.choice(["i", "s", "l", "b"])
    before, after = choose.choice(AROUND)
    return before * count + inner + after * count
