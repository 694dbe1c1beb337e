"""Random whole documents: tables that refer to each other, fields of every type at any depth, and small mistakes.

What is drawn leans towards documents that compile; which of them do is for the tests to see. Every document comes
from a number alone.
"""

from __future__ import annotations

import copy
import random
from typing import Any

from generator import field_types

Options = dict[str, Any]

TABLES = ["people", "items", "0", "else", "²", "a b", "tables", "fields", "it's", "日本"]
NAMES = ["x", "y", "items", "0", "17", "else", "keys", "values", "fields", "then", "type", "²", "it's", "a b", "é", "g"]
NAMES += ["name_", "n" * 128, "when", "cases", "\N{ROMAN NUMERAL FOUR}", "null", "true", "__class__", "person"]
LOCALES: list[Any] = ["en_US", "de_DE", "ja_JP", "de", "xx_YY", {"en_US": 7, "ja_JP": 3}, {"de_DE": 1, "fr_FR": 2}]
GROUPS = ["g", "items", "x.items", "id", "person", "\0", " "]
CONDITIONS = ["id is None", "amount > 250", "amount > 100 and name != 'Smith'", "born > date('2015-01-01')", "True"]
CONDITIONS += ["parent is not None", "amount > {0}", "{0} is None", "{0} == {1}", "amount", "1 +", "parent.name > 'M'"]
VALUES = ["amount + 1", "name + ' of ' + parent.name", "{0}", "{0} if amount > 250 else {1}", "{0} + {1}", "{0} == {1}"]
VALUES += ["upper({0})", "{0} * 2", "parent.{0}", "len({0})", "str({0})", "{0} // amount", "coalesce({0}, {1})"]
ODD: list[Any] = [None, True, 0, 1, -1, 0.5, 3, 100, 2**31, 2**62, 2**63, -(2**63), 10**40, "", "a", "id", "{id}", "."]
ODD += ["2020-01-01", "parent.id", "x.items", [], {}, [1, 2], [0, 0], [5, 1], ["id"], {"a": 1}, {"type": "uuid"}]
ODD += ["normal", "zipf", {"zipf": {"s": 1.1}}, {"normal": {"mean": 1e300, "stddev": 1}}, "é" * 70, [["id", "name"]]]
LEAVES = [(name, options) for name, cls in field_types for options in cls.examples]
DEEP = 4


class Chance(random.Random):
    """Draws of what documents are made of; ``known`` are names that fields of the table in hand may read."""

    known: list[str]

    def of(self, share: float) -> bool:
        return self.random() < share

    def name(self) -> str:
        return self.choice(self.known)

    def expression(self, forms: list[str]) -> str:
        return self.choice(forms).format(self.name(), self.name())

    def condition(self) -> str:
        return "id % 3 == 1" if self.of(0.4) else self.expression(CONDITIONS)

    def locale(self) -> Any:
        return copy.deepcopy(self.choice(LOCALES))


def random_document(number: int) -> Options:
    """The document of this number: as plain JSON, whole or, where it has one table, sometimes in short."""
    chance = Chance(number)
    names = chance.sample(TABLES, chance.choice([1, 2, 2, 3, 4]))
    tables: Options = {}
    for name in names:
        tables[name] = _table(chance, name, [*tables] or [name], names)
    document: Options = {"seed": chance.choice([1, "s", number]), "reference_date": "2026-01-01", "tables": tables}
    if chance.of(0.3):
        document["locale"] = chance.locale()
    if chance.of(0.02):
        del document["reference_date"]
    if len(names) == 1 and chance.of(0.5):
        (table,) = document.pop("tables").values()
        document |= {"name": names[0], **table}
    return document


def _table(chance: Chance, name: str, earlier: list[str], every: list[str]) -> Options:
    chance.known = ["id", "name", "born", "amount", "parent"]
    fields: Options = {
        "id": chance.choice(["sequence", "permuted_sequence", {"type": "sequence", "start": -3, "step": 2}]),
        "name": chance.choice(["first_name", {"type": "last_name", "nulls": 0.2}, {"type": "word", "hidden": True}]),
        "born": {"type": "date", "min": "2006-01-01", "max": "2025-12-31", "nulls": chance.choice([0, 0.3])},
        "amount": {"type": "decimal", "min": 0, "max": 500},
        "parent": _reference(chance, chance.choice(earlier), name),
    }
    for _ in range(chance.choice([1, 2, 3, 4, 6])):
        new = chance.choice(NAMES)
        fields[new] = _field(chance, 1, every)
        chance.known += _readable(new, fields[new])
    table: Options = {"rows": chance.choice([0, 1, 2, 9, 40, 150, 150, 300]), "fields": fields}
    if fields["parent"].get("per_parent") and chance.of(0.9):
        del table["rows"]
    if chance.of(0.1):
        table["unique_together"] = [chance.sample(chance.known, 2)]
    if chance.of(0.1):
        table["primary_key"] = chance.choice(["id", ["id", "parent"], ["parent", chance.name()]])
    if chance.of(0.1):
        fields["total"] = {"type": "child_count", "of": f"{chance.choice(every)}.parent"}
    return table


def _readable(name: str, field: Any) -> list[str]:
    """The names by which others may read a field and its members; those that an expression cannot spell are rare."""
    found = [name]
    while isinstance(field, dict) and isinstance(field.get("fields"), dict) and field["fields"]:
        member, field = next(iter(field["fields"].items()))
        name = f"{name}.{member}"
        found.append(name)
    return found


def _reference(chance: Chance, parent: str, own: str) -> Options:
    field: Options = {"type": "reference", "to": f"{parent}.id"}
    if parent == own:
        return field | chance.choice([{}, {"max_depth": 3}, {"nulls": 0.1}, {"hidden": True}])
    bounded: Options = {"per_parent": chance.choice([[0, 4], [1, 3], 2])}
    free: list[Options] = [{}, {"distribution": {"zipf": {"s": 1.1}}}, {"weights": chance.choice(["amount", "id"])}]
    free += [{"nulls": 0.2}, {"when": "amount > 99"}, {"unique": True}, {"to": parent, "hidden": True}]
    free += [{"to": f"{parent}.{chance.choice(['name', 'born', 'parent'])}"}]
    return field | (bounded if chance.of(0.6) else chance.choice(free))


def _field(chance: Chance, depth: int, tables: list[str]) -> Any:
    kind = chance.random()
    if depth < DEEP and kind < 0.35:
        field = _nested(chance, depth, tables)
    elif kind < 0.43:
        field = {"type": "expression", "value": chance.expression(VALUES)}
    elif kind < 0.49:
        field = {"type": "lookup", "via": "parent", "field": chance.choice(["id", "name", "parent", chance.name()])}
    elif kind < 0.55:
        field = _reference(chance, chance.choice(tables), "")
    else:
        name, options = chance.choice(LEAVES)
        if options == {} and chance.of(0.3):
            return name
        field = {"type": name, **copy.deepcopy(options)}
    return _with_options(chance, field)


def _nested(chance: Chance, depth: int, tables: list[str]) -> Options:
    def inner() -> Any:
        return _field(chance, depth + 1, tables)

    length = chance.choice([0, 1, 3, [0, 4], [1, 2], [0, 1]])
    match chance.choice(["object", "object", "array", "array", "map", "conditional"]):
        case "object":
            members: Options = {}
            for _ in range(chance.choice([1, 2, 3])):
                name = chance.choice([*NAMES, "id", "amount"])
                members[name] = inner()
                if chance.of(0.3):
                    chance.known.append(name)
            return {"type": "object", "fields": members}
        case "array":
            return {"type": "array", "length": length, "items": inner()}
        case "map":
            keys = [{"type": "pattern", "pattern": "k-##?"}, "word", "uuid", "first_name", {"type": "integer"}, inner()]
            return {"type": "map", "length": length, "keys": chance.choice(keys), "values": inner()}
    alike = inner()
    cases = [{"when": chance.condition(), "then": copy.deepcopy(alike)} for _ in range(chance.choice([1, 2]))]
    last = {} if chance.of(0.3) else {"else": inner() if chance.of(0.3) else alike}
    return {"type": "conditional", "cases": cases, **last}


def _with_options(chance: Chance, field: Options) -> Options:
    """The field with some of the options of all fields, and now and then an option of its own that is odd."""
    known = field_types.get(field["type"]).model_fields
    likely: Options = {
        "nulls": chance.choice([0, 0.3, 1, 1.0, {"exactly": 0.25}]), "unique": True, "when": chance.condition(),
        "locale": chance.locale(), "hidden": True, "group": chance.choice(GROUPS), "description": "d",
        "max_length": chance.choice([1, 3, 8, 40]), "case": chance.choice(["upper", "lower", "title"]),
        "prefix": "é<", "suffix": '">\n,',
    }  # fmt: skip
    shares = {"nulls": 0.15, "unique": 0.07, "when": 0.1, "hidden": 0.03, "group": 0.15}
    for option, value in likely.items():
        usual = option != "group" or field_types.get(field["type"]).groups
        if option in known and usual and chance.of(shares.get(option, 0.06)):
            field[option] = value
    if chance.of(0.03):
        own = [option for option in known if option != "type"]
        field[chance.choice([*own, "nonsense"])] = copy.deepcopy(chance.choice(ODD))
    return field


def mend(document: Options, path: list[int | str]) -> None:
    """Takes away what stands at the place of a mistake: an option that can be left out, else the whole field."""
    way: list[Any] = [document]
    for step in path:
        try:
            way.append(way[-1][step])
        except (KeyError, IndexError, TypeError):
            break
    for place in range(len(way) - 1, 0, -1):
        holder, key, value = way[place - 1], path[place - 1], way[place]
        if key in _CAN_GO and isinstance(holder, dict) and not (isinstance(value, dict) and "type" in value):
            del holder[key]
            return
        typed = isinstance(value, dict) and isinstance(value.get("type"), str)
        if typed or (place > 1 and path[place - 2] == "fields"):
            holder[key] = "uuid"
            return
    if path == ["reference_date"]:
        document["reference_date"] = "2026-01-01"
    elif path and path[-1] == "rows":
        way[-1]["rows"] = 20


_CAN_GO = ("nulls", "unique", "when", "locale", "group", "max_length", "case", "unique_together", "primary_key")
