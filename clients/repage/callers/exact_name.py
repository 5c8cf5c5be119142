"""Functions that look for one item by its whole name, which they give as a prefix. It is the first of all names that begin so."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .returned_tokens import Frames
from .sources import call_at

__all__ = ["looks_up_name"]

_LOOPS = (ast.For, ast.AsyncFor)
_LISTED = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_ENDS = (ast.Return, ast.Break, ast.Raise)


def looks_up_name(frames: Frames, place: int) -> bool:
    """Whether the function at `place` asks for names with a prefix, and picks the one that is no longer than that.

    That is what its source says. Where there is none to read, it is False.
    """
    found = call_at(*frames[place]) if place < len(frames) else None
    if found is None:
        return False
    given = {ast.dump(each.value) for each in found.node.keywords if each.arg and each.arg.lower().endswith("prefix")}
    return bool(given) and any(not given.isdisjoint(each) for each in _picked(found.function))


def _picked(function: ast.AST) -> Iterator[set[str]]:
    """Both sides of the comparisons that pick an item, as in ``if item["Name"] == name: return item``.

    One that only passes an item over picks none: who lists a folder leaves out the folder itself.
    """
    for node in ast.walk(function):
        if isinstance(node, _LOOPS):
            for each in ast.walk(node):
                if isinstance(each, ast.If):
                    yield from _compared(each.test, ast.Eq if _ends(each) else ast.NotEq if _skips(each) else None)
        elif isinstance(node, _LISTED):
            for test in (node.elt, *(test for each in node.generators for test in each.ifs)):
                yield from _compared(test, ast.Eq)
        elif isinstance(node, ast.Lambda):
            yield from _compared(node.body, ast.Eq)
        elif isinstance(node, ast.Compare) and isinstance(node.comparators[0], _LISTED):
            yield from _compared(node, ast.In)


def _compared(test: ast.AST, operator: type[ast.cmpop] | None) -> Iterator[set[str]]:
    for each in ast.walk(test):
        if operator and isinstance(each, ast.Compare) and isinstance(each.ops[0], operator):
            sides = (each.left, each.comparators[0])
            yield set(map(ast.dump, sides))


def _ends(condition: ast.If) -> bool:
    return any(isinstance(each, _ENDS) for part in condition.body for each in ast.walk(part))


def _skips(condition: ast.If) -> bool:
    return isinstance(condition.body[-1], ast.Continue)
