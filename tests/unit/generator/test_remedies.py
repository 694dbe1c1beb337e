"""Every mistake that the generator can tell says what would be right."""

from __future__ import annotations

import ast
from pathlib import Path

import generator

ROOT = Path(generator.__file__).parent


def test_no_mistake_is_told_without_a_remedy() -> None:
    bare = []
    calls = 0
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            told = node.func.attr == "wrong" or ast.unparse(node.func) == "SchemaError.at"
            calls += told
            if told and len(node.args) + len(node.keywords) < 3:
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert calls > 200
    assert not bare
