"""Values of any shape of a service model: within its bounds, patterns and enumerations, and small.

Strings match their pattern as a whole. Optional members come and go, a few at a time. Deep inside a structure only required members
are drawn, so that recursive shapes come to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...emulator.lists.texts import text
from ...spec.patterns import fits as fits_metadata
from .letters import letters, texts
from .moments import EPOCH

__all__ = ["fits", "structures", "values"]

#: Below this depth only what is required is drawn.
_DEEPEST = 3
#: Optional members of one structure that are drawn at once, items of a list, and characters beyond the shortest text.
_MEMBERS, _ITEMS, _CHARACTERS = 4, 2, 12

_CENTURY = 3_155_760_000
#: How many texts are made from a pattern that is about more than an alphabet.
_NUMBERED = 100_000


def values(shape: Any, depth: int = 0) -> SearchStrategy[Any]:
    """Values as botocore's parser returns them."""
    return _values(shape, min(depth, _DEEPEST + 5))


@cache
def _values(shape: Any, depth: int) -> SearchStrategy[Any]:
    if getattr(shape, "is_document_type", False):
        return st.sampled_from(({}, {"a": 1}, {"a": ["b", None]}))
    return _MAKERS[shape.type_name](shape, depth)


def structures(
    shape: Any,
    *,
    always: Collection[str] = (),
    never: Collection[str] = (),
    members: Mapping[str, SearchStrategy[Any]] | None = None,
    depth: int = 0,
) -> SearchStrategy[dict[str, Any]]:
    """Values of a structure, in the model's order of members.

    :param always: optional members that are always there.
    :param never: members that are left out, also required ones: the caller adds them.
    :param members: strategies for some members, instead of their shapes'.
    """
    sure = {name for name in shape.members if name in shape.required_members or name in always}.difference(never)
    maybe = [name for name in shape.members if name not in sure and name not in never and _is_plain(shape, name)]
    return _structure(shape, frozenset(sure), tuple(maybe) if depth < _DEEPEST else (), dict(members or {}), depth)


def _is_plain(shape: Any, name: str) -> bool:
    """Whether a member travels in the body: headers and the status code are not the listing's to draw."""
    member = shape.members[name]
    return member.serialization.get("location") is None and not member.serialization.get("eventstream")


@st.composite
def _structure(
    draw: DrawFn,
    shape: Any,
    sure: frozenset[str],
    maybe: tuple[str, ...],
    members: Mapping[str, SearchStrategy[Any]],
    depth: int,
) -> dict[str, Any]:
    def member(name: str) -> SearchStrategy[Any]:
        return members[name] if name in members else values(shape.members[name], depth + 1)

    if getattr(shape, "is_tagged_union", False) and not sure:
        name = draw(st.sampled_from(maybe or tuple(shape.members)))
        return {name: draw(member(name))}
    chosen = {*draw(st.lists(st.sampled_from(maybe), max_size=_MEMBERS, unique=True))} if maybe else set()
    names = [name for name in shape.members if name in sure or name in chosen]
    return {name: draw(member(name)) for name in names}


def _whole_numbers(shape: Any, depth: int) -> SearchStrategy[int]:
    bits = 31 if shape.type_name == "integer" else 53
    low, high = shape.metadata.get("min", -(2**bits)), shape.metadata.get("max", 2**bits - 1)
    few = [each for each in (0, 1, 2, 100) if low <= each <= high] or [int(low)]
    return st.sampled_from(few) | st.integers(int(low), int(high))


def _fractions(shape: Any, depth: int) -> SearchStrategy[float]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1024)
    return st.sampled_from([each for each in (0.0, 0.5, 1.0, 2.25) if low <= each <= high] or [float(low)])


def _lists(shape: Any, depth: int) -> SearchStrategy[list[Any]]:
    low = shape.metadata.get("min", 0)
    most = max(low, min(shape.metadata.get("max", _ITEMS), _ITEMS if depth < _DEEPEST else 0))
    return st.lists(values(shape.member, depth + 1), min_size=low, max_size=most) if most else st.just([])


def _maps(shape: Any, depth: int) -> SearchStrategy[dict[str, Any]]:
    low = shape.metadata.get("min", 0)
    most = max(low, 1 if depth < _DEEPEST else 0)
    if not most:
        return st.just({})
    return st.dictionaries(values(shape.key, depth + 1), values(shape.value, depth + 1), min_size=low, max_size=most)


def _timestamps(shape: Any, depth: int) -> SearchStrategy[Any]:
    """In whole seconds: every form in which a protocol writes a time can hold them."""
    return st.integers(0, _CENTURY).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


def _blobs(shape: Any, depth: int) -> SearchStrategy[bytes]:
    low = shape.metadata.get("min", 0)
    return st.binary(min_size=low, max_size=max(low, 8))


def _strings(shape: Any, depth: int) -> SearchStrategy[str]:
    known = shape.metadata.get("enum")
    if known:
        return st.sampled_from(known)
    low = shape.metadata.get("min", 0)
    high = min(shape.metadata.get("max", low + _CHARACTERS), low + _CHARACTERS)
    if "pattern" not in shape.metadata:
        plain = letters(_WORD, low, high)
        return plain | texts().filter(lambda drawn: low <= len(drawn) <= high) if low <= 1 else plain
    alphabet = _alphabet(shape, low, high)
    if alphabet:
        return letters(alphabet, low if low or fits(shape, "") else 1, max(high, 1))
    return st.integers(0, _NUMBERED).map(lambda number: text(shape.name, shape.metadata, number))


_WORD = ascii_lowercase + digits + ascii_uppercase


def _alphabet(shape: Any, low: int, high: int) -> str:
    """Characters of which any text of a fitting length matches the pattern; none where the pattern is about more than that."""
    lengths = sorted({max(low, 1), min(max(low, 1) + 1, max(high, 1)), max(high, 1)})
    found = "".join(each for each in _WORD + "-_" if all(fits(shape, each * length) for length in lengths))
    mixed = (found * (high // len(found) + 1))[: max(high, 1)] if found else ""
    whole = found and all(fits(shape, each[:length]) for each in (mixed, mixed[::-1]) for length in lengths)
    edges = found.replace("-", "").replace("_", "")
    if whole:
        return found
    simple = (edges * (high // len(edges) + 1))[: max(high, 1)] if edges else ""
    return edges if edges and all(fits(shape, each) for each in (simple, simple[::-1])) else ""


def fits(shape: Any, candidate: str) -> bool:
    """Whether the model allows a text: its length, and its pattern as a whole."""
    return fits_metadata(shape.metadata, candidate)


_MAKERS: Mapping[str, Callable[[Any, int], SearchStrategy[Any]]] = {
    "structure": lambda shape, depth: structures(shape, depth=depth),
    "list": _lists,
    "map": _maps,
    "string": _strings,
    "character": _strings,
    "boolean": lambda shape, depth: st.booleans(),
    "integer": _whole_numbers,
    "long": _whole_numbers,
    "float": _fractions,
    "double": _fractions,
    "timestamp": _timestamps,
    "blob": _blobs,
}
