"""Faults of XML documents as a whole: declarations, namespaces, and the elements around a result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ....spec.contract import Contract
from ...records import Call, Members, Read, Row, XmlElement
from ...served import served
from ...stages.pipeline import Stages, write
from ..fault import XML, Fault as _Fault, children, dropped, is_list, items, put_in, results, role

__all__ = ["FAULTS"]

#: Faults of documents that AWS Query alone has, and of any XML.
Fault = partial(_Fault, protocols=("query",))


Marked = partial(_Fault, protocols=XML)


Documents = partial(_Fault, protocols=("query", "ec2"))


def _dropping(*tags: str) -> Stages:
    return Stages(document=results(lambda call, root: dropped(root, *tags)))


def _unwrapped(call: Call, root: XmlElement) -> XmlElement:
    result, *rest = children(root)
    return root._replace(content=(*children(result), *rest))


def _renamed(call: Call, root: XmlElement) -> XmlElement:
    return root._replace(content=(children(root)[0]._replace(tag="Result"), *children(root)[1:]))


def _wrapped(call: Call, root: XmlElement) -> XmlElement:
    """The members inside an element that AWS Query would have."""
    return root._replace(content=(XmlElement(f"{call.operation}Result", children(root)),))


def _prefixed(call: Call, element: XmlElement) -> XmlElement:
    prefix = call.contract.service
    content = (
        element.content
        if isinstance(element.content, str)
        else tuple(_prefixed(call, each) for each in element.content)
    )
    attributes = tuple((f"xmlns:{prefix}" if name == "xmlns" else name, value) for name, value in element.attributes)
    return XmlElement(f"{prefix}:{element.tag}", content, attributes)


def _prefixed_root(call: Call, root: XmlElement) -> XmlElement:
    """The document with prefixes. A service whose model declares no namespace gets one, since a prefix has to stand for something."""
    named = dict(root.attributes).get("xmlns") or f"http://{call.contract.service}.amazonaws.com/doc/"
    return _prefixed(call, root._replace(attributes=tuple((dict(root.attributes) | {"xmlns": named}).items())))


def _befriended(read: Read, row: Row, found: Members) -> Members:
    """Two texts with an ampersand between them, in the first text of an item that is neither an id nor bounded."""
    free = _free_text(read.contract, found)
    return put_in(found, free, "this & that") if free else found


def _free_text(contract: Contract, found: Mapping[str, object]) -> str:
    """The member of an item that may be any text; empty where there is none."""
    identity = role(contract, "listing.identity")
    texts = (name for name, each in found.items() if isinstance(each, str) and name != identity)
    return role(contract, "report.name") or next(texts, "")


def _has_free_text(contract: Contract) -> bool:
    example = served(contract).example if is_list(contract) else {}
    return not is_list(contract) or (isinstance(example, dict) and bool(_free_text(contract, example)))


def _emptied(call: Call, root: XmlElement) -> XmlElement:
    if isinstance(root.content, str):
        return root
    return root._replace(
        content=tuple(
            each._replace(content="") if each.tag == "RequestId" else _emptied(call, each) for each in root.content
        )
    )


FAULTS = (
    Marked(
        "names-not-escaped",
        "protocol.well-formed",
        "an ampersand in an item is not escaped",
        Stages(
            item=items(_befriended),
            write=lambda call, root: write(call, root).replace(b"&amp;", b"&"),
        ),
        shows=_has_free_text,
    ),
    Marked(
        "document-type-declared",
        "protocol.well-formed",
        "the XML begins with a document type",
        Stages(write=lambda call, root: b'<!DOCTYPE response SYSTEM "iam.dtd">\n' + write(call, root)),
    ),
    Marked(
        "blank-line-before-declaration",
        "protocol.well-formed",
        "a line break precedes the XML declaration",
        Stages(write=lambda call, root: b'\n<?xml version="1.0"?>\n' + write(call, root)),
    ),
    Documents(
        "root-element-misspelt",
        "protocol.root-element",
        "the root element's name is not the operation's",
        Stages(document=results(lambda call, root: root._replace(tag=root.tag.lower()))),
    ),
    Documents(
        "root-element-without-response",
        "protocol.root-element",
        "the root element is named after the operation alone",
        Stages(document=results(lambda call, root: root._replace(tag=root.tag.removesuffix("Response")))),
    ),
    Documents(
        "namespace-missing",
        "protocol.namespace",
        "the elements are in no namespace",
        Stages(document=results(lambda call, root: root._replace(attributes=()))),
    ),
    Documents(
        "namespace-of-another-service",
        "protocol.namespace",
        "the namespace is that of another service",
        Stages(
            document=results(
                lambda call, root: root._replace(attributes=(("xmlns", "https://sts.amazonaws.com/doc/2011-06-15/"),))
            )
        ),
    ),
    Marked(
        "elements-prefixed",
        "protocol.unprefixed",
        "elements carry a namespace prefix",
        Stages(document=results(_prefixed_root)),
    ),
    Fault(
        "result-wrapper-missing",
        "protocol.result-wrapper",
        "the members are directly under the root, without a wrapper",
        Stages(document=results(_unwrapped)),
    ),
    Fault(
        "result-wrapper-misspelt",
        "protocol.result-wrapper",
        "the wrapper is called Result",
        Stages(document=results(_renamed)),
    ),
    _Fault(
        "members-wrapped",
        "protocol.result-wrapper",
        "the members are inside a wrapper, as in AWS Query",
        Stages(document=results(_wrapped)),
        protocols=("ec2",),
    ),
    Fault(
        "metadata-before-result",
        "protocol.result-first",
        "ResponseMetadata comes before the result",
        Stages(document=results(lambda call, root: root._replace(content=children(root)[::-1]))),
    ),
    Fault(
        "request-id-missing", "protocol.request-id", "results have no ResponseMetadata", _dropping("ResponseMetadata")
    ),
    Fault(
        "request-id-empty",
        "protocol.request-id",
        "RequestId is empty",
        Stages(document=results(_emptied)),
    ),
)
