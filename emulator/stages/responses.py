"""Responses: the members of a row, and those around the rows of a page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..access_reports.subjects import granularity_of
from ..behaviour import Precision
from ..lists.items import ListedItem
from ..paths import put
from ..records import Call, Members, Read, Row
from ..report_rows import Entity, Service, TrackedAction
from .listings import companion

__all__ = ["item", "members", "started", "written"]


def item(read: Read, row: Row) -> Any:
    """One row's members; what was never accessed has no details. An item of another listing is what it is."""
    if isinstance(row, ListedItem):
        return row.value
    found: Members = dict(read.call.served.missing_members)
    if isinstance(row, Entity):
        _entity(read, row, found)
    elif isinstance(row, Service):
        _service(read, row, found)
    return found


def _service(read: Read, row: Service, found: Members) -> None:
    listing, roles, behaviour = read.contract.listing, read.contract.report, read.call.behaviour
    assert listing is not None
    if listing.identity is not None:
        put(found, listing.identity, row.key)
    if roles is None:
        return
    region = row.region
    if region is None and behaviour.region_of_unused_iam and row.key in roles.regions_always:
        region = "us-east-1"
    time = None if row.time is None else written(read.call, row.time, behaviour.service_times)
    total = row.total if row.total or not behaviour.omit_total_when_zero else None
    for path, value in (
        (roles.name, row.name),
        (roles.region, region),
        (roles.entity, row.entity),
        (roles.time, time),
        (roles.total, total),
    ):
        if path is not None and value is not None:
            put(found, path, value)
    if roles.actions is not None and row.actions and _tells_actions(read):
        put(found, roles.actions.items, [_action(read, each) for each in row.actions])


def _tells_actions(read: Read) -> bool:
    assert read.contract.report is not None
    assert read.contract.report.actions is not None
    wanted = read.contract.report.actions.only_when
    return wanted is None or granularity_of(read.call, read.job) == wanted


def _action(read: Read, action: TrackedAction) -> Members:
    assert read.contract.report is not None
    roles = read.contract.report.actions
    assert roles is not None
    found: Members = {}
    put(found, roles.name, action.name)
    time = None if action.time is None else written(read.call, action.time, read.call.behaviour.service_times)
    for path, value in ((roles.time, time), (roles.entity, action.entity), (roles.region, action.region)):
        if value is not None:
            put(found, path, value)
    return found


def _entity(read: Read, row: Entity, found: Members) -> None:
    listing, roles = read.contract.listing, read.contract.report
    assert listing is not None
    assert roles is not None
    arn = roles.entity_arn or listing.identity or "@"
    outer = arn.rpartition(".")[0]
    # The members that sibling paths do not name stand beside the Arn, under their usual names.
    for path, value in (
        (arn, row.key),
        (roles.name, row.name),
        (roles.entity_type, row.type),
        (f"{outer}.Id" if outer else "Id", row.id),
        (f"{outer}.Path" if outer else "Path", row.path),
    ):
        if path is not None and value is not None:
            put(found, path, value)
    if roles.time is not None and row.time is not None:
        put(found, roles.time, written(read.call, row.time, read.call.behaviour.service_times))


def members(read: Read, items: tuple[Any, ...], token: str | None) -> Members:
    """The response: the job's own members always, the listing's once it is there, the reason where the job failed."""
    contract, behaviour, job = read.contract, read.call.behaviour, read.contract.job
    found: Members = dict(read.call.served.missing_output)
    if job is not None:
        _job(read, found)
    listing = contract.listing
    assert listing is not None
    if read.succeeded:
        _counts(read, found)
        if items or not behaviour.omit_items_when_empty:
            _lists(read, items, found)
        for path in read.call.served.sizes:
            put(found, path, len(items))
        if token is not None:
            _tokens(read, token, found)
        elif (behaviour.empty_token_at_end or read.call.served.token_required) and read.call.served.tokens[0].path:
            put(found, read.call.served.tokens[0].path, "")
    more = read.succeeded and token is not None
    if listing.more is not None and (more or not behaviour.omit_more_when_false):
        put(found, listing.more, more)
    return found


def _job(read: Read, found: Members) -> None:
    roles, job, behaviour = read.contract.job, read.job, read.call.behaviour
    assert roles is not None
    found[roles.status] = read.status
    found[roles.created] = written(read.call, job.created, behaviour.job_times)
    if read.status in roles.finished:
        found[roles.completed] = written(read.call, job.completed, behaviour.job_times)
    if roles.type is not None and read.status in roles.succeeded:
        found[roles.type] = granularity_of(read.call, job)
    if read.status in roles.failed and job.error:
        code, message = job.error
        found[roles.error] = {roles.error_message: message, roles.error_code: code}


def _counts(read: Read, found: Members) -> None:
    for each in read.contract.counts:
        rows = read.rows if each.of == "items" else [row for row in read.rows if row.time is None]
        put(found, each.member, len(rows))


def _lists(read: Read, items: tuple[Any, ...], found: Members) -> None:
    """The items in their lists."""
    served, listing = read.call.served, read.contract.listing
    assert listing is not None
    for index, path in enumerate(listing.items):
        if path not in served.lists:
            continue
        mine = tuple(value for value, place in _placed(read, items) if place == index)
        if mine or index == 0:
            put(found, path, dict(mine) if served.kind_of(path) == "map" else mine)


def _placed(read: Read, items: tuple[Any, ...]) -> list[tuple[Any, int]]:
    """Each item with the number of its list, which the row that it was made of knows."""
    if len(read.call.served.lists) == 1:
        return [(each, 0) for each in items]
    places = {id(row.value): row.place for row in read.rows if isinstance(row, ListedItem) and row.place}
    return [(each, places.get(id(each), 0)) for each in items]


def _tokens(read: Read, token: str, found: Members) -> None:
    for index, form in enumerate(read.call.served.tokens):
        if form.path is not None and form.by_item is None:
            put(found, form.path, form.value(companion(read.call, token, index)))


def started(call: Call, job_id: str) -> Members:
    """What the operation that starts a job returns."""
    assert call.contract.job is not None
    return {call.contract.job.start.id: job_id}


def written(call: Call, time: datetime, precision: Precision) -> Any:
    """A time in UTC: as text of this precision where the protocol writes text, else as the protocol has it."""
    if call.served.writes_times_as_text:
        return time.replace(tzinfo=None).isoformat(timespec=precision) + "Z"
    return time.replace(microsecond=0) if precision == "seconds" else time
