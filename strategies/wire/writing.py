"""Responses as bytes: what the emulator writes, in every form that a reader of the protocol has to accept."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...emulator import Behaviour, ServiceError
from ...emulator.protocols import protocol_for
from ...emulator.records import Call, XmlElement
from ...spec.contract import Contract
from ..drawing import Drawer, together

__all__ = ["UNKNOWN_MEMBER", "Writing", "document", "is_xml", "serialize", "write", "writings"]

#: A member that no model has.
UNKNOWN_MEMBER = "NeverHeardOf"


class Writing(NamedTuple):
    """How a document is written. The default is how AWS writes."""

    #: Line breaks and two spaces a level, as AWS has them in XML.
    indented: bool = True
    #: What stands before a tag that begins an element, besides: white space or a comment.
    between: str = ""
    declared: bool = False
    #: All but ASCII as character references.
    ascii: bool = False
    #: Members stand in the model's order where this is 0, else in some other that is always the same.
    order: int = 0
    #: A member that no model knows yet.
    unknown_member: bool = False


@cache
def writings(*, unknown_member: bool | None = None) -> Drawer[Writing]:
    """Draws all the ways of writing."""
    between = ("", " ", "\n\t", "\r\n", "<!-- what follows -->")
    yes_or_no = (False, True)
    unknown = yes_or_no if unknown_member is None else (unknown_member,)
    facts, orders = together(between, unknown, yes_or_no, yes_or_no, (True, False)), st.sampled_from((0, 0, 1, 2, 3, 4))

    def writing(draw: DrawFn) -> Writing:
        before, added, declared, ascii_alone, indented = draw(facts)
        return Writing(indented, before, declared, ascii_alone, draw(orders), added)

    return writing


def is_xml(contract: Contract) -> bool:
    """Whether the operation's protocol writes XML."""
    return contract.protocol in ("query", "ec2", "rest-xml")


def write(
    contract: Contract,
    output: dict[str, Any] | ServiceError,
    writing: Writing = Writing(),  # noqa: B008 -- frozen
) -> bytes:
    """The body of a response: of members whose times are text or ``datetime``, or of a service error."""
    if contract.protocol == "query":
        return serialize(contract, document(contract, output, writing), writing)
    call, protocol = _call(contract, writing.indented), protocol_for(contract)
    body: bytes = protocol.http(call, output, protocol.write(call, protocol.document(call, output))).body
    return body if is_xml(contract) or not body else _json(body, writing)


def document(
    contract: Contract,
    output: dict[str, Any] | ServiceError,
    writing: Writing = Writing(),  # noqa: B008 -- frozen
) -> XmlElement:
    """An XML response as elements, in the order in which they are written."""
    root: XmlElement = protocol_for(contract).document(_call(contract, writing.indented), output)
    return _arranged(root, writing) if writing.order or writing.unknown_member else root


def serialize(contract: Contract, root: XmlElement, writing: Writing) -> bytes:
    """Elements as bytes."""
    text = protocol_for(contract).write(_call(contract, writing.indented), root).decode()
    if writing.between:
        text = _BEFORE_A_TAG.sub(lambda found: found[0] + writing.between, text)
    if writing.declared:
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + text
    return text.encode("ascii", "xmlcharrefreplace") if writing.ascii else text.encode()


#: Where an element begins inside another there is no text that white space could spoil.
_BEFORE_A_TAG = re.compile(r"(?<=>)\s*(?=<[A-Za-z])")


def _json(body: bytes, writing: Writing) -> bytes:
    found = json.loads(body)
    if writing.order:
        found = dict(sorted(found.items(), key=lambda each: crc32(f"{writing.order} {each[0]}".encode())))
    if writing.unknown_member:
        found[UNKNOWN_MEMBER] = "yet"
    return json.dumps(found, indent=1 if writing.between else None, ensure_ascii=writing.ascii).encode()


@cache
def _call(contract: Contract, indented: bool) -> Call:
    return Call(contract, contract.operation, Behaviour(indented=indented), 0, datetime(2000, 1, 1, tzinfo=UTC), {})


def _arranged(root: XmlElement, writing: Writing) -> XmlElement:
    """The result with its members, and theirs, in another order. The result itself stays first: SDKs read no other."""
    content: Any = root.content
    if not content[0].tag.endswith("Result"):
        return root
    return root._replace(content=(_shuffled(content[0], writing), *content[1:]))


def _shuffled(element: XmlElement, writing: Writing, within: bool = True) -> XmlElement:
    content: Any = element.content
    if isinstance(content, str) or not content:
        return element
    items = content[0].tag == "member"
    inner = [_shuffled(each, writing, not items) for each in content]
    if items:
        return element._replace(content=tuple(inner))
    if writing.order:
        inner.sort(key=lambda each: crc32(f"{writing.order} {each.tag}".encode()))
    if writing.unknown_member:
        inner.append(XmlElement(UNKNOWN_MEMBER, "yet"))
    return element._replace(content=tuple(inner))
