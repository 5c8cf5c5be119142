"""A mutation: a valid response, and the one change to it that breaks one rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .drawing import Drawer
from .values.constraints import get

__all__ = ["Edit", "Members", "Mutation", "at", "both", "drop", "put_member"]

Members = dict[str, Any]
Edit = Callable[[Members], object]


class Mutation(NamedTuple):
    """What draws a response to start from, and what to change: `change` works in place on members, and returns everything else anew."""

    base: Callable[[], Drawer[Any]]
    change: Callable[[Any], Any]


def put_member(name: str, value: Any) -> Edit:
    """Set a member: to a value, or to what a function makes of all members."""
    return lambda members: members.update({name: value(members) if callable(value) else value})


def drop(*names: str) -> Edit:
    """Remove members."""
    return lambda members: [members.pop(name) for name in names]


def both(*edits: Edit) -> Edit:
    """One change after the other."""
    return lambda members: [edit(members) for edit in edits]


def at(path: str, edit: Edit) -> Edit:
    """Change the structure at a path; the empty path is the output itself."""
    return lambda members: edit(get(members, path or "@"))
