"""Strategies and values that are shown briefly, in a failing test or an interactive session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["brief"]


def brief(strategy: SearchStrategy[Any], name: str, **arguments: Any) -> SearchStrategy[Any]:
    """The same strategy, shown as the call that gave it; its values are shown as they are, and not as the calls that made them.

    Hypothesis remembers by identity how a value was made, so that each is copied.
    """

    def definition(draw: DrawFn, /, **shown: Any) -> Any:
        return _copied(draw(strategy))

    definition.__name__ = definition.__qualname__ = name
    given = {argument: value for argument, value in arguments.items() if value is not None}
    made: SearchStrategy[Any] = st.composite(definition)(**given)
    return made


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_copied(each) for each in value]
    if type(value) is tuple:
        return tuple(map(_copied, value))
    if isinstance(value, bytes):
        return bytes(bytearray(value))
    return value.replace() if isinstance(value, datetime) else value
