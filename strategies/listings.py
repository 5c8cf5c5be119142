"""Whole listings: every page of one, coherent from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ..errors import counted
from ..spec.contract import Contract
from .access_reports.jobs import JobFacts, jobs
from .access_reports.pages import ordered, orders, pages
from .access_reports.row_members import WrittenRow, written_rows
from .access_reports.rows import distinct, places, rows, subjects
from .drawing import Drawer, several
from .drawn import DrawnResponse
from .lists.pages import Cut, whole_listings
from .values.members import entity_paths, job_ids, tokens_of
from .values.moments import rendered
from .wire.writing import Writing, writings

__all__ = ["DrawnListing", "listings"]


@dataclass(frozen=True, slots=True, repr=False)
class DrawnListing:
    """One whole listing: what was requested, its items, and its pages."""

    #: Every item, in the order of the listing, as boto3 returns it; with several result keys, a list for each.
    items: Any
    #: The pages from the first to the last; all but that one have a token of their own.
    responses: tuple[DrawnResponse, ...]
    writing: Writing
    #: Of a job: its id, what the report is about, and the sort key that was requested; None leaves the order to the service.
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
        pages = f"{counted(len(self.responses), 'page')}"
        return f"DrawnListing({pages}: {', '.join(map(repr, self.responses))})"


@cache
def listings(contract: Contract) -> Drawer[DrawnListing]:
    """Draws whole listings: distinct items, counts that are true on every page, times before the job ended, entities inside the subject.

    Pages may be short, and every token is another; where the documentation announces empty pages, they may be empty too.
    """
    if contract.job is not None:
        return _reports(contract)
    whole, writing = whole_listings(contract), writings()

    def listing(draw: DrawFn) -> DrawnListing:
        items, pages = whole(draw)
        return DrawnListing(items, tuple([DrawnResponse(each, contract) for each in pages]), writing(draw))

    return listing


def _reports(contract: Contract) -> Drawer[DrawnListing]:
    job, written, writing, token = jobs(contract), written_rows(contract), writings(), tokens_of(contract)
    order = st.sampled_from(orders(contract))
    some = several(rows(contract), "row", 10)
    lengths, depths, ids, asked = st.integers(0, 4), st.integers(0, 6), job_ids(), st.booleans()
    cuts = several(lambda draw: Cut(draw(lengths), token(draw)), "cut", 4)
    below = contract.report is not None and contract.report.entity_is == "below"
    about = entity_paths() if below else subjects(contract)

    def report(draw: DrawFn) -> DrawnListing:
        facts, drawn, sorting = job(draw), some(draw), draw(order)
        inside = places(contract, about(draw), draw(depths) + 1)
        found = ordered(written(facts, distinct(contract, drawn), inside), sorting)
        default = contract.sort is None or (sorting.sort.value == contract.sort.default and not draw(asked))
        return DrawnListing(
            [rendered(each.members) for each in found],
            tuple(_pages(contract, facts, found, cuts(draw))),
            writing(draw),
            ids(draw),
            inside[0],
            None if default else sorting.sort.value,
        )

    return report


def _pages(contract: Contract, job: JobFacts, found: list[WrittenRow], cuts: list[Cut]) -> list[DrawnResponse]:
    used = sum(each.time is not None for each in found)
    page, counts = pages(contract), (used, len(found) - used)
    left, made, given = found, list[DrawnResponse](), set[str]()

    def add(listed: list[WrittenRow], token: str | None) -> None:
        made.append(DrawnResponse(page(job, [each.members for each in listed], counts, token), contract))

    for length, token in cuts:
        if token in given:
            continue  # a token that came before would be the same place again
        given.add(token)
        add(left[:length], token)
        left = left[length:]
    add(left, None)
    return made
