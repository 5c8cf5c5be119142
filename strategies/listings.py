"""Whole listings: every page of one, coherent from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..spec.contract import Contract
from .access_reports.jobs import JobFacts, jobs
from .access_reports.pages import Order, ordered, orders, page
from .access_reports.rows import Row, WrittenRow, distinct, places, principals, rows, written_rows
from .drawn import DrawnResponse
from .lists.pages import Cut, whole_listings
from .values.members import entity_paths, job_ids, tokens_of
from .values.moments import rendered
from .wire.writing import Writing, writings

__all__ = ["DrawnListing", "listings"]


@dataclass(frozen=True, slots=True, repr=False)
class DrawnListing:
    """One whole listing: what was asked for, what it lists, and the pages that came."""

    #: Every item, in the order of the listing, as boto3 returns it; with several result keys, a list for each.
    items: Any
    #: The pages from the first to the last; all but that one have a token of their own.
    responses: tuple[DrawnResponse, ...]
    writing: Writing
    #: Of a job: its id, what the report is about, and the order that was asked for; None leaves it to the service.
    job_id: str | None = None
    subject: str | None = None
    sort_key: str | None = None

    @property
    def pages(self) -> list[dict[str, Any]]:
        """What boto3 returns for each page."""
        return [each.parsed for each in self.responses]

    @property
    def wire(self) -> list[bytes]:
        """The body of each page."""
        return [each.wire(self.writing) for each in self.responses]

    def __repr__(self) -> str:
        pages = f"{len(self.responses)} page{'s' * (len(self.responses) != 1)}"
        return f"DrawnListing({pages}: {', '.join(map(repr, self.responses))})"


@cache
def listings(contract: Contract) -> SearchStrategy[DrawnListing]:
    """Whole listings: distinct items, counts that are true on every page, times before the job ended, entities inside the subject.

    Pages may be short, and every token is another; where the documentation announces empty pages, they may be empty too.
    """
    if contract.job is None:
        return st.builds(
            lambda made, how: _listing(contract, made[0], made[1], how), whole_listings(contract), writings()
        )
    cuts = st.lists(st.builds(Cut, st.integers(0, 4), tokens_of(contract)), max_size=4)
    report = contract.report
    subjects = entity_paths() if report is not None and report.entity_is == "below" else principals()
    return st.builds(
        lambda *parts: _report(contract, *parts),
        jobs(contract),
        st.lists(rows(contract), max_size=10),
        subjects,
        st.integers(0, 6),
        job_ids(),
        orders(contract),
        st.booleans(),
        cuts,
        writings(),
    )


def _listing(contract: Contract, items: Any, pages: list[dict[str, Any]], writing: Writing) -> DrawnListing:
    return DrawnListing(items, tuple(DrawnResponse(each, contract) for each in pages), writing)


class _Facts(NamedTuple):
    contract: Contract
    job: JobFacts


def _report(
    contract: Contract,
    job: JobFacts,
    drawn: list[Row],
    subject: str,
    depth: int,
    job_id: str,
    order: Order,
    asked: bool,
    cuts: list[Cut],
    writing: Writing,
) -> DrawnListing:
    inside = places(contract, subject, depth + 1)
    found = ordered(written_rows(contract, job, distinct(contract, drawn), inside), order)
    default = contract.sort is None or (order.sort.value == contract.sort.default and not asked)
    return DrawnListing(
        [rendered(each.members) for each in found],
        tuple(_pages(_Facts(contract, job), found, cuts)),
        writing,
        job_id,
        inside[0],
        None if default else order.sort.value,
    )


def _pages(facts: _Facts, found: list[WrittenRow], cuts: list[Cut]) -> list[DrawnResponse]:
    contract, job = facts
    used = sum(each.time is not None for each in found)
    counts = used, len(found) - used
    left, made, given = found, list[DrawnResponse](), set[str]()

    def add(listed: list[WrittenRow], token: str | None) -> None:
        members = page(contract, job, [each.members for each in listed], counts, token)
        made.append(DrawnResponse(members, contract))

    for length, token in cuts:
        if token in given:
            continue  # a token that came before would be the same place again
        given.add(token)
        add(left[:length], token)
        left = left[length:]
    add(left, None)
    return made
