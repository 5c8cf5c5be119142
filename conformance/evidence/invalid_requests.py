"""Requests that should be refused, as functions of requests that worked.

Each is computed, never recorded as an intent: whoever looks at a trace later finds again what was a unissued's identifier
by computing it from the known one.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from ...spec import model_part
from ..trace.exchange import Parameters

__all__ = ["Breach", "breach", "breaches", "unissued_entity", "unissued_job_id", "unissued_marker"]

#: (member, keyword): the one thing that a request breaks.
Breach = tuple[str, str]

#: Where one value breaks several constraints of its member, the first of these names it: a path of 18 characters cannot
#: match a pattern that needs 19, an empty marker cannot match one that needs a character.
_KEYWORDS = ("required", "type", "length", "range", "enum", "pattern")

_LENGTH, _RANGE = ("minLength", "maxLength"), ("minimum", "maximum")

_PLACES = (8, 13, 18, 23)  # of the hyphens in 8-4-4-4-12


def breaches(operation: str, parameters: Parameters) -> tuple[Breach, ...]:
    """The members of the request whose values no valid request may have, and how; none where all is valid.

    Read off the derived request schema. A number may be written as text: on the wire everything is.
    """
    rules = _request(operation)
    broken = {name: ["required"] for name in rules.get("required", ()) if name not in parameters}
    for name, value in parameters.items():
        if name in rules["properties"] and (keywords := _broken(value, rules["properties"][name])):
            broken[name] = keywords
    return tuple((member, min(keywords, key=_KEYWORDS.index)) for member, keywords in broken.items())


def breach(operation: str, parameters: Parameters) -> Breach | None:
    """The one thing that the request breaks; None where it breaks nothing, or several."""
    found = breaches(operation, parameters)
    return found[0] if len(found) == 1 else None


@cache
def _request(operation: str) -> Mapping[str, Any]:
    """The schema of the request's one structure."""
    whole = model_part(f"{operation}.request")
    rules: Mapping[str, Any] = whole["$defs"][whole["$ref"].rpartition("/")[2]]
    return rules


def _broken(value: str | int, rules: Mapping[str, Any]) -> list[str]:
    kind = rules.get("type")
    if kind == "integer" or (isinstance(kind, list) and "integer" in kind):
        if isinstance(value, str):
            if not re.fullmatch(r"-?[0-9]{1,10}", value):
                return ["type"]
            value = int(value)
        low, high = (rules.get(name) for name in _RANGE)
        return ["range"] if (low is not None and value < low) or (high is not None and value > high) else []
    text = str(value)
    low, high = (rules.get(name) for name in _LENGTH)
    broken = []
    if (low is not None and len(text) < low) or (high is not None and len(text) > high):
        broken.append("length")
    if "enum" in rules and text not in rules["enum"]:
        broken.append("enum")
    if "pattern" in rules and not re.search(rules["pattern"], text):
        broken.append("pattern")
    return broken


def unissued_job_id(job_id: str) -> str:
    """A JobId that nobody was given, in the form of one that somebody was: every digit and letter moved, hexadecimal staying so.

    A UUID keeps its version and variant, which a service may check before it looks the job up.
    """
    hexadecimal = re.fullmatch(r"[0-9a-f-]*", job_id, re.IGNORECASE) is not None
    moved = job_id.translate(_AMONG_HEXADECIMAL if hexadecimal else _AMONG_LETTERS)
    if len(job_id) != 36 or any(job_id[place] != "-" for place in _PLACES):
        return moved
    return moved[:14] + job_id[14] + moved[15:19] + job_id[19] + moved[20:]


def unissued_marker(marker: str, issued: Iterable[str] = ()) -> str:
    """A marker that was never issued, written in the letters of one that was."""
    known, unissued = {*issued, marker}, marker
    for _ in range(9):
        unissued = unissued.translate(_AMONG_LETTERS)[::-1]
        if unissued not in known:
            return unissued
    return marker + "0" if len(marker) < 320 else "0" * 319


def unissued_entity(path: str) -> str:
    """A well-formed path to an account that no organization has, under the root of a known path."""
    root = "/".join(path.split("/")[:2])
    return f"{root}/ou-{root.rpartition('r-')[2][:32]}-{'0' * 8}/{'0' * 12}"


def _turned(*alphabets: str) -> dict[int, int]:
    """A translation that moves every character three places on in its alphabet."""
    return {ord(a): ord(b) for letters in alphabets for a, b in zip(letters, letters[3:] + letters[:3], strict=True)}


_AMONG_HEXADECIMAL = _turned("0123456789", "abcdef", "ABCDEF")
_AMONG_LETTERS = _turned("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
