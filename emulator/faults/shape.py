"""Faults against the service model: members missing, of another type, or outside their bounds."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from ...spec.contract import Contract
from ...spec.model import operation
from ...spec.patterns import portable_or_none
from ..lists.items import ListedItem
from ..paths import get, steps
from ..records import Call, Members, Read, Row, StartedJob, XmlElement
from ..served import served
from ..stages.jobs import new_job
from ..stages.pipeline import Stages
from ..stages.rows import rows
from .fault import Fault as _Fault, accepting, attempted, items, outputs, put_in, results, role, tag, without

__all__ = ["FAULTS"]

Fault = partial(_Fault, on="reports")
OfLists = partial(_Fault, on="lists")


def _as_text(call: Call, root: XmlElement) -> XmlElement:
    """The reason of a failure as one text."""
    if isinstance(root.content, str):
        return root
    if root.tag in tag(call.contract, "job.error"):
        return root._replace(content=": ".join(str(each.content) for each in root.content))
    return root._replace(content=tuple(_as_text(call, each) for each in root.content))


def _lower(call: Call, root: XmlElement) -> XmlElement:
    """A final status in small letters."""
    if root.tag in tag(call.contract, "job.status") and isinstance(root.content, str):
        pending = call.contract.job is not None and root.content in call.contract.job.pending
        return root if pending else root._replace(content=root.content.lower())
    if isinstance(root.content, str):
        return root
    return root._replace(content=tuple(_lower(call, each) for each in root.content))


def _entity(change: Any) -> Stages:
    """Another text for the entity of an accessed row."""

    def one(read: Read, row: Row, found: Members) -> Members:
        path = role(read.contract, "report.entity")
        entity = get(found, path) if path else None
        return found if entity is None else put_in(found, path, change(entity))

    return Stages(item=items(one))


def _unknown_member(read: Read, found: Members) -> Members:
    """One member more: in the body, which is one member of the output where the model names a payload."""
    shape: Any = operation(read.contract.service, read.contract.operation).output_shape
    payload = shape.serialization.get("payload")
    return put_in(found, f"{payload}.ReportId" if payload else "ReportId", "r-1")


def _blank(read: Read, row: Row, found: Members) -> Members:
    return put_in(found, role(read.contract, "listing.identity"), f"{row.key} ")


def _longer(call: Call) -> StartedJob:
    job = new_job(call)
    return replace(job, id=f"{job.id}0")


def _pending(call: Call, job: StartedJob) -> str:
    roles = call.contract.job
    assert roles is not None
    if job.reads < call.behaviour.polls:
        return "PENDING"
    return roles.failed[0] if job.error else roles.succeeded[0]


# -- what any item may get wrong, by what the model says of its members


def _required(contract: Contract) -> list[str]:
    shape = served(contract).item
    identity = steps(contract.listing.identity or "") if contract.listing else ()
    if shape is None or shape.type_name != "structure":
        return []
    return [name for name in shape.members if name in shape.required_members and name not in identity[:1]]


def _scalars(contract: Contract, *kinds: str) -> list[str]:
    """Members of drawn items that are of one of these types and not the identity."""
    found = served(contract)
    shape, some = found.item, found.example
    if shape is None or shape.type_name != "structure" or not isinstance(some, dict):
        return []
    identity = steps(contract.listing.identity or "") if contract.listing else ()
    return [name for name in some if shape.members[name].type_name in kinds and name not in identity[:1]]


def _enumerated(contract: Contract) -> list[str]:
    shape = served(contract).item
    return [name for name in _scalars(contract, "string") if shape.members[name].metadata.get("enum")]


def _bounded(contract: Contract) -> list[str]:
    shape = served(contract).item
    return [name for name in _scalars(contract, "string") if shape.members[name].metadata.get("max", 10**6) < 3_000]


def _only_name_bounded(contract: Contract) -> bool:
    """Whether the text that identifies an item may not be empty, and no other text of an item has bounds."""
    found, listing = served(contract), contract.listing
    if listing is None or listing.identity is None or _bounded(contract) or found.tokens[0].by_item is not None:
        return False
    shape = found.item
    for step in steps(listing.identity):
        shape = shape.members.get(step) if shape is not None and shape.type_name == "structure" else None
    return shape is not None and shape.type_name == "string" and shape.metadata.get("min", 0) > 0


def _with_a_nameless(read: Read) -> tuple[Row, ...]:
    """One more item, whose name is empty; no filter lets it through."""
    found, recipe, listing = rows(read), read.contract.recipe, read.contract.listing
    filtered = recipe is not None and recipe.filter and all(each in read.call.parameters for each in recipe.filter)
    if filtered or not found or listing is None or not isinstance(found[0], ListedItem):
        return found
    nameless = "" if listing.identity == "@" else put_in(found[0].value, listing.identity or "", "")
    return (*found, ListedItem("", nameless))


def _patterned(contract: Contract) -> list[str]:
    shape = served(contract).item
    return [
        name
        for name in _scalars(contract, "string")
        if (pattern := portable_or_none(shape.members[name].metadata.get("pattern", "")))  # or no judge reads it
        and not re.search(pattern, _UNMATCHED)
    ]


_UNMATCHED = "\u20ac"


def _first(names: Any, value: Any) -> Stages:
    """Another value for the first of these members of an item; None leaves it out."""

    def one(read: Read, row: Row, found: Members) -> Members:
        mine = names(read.contract)
        return put_in(found, mine[0], value(found.get(mine[0])) if callable(value) else value) if mine else found

    return Stages(item=items(one))


FAULTS = (
    Fault(
        "creation-date-missing",
        "shape.required",
        "no response says when the job was created",
        Stages(members=outputs(lambda read, found: without(found, role(read.contract, "job.created")))),
        requires=("job.created",),
    ),
    Fault(
        "name-missing",
        "shape.required",
        "{listing.nouns} have no {report.name}",
        Stages(item=items(lambda read, row, found: without(found, role(read.contract, "report.name")))),
        requires=("report.name",),
    ),
    Fault(
        "error-details-as-text",
        "shape.type",
        "the reason of a failure is a string instead of a structure",
        Stages(document=results(_as_text)),
        requires=("job.error",),
        protocols=("query",),
        fails=True,
    ),
    Fault(
        "counts-of-64-bits",
        "shape.type",
        "{report.total} does not fit its 32 bits",
        Stages(item=attempted(total=2**31)),
        requires=("report.total",),
    ),
    Fault(
        "status-unknown-while-running",
        "shape.enum",
        "an unfinished job is PENDING",
        Stages(status=_pending),
        requires=("job.status",),
    ),
    Fault(
        "status-in-lower-case",
        "shape.enum",
        "the status of a finished job is in lower case",
        Stages(document=results(_lower)),
        requires=("job.status",),
        protocols=("query",),
    ),
    Fault(
        "job-id-37-characters",
        "shape.length",
        "{job.start.id} is one character too long",
        Stages(start=lambda call, jobs: _longer(call), validate=accepting("job.id_in", "maximum")),
        requires=("job.start.id",),
    ),
    Fault(
        "entity-endless",
        "shape.length",
        "{report.entity} is longer than the model allows",
        _entity(lambda entity: f"{entity:/<430}" if "/r-" in entity else f"{entity:x<2100}"),
        requires=("report.entity",),
    ),
    Fault(
        "entity-as-arn",
        "shape.pattern",
        "{report.entity} holds the Arn of the entity",
        _entity(lambda entity: f"arn:aws:organizations::{entity}"),
        requires=("report.entity_is=below",),
    ),
    Fault(
        "entity-padded",
        "shape.pattern-whole",
        "{report.entity} ends with a space",
        _entity(lambda entity: f"{entity} "),
        requires=("report.entity_is=below",),
    ),
    Fault(
        "identity-with-a-blank",
        "shape.pattern-whole",
        "{listing.identity} ends with a space",
        Stages(item=items(_blank)),
        requires=("report.total",),
    ),
    _Fault(
        "member-of-its-own",
        "shape.unknown-member",
        "responses have a member that the model does not know",
        Stages(members=outputs(_unknown_member)),
    ),
    OfLists(
        "required-member-missing",
        "shape.required",
        "{listing.nouns} lack a member that the model requires",
        _first(_required, None),
        shows=lambda contract: bool(_required(contract)),
    ),
    OfLists(
        "structure-as-text",
        "shape.type",
        "a member of {listing.nouns} is a structure or a list in the model, and a string here",
        _first(lambda contract: _scalars(contract, "structure", "list"), "several"),
        protocols=("json", "rest-json"),
        shows=lambda contract: bool(_scalars(contract, "structure", "list")),
    ),
    OfLists(
        "integer-too-large",
        "shape.type",
        "a whole number of {listing.nouns} does not fit its 32 bits",
        _first(lambda contract: _scalars(contract, "integer"), 2**40),
        shows=lambda contract: bool(_scalars(contract, "integer")),
    ),
    OfLists(
        "text-as-number",
        "shape.type",
        "a string of {listing.nouns} is a number",
        _first(lambda contract: _scalars(contract, "string"), 5),
        protocols=("json", "rest-json"),
        shows=lambda contract: bool(_scalars(contract, "string")),
    ),
    OfLists(
        "value-not-in-enum",
        "shape.enum",
        "a member of {listing.nouns} has a value that the model does not list",
        _first(_enumerated, lambda value: f"{value}-X"),
        shows=lambda contract: bool(_enumerated(contract)),
    ),
    OfLists(
        "text-too-long",
        "shape.length",
        "a string of {listing.nouns} is longer than the model allows",
        _first(_bounded, lambda value: f"{value}{'x' * 3_000}"),
        shows=lambda contract: bool(_bounded(contract)),
    ),
    OfLists(
        "item-without-a-name",
        "shape.length",
        "one more {listing.noun} is listed, whose {listing.identity} is empty",
        Stages(rows=_with_a_nameless),
        shows=_only_name_bounded,
    ),
    OfLists(
        "text-not-matched",
        "shape.pattern",
        "a string of {listing.nouns} does not match its pattern",
        _first(_patterned, lambda value: _UNMATCHED * len(value)),
        shows=lambda contract: bool(_patterned(contract)),
    ),
)
