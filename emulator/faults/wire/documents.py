"""Faults of XML documents: elements missing, misplaced, misnamed or written twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ....spec.contract import Contract
from ...records import Call, Members, Read, Row, XmlElement
from ...served import served
from ...stages.pipeline import Stages, write
from ..fault import XML, Fault as _Fault, by_text, dropped, is_list, items, put_in, results, role, tag

__all__ = ["FAULTS"]

#: Faults of documents that AWS Query alone has, and of any XML.
Fault = partial(_Fault, protocols=("query",))


Marked = partial(_Fault, protocols=XML)


Documents = partial(_Fault, protocols=("query", "ec2"))


def _children(element: XmlElement) -> tuple[XmlElement, ...]:
    return element.content if isinstance(element.content, tuple) else ()


def _dropping(*tags: str) -> Stages:
    return Stages(document=results(lambda call, root: dropped(root, *tags)))


def _unwrapped(call: Call, root: XmlElement) -> XmlElement:
    result, *rest = _children(root)
    return root._replace(content=(*_children(result), *rest))


def _renamed(call: Call, root: XmlElement) -> XmlElement:
    return root._replace(content=(_children(root)[0]._replace(tag="Result"), *_children(root)[1:]))


def _flattened(call: Call, element: XmlElement) -> XmlElement:
    """The items of the main list in the list's place, each under the list's name."""
    if not isinstance(element.content, tuple):
        return element
    names, found = tag(call.contract, "listing.main"), list[XmlElement]()
    for each in element.content:
        if each.tag in names:
            found += [member._replace(tag=each.tag) for member in _children(each)]
        else:
            found.append(_flattened(call, each))
    return element._replace(content=tuple(found))


def _gathered(call: Call, element: XmlElement) -> XmlElement:
    """The items of a flattened list inside one element of the list's name."""
    if not isinstance(element.content, tuple):
        return element
    names = tag(call.contract, "listing.main")
    inside = tuple(each._replace(tag="member") for each in element.content if each.tag in names)
    first = next((place for place, each in enumerate(element.content) if each.tag in names), None)
    content = (
        XmlElement(each.tag, inside) if place == first else _gathered(call, each)
        for place, each in enumerate(element.content)
        if place == first or each.tag not in names
    )
    return element._replace(content=tuple(content))


def _misnamed(call: Call, root: XmlElement) -> XmlElement:
    """The items of the main list under another name."""
    names = tag(call.contract, "listing.main")

    def change(element: XmlElement) -> XmlElement:
        if not isinstance(element.content, tuple):
            return element
        if element.tag in names:
            return element._replace(content=tuple(each._replace(tag="entry") for each in element.content))
        return element._replace(content=tuple(map(change, element.content)))

    return change(root)


def _own_names(contract: Contract) -> bool:
    """Whether the items of the main list have a name or a place of their own in the model."""
    shape = served(contract).list_shape
    nested = shape is not None and shape.type_name == "list" and not shape.serialization.get("flattened")
    return nested and not _nests(contract)


def _wrapped(call: Call, root: XmlElement) -> XmlElement:
    """The members inside an element that AWS Query would have."""
    return root._replace(content=(XmlElement(f"{call.operation}Result", _children(root)),))


def _first_twice(call: Call, root: XmlElement) -> XmlElement:
    """The first text of every structure that has one, written twice."""
    if isinstance(root.content, str):
        return root
    content = [_first_twice(call, each) for each in root.content]
    tags = [each.tag for each in content]
    first = next((each for each in content if isinstance(each.content, str)), None)
    if first is not None and len(set(tags)) == len(tags) > 1:
        content.insert(0, first)
    return root._replace(content=tuple(content))


def _named_by_shape(call: Call, element: XmlElement) -> XmlElement:
    if not isinstance(element.content, tuple):
        return element
    content = tuple(
        each._replace(content=tuple(member._replace(tag=call.served.item.name) for member in _children(each)))
        if each.tag in tag(call.contract, "listing.main")
        else _named_by_shape(call, each)
        for each in element.content
    )
    return element._replace(content=content)


def _twice(part: str) -> Stages:
    def doubled(call: Call, element: XmlElement) -> XmlElement:
        if isinstance(element.content, str):
            return element
        names = tag(call.contract, part)
        return element._replace(
            content=tuple(
                each for child in element.content for each in [doubled(call, child)] * (1 + (child.tag in names))
            )
        )

    return Stages(document=results(doubled))


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


def _is_flat(contract: Contract) -> bool:
    """Whether the model's list has its items side by side."""
    shape = served(contract).list_shape
    return shape is not None and shape.type_name == "list" and bool(shape.serialization.get("flattened"))


def _nests(contract: Contract) -> bool:
    """Whether the model's list has elements of its own inside the list's element."""
    shape = served(contract).list_shape
    return shape is not None and not shape.serialization.get("flattened") and "name" not in shape.member.serialization


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
        "a line break stands before the XML declaration",
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
    Fault(
        "metadata-before-result",
        "protocol.result-first",
        "ResponseMetadata comes before the result",
        Stages(document=results(lambda call, root: root._replace(content=_children(root)[::-1]))),
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
    Fault(
        "status-twice",
        "protocol.member-once",
        "{job.status} is written twice",
        _twice("job.status"),
        requires=("job.status",),
    ),
    Fault(
        "more-twice",
        "protocol.member-once",
        "{listing.more} is written twice",
        _twice("listing.more"),
        requires=("listing.more",),
        protocols=XML,
        on="lists",
    ),
    Fault(
        "token-twice",
        "protocol.member-once",
        "{listing.token.output} is written twice",
        _twice("listing.token.output"),
        protocols=XML,
        on="lists",
        shows=lambda contract: by_text(contract) and contract.listing is not None and contract.listing.more is None,
    ),
    Fault(
        "name-twice",
        "protocol.member-once",
        "{report.name} is written twice in each item",
        _twice("report.name"),
        requires=("report.name",),
    ),
    Marked(
        "list-flattened",
        "protocol.list-members",
        "each {listing.noun} is a {listing.main} element of its own",
        Stages(document=results(_flattened)),
        shows=_nests,
    ),
    Marked(
        "list-items-named-by-shape",
        "protocol.list-members",
        "the elements of the list are named after their type",
        Stages(document=results(_named_by_shape)),
        shows=_nests,
    ),
    Marked(
        "list-items-misnamed",
        "protocol.list-members",
        "the items of the list have another name than in the model",
        Stages(document=results(_misnamed)),
        shows=_own_names,
    ),
    Marked(
        "list-not-flattened",
        "protocol.list-members",
        "the items of the list are inside an element of their own",
        Stages(document=results(_gathered)),
        shows=_is_flat,
    ),
    Marked(
        "first-text-twice",
        "protocol.member-once",
        "the first text of each {listing.noun} is written twice",
        Stages(document=results(_first_twice)),
        protocols=("ec2", "rest-xml"),
    ),
    _Fault(
        "members-wrapped",
        "protocol.result-wrapper",
        "the members are inside a wrapper, as in AWS Query",
        Stages(document=results(_wrapped)),
        protocols=("ec2",),
    ),
)
