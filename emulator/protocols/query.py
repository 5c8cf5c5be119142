"""AWS Query: a form comes in, XML goes out. The only place that writes XML.

What is written follows the model's shapes, in their order, so that any output can be written; members that the model
does not know come last, as they are. Another protocol would be another such file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ...spec import operation, service
from ..records import Answer, Call, Element, Response, ServiceError

if TYPE_CHECKING:
    from botocore.model import Shape

__all__ = ["CONTENT_TYPE", "document", "escape", "http", "parse", "request_id", "write"]

CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"

Maker = Callable[[str, Any], Element]

#: No request of IAM has more parameters than a few.
_FIELDS = 100


def parse(*forms: bytes) -> dict[str, str]:
    """The parameters of a query string and a body; the later form wins, and so does the later field."""
    found: dict[str, str] = {}
    for form in forms:
        try:
            found.update(parse_qsl(form.decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS))
        except ValueError:
            continue  # too many fields: whatever this is, it is not a call, and without an Action it is refused
    return found


def document(call: Call, answer: Answer) -> Element:
    """An answer as elements: the output inside its wrapper, or an error inside its envelope."""
    model, number = service(), Element("RequestId", request_id(call))
    namespace = (("xmlns", model.metadata["xmlNamespace"]),)
    if isinstance(answer, ServiceError):
        kind = "Sender" if answer.status < 500 else "Receiver"
        details = Element("Type", kind), Element("Code", answer.code), Element("Message", answer.message)
        return Element("ErrorResponse", (Element("Error", details), number), namespace)
    wrapper, output = _output(call.action)
    content = output(wrapper, answer), Element("ResponseMetadata", (number,))
    return Element(f"{call.action}Response", content, namespace)


def write(call: Call, root: Element) -> bytes:
    """The bytes of a document, with the line breaks that AWS puts in."""
    parts: list[str] = []
    _append(parts, root, "\n" if call.behaviour.indented else "")
    return "".join(parts).encode()


def http(call: Call, answer: Answer, body: bytes) -> Response:
    """The HTTP response around a document."""
    code = answer.status if isinstance(answer, ServiceError) else 200
    return Response(code, {"content-type": "text/xml", "x-amzn-requestid": request_id(call)}, body)


def request_id(call: Call) -> str:
    """The same in the document and in the header."""
    text = sha256(f"request {call.number}".encode()).hexdigest()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


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


def _append(parts: list[str], element: Element, line: str) -> None:
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


@cache
def _output(action: str) -> tuple[str, Maker]:
    """The result's wrapper and what makes its content; shapes are walked once, not for every answer."""
    shape = operation(action).output_shape
    assert shape is not None, f"{action} answers with nothing"
    return shape.serialization["resultWrapper"], _maker(shape)


def _maker(shape: Shape | Any) -> Maker:
    return _MAKERS.get(shape.type_name, _scalar_maker)(shape)


def _scalar_maker(shape: Any) -> Maker:
    return _scalar


def _scalar(tag: str, value: Any) -> Element:
    if isinstance(value, bool):
        return Element(tag, "true" if value else "false")
    return Element(tag, value if isinstance(value, str) else str(value))


def _structure_maker(shape: Any) -> Maker:
    known = [(name, each.serialization.get("name", name), _maker(each)) for name, each in shape.members.items()]
    names = {name for name, _, _ in known}

    def structure(tag: str, value: Any) -> Element:
        content = [make(written, value[name]) for name, written, make in known if name in value]
        if len(content) < len(value):
            content += [_scalar(name, each) for name, each in value.items() if name not in names]
        return Element(tag, tuple(content))

    return structure


def _list_maker(shape: Any) -> Maker:
    each_tag, make = shape.member.serialization.get("name", "member"), _maker(shape.member)
    return lambda tag, value: Element(tag, tuple([make(each_tag, each) for each in value]))


def _map_maker(shape: Any) -> Maker:
    key, value = _maker(shape.key), _maker(shape.value)
    return lambda tag, entries: Element(
        tag, tuple(Element("entry", (key("key", name), value("value", each))) for name, each in entries.items())
    )


_MAKERS: dict[str, Callable[[Any], Maker]] = {
    "structure": _structure_maker,
    "list": _list_maker,
    "map": _map_maker,
}
