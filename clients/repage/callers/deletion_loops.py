"""Functions that delete what they list and list again, until there is nothing left: each listing begins anew, and needs its first page only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .returned_tokens import Frames, receivers
from .sources import SourceCall

__all__ = ["deletes_listed"]

#: What calls are named that take items away.
_TAKES = re.compile(
    r"_*(?:batch_)?(?:delete|deregister|detach|disable|drop|empty|purge|release|remove|terminate)", re.IGNORECASE
)


def deletes_listed(frames: Frames, place: int, operation: str) -> bool:
    """Whether the function at `place`, or the one to which it returns the response, lists and deletes in the same ``while`` loop.

    That is what the source says of these functions, the innermost first. Where there is none to read, it is False.
    """
    from botocore import xform_name

    method = xform_name(operation.partition(":")[2])
    return any(index >= place and _lists_and_deletes(found, method) for index, found, _ in receivers(frames))


def _lists_and_deletes(found: SourceCall, method: str) -> bool:
    for loop in ast.walk(found.function):
        if isinstance(loop, ast.While):
            calls = [each for each in ast.walk(loop) if isinstance(each, ast.Call)]
            lists = any(each is found.node or method in _names(each) for each in calls)
            if lists and any(map(_TAKES.match, (name for each in calls for name in _names(each)))):
                return True
    return False


def _names(call: ast.Call) -> Iterator[str]:
    """What is called."""
    if isinstance(call.func, ast.Attribute):
        yield call.func.attr
    elif isinstance(call.func, ast.Name):
        yield call.func.id
