"""What the shapes of the service model say about a response, whatever the contract is: types, names in XML, values that are required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from .lists.values import value

__all__ = ["is_required", "required_values", "types_by_xml_name", "types_in"]


def is_required(shape: Any, path: tuple[str, ...]) -> bool:
    """Whether the last member of a path is required of the structure that it is in."""
    for step in path[:-1]:
        shape = shape.members.get(step) if shape is not None and shape.type_name == "structure" else None
    return shape is not None and shape.type_name == "structure" and path[-1] in shape.required_members


def required_values(shape: Any, but: list[tuple[str, ...]]) -> dict[str, Any]:
    """Values of required members, those inside of structures that paths lead into included."""
    if shape is None or shape.type_name != "structure":
        return {}
    found = {}
    for name, each in shape.members.items():
        inside = [path[1:] for path in but if path[0] == name]
        if () in inside:
            continue
        if inside and (inner := required_values(each, inside)):
            found[name] = inner
        elif name in shape.required_members and not inside:
            found[name] = value(each, 1, name)
    return found


def types_by_xml_name(shape: Any) -> Mapping[str, frozenset[str]]:
    """The types of the members that a document of this shape can have under each name in XML."""
    found: dict[str, set[str]] = {}
    _walk(shape, found, frozenset())
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _walk(shape: Any, found: dict[str, set[str]], seen: frozenset[str]) -> None:
    if shape is None or shape.name in seen:
        return
    if shape.type_name == "structure":
        for name, each in shape.members.items():
            found.setdefault(each.serialization.get("name", name), set()).add(each.type_name)
            _walk(each, found, seen | {shape.name})
    elif shape.type_name == "list":
        _walk(shape.member, found, seen | {shape.name})
    elif shape.type_name == "map":
        _walk(shape.value, found, seen | {shape.name})


def types_in(value: Any) -> Iterator[str]:
    """The types of the scalar values in a response, or in a part of one."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from types_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from types_in(each)
    elif isinstance(value, bool):
        yield "boolean"
    else:
        yield _TYPES.get(type(value), "other")


_TYPES = {datetime: "timestamp", int: "integer", float: "float", str: "string"}
