"""For each rule that a single response of an access report can break: responses to start from, and the one thing to change.

A response to start from has what is to be broken, and nothing else that depends on it: counts are falsified on pages of which more
follow, so that no list contradicts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from ...spec.contract import Contract
from ..mutation import Edit, Members, Mutation, at, both, drop, put_member
from ..values.constraints import constraints, enumerated, get, output_shape
from ..values.moments import Moment
from ..wire.writing import UNKNOWN_MEMBER
from .bases import Bases
from .rows import arn_of

__all__ = ["Table", "at_time", "member_mutations", "same"]

Table = Mapping[str, tuple[Mutation, ...]]

_UNKNOWN = {UNKNOWN_MEMBER: "yet"}


@cache
def member_mutations(contract: Contract) -> Table:
    """Changes that show in every protocol."""
    found: dict[str, tuple[Mutation, ...]] = {}
    for part in (_shape, _job, _counts, _accesses, _actions, _entities, _paging, _order):
        for rule, mutation in part(contract, Bases(contract)):
            found[rule] = (*found.get(rule, ()), mutation)
    return found


def _shape(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    job, report, listing = base.job, base.report, base.listing
    for name in (job.created, job.status):
        yield "shape.required", Mutation(base.any, drop(name))
    for name in (job.error_message, job.error_code):
        yield "shape.required", Mutation(base.failed, base.in_error(drop(name)))
    for path in base.required_in_rows():
        yield "shape.required", Mutation(base.only_used, base.first_used(_drop_at(path)))
    for name in job.required_when_succeeded:
        yield "shape.required", Mutation(base.whole, drop(name))
    if report.total is not None:
        yield "shape.type", Mutation(base.used, base.first_used(put_member(report.total, 2**31)))
    if (accessible := contract.count("items")) is not None:
        yield "shape.type", Mutation(base.done, put_member(accessible, 2**31))
    for value in ("DONE", "completed", "In Progress", ""):
        yield "shape.enum", Mutation(base.any, put_member(job.status, value))
    if job.type is not None:
        yield "shape.enum", Mutation(base.done, put_member(job.type, "service_level"))
    if "ServiceNamespace" in base.row.members:
        name = "ServiceNamespace"
        for value in ("", "".ljust(constraints(contract, name)["max"] + 1, "z")):
            yield "shape.length", Mutation(base.only_unused, base.first_unused(_rename(name, value)))
        for value in ("a b", "a.amazonaws.com"):
            yield "shape.pattern-whole", Mutation(base.only_unused, base.first_unused(_rename(name, value)))
    token = output_shape(contract).members[listing.token.output]
    if "max" in token.metadata:
        too_long = "".ljust(token.metadata["max"] + 1, "z")
        yield "shape.length", Mutation(base.more, put_member(listing.token.output, too_long))
        yield "shape.pattern", Mutation(base.more, put_member(listing.token.output, "\u0100"))
        yield "shape.pattern-whole", Mutation(base.more, put_member(listing.token.output, "a\u0100"))
    if report.entity_is == "below" and report.entity is not None:
        root = "o-aaaaaaaaaa/r-aaaa"
        longest = constraints(contract, report.entity)["max"]
        yield "shape.length", Mutation(base.used, base.first_used(put_member(report.entity, f"{root}/".ljust(longest + 1, "z"))))  # fmt: skip
        yield "shape.pattern", Mutation(base.used, base.first_used(put_member(report.entity, "111122223333".rjust(40, "a"))))  # fmt: skip
        yield "shape.pattern-whole", Mutation(base.used, base.first_used(put_member(report.entity, f"{root}/A")))
    elif report.entity is not None:
        yield "shape.length", Mutation(base.used, base.first_used(put_member(report.entity, "arn:aws:iam::1:user")))
    yield "shape.unknown-member", Mutation(base.any, lambda members: members.update(_UNKNOWN))
    yield "shape.unknown-member", Mutation(base.unused, base.first_unused(lambda item: item.update(_UNKNOWN)))


def _job(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    job, listing = base.job, base.listing
    yield (
        "job.completion-date-absent-in-progress",
        Mutation(base.pending, put_member(job.completed, _later(job.created))),
    )
    for start in (base.failed, base.done):
        yield "job.completion-date-when-finished", Mutation(start, drop(job.completed))
    for start in (base.failed, base.done):
        for by in ({"seconds": 1}, {"days": 1}):
            yield (
                "job.completed-after-created",
                Mutation(start, put_member(job.created, _later(job.completed, **by))),
            )
    yield "job.failed-has-error-details", Mutation(base.failed, drop(job.error))
    reason = {job.error_message: "no", job.error_code: "INVALID_ORGANIZATIONS_POLICY"}
    for start in (base.pending, base.done):
        yield "job.error-details-only-when-failed", Mutation(start, put_member(job.error, reason))
    edits = [put_member(count.member, 0) for count in contract.counts]
    edits += [put_member(listing.main, [base.plain_rows()[0]]), put_member(listing.token.output, "a")]
    if listing.more is not None:
        edits.append(both(put_member(listing.more, True), put_member(listing.token.output, "a")))
    for start in (base.pending, base.failed):
        for edit in edits:
            yield "job.report-only-when-completed", Mutation(start, edit)


def _counts(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    accessible, not_accessed = contract.count("items"), contract.count("not-accessed")
    if accessible is None or not_accessed is None:
        return
    for names in ((accessible,), (not_accessed,), (accessible, not_accessed)):
        yield "report.counts-present", Mutation(base.done, drop(*names))
    yield "report.counts-not-negative", Mutation(base.more, put_member(not_accessed, -1))
    yield (
        "report.counts-not-negative",
        Mutation(base.more, both(put_member(not_accessed, -1), put_member(accessible, -1))),
    )
    yield "report.accessible-count", Mutation(base.whole_used, put_member(accessible, _plus(accessible, -1)))
    yield "report.not-accessed-count", Mutation(base.whole_used, put_member(not_accessed, _plus(not_accessed, 1)))
    yield "report.not-accessed-count", Mutation(base.whole_unused, put_member(not_accessed, _plus(not_accessed, -1)))
    yield (
        "report.not-accessed-within-accessible",
        Mutation(base.more, put_member(not_accessed, _plus(accessible, 1))),
    )


def _accesses(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    report = base.report
    assert report.time is not None
    for by in ({"seconds": 1}, {"days": 1}):
        yield "report.accessed-before-completed", Mutation(base.only_used, _accessed_later(base, **by))
    if report.entity is not None:
        for name in (report.entity, report.time):
            yield "report.attempt-details-together", Mutation(base.used, base.first_used(drop(name)))
    if report.region is not None:
        yield "report.attempt-has-region", Mutation(base.used, base.first_used(drop(report.region)))
        yield (
            "report.no-attempt-no-region",
            Mutation(base.unused, base.first_unused(put_member(report.region, "us-east-1"))),
        )
        for value in ("moon-1", "us-east-1a", ""):
            yield "report.region-name", Mutation(base.used, base.first_used(put_member(report.region, value)))
    if report.total is not None:
        yield "report.attempt-counted", Mutation(base.used, base.first_used(put_member(report.total, 0)))
        for number in (1, 9):
            yield (
                "report.no-attempt-counts-none",
                Mutation(base.unused, base.first_unused(put_member(report.total, number))),
            )


def _actions(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    actions = base.report.actions
    if actions is None:
        return
    subject = arn_of("user", "a")

    def tracked(*listed: tuple[str, ...]) -> Edit:
        """Tracked actions of the first service that was accessed, each with these members, accessed as the job ended."""

        def edit(members: Members) -> None:
            whole = {
                actions.name: "ListBuckets",
                actions.entity: subject,
                actions.time: members[base.job.completed],
                actions.region: "us-east-1",
            }
            found = [{name: whole[name] for name in whole if name in names} for names in listed]
            base.first_used(put_member(actions.items, found))(members)

        return edit

    name, entity, time, region = actions.name, actions.entity, actions.time, actions.region
    everything = (name, entity, time, region)
    yield "report.actions-only-when-asked", Mutation(base.first_type_used, tracked(everything))
    for names in ((name, entity, time), (name, region)):
        yield "report.action-details-together", Mutation(base.second_type_used, tracked(names))
    yield "report.action-entity-with-time", Mutation(base.second_type_used, tracked((name, time, region)))
    yield "report.action-listed-once", Mutation(base.second_type_used, tracked(everything, everything))


def _entities(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    report = base.report
    if report.entity_type is None:
        return
    where, _, name = report.entity_type.rpartition(".")

    def other_type(row: Members) -> None:
        info = get(row, where)
        info[name] = next(each for each in enumerated(contract, report.entity_type or "") if each != info[name])

    yield "report.entity-type-matches-arn", Mutation(base.used, base.first_used(other_type))
    for rule, member, value in (
        ("shape.length", "Id", "short"),
        ("shape.length", "Id", "i" * 129),
        ("shape.pattern", "Id", "-" * 20),
        ("shape.pattern-whole", "Id", "a-" * 10),
    ):
        yield rule, Mutation(base.used, base.first_used(at(where, put_member(member, value))))


def _paging(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    listing, report = base.listing, base.report
    once = "report.entity-listed-once" if report.entity_arn is not None else "report.service-listed-once"
    yield once, Mutation(base.more_used, _repeat(listing.main))
    if listing.more is None:
        return
    yield "pagination.truncated-has-token", Mutation(base.more, drop(listing.token.output))
    yield "pagination.token-only-when-truncated", Mutation(base.whole, put_member(listing.token.output, "a"))
    yield (
        "pagination.token-only-when-truncated",
        Mutation(base.whole, both(put_member(listing.more, False), put_member(listing.token.output, "a"))),
    )
    if "max" not in output_shape(contract).members[listing.token.output].metadata:
        longest = constraints(contract, listing.token.input)["max"]
        for token in ("z" * (longest + 1), ""):
            if token:
                yield "pagination.token-within-model", Mutation(base.more, put_member(listing.token.output, token))


def _order(contract: Contract, base: Bases) -> Iterator[tuple[str, Mutation]]:
    order, report = contract.order, base.report
    if order is None or report.time is None:
        return
    early, late = base.plain_rows()
    time = report.time

    def misplaced(members: Members) -> None:
        """Two names in the wrong order, or the older access first."""
        rows = [dict(late), dict(early)]
        if order.type == "time":
            for days, row in zip((2, 1), rows, strict=True):
                row[time] = at_time(members[base.job.completed].time - timedelta(days=days))
        members[base.listing.main] = rows

    rule = "sort.entities-by-date" if order.type == "time" else "sort.by-namespace"
    yield rule, Mutation(base.more, misplaced)


def _drop_at(path: str) -> Edit:
    where, _, name = path.rpartition(".")
    return lambda members: get(members, where or "@").pop(name)


def _rename(name: str, value: str) -> Edit:
    return lambda row: row.update({name: value})


def _repeat(path: str) -> Edit:
    """The first row twice, one after the other, which no order forbids."""
    return lambda members: members[path].insert(1, dict(members[path][0]))


def _plus(name: str, amount: int) -> Callable[[Members], int]:
    return lambda members: int(members[name]) + amount


def _later(name: str, **by: int) -> Callable[[Members], Moment]:
    """A time after another, to the millisecond."""
    return lambda members: at_time(members[name].time + timedelta(**by))


def at_time(time: datetime) -> Moment:
    return Moment(time)


def _accessed_later(base: Bases, **by: int) -> Edit:
    name, completed = base.report.time, base.job.completed
    assert name is not None
    return lambda members: base.first_used(put_member(name, _later(completed, **by)(members)))(members)


def same(name: str, form: Callable[[Any], Any]) -> Edit:
    """Puts the value of a member in another form, where it is there."""
    return lambda members: members.update({name: form(members[name])})
