"""The graph of columns: which column reads which, across tables, in an order that can be prepared."""

from __future__ import annotations

from generator.errors import Mistake, SchemaError, nearest
from generator.evaluation import LinkField
from generator.field import Field
from generator.plan import Plan, TablePlan

Node = tuple[str, str]
MAX_CHAIN = 64
"""Evaluating a field recurses along what it reads."""

Graph = dict[Node, tuple[Node, ...] | None]
"""What each column needs prepared first; None where its sources cannot be told."""


def dependencies(plan: Plan) -> tuple[Graph, list[Mistake]]:
    """The graph of a plan, and a mistake for each name that leads nowhere."""
    graph: Graph = {}
    mistakes: list[Mistake] = []
    for table in plan.tables.values():
        for name in table.every:
            try:
                graph[table.name, name] = tuple(dict.fromkeys(_needs(plan, table, name)))
            except SchemaError as error:
                graph[table.name, name] = None
                mistakes += error.mistakes
    return graph, mistakes


def _needs(plan: Plan, table: TablePlan, name: str) -> list[Node]:
    column = table.every[name]
    needs: list[Node] = []
    mistakes: list[Mistake] = []
    for parent in column.field.parents():
        try:
            needs += _parent(plan, column.path(*_option(column.field, parent)), parent)
        except SchemaError as error:
            mistakes += error.mistakes
    for source in column.sources():
        try:
            needs += _source(plan, table, column.path(), source)
        except SchemaError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SchemaError(mistakes)
    return needs


def _option(field: Field, parent: str) -> tuple[str, ...]:
    """The option in which a parent's name stands, whole or its last part."""
    for option in type(field).model_fields:
        if getattr(field, option) in (parent, parent.partition(".")[2]) and option != "type":
            return (option,)
    return ()


def _parent(plan: Plan, path: str, parent: str) -> list[Node]:
    table, dot, field = parent.partition(".")
    if table not in plan.tables:
        raise SchemaError.at(path, f"there is no table {table!r}", nearest(table, plan.tables))
    if dot and field not in plan.tables[table].columns:
        known = nearest(field, plan.tables[table].columns)
        raise SchemaError.at(path, f"table {table!r} has no field {field!r}", known)
    return [(table, field)] if dot else []


def _source(plan: Plan, table: TablePlan, path: str, source: str) -> list[Node]:
    """What an absolute name needs: the columns on the way to it."""
    name, *rest = source.split(".")
    if name not in table.columns:
        raise SchemaError.at(
            path, f"it reads {name!r}, which is no field of {table.name!r}", nearest(name, table.columns)
        )
    while rest and not isinstance(table.every[name].field, LinkField):
        outer, name = name, f"{name}.{rest.pop(0)}"
        if name not in table.nested:
            raise _no_member(table, path, source, outer)
    field = table.every[name].field
    if not rest:
        return [(table.name, name)]
    assert isinstance(field, LinkField)
    parent = plan.tables.get(field.parent_table())
    if parent is None:
        return [(table.name, name)]  # said where the reference stands
    return [(table.name, name), *_source(plan, parent, path, ".".join(rest))]


def _no_member(table: TablePlan, path: str, source: str, outer: str) -> SchemaError:
    members = [nested.name for nested in table.every[outer].field.nested() if nested.named]
    if members:
        return SchemaError.at(path, f"it reads {source!r}, but {outer!r} has no such field", nearest(source, members))
    problem = f"it reads {source!r}, but {outer!r} is no reference and no object"
    return SchemaError.at(path, problem, "give a field of type reference or object")


def too_deep(plan: Plan, graph: Graph, order: list[Node]) -> list[Mistake]:
    """A mistake for each field at which a chain of fields that read each other gets longer than MAX_CHAIN."""
    depths: dict[Node, int] = {}
    for node in order:
        depths[node] = 1 + max((depths.get(need, 0) for need in graph[node] or ()), default=0)
    problem, remedy = f"it is at the end of a chain of more than {MAX_CHAIN} fields that read each other", "shorten it"
    return [
        Mistake(plan.tables[table].every[field].path(), problem, remedy)
        for (table, field), depth in depths.items()
        if depth == MAX_CHAIN + 1
    ]


def in_order(plan: Plan, graph: Graph) -> tuple[list[Node], list[Mistake]]:
    """The columns, each after those it needs; columns on a cycle are left out and named."""
    order: list[Node] = []
    state: dict[Node, int] = {}
    mistakes: list[Mistake] = []
    for start in graph:
        if start not in state:
            _visit(plan, graph, start, state, order, mistakes)
    on_cycle = {node for node, mark in state.items() if mark == 3}
    return [node for node in order if node not in on_cycle], mistakes


def _visit(
    plan: Plan, graph: Graph, start: Node, state: dict[Node, int], order: list[Node], mistakes: list[Mistake]
) -> None:
    """Depth first without recursion; state 1 is open, 2 done, 3 on a cycle."""
    stack = [(start, iter(graph[start] or ()))]
    state[start] = 1
    while stack:
        node, needs = stack[-1]
        for need in needs:
            if need not in state:
                state[need] = 1
                stack.append((need, iter(graph[need] or ())))
                break
            if state[need] == 1:
                _cycle(plan, [entry[0] for entry in stack], need, state, mistakes)
        else:
            stack.pop()
            state[node] = max(state[node], 2)
            order.append(node)


def _cycle(plan: Plan, path: list[Node], need: Node, state: dict[Node, int], mistakes: list[Mistake]) -> None:
    circle = path[path.index(need) :]
    for node in circle:
        state[node] = 3
    shown = " → ".join(f"{table}.{field}" for table, field in [*circle, need])
    table, field = need
    column = plan.tables[table].every[field]
    mistakes.append(Mistake(column.path(), f"fields read each other in a circle: {shown}", "break it"))
