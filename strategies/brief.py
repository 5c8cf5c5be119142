"""Strategies that are shown briefly, in a failing test or an interactive session."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis.strategies import SearchStrategy

from .drawing import Drawer, composed

__all__ = ["brief"]

T = TypeVar("T")


def brief(drawer: Drawer[T], name: str, **arguments: Any) -> SearchStrategy[T]:
    """The strategy of what a function draws, shown as the call that gave it; its values are shown as they are.

    Hypothesis would show the calls that made a value if that came out of ``builds``, ``map`` or ``tuples``.
    """
    return composed(drawer, name, **{argument: value for argument, value in arguments.items() if value is not None})
