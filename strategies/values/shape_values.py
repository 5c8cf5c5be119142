"""Values of any shape of a service model: within its bounds, patterns and enumerations, and small.

Strings match their pattern as a whole. Optional members come and go, a few at a time. Deep inside a structure only required members
are drawn, so that recursive shapes come to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import cache, lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...emulator.lists.texts import text
from ...emulator.lists.values import NUMBER, is_union
from ...spec.patterns import fits as fits_metadata
from ..drawing import Drawer, composed, one_of, pick, several
from .letters import letters
from .moments import EPOCH

__all__ = ["filled_maps", "fits", "structures", "values"]

#: Below this depth only what is required is drawn.
_DEEPEST = 3
#: Optional members of one structure that are drawn at once, items of a list, and characters beyond the shortest text.
_MEMBERS, _ITEMS, _CHARACTERS = 4, 2, 12
#: How many characters are drawn of the shortest text.
_DRAWN = 4

_CENTURY = 3_155_760_000
#: How many texts are made from a pattern that is about more than an alphabet; most are among the first few.
_NUMBERED, _FEW = 100_000, 120


def values(shape: Any, depth: int = 0) -> Drawer[Any]:
    """Draws values as botocore's parser returns them."""
    return _values(shape, min(depth, _DEEPEST + 5))


@cache
def _values(shape: Any, depth: int) -> Drawer[Any]:
    if getattr(shape, "is_document_type", False):
        documents = pick(lambda draw: {}, lambda draw: {"a": 1}, lambda draw: {"a": ["b", None]})
        return lambda draw: one_of(draw, documents)
    return _MAKERS[shape.type_name](shape, depth)


def structures(
    shape: Any,
    *,
    always: Collection[str] = (),
    never: Collection[str] = (),
    members: Mapping[str, Drawer[Any]] | None = None,
    depth: int = 0,
) -> Drawer[dict[str, Any]]:
    """Draws values of a structure, in the model's order of members.

    :param always: optional members that are always there.
    :param never: members that are left out, also required ones: the caller adds them.
    :param members: what draws some members, instead of their shapes.
    """
    sure = {name for name in shape.members if name in shape.required_members or name in always}.difference(never)
    maybe = [name for name in shape.members if name not in sure and name not in never and _is_plain(shape, name)]
    drawers = dict(members or {})
    if is_union(shape) and not sure:
        return _union(shape, maybe or [*shape.members], drawers, depth)
    return _structure(shape, sure, maybe if depth < _DEEPEST else [], drawers, depth)


def _is_plain(shape: Any, name: str) -> bool:
    """Whether a member travels in the body: headers and the status code are not the listing's to draw."""
    member = shape.members[name]
    return member.serialization.get("location") is None and not member.serialization.get("eventstream")


def _structure(
    shape: Any, sure: set[str], maybe: list[str], drawers: dict[str, Drawer[Any]], depth: int
) -> Drawer[dict[str, Any]]:
    names = tuple(shape.members)
    optional = _some(shape, maybe, drawers, depth) if maybe else lambda draw: []

    def structure(draw: DrawFn) -> dict[str, Any]:
        found = {name: _member(shape, name, drawers, depth)(draw) for name in names if name in sure}
        some = optional(draw)
        if not some:
            return found
        found |= dict(some)
        return {name: found[name] for name in names if name in found}

    return structure


def _some(shape: Any, maybe: list[str], drawers: dict[str, Drawer[Any]], depth: int) -> Drawer[list[tuple[str, Any]]]:
    """A few of the optional members, each with its value beside its name, so that the shrinker can leave out both."""
    one = st.sampled_from(maybe)

    def member(draw: DrawFn) -> tuple[str, Any]:
        name = draw(one)
        return name, _member(shape, name, drawers, depth)(draw)

    return several(member, "member", min(len(maybe), _MEMBERS))


def _union(shape: Any, maybe: list[str], drawers: dict[str, Drawer[Any]], depth: int) -> Drawer[dict[str, Any]]:
    """Of a tagged union exactly one member is there."""
    one = st.sampled_from(maybe)

    def union(draw: DrawFn) -> dict[str, Any]:
        name = draw(one)
        return {name: _member(shape, name, drawers, depth)(draw)}

    return union


def _member(shape: Any, name: str, drawers: dict[str, Drawer[Any]], depth: int) -> Drawer[Any]:
    """What draws a member, made when it is drawn first: shapes may be recursive."""
    found = drawers.get(name)
    if found is None:
        found = drawers[name] = values(shape.members[name], depth + 1)
    return found


def _whole_numbers(shape: Any, depth: int) -> Drawer[int]:
    bits = 31 if shape.type_name == "integer" else 53
    low, high = int(shape.metadata.get("min", -(2**bits))), int(shape.metadata.get("max", 2**bits - 1))
    few = [each for each in (0, 1, 2, 100) if low <= each <= high] or [low]
    numbers = st.integers(low, high)
    found = pick(*few, *[lambda draw: draw(numbers)] * len(few))
    return lambda draw: one_of(draw, found)


def _fractions(shape: Any, depth: int) -> Drawer[float]:
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1024)
    few = st.sampled_from([each for each in (0.0, 0.5, 1.0, 2.25) if low <= each <= high] or [float(low)])
    return lambda draw: draw(few)


def _lists(shape: Any, depth: int) -> Drawer[list[Any]]:
    low = shape.metadata.get("min", 0)
    most = max(low, min(shape.metadata.get("max", _ITEMS), _ITEMS if depth < _DEEPEST else 0))
    if not most:
        return lambda draw: []
    return several(_later(shape.member, depth + 1), "value", most, least=low)


def _maps(shape: Any, depth: int) -> Drawer[dict[str, Any]]:
    low = shape.metadata.get("min", 0)
    most = max(low, 1 if depth < _DEEPEST else 0)
    if not most:
        return lambda draw: {}
    key, value = _later(shape.key, depth + 1), _later(shape.value, depth + 1)
    if low <= 1:
        empty = st.sampled_from((True, False)) if low == 0 else st.just(False)
        return lambda draw: {} if draw(empty) else {key(draw): value(draw)}
    found = st.dictionaries(composed(key, "key"), composed(value, "value"), min_size=low, max_size=most)
    return lambda draw: dict(draw(found))


def filled_maps(shape: Any, depth: int = 0) -> Drawer[dict[str, Any]]:
    """Draws maps that hold something, as those do that are an item or a token."""
    key, value = _later(shape.key, depth + 1), _later(shape.value, depth + 1)
    low = max(shape.metadata.get("min", 0), 1)
    entries = several(lambda draw: (key(draw), value(draw)), "entry", low + 1, least=low)
    return lambda draw: dict(entries(draw))


def _later(shape: Any, depth: int) -> Drawer[Any]:
    """The same, made when it is drawn first."""
    return lambda draw: values(shape, depth)(draw)  # noqa: PLW0108 -- later


def _timestamps(shape: Any, depth: int) -> Drawer[Any]:
    """In whole seconds: every form in which a protocol writes a time can hold them."""
    seconds = st.integers(0, _CENTURY)
    return lambda draw: EPOCH + timedelta(seconds=draw(seconds))


def _blobs(shape: Any, depth: int) -> Drawer[bytes]:
    low = shape.metadata.get("min", 0)
    found = st.binary(min_size=low, max_size=max(low, 8))
    return lambda draw: draw(found)


def _booleans(shape: Any, depth: int) -> Drawer[bool]:
    found = st.booleans()
    return lambda draw: draw(found)


def _strings(shape: Any, depth: int) -> Drawer[str]:
    if shape.name == NUMBER:
        numbers = st.integers(-(10**9), 10**9)
        return lambda draw: str(draw(numbers))
    known = shape.metadata.get("enum")
    if known:
        listed = st.sampled_from(known)
        return lambda draw: draw(listed)
    low = shape.metadata.get("min", 0)
    high = min(shape.metadata.get("max", low + _CHARACTERS), low + _CHARACTERS)
    if "pattern" not in shape.metadata:
        return _long(_ANY if low <= 1 else _WORD, low, high)
    alphabet = _alphabet(shape, low, high)
    if alphabet:
        return _long(alphabet, low if low or fits(shape, "") else 1, max(high, 1))
    return _numbered(shape)


def _long(alphabet: str, low: int, high: int) -> Drawer[str]:
    """Texts of so many characters, of which the last few are drawn: each one takes as long as a number."""
    few = min(low, _DRAWN)
    start, end = alphabet[0] * (low - few), letters(alphabet, few, few + high - low)
    return lambda draw: start + end(draw)


def _numbered(shape: Any) -> Drawer[str]:
    """Texts made from a pattern. They are remembered, since making one may take several attempts."""
    any_number = st.integers(0, _NUMBERED)
    numbers = pick(*range(_FEW), *[lambda draw: draw(any_number)] * (_FEW // 8))
    made = lru_cache(maxsize=1_000)(lambda number: text(shape.name, shape.metadata, number))
    return lambda draw: made(one_of(draw, numbers))


_WORD = ascii_lowercase + digits + ascii_uppercase
#: What has to be escaped somewhere, what is trimmed somewhere, and letters of several scripts.
_ANY = _WORD + "-_ .,:;/+*=?!%&<>\"'()[]{}#$@\\|~^`\t\n\r" + "éßÿœŁДΩבع한日本\u200b\u2028\ue000\ufffd𝄞🚀"


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


_MAKERS: Mapping[str, Callable[[Any, int], Drawer[Any]]] = {
    "structure": lambda shape, depth: structures(shape, depth=depth),
    "list": _lists,
    "map": _maps,
    "string": _strings,
    "character": _strings,
    "boolean": _booleans,
    "integer": _whole_numbers,
    "long": _whole_numbers,
    "float": _fractions,
    "double": _fractions,
    "timestamp": _timestamps,
    "blob": _blobs,
}
