"""Member paths of a contract, looked up in a response, and the type of what is found there.

Plain names and names joined by dots are looked up by hand, everything else by JMESPath.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from ..protocols.timestamps import Instant, read_instant

__all__ = ["as_instant", "as_integer", "as_text", "canonical", "find", "place"]

_PLAIN = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def find(value: Any, path: str | None) -> Any:
    """The value at the path; None where there is none."""
    if path is None:
        return None
    names = _names(path)
    if names is not None:
        for name in names:
            # by far the most are dictionaries, and to ask an abstract class about each takes longer than to look it up
            value = value.get(name) if type(value) is dict or isinstance(value, Mapping) else None
        return value
    try:
        return _compiled(path).search(value)
    except JMESPathError:  # the expression is valid, and meets values of other types than it was written for
        return None


@lru_cache(maxsize=1024)
def _names(path: str) -> tuple[str, ...] | None:
    """The names that a path joins, none for the value itself; None where it is more than names joined by dots."""
    if path == "@":
        return ()
    return tuple(path.split(".")) if _PLAIN.fullmatch(path) else None


def place(path: str) -> str:
    """The JSON pointer of a path; of an expression, that of the first member that it names."""
    if path == "@":
        return ""
    named = _PLAIN.match(path)
    return "/" + (named[0] if named else path).replace(".", "/")


@lru_cache(maxsize=1024)
def _compiled(path: str) -> Any:
    return jmespath.compile(path)


def canonical(value: Any) -> str:
    """A value as text that is equal for equal values: a text is itself, everything else is JSON with its names in order."""
    if isinstance(value, str):
        return value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def as_text(value: object) -> str | None:
    """The value, where it is a text."""
    return value if isinstance(value, str) else None


def as_integer(value: object) -> int | None:
    """The value, where it is an integer; a text of digits counts as one."""
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:
        return int(value)  # a parameter as a command line or a form carries it
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_instant(value: object) -> Instant | None:
    """The value, where it is a time."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return read_instant(str(value))  # seconds since 1970, as JSON protocols write them
    return read_instant(value) if isinstance(value, str) else None
