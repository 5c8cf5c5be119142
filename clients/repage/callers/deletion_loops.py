"""Functions that delete what they list and list again, until there is nothing left: each listing begins anew, and needs its first page only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .returned_tokens import Frames, receivers
from .sources import SourceCall

__all__ = ["deletes_listed"]

#: Names of functions that take items away.
_TAKES = re.compile(
    r"_*(?:batch_)?(?:delete|deregister|detach|disable|drop|empty|purge|release|remove|terminate)", re.IGNORECASE
)

_COUNTERS = frozenset({"count", "range", "repeat"})


def deletes_listed(frames: Frames, place: int, operation: str) -> bool:
    """Whether the function at `place`, or the one to which it returns the response, lists and deletes over and over.

    It does so in a ``while`` loop, or one that only counts, or it calls itself.
    That is what the source says of these functions, the innermost first. Where there is none to read, it is False.
    """
    from botocore import xform_name

    method = xform_name(operation.partition(":")[2])
    return any(index >= place and _lists_and_deletes(found, method) for index, found, _ in receivers(frames))


def _lists_and_deletes(found: SourceCall, method: str) -> bool:
    own = getattr(found.function, "name", "")
    for part in ast.walk(found.function):
        if isinstance(part, ast.While) or _counts(part) or (part is found.function and _begins_again(part, own)):
            calls = [each for each in ast.walk(part) if isinstance(each, ast.Call)]
            lists = [each for each in calls if each is found.node or method in _names(each)]
            takes = any(_TAKES.match(name) for each in calls for name in _names(each) if name != own)
            if takes and any(not _uses_target(part, each) for each in lists):
                return True
    return False


def _counts(part: ast.AST) -> bool:
    """Whether it is a loop that only counts: ``for _ in range(10)``."""
    return isinstance(part, ast.For) and isinstance(part.iter, ast.Call) and not _COUNTERS.isdisjoint(_names(part.iter))


def _uses_target(part: ast.AST, call: ast.Call) -> bool:
    """Whether the call uses the variable of a loop that counts, so that it lists something else in each turn."""
    target = ast.dump(part.target).replace("Store()", "Load()") if isinstance(part, ast.For) else None
    return any(ast.dump(each) == target for each in ast.walk(call))


def _begins_again(function: ast.AST, own: str) -> bool:
    """Whether a function calls itself with what it was called with."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    taken = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
    return any(
        isinstance(each, ast.Call) and own in _names(each) and [_name(arg) for arg in each.args] == taken
        for each in ast.walk(function)
    )


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _names(call: ast.Call) -> Iterator[str]:
    """What is called."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.attr
    elif isinstance(call.func, ast.Name):
        yield call.func.id
