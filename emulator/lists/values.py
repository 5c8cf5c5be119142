"""Values of the model's shapes: what an item holds. Required members always, and a fair sample of the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .texts import text

__all__ = ["value"]

#: The moment of number 0; items of higher numbers are scattered after it.
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

#: How many optional members a structure gets, by how deep it lies, and how many of them may be of one type.
_OPTIONAL, _OF_ONE_TYPE = (12, 4, 2), 3

#: Structures deeper than this hold only what is required.
_DEEPEST = 6

#: Identities, states and dates say more than other members.
_TELLING = ("Name", "Id", "Arn", "ARN", "Key", "Status", "State")


def value(
    shape: Any, number: int, name: str = "", wanted: frozenset[tuple[str, ...]] = frozenset(), depth: int = 0
) -> Any:
    """The value of this number. `wanted` are paths of members that must be there."""
    made = _MAKERS.get(shape.type_name)
    return made(shape, number, name, wanted, depth) if made else text(name, shape.metadata, number)


def _string(shape: Any, number: int, name: str, wanted: Any, depth: int) -> Any:
    allowed = shape.metadata.get("enum")
    return allowed[number % len(allowed)] if allowed else text(name or shape.name, shape.metadata, number)


def _whole(shape: Any, number: int, name: str, wanted: Any, depth: int) -> int:
    low = int(shape.metadata.get("min", 0))
    high = int(shape.metadata.get("max", low + 100_000))
    return low + number % (high - low + 1)


def _fraction(shape: Any, number: int, name: str, wanted: Any, depth: int) -> float:
    low = float(shape.metadata.get("min", 0.0))
    return min(low + number + 0.5, float(shape.metadata.get("max", low + number + 0.5)))


def _moment(shape: Any, number: int, name: str, wanted: Any, depth: int) -> datetime:
    return _BEGAN + timedelta(seconds=number * 61, hours=number % 97)


def _bytes(shape: Any, number: int, name: str, wanted: Any, depth: int) -> bytes:
    return f"{number:04}".encode()[-int(shape.metadata.get("max", 4)) :].rjust(int(shape.metadata.get("min", 0)), b"0")


def _list(shape: Any, number: int, name: str, wanted: frozenset[tuple[str, ...]], depth: int) -> list[Any]:
    if depth > _DEEPEST:
        return []
    length = max(int(shape.metadata.get("min", 0)), 1)
    return [value(shape.member, number + index, name, wanted, depth + 1) for index in range(length)]


def _map(shape: Any, number: int, name: str, wanted: frozenset[tuple[str, ...]], depth: int) -> dict[str, Any]:
    if depth > _DEEPEST:
        return {}
    if wanted:
        keys = sorted({path[0] for path in wanted})
        return {each: value(shape.value, number, each, _inside(wanted, each), _DEEPEST) for each in keys}
    length = max(int(shape.metadata.get("min", 0)), 1)
    return {
        value(shape.key, number + index, "key"): value(shape.value, number + index, "value", depth=depth + 1)
        for index in range(length)
    }


def _structure(shape: Any, number: int, name: str, wanted: frozenset[tuple[str, ...]], depth: int) -> dict[str, Any]:
    if getattr(shape, "is_document_type", False) or getattr(shape, "is_eventstream", False):
        return {}
    chosen = _union(shape, number) if getattr(shape, "is_tagged_union", False) else _chosen(shape, wanted, depth)
    found = {}
    for each in chosen:
        found[each] = value(shape.members[each], number, each, _inside(wanted, each), depth + 1)
    return found


def _inside(wanted: frozenset[tuple[str, ...]], name: str) -> frozenset[tuple[str, ...]]:
    """What is wanted inside a member."""
    return frozenset(path[1:] for path in wanted if len(path) > 1 and path[0] == name)


def _union(shape: Any, number: int) -> list[str]:
    plain = [name for name, each in shape.members.items() if each.type_name not in ("structure", "list", "map")]
    names = plain or list(shape.members)
    return names[number % len(names) :][:1]


def _chosen(shape: Any, wanted: frozenset[tuple[str, ...]], depth: int) -> list[str]:
    needed = {*shape.required_members, *(path[0] for path in wanted if path and path[0] in shape.members)}
    left, types = (_OPTIONAL[depth] if depth < len(_OPTIONAL) else 0), dict[str, int]()
    optional = [name for name in shape.members if name not in needed]
    optional.sort(key=lambda name: not name.endswith(_TELLING))
    for name in optional:
        kind = shape.members[name].type_name
        if left and types.get(kind, 0) < (_OPTIONAL[0] if kind == "string" and depth == 0 else _OF_ONE_TYPE):
            types[kind] = types.get(kind, 0) + 1
            left -= 1
            needed.add(name)
    return [name for name in shape.members if name in needed]


_MAKERS: Mapping[str, Any] = {
    "string": _string,
    "character": _string,
    "integer": _whole,
    "long": _whole,
    "short": _whole,
    "byte": _whole,
    "bigInteger": _whole,
    "float": _fraction,
    "double": _fraction,
    "bigDecimal": _fraction,
    "boolean": lambda shape, number, *_: number % 2 == 0,
    "timestamp": _moment,
    "blob": _bytes,
    "list": _list,
    "map": _map,
    "structure": _structure,
}
