"""How values, Markers and exceptions are told in one line of a story."""

from __future__ import annotations

from collections.abc import Mapping, Set as AbstractSet
from typing import Any

from ...spec.legacy import contract

__all__ = ["named", "raised", "short", "shown"]


def named(service: Any) -> str:
    """A service by its namespace, whatever else by itself."""
    name = service.get(contract().item.key) if isinstance(service, Mapping) else None
    return repr(name) if name is not None else shown(service)


def shown(value: Any) -> str:
    """What the client returned, or a part of it."""
    if isinstance(value, (list, tuple, AbstractSet)):
        if not value:
            return f"an empty {type(value).__name__}"
        return f"a {type(value).__name__} of {len(value)}: {named(next(iter(value)))}" + (", …" * (len(value) > 1))
    try:
        text = " ".join(repr(value).split())
    except Exception:  # whatever the client returns decides what it looks like
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:59] + "…"


def short(marker: str) -> str:
    """A Marker, whose blanks are to be seen."""
    text = repr(marker)
    return text if len(text) <= 40 else f"{text[:24]}…{text[-12:]}"


def raised(error: BaseException) -> str:
    """An exception as a traceback's last line has it."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # so does what it raises
        text = ""
    return type(error).__name__ + (f": {text if len(text) <= 80 else text[:79] + '…'}" if text else "")
