"""The source of code that is on a stack: the call that it is at, and the function around it."""

from __future__ import annotations

import ast
import linecache
from functools import cache
from types import CodeType
from typing import NamedTuple

__all__ = ["FUNCTIONS", "SourceCall", "call_at", "tree"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class SourceCall(NamedTuple):
    """A call, and the function that it is in."""

    node: ast.Call
    function: ast.AST


def call_at(code: CodeType, instruction: int) -> SourceCall | None:
    """The call that the code is at; None outside functions, and where there is no source, or not the one that runs."""
    positions = list(code.co_positions())
    place = instruction // 2
    _, line, _, column = positions[place] if 0 <= place < len(positions) else (None,) * 4
    found = _calls(code.co_filename).get((line, column))
    return found if found is not None and getattr(found.function, "name", "<lambda>") == code.co_name else None


@cache
def tree(file: str) -> ast.Module:
    """The source of a file; nothing, where there is none that can be read."""
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError):  # a notebook's magic
        return ast.Module(body=[], type_ignores=[])


@cache
def _calls(file: str) -> dict[tuple[int | None, int | None], SourceCall]:
    """The calls in functions, by where they end: no two end in the same place."""
    found: dict[tuple[int | None, int | None], SourceCall] = {}
    waiting: list[tuple[ast.AST, ast.AST | None]] = [(tree(file), None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Call) and function is not None:
            found[node.end_lineno, node.end_col_offset] = SourceCall(node, function)
        inner = node if isinstance(node, FUNCTIONS) else function
        waiting += [(each, inner) for each in ast.iter_child_nodes(node)]
    return found
