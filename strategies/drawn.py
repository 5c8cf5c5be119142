"""A drawn response: one value that can be shown as boto3 returns it, as the AWS CLI prints it, and as the bytes on the wire."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis.strategies import SearchStrategy

from ..spec.contract import Contract
from .access_reports.jobs import jobs, unfinished
from .access_reports.pages import completed, sized
from .drawing import Drawer, composed, one_of, pick
from .lists.pages import listed_pages, sized_pages
from .values.constraints import enumerated, in_model_order, output_shape
from .values.members import error_details_of
from .values.moments import rendered, with_times
from .wire.writing import Writing, write

__all__ = ["DrawnResponse", "drawn_responses", "printed", "response_members"]

#: Of a value that a failing test shows: more than this is cut, and what was cut is named by its size.
_SHOWN = 600


@dataclass(frozen=True, slots=True, repr=False)
class DrawnResponse:
    """One response of an operation. `members` have the names of the model and its order; their times know how they are written."""

    members: dict[str, Any]
    contract: Contract = field(compare=False)

    @property
    def parsed(self) -> dict[str, Any]:
        """What boto3 returns, but for the ``ResponseMetadata`` that it adds."""
        return rendered(self.members)

    def wire(self, writing: Writing = Writing()) -> bytes:  # noqa: B008 -- frozen
        """The body on the wire."""
        return write(self.contract, with_times(self.members, lambda each: each.text), writing)

    def json(self) -> str:
        """What the AWS CLI prints."""
        return json.dumps(self.parsed, indent=4, ensure_ascii=False, default=printed)

    def __repr__(self) -> str:
        text = repr(self.parsed)
        return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def printed(value: Any) -> str:
    """A value that JSON does not have, as the AWS CLI prints it: times as ISO 8601, blobs as Base64."""
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode()


def drawn_responses(
    contract: Contract, status: str | None = None, *, items: int | None = None
) -> SearchStrategy[DrawnResponse]:
    """Valid responses, each as if it were one page of a whole listing.

    :param status: only responses of this status, for a contract with a job; None draws any of the model's.
    :param items: whole listings of exactly so many items, called as real ones are where that is known.
    """
    members = response_members(contract, status, items=items)
    return composed(lambda draw: DrawnResponse(members(draw), contract), "drawn_responses")


def response_members(
    contract: Contract, status: str | None = None, *, items: int | None = None
) -> Drawer[dict[str, Any]]:
    """Draws the members of the same."""
    if contract.job is None:
        if status is not None:
            raise ValueError(f"{contract.id} has no job, so its responses have no status")
        return listed_pages(contract) if items is None else sized_pages(contract, items)
    if items is not None:
        return sized(contract, items)
    known = enumerated(contract, contract.job.status)
    if status is None:
        return _of_any_status(contract, known)
    if status not in known:
        raise ValueError(f"status must be one of {', '.join(known)}, not {status!r}")
    return _of_status(contract, status)


@cache
def _of_any_status(contract: Contract, known: tuple[str, ...]) -> Drawer[dict[str, Any]]:
    """Half of all responses have a report; a fifth of these has no rows for sure."""
    assert contract.job is not None
    each = [_of_status(contract, status) for status in known]
    done = [_of_status(contract, status) for status in known if status in contract.job.succeeded]
    found = pick(*each, *done, completed(contract, alone=True), *each, *done)
    return lambda draw: one_of(draw, found)


@cache
def _of_status(contract: Contract, status: str) -> Drawer[dict[str, Any]]:
    roles, job = contract.job, jobs(contract)
    assert roles is not None
    if status in roles.pending:
        return lambda draw: unfinished(contract, status, job(draw))
    if status not in roles.failed:
        return completed(contract)
    reasons, output = error_details_of(contract), output_shape(contract)
    return lambda draw: in_model_order(output, unfinished(contract, status, job(draw)) | {roles.error: reasons(draw)})
