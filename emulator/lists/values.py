"""Values of the model's shapes: what an item holds. Required members always, and a fair sample of the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from ...spec.operations.paginators import own_id
from ...spec.patterns import fits
from .forms import form_of, has_form
from .texts import text

__all__ = ["NUMBER", "essential", "is_union", "value"]

#: DynamoDB's numbers, which are texts in its model.
NUMBER = "NumberAttributeValue"

#: The moment of number 0; items of higher numbers are scattered after it.
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

#: How many optional members a structure gets, by how deep it lies, and how many of them may be of one type.
_OPTIONAL, _OF_ONE_TYPE = (12, 4, 2), 3

#: By turns, a structure gets one optional member in so many, by how deep it lies; every fifth turn has edge cases for scalars.
_ONE_IN, _EDGES = (4, 2, 2), 5

#: Values deeper than this hold only what they must, and much deeper nothing: a model may require what has no end.
_DEEPEST, _ENDLESS = 6, 16

#: Identities, states and dates say more than other members.
_TELLING = ("Name", "Id", "Arn", "ARN", "Key", "Status", "State")

#: Texts where the model allows any.
_AWKWARD = ("", "Größe & <Maß> \"' 日本語", " ", "a\tb\nc")


class _Place(NamedTuple):
    """Where in an item a value lies. `wanted` are the paths of members that must be there."""

    wanted: frozenset[tuple[str, ...]] = frozenset()
    depth: int = 0
    turn: int | None = None

    def inside(self, name: str | None = None) -> _Place:
        """The place of a member, or of what a list holds. Members that are wanted for themselves have no edge cases."""
        if name is None:
            return self._replace(depth=self.depth + 1)
        wanted = frozenset(path[1:] for path in self.wanted if len(path) > 1 and path[0] == name)
        return _Place(wanted, self.depth + 1, None if (name,) in self.wanted else self.turn)

    @property
    def has_edges(self) -> bool:
        """Whether scalars are edge cases."""
        return self.turn is not None and self.turn % _EDGES == _EDGES - 1


def value(
    shape: Any, number: int, name: str = "", wanted: frozenset[tuple[str, ...]] = frozenset(), turn: int | None = None
) -> Any:
    """The value of this number.

    :param wanted: paths of members that must be there.
    :param turn: which optional members it has: those that are due. In sixteen turns each comes and goes; without one they are
        always the same, those that say most.
    """
    return _value(shape, number, name, _Place(wanted, 0, turn))


def _value(shape: Any, number: int, name: str, place: _Place) -> Any:
    made = _MAKERS.get(shape.type_name)
    return made(shape, number, name, place) if made else text(name, shape.metadata, number)


def _string(shape: Any, number: int, name: str, place: _Place) -> Any:
    if shape.name == NUMBER:
        return "0" if place.has_edges else str(number)
    allowed = shape.metadata.get("enum")
    if allowed:
        return allowed[number % len(allowed)]
    form = form_of(name, shape.name, shape.metadata.get("max"))
    if form is not None and fits(shape.metadata, formed := form(number)):
        return formed
    if place.has_edges and not has_form(name) and not shape.metadata.keys() & {"min", "max", "pattern"}:
        return _AWKWARD[number % len(_AWKWARD)]
    return text(name or shape.name, shape.metadata, number)


def _whole(shape: Any, number: int, name: str, place: _Place) -> int:
    low = int(shape.metadata.get("min", 0))
    high = int(shape.metadata.get("max", low + 100_000))
    return low if place.has_edges else low + number % (high - low + 1)


def _fraction(shape: Any, number: int, name: str, place: _Place) -> float:
    low = float(shape.metadata.get("min", 0.0))
    return low if place.has_edges else min(low + number + 0.5, float(shape.metadata.get("max", low + number + 0.5)))


def _moment(shape: Any, number: int, name: str, place: _Place) -> datetime:
    return _BEGAN + timedelta(seconds=number * 61, hours=number % 97)


def _bytes(shape: Any, number: int, name: str, place: _Place) -> bytes:
    return f"{number:04}".encode()[-int(shape.metadata.get("max", 4)) :].rjust(int(shape.metadata.get("min", 0)), b"0")


def _length(shape: Any, place: _Place) -> int:
    """How many members a list or a map has: one, by turns none or two. Deep inside it has as few as it must."""
    few = 1 if place.turn is None else (place.turn + place.depth) % 3
    few = few if place.depth <= _DEEPEST else 0
    return max(int(shape.metadata.get("min", 0)), min(few, int(shape.metadata.get("max", few))))


def _list(shape: Any, number: int, name: str, place: _Place) -> list[Any]:
    if place.depth > _ENDLESS:
        return []
    return [_value(shape.member, number + index, name, place.inside()) for index in range(_length(shape, place))]


def _map(shape: Any, number: int, name: str, place: _Place) -> dict[str, Any]:
    if place.depth > _DEEPEST:
        return {}
    found = {}
    for key in sorted({path[0] for path in place.wanted}):
        found[key] = _value(shape.value, number, key, place.inside(key)._replace(depth=_DEEPEST, turn=None))
    if not found or place.turn is not None:
        inner = place.inside()._replace(wanted=frozenset())
        for index in range(_length(shape, place)):
            key = _value(shape.key, number + index, "key", _Place())
            found.setdefault(key, _value(shape.value, number + index, "value", inner))
    return found


def _structure(shape: Any, number: int, name: str, place: _Place) -> dict[str, Any]:
    if getattr(shape, "is_document_type", False) or getattr(shape, "is_eventstream", False):
        return {}
    chosen = (
        _union(shape, number, place) if is_union(shape) and not _is_key(shape, place) else _chosen(shape, name, place)
    )
    return {each: _value(shape.members[each], number, each, place.inside(each)) for each in chosen}


def is_union(shape: Any) -> bool:
    """Whether a value has exactly one member, which DynamoDB's model does not say of its attributes."""
    return getattr(shape, "is_tagged_union", False) or shape.name == "AttributeValue"


def _is_key(shape: Any, place: _Place) -> bool:
    """Whether an attribute of DynamoDB has to have a certain member."""
    return shape.name == "AttributeValue" and bool(place.wanted)


def _union(shape: Any, number: int, place: _Place) -> list[str]:
    plain = [name for name, each in shape.members.items() if each.type_name not in ("structure", "list", "map")]
    names = (
        list(shape.members) if place.turn is not None and place.depth < len(_ONE_IN) else plain or list(shape.members)
    )
    turn = 0 if place.depth < len(_ONE_IN) else place.depth  # one that holds itself has an end
    return names[(number + turn) % len(names) :][:1]


def _chosen(shape: Any, name: str, place: _Place) -> list[str]:
    needed = {*shape.required_members, *(path[0] for path in place.wanted if path and path[0] in shape.members)}
    needed |= essential(shape, name)
    optional = [name for name in shape.members if name not in needed]
    needed.update(
        _telling(shape, optional, place.depth) if place.turn is None else _due(optional, place.depth, place.turn)
    )
    return [name for name in shape.members if name in needed]


#: Names of members that refer to something, and of the value that belongs to one.
_NAMING, _VALUED = re.compile(r"(?i)(?:id|arn|identifier|name|key)$"), re.compile(r"(?i)values?$")


@lru_cache(maxsize=4_096)
def essential(shape: Any, name: str) -> frozenset[str]:
    """The members without which a structure says nothing: its own id, a key and its value, all of a reference by names and ids."""
    members = list(shape.members)
    refers = all(_NAMING.search(each) and inner.type_name == "string" for each, inner in shape.members.items())
    is_pair = len(members) == 2 and any(map(_NAMING.search, members)) and any(map(_VALUED.search, members))
    if refers or is_pair:
        return frozenset(members)
    own = own_id(shape, name)
    tag = [each for each in members if each.lower() in ("key", "value")]
    return frozenset([*([own] if own else []), *(tag if len(tag) == 2 else [])])


def _telling(shape: Any, optional: list[str], depth: int) -> list[str]:
    """The members that say most, not too many of one type."""
    left, types = (_OPTIONAL[depth] if depth < len(_OPTIONAL) else 0), dict[str, int]()
    found = []
    for name in sorted(optional, key=lambda name: not name.endswith(_TELLING)):
        kind = shape.members[name].type_name
        if left and types.get(kind, 0) < (_OPTIONAL[0] if kind == "string" and depth == 0 else _OF_ONE_TYPE):
            types[kind] = types.get(kind, 0) + 1
            left -= 1
            found.append(name)
    return found


def _due(optional: list[str], depth: int, turn: int) -> list[str]:
    """The members whose turn it is. Structures inside take turns more slowly, so that each of their members comes with each of theirs."""
    if depth >= len(_ONE_IN):
        return []
    for outer in _ONE_IN[:depth]:
        turn //= outer
    return [name for place, name in enumerate(optional) if (place + turn) % _ONE_IN[depth] == 0]


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
