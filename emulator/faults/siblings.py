"""Faults of what only some access reports have: tracked actions, entities, principals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from ..access_reports.principals import principal
from ..paths import put
from ..records import Members, Read, Row
from ..report_rows import Entity, Service
from ..stages.pipeline import Stages
from ..stages.responses import item
from .fault import Fault as _Fault, items, put_in, role

__all__ = ["FAULTS"]

Fault = partial(_Fault, on="reports")


def _actions(change: Any) -> Stages:
    """The tracked actions of each service, changed."""

    def other(read: Read, row: Row) -> Any:
        return item(read, replace(row, actions=tuple(change(row.actions))) if isinstance(row, Service) else row)

    return Stages(item=other)


def _each_action(change: Any) -> Stages:
    return _actions(lambda actions: [change(each) for each in actions])


def _always(read: Read, row: Row, found: Members) -> Members:
    """Tracked actions at any granularity."""
    report = read.contract.report
    if report is None or report.actions is None or not isinstance(row, Service) or not row.accessed:
        return found
    one: Members = {}
    put(one, report.actions.name, "GetThing")
    return put_in(found, report.actions.items, [one])


def _as_asked(read: Read, row: Row, found: Members) -> Members:
    """Somebody else's Arn."""
    return (
        put_in(found, role(read.contract, "report.entity"), _OTHER)
        if isinstance(row, Service) and row.accessed
        else found
    )


_OTHER = "arn:aws:iam::123456789012:role/SomebodyElse"


def _entity_type(read: Read, row: Row, found: Members) -> Members:
    """Every entity is a role, whatever its Arn says."""
    return put_in(found, role(read.contract, "report.entity_type"), "ROLE")


def _entity_types_swapped(read: Read, row: Row, found: Members) -> Members:
    return put_in(found, role(read.contract, "report.entity_type"), "GROUP")


def _roles_of_a_group(read: Read, row: Row, found: Members) -> Members:
    """Reports on a group list roles."""
    about = principal(read.job.subject)
    if about is None or about.type != "group":
        return found
    found = put_in(found, role(read.contract, "report.entity_type"), "ROLE")
    return put_in(found, role(read.contract, "report.entity_arn"), row.key.replace(":user/", ":role/"))


def _entity_id(change: Callable[[str], str]) -> Stages:
    """Another id for every entity, which stands beside its Arn."""

    def other(read: Read, row: Row, found: Members) -> Members:
        if not isinstance(row, Entity):
            return found
        outer, _, _ = role(read.contract, "report.entity_arn").rpartition(".")
        return put_in(found, f"{outer}.Id" if outer else "Id", change(row.id))

    return Stages(item=items(other))


def _with_regions(read: Read, found: Members) -> Members:
    """Every tracked action with a Region."""
    report = read.contract.report
    if report is None or report.actions is None or report.actions.items not in found:
        return found
    actions = [put_in(each, report.actions.region, "us-east-1") for each in found[report.actions.items]]
    return put_in(found, report.actions.items, actions)


def _itself(read: Read, row: Row, found: Members) -> Members:
    accessed = isinstance(row, Service) and row.accessed
    return put_in(found, role(read.contract, "report.entity"), read.job.subject) if accessed else found


FAULTS = (
    Fault(
        "action-listed-twice",
        "report.action-listed-once",
        "a tracked action is listed twice",
        _actions(lambda actions: actions[:1] + actions),
    ),
    Fault(
        "actions-without-being-asked",
        "report.actions-only-when-asked",
        "every report has tracked actions",
        Stages(item=items(_always)),
    ),
    Fault(
        "action-time-without-region",
        "report.action-details-together",
        "an accessed action has no {report.actions.region}",
        _each_action(lambda action: replace(action, region=None)),
    ),
    Fault(
        "action-region-without-time",
        "report.action-details-together",
        "an action that was never accessed has a {report.actions.region}",
        Stages(item=items(lambda read, row, found: _with_regions(read, found))),
    ),
    Fault(
        "action-time-without-entity",
        "report.action-entity-with-time",
        "an accessed action has no {report.actions.entity}",
        _each_action(lambda action: replace(action, entity=None)),
    ),
    Fault(
        "action-in-the-future",
        "report.accessed-before-completed",
        "{report.actions.time} is in local time and says Z",
        _each_action(lambda action: replace(action, time=action.time + timedelta(hours=9)) if action.time else action),
    ),
    Fault(
        "entity-not-as-asked",
        "report.entity-as-asked",
        "{report.entity} is always the same role",
        Stages(item=items(_as_asked)),
    ),
    Fault(
        "entity-of-a-group-is-the-group",
        "report.entity-as-asked",
        "{report.entity} of a report on a group is the group",
        Stages(item=items(_itself)),
    ),
    Fault(
        "entity-types-all-roles",
        "report.entity-type-matches-arn",
        "every {listing.noun} is a ROLE",
        Stages(item=items(_entity_type)),
    ),
    Fault(
        "entity-types-all-groups",
        "report.entity-type-matches-arn",
        "every {listing.noun} is a GROUP",
        Stages(item=items(_entity_types_swapped)),
    ),
    Fault(
        "entities-of-a-group-are-roles",
        "report.entities-of-a-group-are-users",
        "reports on a group list roles",
        Stages(item=items(_roles_of_a_group)),
    ),
    Fault(
        "entity-ids-of-hyphens",
        "shape.pattern",
        "the id of {listing.nouns} consists of hyphens",
        _entity_id(lambda text: "-" * len(text)),
        requires=("report.entity_arn",),
    ),
    Fault(
        "entity-ids-with-hyphens",
        "shape.pattern-whole",
        "the id of {listing.nouns} has hyphens in it",
        _entity_id(lambda text: f"{text[:4]}-{text[4:]}"),
        requires=("report.entity_arn",),
    ),
)
