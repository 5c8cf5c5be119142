"""Responses of a job that has succeeded: a page of its report, in an order that a service may give."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...emulator.access_reports.services import default_report
from ...spec.contract import Contract, SortKey
from ..values.constraints import enumerated, in_model_order, output_shape
from ..values.members import entity_paths, tokens_of
from ..values.moments import EPOCH, moment
from .jobs import JobFacts, jobs
from .rows import Row, WrittenRow, arn_of, distinct, paths, places, principals, rows, written_rows

__all__ = ["Order", "Rest", "completed", "compose", "ordered", "orders", "orders_of", "page", "sized"]


class Order(NamedTuple):
    """The order of a listing, and where never-accessed rows stand in it if it is by time."""

    sort: SortKey
    unused_last: bool


class Rest(NamedTuple):
    """Rows of the report that stand on other pages: accessed and never accessed."""

    used: int
    unused: int


_RESTS = [Rest(*each) for each in ((0, 0), (0, 1), (1, 0), (1, 1), (0, 455), (29, 426), (1000, 0))]


@cache
def completed(
    contract: Contract,
    *,
    first: Literal["used", "unused"] | None = None,
    pages: Literal["whole", "more"] | None = None,
    second_type: bool | None = None,
    alone: bool = False,
) -> SearchStrategy[dict[str, Any]]:
    """The members of responses of jobs that succeeded.

    :param first: makes sure of one row that was, or never was, accessed.
    :param pages: only responses that hold the whole report, or only ones that promise more.
    :param second_type: only reports of the second job type, or of the first.
    :param alone: the row that is sure to be there is the only one of its page.
    """
    sure = st.none() if first is None else rows(contract, accessed=first == "used").map(_plain)
    rest = st.just(Rest(0, 0)) if pages == "whole" else st.sampled_from(_RESTS)
    token = {None: st.none() | tokens_of(contract), "whole": st.none(), "more": tokens_of(contract)}[pages]
    # Four different objects, which weigh more than one: Hypothesis takes equal alternatives for one.
    several = [st.lists(rows(contract), max_size=8).map(lambda drawn: drawn) for _ in range(4)]
    some: SearchStrategy[list[Row]] = several[0] if first else st.one_of(*several, st.just([]))
    if alone:
        some = st.just([])
    about = jobs(contract)
    if second_type is not None:
        about = about.map(lambda job: job._replace(choices=job.choices._replace(second_type=second_type)))
    return st.builds(
        lambda *parts: compose(contract, *parts), about, some, sure, _subjects(contract), orders(contract), token, rest
    )


def _subjects(contract: Contract) -> SearchStrategy[str]:
    below = contract.report is not None and contract.report.entity_is == "below"
    return paths() if below else principals()


def _plain(row: Row) -> Row:
    """The one service that may have a Region although nobody accessed it is no example of one that may not."""
    return row._replace(key="a") if row.key == "iam" else row


@cache
def sized(contract: Contract, number: int) -> SearchStrategy[dict[str, Any]]:
    """Whole reports of so many rows. One draw says of every row whether it was accessed, and which of a few accesses it had."""
    if contract.report is not None and contract.report.entity_arn is not None:
        named = [(arn_of("role", f"role-{place}"), None) for place in range(1, number + 1)]
    else:
        named = [(each.key, each.name) for each in default_report(number, (), EPOCH)]  # type: ignore[misc]

    def listed(scattered: bytes, like: list[Row]) -> list[Row]:
        return [
            Row(key, name, like[byte % len(like)].access if byte > _RARELY_USED else None)
            for (key, name), byte in zip(named, scattered, strict=True)
        ]

    like = st.lists(rows(contract, accessed=True), min_size=1, max_size=6)
    some = st.builds(listed, st.binary(min_size=number, max_size=number), like)
    below = contract.report is not None and contract.report.entity_is == "below"
    subjects = entity_paths("account") if below else principals()
    none, nowhere = st.none(), st.just(Rest(0, 0))
    return st.builds(
        lambda *parts: compose(contract, *parts), jobs(contract), some, none, subjects, orders(contract), none, nowhere
    )


#: Of 256 values those above it: about a tenth of the services of an organization are accessed.
_RARELY_USED = 230


@cache
def orders(contract: Contract) -> SearchStrategy[Order]:
    """Orders of a listing: by each sort key, or the documented order."""
    return st.sampled_from([Order(*each) for each in product(orders_of(contract), (False, True))])


def orders_of(contract: Contract) -> tuple[SortKey, ...]:
    """The sort keys, or the one documented order."""
    if contract.sort is not None:
        return contract.sort.keys
    order = contract.order
    assert order is not None, f"{contract.id} has no order"
    return (SortKey("", order.by, order.type, order.descending),)


def compose(
    contract: Contract,
    job: JobFacts,
    some: list[Row],
    sure: Row | None,
    subject: str,
    order: Order,
    token: str | None,
    rest: Rest,
) -> dict[str, Any]:
    """A response's members out of its parts: `sure` is listed with all others, `rest` stands on other pages."""
    listed = distinct(contract, some if sure is None else [sure, *some])
    found = ordered(written_rows(contract, job, listed, places(contract, subject)), order)
    counts = (
        sum(each.time is not None for each in found) + rest.used,
        sum(each.time is None for each in found) + rest.unused,
    )
    return page(contract, job, [each.members for each in found], counts, token)


def ordered(found: list[WrittenRow], order: Order) -> list[WrittenRow]:
    """Rows in an order that a service may give them: ties stand as they were drawn."""
    if order.sort.type != "time":
        return sorted(found, key=lambda each: each.key, reverse=order.sort.descending)
    timed = [(each.time, each) for each in found if each.time is not None]
    used = [each for _, each in sorted(timed, key=lambda each: each[0], reverse=order.sort.descending)]
    unused = [each for each in found if each.time is None]
    return used + unused if order.unused_last else unused + used


def page(
    contract: Contract, job: JobFacts, listed: list[dict[str, Any]], counts: tuple[int, int], token: str | None
) -> dict[str, Any]:
    """One page of a report with so many rows that were and that never were accessed."""
    roles, listing, (dates, choices) = contract.job, contract.listing, job
    assert roles is not None and listing is not None
    found: dict[str, Any] = {
        roles.status: roles.succeeded[0],
        roles.created: moment(dates.created, dates.precision[0]),
        roles.completed: moment(dates.completed, dates.precision[1]),
    }
    if roles.type is not None:
        found[roles.type] = enumerated(contract, roles.type)[choices.second_type]
    for count in contract.counts:
        found[count.member] = {"items": sum(counts), "not-accessed": counts[1]}[count.of]
    if listed or not choices.omit_empty or listing.main in roles.required_when_succeeded:
        found[listing.main] = listed
    if token is not None:
        found[listing.token.output] = token
    if listing.more is not None and (token is not None or not choices.omit_false):
        found[listing.more] = token is not None
    return in_model_order(output_shape(contract), found)
