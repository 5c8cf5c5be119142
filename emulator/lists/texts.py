"""Texts that a shape of the model allows: readable ones where they fit, else made from the pattern itself.

Nothing is drawn by chance. The number of a text decides what it is, so that texts of different numbers differ wherever
the bounds leave room.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from importlib import import_module
from typing import Any
from uuid import UUID

from ...spec.patterns import compiled, fits

__all__ = ["text"]

#: How many texts are made from a pattern before none is said to fit, the last of them as short as they can be.
_ATTEMPTS, _SHORTEST = 40, 8


def text(name: str, metadata: Mapping[str, Any], number: int) -> str:
    """The text of this number for a member of this name: readable where the shape allows it, within its bounds in any case."""
    found = next((each for each in _readable(name, metadata, number) if fits(metadata, each)), None)
    if found is None and "pattern" in metadata:
        found = next((each for each in _patterned(metadata, number) if fits(metadata, each)), None)
    return found if found is not None else _within(metadata, f"{number:x}")


def _within(metadata: Mapping[str, Any], text: str) -> str:
    """Cut from the left, so that the number stays; filled up on the left."""
    most, least = metadata.get("max"), metadata.get("min", 0)
    return (text[-most:] if most else text).rjust(least, "0")


def _readable(name: str, metadata: Mapping[str, Any], number: int) -> Iterator[str]:
    stem = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\W]+", "-", name).strip("-").lower() or "item"
    digest = sha256(f"{name} {number}".encode()).hexdigest()
    if stem.endswith("arn"):
        yield f"arn:aws:example:us-east-1:123456789012:{stem.removesuffix('-arn')}/{number:04}"
    if stem.endswith(("url", "uri", "endpoint")):
        yield f"https://example.com/{stem}/{number:04}"
    yield from (f"{stem}-{number:04}", f"{stem.replace('-', '')}{number:04}", f"{stem.replace('-', '_')}_{number:04}")
    if "pattern" in metadata and "arn" in metadata["pattern"]:
        yield from _arns(metadata["pattern"], f"{stem}-{number:04}")
    yield from (f"{number:04}", f"{number:012}", digest, str(UUID(digest[:32])))
    yield from (f"arn:aws:iam::123456789012:role/{stem}-{number:04}", f"user-{number:04}@example.com")
    for each in (f"{stem}-{number:04}", f"{number:04}", digest, digest.upper()):
        yield _within(metadata, each)


def _arns(pattern: str, name: str) -> Iterator[str]:
    """Arns with the words of a pattern as the service and the type of the resource."""
    words = list(dict.fromkeys(re.findall(r"(?<![\\a-z])[a-z][a-z0-9-]*[a-z0-9]", pattern)))[:_WORDS]
    for service in words:
        start = f"arn:aws:{service}:us-east-1:123456789012:"
        yield from (f"{start}{name}", f"{start}{service}/{name}")
        yield from (f"{start}{each}{separator}{name}" for each in words for separator in "/:")


#: How many words of a pattern are looked at.
_WORDS = 8


# -- texts out of a pattern: Python's own parser takes it apart, and a hash takes every choice


def _patterned(metadata: Mapping[str, Any], number: int) -> Iterator[str]:
    pattern = compiled(metadata["pattern"])
    if pattern is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = import_module("re._parser").parse(pattern.pattern, re.ASCII)
    least = int(metadata.get("min", 0))
    for attempt in range(_ATTEMPTS + _SHORTEST):
        choose = _choices(f"{pattern.pattern} {number} {attempt}")
        # Every other text is as long as it has to be, by repetitions that all take a little less than the whole of it.
        fill = max(least - attempt // 4, 0) if attempt % 2 and attempt < _ATTEMPTS else 0
        yield "".join(_made(tree, choose, 2 + attempt // 4 if attempt < _ATTEMPTS else 0, fill, {}))


def _choices(seed: str) -> Callable[[int], int]:
    """Numbers below a bound, one after the other."""
    state = [0]

    def choose(bound: int) -> int:
        state[0] += 1
        return int.from_bytes(sha256(f"{seed} {state[0]}".encode()).digest()[:6]) % max(bound, 1)

    return choose


def _made(tree: Any, choose: Callable[[int], int], extra: int, fill: int, groups: dict[int, str]) -> Iterator[str]:
    for operator, argument in tree:
        yield from _one(str(operator), argument, choose, extra, fill, groups)


def _one(
    operator: str, argument: Any, choose: Callable[[int], int], extra: int, fill: int, groups: dict[int, str]
) -> Iterator[str]:
    if operator == "LITERAL":
        yield chr(argument)
    elif operator == "NOT_LITERAL":
        yield "b" if argument == ord("a") else "a"
    elif operator == "ANY":
        yield _PLAIN[choose(len(_PLAIN))]
    elif operator == "IN":
        characters = _members(argument)
        yield characters[choose(len(characters))] if characters else ""
    elif operator == "BRANCH":
        yield from _made(argument[1][choose(len(argument[1]))], choose, extra, fill, groups)
    elif operator == "SUBPATTERN":
        group, *_, inner = argument
        made = "".join(_made(inner, choose, extra, fill, groups))
        groups[group] = made
        yield made
    elif operator == "ATOMIC_GROUP":
        yield from _made(argument, choose, extra, fill, groups)
    elif operator == "GROUPREF":
        yield groups.get(argument, "")
    elif operator.endswith("REPEAT"):
        low, high, inner = argument
        times = min(int(high), max(fill, low)) if fill else low + choose(min(int(high) - low, extra) + 1)
        for _ in range(times):
            yield from _made(inner, choose, extra, fill, groups)
    # what is left looks around or at the edges, and takes no characters


_PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789"
_CATEGORIES = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": _PLAIN, "CATEGORY_SPACE": " "}
_SOME = [*_PLAIN, *"ABCXYZ-_.:/@+= ,"]


def _members(choices: Any) -> str:
    """Some characters of a class, letters and digits first."""
    negated, found = False, []
    for operator, argument in choices:
        name = str(operator)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            found.append(chr(argument))
        elif name == "RANGE":
            low, high = argument
            found += [each for each in _SOME if low <= ord(each) <= high] or [chr(low), chr(high)]
        elif name == "CATEGORY":
            found += _CATEGORIES.get(str(argument), _PLAIN)
    if negated:
        return "".join(each for each in _SOME if each not in found)
    plain = [each for each in found if each.isalnum()]
    return "".join(plain or found)
