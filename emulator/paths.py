"""Values inside nested members, by the paths that contracts use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

__all__ = ["get", "output_path", "put", "steps", "without"]

_STEP = re.compile(r'"([^"]+)"|([^.\[\]"@\s]+)')


@cache
def steps(path: str) -> tuple[str, ...]:
    """The member names of a plain path, outermost first; indexes and flattening are left out, ``@`` is no step."""
    return tuple(quoted or plain for quoted, plain in _STEP.findall(re.sub(r"\[[^\]]*\]", ".", path)))


def output_path(expression: str) -> str:
    """The path of the member that an output expression reads first: ``NextMarker || Contents[-1].Key`` reads ``NextMarker``.

    An expression that only computes its value out of the items has no member of its own: the empty path.
    """
    first = expression.split("||", maxsplit=1)[0].strip()
    return first if _PATH.fullmatch(first) else ""


_PATH = re.compile(r"\w+(\.\w+)*")


def get(value: Any, path: str) -> Any:
    """What is at the path, or None. A list on the way stands for its last element."""
    for step in steps(path):
        if isinstance(value, (list, tuple)):
            value = value[-1] if value else None
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def put(members: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at the path; structures on the way are made, and copied where they are there."""
    *outer, last = steps(path)
    for step in outer:
        inner = dict(members.get(step) or {})
        members[step] = inner
        members = inner
    members[last] = value


def without(members: Mapping[str, Any], *paths: str | None) -> dict[str, Any]:
    """The members without what is at these paths."""
    left = dict(members)
    for path in paths:
        if path is None or get(left, path) is None:
            continue
        *outer, last = steps(path)
        inside = left
        for step in outer:
            inside[step] = dict(inside[step])
            inside = inside[step]
        inside.pop(last, None)
    return left
