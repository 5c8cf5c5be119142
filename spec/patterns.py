"""The patterns of service models, which are Java's, as Python and ECMAScript read them, and whether a text is within a shape's bounds."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from functools import cache
from typing import Any

__all__ = ["compiled", "fits", "portable", "portable_or_none"]

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
    return _read_by_python(_in_pythons_words(pattern)) or _read_by_python(portable_or_none(pattern))


def _in_pythons_words(pattern: str) -> str:
    inside, out = False, []
    for match in _TOKEN.finditer(pattern):
        token, name = match[0], match[1] or match[2]
        if name is not None:
            characters = _PROPERTIES.get(name, "A-Za-z0-9")
            out.append(characters if inside else f"[{characters or 'A-Za-z'}]")
            continue
        inside = token == "[" or (inside and token != "]")
        out.append(token)
    return "".join(out)


def _read_by_python(pattern: str | None) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return None if pattern is None else re.compile(pattern, re.ASCII)
        except (re.error, OverflowError, RecursionError):
            return None


def portable_or_none(pattern: str) -> str | None:
    """The portable form of a pattern; None where there is none that Python can read."""
    try:
        found = portable(pattern)
    except ValueError:
        return None
    return None if _read_by_python(found) is None else found


def fits(metadata: Mapping[str, Any], text: str) -> bool:
    """Whether a text is within a shape's bounds and matches its pattern as a whole."""
    if not metadata.get("min", 0) <= len(text) <= metadata.get("max", len(text)):
        return False
    pattern = compiled(metadata["pattern"]) if "pattern" in metadata else None
    return pattern is None or pattern.fullmatch(text) is not None


#: Java's shorthands are ASCII; what the same letters mean elsewhere depends on the language and on flags.
_SHORTHANDS = {r"\w": "A-Za-z0-9_", r"\d": "0-9", r"\s": r"\t\n\x0B\f\r "}
_NEGATED = {rf"\{each[1].upper()}": inside for each, inside in _SHORTHANDS.items()}
_PORTABLE_TOKEN = re.compile(
    r"\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\.|\{\d+(?:,\d*)?\}|\(\?(?=[a-zA-Z>-]|<(?![=!]))|.", re.DOTALL
)
_QUANTIFIED_ASSERTION = re.compile(r"\(\?<?[=!](?:[^()\\]|\\.)*\)[*+?{]")
_SYNTAX = frozenset("^$\\.*+?()[]{}|/")


def portable(pattern: str) -> str:
    """A pattern of the model, a Java one, as one that ECMAScript and Python read alike.

    :raises ValueError: where it has no such form.
    """
    inside, out, last = False, [], ""
    if _QUANTIFIED_ASSERTION.search(pattern):  # says nothing more than one that is not repeated
        raise ValueError(f"no portable form is known for a repeated assertion in {pattern}")
    for token in _PORTABLE_TOKEN.findall(pattern):
        nested = inside and (token == "[" or (token == last == "&"))
        possessive = not inside and token == "+" and last and (last in "*+?" or last[0] == "{")
        if nested or possessive or token == "(?":
            raise ValueError(f"no portable form is known for {last}{token} in {pattern}")
        out.append(_portable_token(token, inside))
        inside, last = token == "[" or (inside and token != "]"), token
    return "".join(out)


def _portable_token(token: str, inside: bool) -> str:
    """One token of a pattern in its portable form; ECMAScript's Unicode mode allows an escape only where it is needed."""
    if token in _SHORTHANDS:
        return _SHORTHANDS[token] if inside else f"[{_SHORTHANDS[token]}]"
    if token in _NEGATED and not inside:
        return f"[^{_NEGATED[token]}]"
    if token in ("{", "}", "]") and not inside:
        return "\\" + token
    if token[0] != "\\" or len(token) != 2:
        return token
    if token[1].isalnum() and token[1] not in "tnrf":
        raise ValueError(f"no portable form is known for {token}")
    return token if token[1] in _SYNTAX or token[1].isalnum() or (inside and token[1] == "-") else token[1]
