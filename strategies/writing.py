"""Answers as bytes: the emulator's XML, written with every variant that a reader of XML has to grant."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import Behaviour
from ..emulator.protocols import query as wire
from ..emulator.records import Answer as Output, Call, Element
from ..spec.legacy import contract

__all__ = ["Writing", "document", "serialize", "write", "writings"]


class Writing(NamedTuple):
    """How a document is written. The default is how AWS writes."""

    #: Line breaks and two spaces a level, as AWS has them.
    indented: bool = True
    #: What stands before a tag that begins an element, besides: white space or a comment.
    between: str = ""
    declared: bool = False
    #: All but ASCII as character references.
    ascii: bool = False
    #: Members stand in the model's order where this is 0, else in some other that is always the same.
    order: int = 0
    #: A member that no model knows yet.
    unissued: bool = False


@cache
def writings(*, unissued: bool | None = None) -> SearchStrategy[Writing]:
    """All the ways of writing."""
    return st.builds(
        Writing,
        st.sampled_from((True, False)),
        st.sampled_from(("", " ", "\n\t", "\r\n", "<!-- what follows -->")),
        st.booleans(),
        st.booleans(),
        st.sampled_from((0, 0, 1, 2, 3, 4)),
        st.booleans() if unissued is None else st.just(unissued),
    )


def write(output: Output, writing: Writing = Writing(), operation: str | None = None) -> bytes:  # noqa: B008 -- frozen
    """The bytes of an answer: members whose times are text by now, or a refusal."""
    return serialize(document(output, writing, operation), writing)


def document(output: Output, writing: Writing = Writing(), operation: str | None = None) -> Element:  # noqa: B008
    """The same as elements, in the order in which they are written."""
    root = wire.document(_call(operation or contract().operation, writing.indented), output)
    return _arranged(root, writing) if writing.order or writing.unissued else root


def serialize(root: Element, writing: Writing) -> bytes:
    """Elements as bytes."""
    text = wire.write(_call("", writing.indented), root).decode()
    if writing.between:
        text = _BEFORE_A_TAG.sub(lambda found: found[0] + writing.between, text)
    if writing.declared:
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + text
    return text.encode("ascii", "xmlcharrefreplace") if writing.ascii else text.encode()


#: Where an element begins inside another there is no text that white space could spoil.
_BEFORE_A_TAG = re.compile(r"(?<=>)\s*(?=<[A-Za-z])")


@cache
def _call(operation: str, indented: bool) -> Call:
    return Call(Behaviour(indented=indented), 0, datetime(2000, 1, 1, tzinfo=UTC), {"Action": operation})


def _arranged(root: Element, writing: Writing) -> Element:
    """The result with its members, and theirs, in another order. The result itself stays first: SDKs read no other."""
    content: Any = root.content
    if not content[0].tag.endswith("Result"):
        return root
    return root._replace(content=(_shuffled(content[0], writing), *content[1:]))


def _shuffled(element: Element, writing: Writing, within: bool = True) -> Element:
    content: Any = element.content
    if isinstance(content, str) or not content:
        return element
    items = content[0].tag == "member"
    inner = [_shuffled(each, writing, not items) for each in content]
    if items:
        return element._replace(content=tuple(inner))
    if writing.order:
        inner.sort(key=lambda each: crc32(f"{writing.order} {each.tag}".encode()))
    if writing.unissued:
        inner.append(Element("NeverHeardOf", "yet"))
    return element._replace(content=tuple(inner))
