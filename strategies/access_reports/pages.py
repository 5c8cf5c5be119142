"""Responses of a job that has succeeded: a page of its report, in an order that a service may give."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any, Literal, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...emulator.access_reports.services import default_report
from ...spec.contract import Contract, SortKey
from ..drawing import Drawer, composed, one_of, pick, several, together
from ..values.constraints import enumerated, in_model_order, output_shape
from ..values.members import entity_paths, tokens_of
from ..values.moments import EPOCH, moment
from .jobs import JobFacts, jobs
from .row_members import WrittenRow, written_rows
from .rows import DrawnRow, arn_of, distinct, places, rows, subjects

__all__ = ["Rest", "RowOrder", "completed", "composer", "ordered", "orders", "orders_of", "pages", "sized"]


class RowOrder(NamedTuple):
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
    first: Literal["used", "unused", "counted"] | None = None,
    pages: Literal["whole", "more"] | None = None,
    second_type: bool | None = None,
    alone: bool = False,
) -> Drawer[dict[str, Any]]:
    """Draws the members of responses of jobs that succeeded.

    :param first: makes sure of one row that was, or never was, accessed, or that says how many accessed it.
    :param pages: only responses that hold the whole report, or only ones that promise more.
    :param second_type: only reports of the second job type, or of the first.
    :param alone: the row that is sure to be there, or none, is all that its page has.
    """
    job, subject, composed_page = jobs(contract, second_type), subjects(contract), composer(contract)
    sure = rows(contract, accessed=first != "unused", counted=first == "counted") if first else None
    some = None if alone else several(rows(contract), "row", 8)
    rest_and_order = together(_RESTS[:1] if pages == "whole" else _RESTS, orders(contract))
    some_token, no_token = tokens_of(contract), lambda draw: None
    tokens = pick(*{None: (no_token, some_token), "whole": (no_token,), "more": (some_token,)}[pages])

    def members(draw: DrawFn) -> dict[str, Any]:
        listed = [] if sure is None else [_plain(sure(draw))]
        if some is not None:
            listed += some(draw)
        rest, order = draw(rest_and_order)
        return composed_page(job(draw), listed, subject(draw), order, one_of(draw, tokens), rest)

    return members


def _plain(row: DrawnRow) -> DrawnRow:
    """The one service that may have a Region although nobody accessed it is no example of one that may not."""
    return row._replace(key="a") if row.key == "iam" else row


@cache
def sized(contract: Contract, number: int) -> Drawer[dict[str, Any]]:
    """Draws whole reports of so many rows. One draw says of every row whether it was accessed, and which of a few accesses it had."""
    report = contract.report
    if report is not None and report.entity_arn is not None:
        named = [(arn_of("role", f"role-{place}"), None) for place in range(1, number + 1)]
    else:
        named = [(each.key, each.name) for each in default_report(number, (), EPOCH)]  # type: ignore[misc]
    below = report is not None and report.entity_is == "below"
    job, subject = jobs(contract), entity_paths("account") if below else subjects(contract)
    order, scattered = st.sampled_from(orders(contract)), st.binary(min_size=number, max_size=number)
    like = st.lists(composed(rows(contract, accessed=True), "row"), min_size=1, max_size=6)
    composed_page = composer(contract)

    def members(draw: DrawFn) -> dict[str, Any]:
        accesses = [each.access for each in draw(like)]
        listed = [
            DrawnRow(key, name, accesses[byte % len(accesses)] if byte > _RARELY_USED else None)
            for (key, name), byte in zip(named, draw(scattered), strict=True)
        ]
        return composed_page(job(draw), listed, subject(draw), draw(order), None, Rest(0, 0))

    return members


#: Of 256 values those above it: about a tenth of the services of an organization are accessed.
_RARELY_USED = 230


@cache
def orders(contract: Contract) -> list[RowOrder]:
    """Orders of a listing: by each sort key, or the documented order."""
    return [RowOrder(*each) for each in product(orders_of(contract), (False, True))]


def orders_of(contract: Contract) -> tuple[SortKey, ...]:
    """The sort keys, or the one documented order."""
    if contract.sort is not None:
        return contract.sort.keys
    order = contract.order
    assert order is not None, f"{contract.id} has no order"
    return (SortKey("", order.by, order.type, order.descending),)


@cache
def composer(
    contract: Contract,
) -> Callable[[JobFacts, list[DrawnRow], str, RowOrder, str | None, Rest], dict[str, Any]]:
    """Makes a response's members out of its parts: rows that are listed, and the number of those on other pages."""
    written, page = written_rows(contract), pages(contract)

    def compose(
        job: JobFacts, listed: list[DrawnRow], subject: str, order: RowOrder, token: str | None, rest: Rest
    ) -> dict[str, Any]:
        found = ordered(written(job, distinct(contract, listed), places(contract, subject)), order)
        used = sum([each.time is not None for each in found])
        counts = used + rest.used, len(found) - used + rest.unused
        return page(job, [each.members for each in found], counts, token)

    return compose


def ordered(found: list[WrittenRow], order: RowOrder) -> list[WrittenRow]:
    """Rows in an order that a service may give them: ties stand as they were drawn."""
    if order.sort.type != "time":
        return sorted(found, key=lambda each: each.key, reverse=order.sort.descending)
    timed = [(each.time, each) for each in found if each.time is not None]
    used = [each for _, each in sorted(timed, key=lambda each: each[0], reverse=order.sort.descending)]
    unused = [each for each in found if each.time is None]
    return used + unused if order.unused_last else unused + used


@cache
def pages(
    contract: Contract,
) -> Callable[[JobFacts, list[dict[str, Any]], tuple[int, int], str | None], dict[str, Any]]:
    """Makes one page of a report with so many rows that were and that never were accessed."""
    roles, listing, output = contract.job, contract.listing, output_shape(contract)
    assert roles is not None and listing is not None
    types = None if roles.type is None else (roles.type, enumerated(contract, roles.type))
    counted = [(each.member, each.of == "items") for each in contract.counts]
    always = listing.main in roles.required_when_succeeded
    main, output_token, more = listing.main, listing.token.output, listing.more

    def page(job: JobFacts, listed: list[dict[str, Any]], counts: tuple[int, int], token: str | None) -> dict[str, Any]:
        dates, choices = job
        found: dict[str, Any] = {
            roles.status: roles.succeeded[0],
            roles.created: moment(dates.created, dates.precision[0]),
            roles.completed: moment(dates.completed, dates.precision[1]),
        }
        if types is not None:
            found[types[0]] = types[1][choices.second_type]
        for member, of_all in counted:
            found[member] = sum(counts) if of_all else counts[1]
        if listed or always or not choices.omit_empty:
            found[main] = listed
        if token is not None:
            found[output_token] = token
        if more is not None and (token is not None or not choices.omit_false):
            found[more] = token is not None
        return in_model_order(output, found)

    return page
