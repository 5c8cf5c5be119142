"""Whole reports: every page of a listing, coherent from the first to the last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .responses import (
    Answer,
    Core,
    Entry,
    Line,
    Order,
    cores,
    distinct,
    entries,
    lines,
    ordered,
    orders,
    page,
    parsed,
    places,
)
from .shapes import AccessDetail, ReportResponse
from .values import entity_paths, job_ids, markers
from .writing import Writing, writings

__all__ = ["Report", "reports"]


@dataclass(frozen=True, slots=True)
class Report:
    """A finished report as one listing of it: what was asked for, what it lists, and the pages that came."""

    entity_path: str
    job_id: str
    #: The order that was asked for; None leaves it to the service.
    sort_key: str | None
    #: Every service, in that order, as boto3 tells of it.
    access_details: list[AccessDetail]
    #: The pages from the first to the last; all but that one have a Marker of their own.
    answers: tuple[Answer, ...]
    writing: Writing

    @property
    def pages(self) -> list[ReportResponse]:
        """What boto3 returns for each page."""
        return [each.parsed for each in self.answers]

    @property
    def xml(self) -> list[bytes]:
        """Each page on the wire."""
        return [each.xml(self.writing) for each in self.answers]


class _Cut(NamedTuple):
    """A page with more to come: how many services it holds at most, and its Marker."""

    length: int
    marker: str


@cache
def reports() -> SearchStrategy[Report]:
    """Whole reports: unique services, counts that are true on every page, times before the job ended, paths inside the entity.

    Pages may be short or empty, in the middle and at the end, and every Marker is another.
    """
    cuts = st.lists(st.builds(_Cut, st.integers(0, 4), markers()), max_size=4)
    services = st.lists(lines(), max_size=10)
    asked = st.booleans()
    return st.builds(
        _report, cores(), services, entity_paths(), st.integers(0, 6), job_ids(), orders(), asked, cuts, writings()
    )


def _report(
    core: Core,
    drawn: list[Line],
    path: str,
    depth: int,
    job: str,
    order: Order,
    asked: bool,
    cuts: list[_Cut],
    writing: Writing,
) -> Report:
    inside = places(path, depth + 1)
    found = ordered(entries(core, distinct(drawn), inside), order)
    default = order.sort.default and not asked
    details: list[AccessDetail] = [parsed(each.members) for each in found]  # type: ignore[misc]  # by the test on shapes
    return Report(
        inside[0], job, None if default else order.sort.value, details, tuple(_pages(core, found, cuts)), writing
    )


def _pages(core: Core, found: list[Entry], cuts: list[_Cut]) -> list[Answer]:
    used = sum(each.time is not None for each in found)
    counts = used, len(found) - used
    left, made, told = found, [], set()
    for length, marker in cuts:
        if marker in told:
            continue  # a Marker that came before would be the same place again
        told.add(marker)
        made.append(page(core, [each.members for each in left[:length]], counts, marker))
        left = left[length:]
    return [*made, page(core, [each.members for each in left], counts, None)]
