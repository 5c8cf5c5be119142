"""Responses of an access report to start mutations from, each with one thing in it for sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...spec.contract import Contract, Job, Listing, Report
from ..drawing import Drawer
from ..mutation import Edit, Members
from ..values.constraints import get, item_shape
from .jobs import Choices, Dates, JobFacts
from .pages import completed
from .row_members import written_rows
from .rows import DrawnRow, arn_of

__all__ = ["Bases"]

_PLAIN_JOB = JobFacts(Dates(0, 0, (0, 0)), Choices(False, False, False, False))


class Bases:
    """For one contract: what draws members, and edits of the rows that they are sure to have."""

    def __init__(self, contract: Contract) -> None:
        job, report, listing = contract.job, contract.report, contract.listing
        assert job is not None and report is not None and listing is not None
        self.contract = contract
        self.job: Job = job
        self.report: Report = report
        self.listing: Listing = listing
        self.row: Any = item_shape(contract)

    # What draws members.

    def any(self) -> Drawer[Members]:
        """Of any status."""
        return self._responses(None)

    def pending(self) -> Drawer[Members]:
        """Of a job that runs."""
        return self._responses(self.job.pending[0])

    def failed(self) -> Drawer[Members]:
        """Of a job that failed."""
        return self._responses(self.job.failed[0])

    def done(self) -> Drawer[Members]:
        """Of a job that succeeded."""
        return completed(self.contract)

    def used(self) -> Drawer[Members]:
        """With a row that was accessed."""
        return completed(self.contract, first="used")

    def unused(self) -> Drawer[Members]:
        """With a row that never was accessed."""
        return completed(self.contract, first="unused")

    def more(self) -> Drawer[Members]:
        """A page of which more follow."""
        return completed(self.contract, pages="more")

    def more_used(self) -> Drawer[Members]:
        """The same with a row that was accessed."""
        return completed(self.contract, first="used", pages="more")

    def whole(self) -> Drawer[Members]:
        """The whole report."""
        return completed(self.contract, pages="whole")

    def whole_used(self) -> Drawer[Members]:
        """The same with a row that was accessed."""
        return completed(self.contract, first="used", pages="whole")

    def whole_unused(self) -> Drawer[Members]:
        """The same with a row that never was accessed."""
        return completed(self.contract, first="unused", pages="whole")

    def only_used(self) -> Drawer[Members]:
        """With one row alone, which was accessed: no order says where it belongs."""
        return completed(self.contract, first="used", alone=True)

    def only_unused(self) -> Drawer[Members]:
        """With one row alone, which never was accessed."""
        return completed(self.contract, first="unused", alone=True)

    def counted(self) -> Drawer[Members]:
        """With one row alone, which was accessed and counts who did."""
        return completed(self.contract, first="counted", alone=True)

    def first_type_used(self) -> Drawer[Members]:
        """With a row that was accessed, in a report without tracked actions."""
        return completed(self.contract, first="used", second_type=False)

    def second_type_used(self) -> Drawer[Members]:
        """With a row that was accessed, in a report with tracked actions."""
        return completed(self.contract, first="used", second_type=True)

    def _responses(self, status: str | None) -> Drawer[Members]:
        from ..drawn import response_members

        return response_members(self.contract, status)

    # Edits.

    def first_used(self, edit: Edit) -> Edit:
        """Change the first row that was accessed."""
        return lambda members: edit(self._first(members, used=True))

    def first_unused(self, edit: Edit) -> Edit:
        """Change the first row that never was accessed; one that may have a Region all the same is left out."""
        return lambda members: edit(self._first(members, used=False))

    def in_error(self, edit: Edit) -> Edit:
        """Change the reason of a failure."""
        return lambda members: edit(members[self.job.error])

    def required_in_rows(self) -> Iterator[str]:
        """The paths of the members that the model requires in a row."""
        for name in self.row.required_members:
            shape = self.row.members[name]
            yield name
            if shape.type_name == "structure":
                yield from (f"{name}.{inner}" for inner in shape.required_members)

    def plain_rows(self) -> tuple[Members, Members]:
        """Two rows in their order, which nobody could take for others of the page's."""
        keys = (arn_of("user", "a"), arn_of("user", "b")) if self.report.entity_arn else ("a", "b")
        first, second = written_rows(self.contract)(_PLAIN_JOB, [DrawnRow(key) for key in keys], ["nobody"])
        return first.members, second.members

    def _is_used(self, row: Members) -> bool:
        return get(row, self.report.time) is not None

    def _first(self, members: Members, *, used: bool) -> Members:
        found: Members = next(
            each
            for each in members[self.listing.main]
            if self._is_used(each) == used and get(each, self.listing.identity) not in self.report.regions_always
        )
        return found
