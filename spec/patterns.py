"""The patterns of service models, which are Java's, as Python reads them, and whether a text is within a shape's bounds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

__all__ = ["compiled", "fits"]

#: Unicode's properties in Java's spelling, and a few characters of each.
_PROPERTIES = {
    "L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "Z": " ", "Zs": " ", "S": "+=", "P": "_.:/\\-@", "M": "",
    "C": "", "Alpha": "A-Za-z", "Alnum": "A-Za-z0-9", "Digit": "0-9", "Upper": "A-Z", "Lower": "a-z",
    "Punct": "_.:/\\-@", "Space": " ", "ASCII": "\\x00-\\x7f", "Print": " -~", "Graph": "!-~", "XDigit": "0-9a-fA-F",
}  # fmt: skip

_TOKEN = re.compile(r"\\[pP]\{(?:Is)?(\w+)\}|\\[pP]([LNZSPMC])|\\.|.", re.DOTALL)


@cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    """A pattern of a model, a Java one, as Python reads it; None where it cannot."""
    if "&&" in pattern:  # Java's intersection of classes
        return None
    inside, out = False, []
    for match in _TOKEN.finditer(pattern):
        token, name = match[0], match[1] or match[2]
        if name is not None:
            characters = _PROPERTIES.get(name, "A-Za-z0-9")
            out.append(characters if inside else f"[{characters or 'A-Za-z'}]")
            continue
        inside = token == "[" or (inside and token != "]")
        out.append(token)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile("".join(out), re.ASCII)
        except (re.error, OverflowError, RecursionError):
            return None


def fits(metadata: Mapping[str, Any], text: str) -> bool:
    """Whether a text is within a shape's bounds and matches its pattern as a whole."""
    if not metadata.get("min", 0) <= len(text) <= metadata.get("max", len(text)):
        return False
    pattern = compiled(metadata["pattern"]) if "pattern" in metadata else None
    return pattern is None or pattern.fullmatch(text) is not None
