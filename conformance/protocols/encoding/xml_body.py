"""Parameters as the XML of a request's body."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from botocore.model import Shape

from .values import scalar_text

__all__ = ["xml_body"]

_DEPTH = 64


def xml_body(value: Any, shape: Shape) -> bytes:
    """The bytes of a document; none where there is nothing to write."""
    if value is None:
        return b""
    root = Element("")
    _append(root, str(shape.serialization.get("name", shape.name)), value, shape, 0)
    return tostring(root[0], encoding="utf-8") if len(root) else b""


def _append(parent: Element, tag: str, value: Any, shape: Any, depth: int) -> None:
    kind = shape.type_name if shape is not None and depth < _DEPTH else "string"
    flat = shape is not None and bool(shape.serialization.get("flattened"))
    if value is None:
        return
    if kind == "list" and isinstance(value, list | tuple):
        holder = parent if flat else _element(parent, tag, shape)
        name = tag if flat else str(shape.member.serialization.get("name", "member"))
        for each in value:
            _append(holder, name, each, shape.member, depth + 1)
    elif kind == "map" and isinstance(value, Mapping):
        holder = parent if flat else _element(parent, tag, shape)
        for key, each in value.items():
            entry = SubElement(holder, tag if flat else "entry")
            _append(entry, str(shape.key.serialization.get("name", "key")), key, shape.key, depth + 1)
            _append(entry, str(shape.value.serialization.get("name", "value")), each, shape.value, depth + 1)
    elif kind == "structure" and isinstance(value, Mapping):
        element = _element(parent, tag, shape)
        for name, each in value.items():
            member = shape.members.get(name)
            written = str(member.serialization.get("name", name)) if member is not None else str(name)
            if member is not None and member.serialization.get("xmlAttribute"):
                element.attrib[written] = str(each)
            else:
                _append(element, written, each, member, depth + 1)
    else:
        _element(parent, tag, shape).text = _valid(scalar_text(value, shape))


def _element(parent: Element, tag: str, shape: Any) -> Element:
    element = SubElement(parent, tag)
    declared = shape.serialization.get("xmlNamespace") if shape is not None else None
    if isinstance(declared, Mapping):
        prefix = declared.get("prefix")
        element.attrib[f"xmlns:{prefix}" if prefix else "xmlns"] = str(declared.get("uri", ""))
    elif isinstance(declared, str):
        element.attrib["xmlns"] = declared
    return element


def _valid(text: str) -> str:
    """The text with U+FFFD for what XML cannot hold."""
    return "".join(
        each if each in "\t\n\r" or (each >= " " and not "\ud800" <= each <= "\udfff") else "\ufffd" for each in text
    )
