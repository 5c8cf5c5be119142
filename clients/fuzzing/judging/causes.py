"""What an exception of the client is about, and who caused it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ....spec.contract import Contract
from ....spec.model import service
from .call import RecordedCall
from .run import ClientRun

__all__ = ["UNPREPARED", "about_token", "missing_member", "own_request_refused", "without_request"]

#: What a program raises that did not expect what it got.
UNPREPARED = (KeyError, TypeError, AttributeError, IndexError)


def about_token(contract: Contract, error: BaseException) -> bool:
    """botocore's own validation: the client sent a token of None, or an empty one."""
    from botocore.exceptions import ParamValidationError

    assert contract.listing is not None
    return isinstance(error, ParamValidationError) and any(each.input in str(error) for each in contract.listing.tokens)


def own_request_refused(run: ClientRun, error: BaseException) -> bool:
    """Whether the service refused a request that only the client can have spoilt."""
    from botocore.exceptions import ClientError

    failed_last = bool(run.calls) and run.calls[-1].error is not None
    return run.refused is not None and (failed_last or isinstance(error, ClientError))


def missing_member(contract: Contract, last: RecordedCall, error: BaseException) -> str | None:
    """Which member of the last response an exception missed, in words; None where it is not about an absent one."""
    if type(error) not in UNPREPARED or not isinstance(last.output, Mapping):
        return None
    status = f" ({last.status})" if last.status else ""
    if isinstance(error, KeyError):
        name = error.args[0] if error.args else None
        if not isinstance(name, str):
            return None
        if name in _members(contract):
            return f"{status} without {name}"
        return f"{status}: the model has no member {name}" if name.isidentifier() else None
    if isinstance(error, IndexError):
        return status if last.items == 0 else None
    return status if "NoneType" in str(error) else None


@cache
def _members(contract: Contract) -> frozenset[str]:
    """The names of all members of the output, at any depth that a client is likely to reach."""
    found: set[str] = set()

    def look(shape: Any, depth: int) -> None:
        if shape.type_name == "list":
            look(shape.member, depth)
        elif shape.type_name == "structure" and depth:
            found.update(shape.members)
            for each in shape.members.values():
                look(each, depth - 1)

    look(service(contract.service).operation_model(contract.operation).output_shape, 4)
    return frozenset(found)


def without_request(run: ClientRun) -> tuple[str, str]:
    """What a client did that returned without having read any listing, and what it should do."""
    what = "it requested no page of the listing at all"
    if run.contract.job is None:
        return what, f"call {run.contract.operation}"
    return what, "read the report of the job"
