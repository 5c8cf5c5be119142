"""Faults of the elements of a result in XML: members written twice, and lists in another form than the model's."""

from __future__ import annotations

from functools import partial

from ....spec.contract import Contract
from ...records import Call, XmlElement
from ...served import served
from ...stages.pipeline import Stages
from ..fault import XML, Fault as _Fault, children, issues_token, results, tag

__all__ = ["FAULTS"]

Fault = partial(_Fault, protocols=("query",))


Marked = partial(_Fault, protocols=XML)


def _flattened(call: Call, element: XmlElement) -> XmlElement:
    """The items of the main list in the list's place, each under the list's name."""
    if not isinstance(element.content, tuple):
        return element
    names, found = tag(call.contract, "listing.main"), list[XmlElement]()
    for each in element.content:
        if each.tag in names:
            found += [member._replace(tag=each.tag) for member in children(each)]
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
        each._replace(content=tuple(member._replace(tag=call.served.item.name) for member in children(each)))
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


def _is_flat(contract: Contract) -> bool:
    """Whether the model's list has its items side by side."""
    shape = served(contract).list_shape
    return shape is not None and shape.type_name == "list" and bool(shape.serialization.get("flattened"))


def _nests(contract: Contract) -> bool:
    """Whether the model's list has elements of its own inside the list's element."""
    shape = served(contract).list_shape
    nested = shape is not None and shape.type_name == "list" and not shape.serialization.get("flattened")
    return nested and "name" not in shape.member.serialization


FAULTS = (
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
        shows=lambda contract: (
            issues_token(contract) and contract.listing is not None and contract.listing.more is None
        ),
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
        "the first string of each {listing.noun} is written twice",
        Stages(document=results(_first_twice)),
        protocols=("ec2", "rest-xml"),
    ),
)
