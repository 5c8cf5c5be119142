"""What a client should do instead, in one sentence."""

from __future__ import annotations

from ....spec.contract import Contract
from ...sandbox.watchdog import WAITS
from .causes import about_token
from .run import ClientRun, ClientStopped

__all__ = ["ended_well", "ending", "of_empty_token", "of_exception"]


def ending(run: ClientRun) -> str:
    """For a client that had to be stopped: how it should have come to an end."""
    if isinstance(run.end, ClientStopped) and run.end.reason.startswith(WAITS):
        return "every wait of its threads and tasks comes to an end, if need be by a timeout that raises"
    contract, calls = run.contract, run.calls
    job, listing = contract.job, contract.listing
    assert listing is not None
    token = listing.token.name
    failed = next((each for each in calls if job is not None and each.status in job.failed), None)
    last = failed or next((each for each in calls if each.error), None) or (calls[-1] if calls else None)
    if job is not None and failed is not None:
        return f"a FAILED job stays FAILED: raise, with its {job.error}"
    starts = sum(each.starts for each in calls)
    if job is not None and starts > 2 and starts * 3 > len(calls):
        return f"start one job, and poll that one with {contract.operation} until it is finished"
    if last is not None and last.error:
        return f"{last.error.code} may last for ever: give up after some attempts, by raising"
    if job is not None and last is not None and last.status and last.status not in job.pending + job.succeeded:
        return "an unknown status may never change: raise"
    if last is not None and last.next is not None:
        return f"each page is requested with the {token} of the page before it, once; a {token} that comes again is an error"
    return ended_well(contract)


def ended_well(contract: Contract) -> str:
    """How a listing ends."""
    listing = contract.listing
    assert listing is not None
    if listing.more is None:
        return f"the listing ends with the response whose {listing.token.name} is absent or empty"
    return f"the listing ends with the response whose {listing.more} is false or absent, and which has no {listing.token.name}"


def of_empty_token(contract: Contract) -> str:
    """For a client that sends a token where none has come."""
    assert contract.listing is not None
    return f"leave {contract.listing.token.input} out of the first request"


def of_exception(run: ClientRun, error: BaseException) -> str:
    """For a client that raises although all is well."""
    from botocore.exceptions import OperationNotPageableError, ParamValidationError

    listing = run.contract.listing
    assert listing is not None
    if isinstance(error, OperationNotPageableError):
        return f"no SDK has a paginator for {run.contract.operation}: follow {listing.token.name} in a loop of your own"
    if about_token(run.contract, error):
        return of_empty_token(run.contract)
    if isinstance(error, ParamValidationError):
        return "the SDK refuses the parameters of this request before it is sent: correct them"
    return "nothing prevents this listing from being complete: return it" + ("" if run.plain else run.wanted.hints[1])
