"""Loops over pages that may end before the last page on purpose: a search that has found something, or enough of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .sources import FUNCTIONS, SourceCall

__all__ = ["may_end_early"]

_LOOPS = (ast.For, ast.AsyncFor, ast.While)

#: What is asked of some items only: "is there one that …?"
_SEARCHES = frozenset({"any", "next"})


def may_end_early(found: SourceCall) -> bool:
    """Whether the loop around a call may end before the last page on purpose.

    It may where it ends from within a loop over items, where it has asked for one of them, or has so many that it wants no more; a generator ends
    where its reader does. A loop that ends because a page is short or empty does not. Without a loop the caller has it, so that nobody knows.
    """
    loop = _loop_around(found)
    if loop is None:
        return True
    nodes = list(_within(loop))
    if any(isinstance(each, ast.Yield | ast.YieldFrom) or _is_search(each) for each in nodes):
        return True
    if any(
        isinstance(each, _LOOPS) and _ends(each) for each in nodes if each is not loop and not _holds(each, found.node)
    ):
        return True
    return any(isinstance(each, ast.If) and _is_satisfied(each.test) and _ends(*each.body) for each in nodes)


def _loop_around(found: SourceCall) -> ast.AST | None:
    """The innermost loop of the function that makes the call again and again."""
    around = [each for each in _within(found.function) if isinstance(each, _LOOPS) and _holds(each, found.node)]
    return around[-1] if around else None


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, from the outside in, without the functions in it."""
    yield node
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, FUNCTIONS):
            yield from _within(each)


def _holds(loop: ast.AST, call: ast.AST) -> bool:
    """Whether a loop makes the call each time. What a `for` goes over is asked for once."""
    parts = (*loop.body, *([loop.test] if isinstance(loop, ast.While) else ())) if isinstance(loop, _LOOPS) else ()
    return any(each is call for part in parts for each in ast.walk(part))


def _ends(*parts: ast.AST) -> bool:
    """Whether any of these ends a loop or the function."""
    return any(isinstance(each, ast.Return | ast.Break) for part in parts for each in _within(part))


def _is_search(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SEARCHES


def _is_satisfied(test: ast.expr) -> bool:
    """Whether a condition is that something is there, or that there is enough of it."""
    compared = [each for each in ast.walk(test) if isinstance(each, ast.Compare)]
    return any(isinstance(op, ast.In | ast.Gt | ast.GtE) for each in compared for op in each.ops)
