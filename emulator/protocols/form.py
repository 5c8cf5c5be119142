"""Forms in: the flattened names of AWS Query (``Filters.member.1.Name``) and of EC2 (``Filter.1.Name``) as values of the model's shapes."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from ...spec.http import HttpRequest
from .base import from_text

__all__ = ["fields", "read"]

#: No request has more fields; botocore sends some hundred at most.
_FIELDS = 2_000


def fields(*forms: bytes) -> dict[str, str]:
    """The fields of a query string and a body; the later form wins, and so does the later field."""
    found: dict[str, str] = {}
    for form in forms:
        try:
            found.update(parse_qsl(form.decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS))
        except ValueError:
            continue  # too many fields: this is not a call, and without an Action it is refused
    return found


def of_request(request: HttpRequest) -> dict[str, str]:
    """The fields of a request."""
    return fields(request.query.encode("utf-8", "replace"), request.body)


def read(given: dict[str, str], shape: Any, *, capitalized: bool) -> dict[str, Any]:
    """The parameters by member name. `capitalized`: names are those of EC2."""
    tree: dict[str, Any] = {}
    for name, text in given.items():
        node = tree
        for part in name.split(".")[:32]:
            node = node.setdefault(part, {})
        node[""] = text
    return _structure(tree, shape, capitalized) if shape is not None else {}


def _structure(node: dict[str, Any], shape: Any, capitalized: bool) -> dict[str, Any]:
    found = {}
    for name, member in shape.members.items():
        written = _name(member, name, capitalized)
        flat_list = member.type_name == "list" and member.serialization.get("flattened") and not capitalized
        if flat_list and "name" in member.member.serialization:
            written = member.member.serialization["name"]
        if written in node:
            found[name] = _value(node[written], member, capitalized)
    return found


def _name(shape: Any, default: str, capitalized: bool) -> str:
    if capitalized and "queryName" in shape.serialization:
        return str(shape.serialization["queryName"])
    if "name" not in shape.serialization:
        return default
    name = str(shape.serialization["name"])
    return name[:1].upper() + name[1:] if capitalized else name


def _value(node: dict[str, Any], shape: Any, capitalized: bool) -> Any:
    kind = shape.type_name
    if kind == "structure" and (set(node) - {""} or "" not in node):
        return _structure(node, shape, capitalized)
    if kind == "list":
        return _items(node, shape, capitalized)
    if kind == "map" and (set(node) - {""} or "" not in node):
        return _entries(node, shape, capitalized)
    text = node.get("")
    return from_text(text, shape) if isinstance(text, str) else _raw(node)


def _items(node: dict[str, Any], shape: Any, capitalized: bool) -> Any:
    if set(node) == {""}:
        return [] if node[""] == "" else node[""]
    flat = capitalized or shape.serialization.get("flattened")
    inside = node if flat else node.get(shape.member.serialization.get("name", "member"), {})
    return [_value(inside[each], shape.member, capitalized) for each in _numbers(inside)]


def _entries(node: dict[str, Any], shape: Any, capitalized: bool) -> dict[str, Any]:
    inside = node if shape.serialization.get("flattened") else node.get("entry", {})
    key_name, value_name = _name(shape.key, "key", capitalized), _name(shape.value, "value", capitalized)
    found = {}
    for number in _numbers(inside):
        entry = inside[number]
        if key_name in entry and value_name in entry:
            found[str(entry[key_name].get("", ""))] = _value(entry[value_name], shape.value, capitalized)
    return found


def _numbers(node: dict[str, Any]) -> list[str]:
    return sorted((each for each in node if each.isdecimal() and len(each) < 10), key=int)


def _raw(node: Any) -> Any:
    """What stands where a scalar belongs."""
    return {name: _raw(each) for name, each in node.items()} if isinstance(node, dict) else node
