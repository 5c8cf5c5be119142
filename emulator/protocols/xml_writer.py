"""XML out: outputs as elements along the model's shapes, in their order, and elements as bytes. The only place that writes XML.

Members that the model does not know come last, as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .messages import XmlElement
from .moments import finite, text_of_blob, timestamp, timestamp_format

__all__ = ["Maker", "escape", "maker", "serialize"]

#: Makes the elements of a value under a tag: one, or several for a flattened list.
Maker = Callable[[str, Any], tuple[XmlElement, ...]]

_KEPT = "_awscontract_maker"

#: Where members of REST protocols are that are not in the body.
_ELSEWHERE = ("header", "headers", "statusCode")


def serialize(root: XmlElement, *, indented: bool) -> bytes:
    """The bytes of a document, with the line breaks that AWS puts in."""
    parts: list[str] = []
    _append(parts, root, "\n" if indented else "")
    return "".join(parts).encode()


def escape(text: str) -> str:
    """Text for an element or an attribute that comes back from any parser as it was.

    Parsers turn a carriage return into a line feed and may fold white space, so those are written as references.
    What XML 1.0 cannot hold at all becomes U+FFFD.
    """
    return _SPECIAL.sub(_reference, text) if _SPECIAL.search(text) else text


_SPECIAL = re.compile("[^ !#-%'-;=?-~\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def _reference(match: re.Match[str]) -> str:
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    holds = character in "\t\n\r" or "\x7f" <= character <= "\x9f"
    return f"&#x{ord(character):X};" if holds else "\ufffd"


def _append(parts: list[str], element: XmlElement, line: str) -> None:
    tag, content, attributes = element
    start = tag + "".join(f' {name}="{escape(value)}"' for name, value in attributes) if attributes else tag
    if isinstance(content, str):
        parts.append(f"{line if len(parts) else ''}<{start}>{escape(content)}</{tag}>")
    elif content:
        parts.append(f"{line if len(parts) else ''}<{start}>")
        for each in content:
            _append(parts, each, line and line + "  ")
        parts.append(f"{line}</{tag}>")
    else:
        parts.append(f"{line if len(parts) else ''}<{start}/>")


def maker(shape: Any) -> Maker:
    """What makes the elements of a shape. Shapes are walked once, not for every response, and only as deep as values go."""
    kept: dict[str, Any] = vars(shape)  # as botocore keeps what it works out about a shape
    if _KEPT not in kept:
        kept[_KEPT] = _MAKERS.get(shape.type_name, _scalar_maker)(shape)
    found: Maker = kept[_KEPT]
    return found


def _scalar_maker(shape: Any) -> Maker:
    convert: Callable[[Any], Any] = finite
    if shape.type_name == "timestamp":
        form = timestamp_format(shape, "iso8601")
        convert = lambda value: timestamp(value, form)  # noqa: E731 -- one of three
    elif shape.type_name == "blob":
        convert = text_of_blob
    return lambda tag, value: (_scalar(tag, convert(value)),)


def _scalar(tag: str, value: Any) -> XmlElement:
    if isinstance(value, bool):
        return XmlElement(tag, "true" if value else "false")
    return XmlElement(tag, value if isinstance(value, str) else str(value))


def _structure_maker(shape: Any) -> Maker:
    body = {
        name: (_tag(name, each), each)
        for name, each in shape.members.items()
        if each.serialization.get("location") not in _ELSEWHERE
    }
    attributes = {
        name: str(each.serialization.get("name", name))
        for name, each in shape.members.items()
        if each.serialization.get("xmlAttribute")
    }
    # scalars are made here and now; the makers of what is nested are looked up when there is a value: a shape may hold itself
    known = [
        (name, tag, None if each.type_name in _MAKERS else _scalar_maker(each), each)
        for name, (tag, each) in body.items()
        if name not in attributes
    ]
    names = set(shape.members)
    namespaces = _namespaces(shape)

    def structure(tag: str, value: Any) -> tuple[XmlElement, ...]:
        if not isinstance(value, dict):
            return (_scalar(tag, value),)
        content: list[XmlElement] = []
        for name, written, make, each in known:
            if value.get(name) is not None:
                content += (make or maker(each))(written, value[name])
        content += [_scalar(name, each) for name, each in value.items() if name not in names]
        given = tuple((written, str(value[name])) for name, written in attributes.items() if name in value)
        return (XmlElement(tag, tuple(content), namespaces + given if given else ()),)

    return structure


def _tag(name: str, shape: Any) -> str:
    if shape.type_name == "list" and shape.serialization.get("flattened") and "name" in shape.member.serialization:
        return str(shape.member.serialization["name"])
    return str(shape.serialization.get("name", name))


def _namespaces(shape: Any) -> tuple[tuple[str, str], ...]:
    """The namespace that a shape declares for its attributes."""
    declared = shape.serialization.get("xmlNamespace")
    if isinstance(declared, dict) and declared.get("prefix"):
        return ((f"xmlns:{declared['prefix']}", str(declared["uri"])),)
    return ()


def _list_maker(shape: Any) -> Maker:
    each_tag, flat = shape.member.serialization.get("name", "member"), shape.serialization.get("flattened")
    member = shape.member

    def items(tag: str, value: Any) -> tuple[XmlElement, ...]:
        if not isinstance(value, list | tuple):
            return (_scalar(tag, value),)
        make, name = maker(member), tag if flat else each_tag
        found = tuple(element for each in value for element in make(name, each))
        return found if flat else (XmlElement(tag, found),)

    return items


def _map_maker(shape: Any) -> Maker:
    key_tag = shape.key.serialization.get("name", "key")
    value_tag = shape.value.serialization.get("name", "value")
    flat = shape.serialization.get("flattened")

    def entries(tag: str, value: Any) -> tuple[XmlElement, ...]:
        if not isinstance(value, dict):
            return (_scalar(tag, value),)
        pairs = (
            (*maker(shape.key)(key_tag, name), *maker(shape.value)(value_tag, each)) for name, each in value.items()
        )
        found = tuple(XmlElement(tag if flat else "entry", pair) for pair in pairs)
        return found if flat else (XmlElement(tag, found),)

    return entries


_MAKERS: dict[str, Callable[[Any], Maker]] = {
    "structure": _structure_maker,
    "list": _list_maker,
    "map": _map_maker,
}
