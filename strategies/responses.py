"""Valid responses and whole listings, for anybody's tests."""

from __future__ import annotations

from typing import Any, Literal, overload

from hypothesis.strategies import SearchStrategy

from ..spec.operations import DEFAULT, load
from .brief import brief
from .drawn import DrawnResponse, response_members
from .listings import DrawnListing, listings
from .shapes import Protocol, ReportResponse, Status
from .values.moments import rendered
from .wire.writing import writings

__all__ = ["reports", "responses"]

_Default = Literal["iam:GetOrganizationsAccessReport"]


@overload
def responses(  # type: ignore[overload-overlap]
    status: Status | None = ..., *, operation: _Default = ..., protocol: Literal["parsed"] = ...
) -> SearchStrategy[ReportResponse]: ...
@overload
def responses(
    status: Status | None = ..., *, operation: str, protocol: Literal["parsed"] = ...
) -> SearchStrategy[dict[str, Any]]: ...
@overload
def responses(
    status: Status | None = ..., *, operation: str = ..., protocol: Literal["wire"]
) -> SearchStrategy[bytes]: ...
def responses(
    status: str | None = None, *, operation: str = DEFAULT, protocol: Protocol = "parsed"
) -> SearchStrategy[Any]:
    """Valid responses of an operation, each as if it were one page of a whole listing.

    :param status: only responses of jobs of this status; None draws any of the model's. Only for operations that read a job.
    :param operation: ``SERVICE:OPERATION``, an access report or any operation that pages.
    :param protocol: ``"parsed"`` is what boto3 returns, without ``ResponseMetadata``; ``"wire"`` the body on the wire.
    """
    contract = load(operation, advice="")
    shown = {"status": status, "operation": contract.id}
    members = response_members(contract, status)
    if protocol == "parsed":
        return brief(lambda draw: rendered(members(draw)), "responses", **shown)
    if protocol == "wire":
        writing = writings()
        wire = lambda draw: DrawnResponse(members(draw), contract).wire(writing(draw))  # noqa: E731
        return brief(wire, "responses", **shown, protocol="wire")
    raise ValueError(f'protocol must be "parsed" or "wire", not {protocol!r}')


def reports(*, operation: str = DEFAULT) -> SearchStrategy[DrawnListing]:
    """Whole listings: every page of a finished report, or of a listing."""
    contract = load(operation, advice="")
    return brief(listings(contract), "reports", operation=contract.id)
