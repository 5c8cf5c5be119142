"""Refusals: service errors in the protocol's envelope, every code that the model or AWS's common errors list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..emulator import ServiceError
from ..spec import operation
from ..spec.legacy import contract
from .shapes import ErrorResponse
from .values import texts
from .writing import Writing, write

__all__ = ["Refusal", "errors"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A service error, before it is written."""

    code: str
    status: int
    message: str

    @property
    def parsed(self) -> ErrorResponse:
        """What is in the ``response`` of boto3's ``ClientError``, but for the ``ResponseMetadata``."""
        kind = "Sender" if self.status < 500 else "Receiver"
        return {"Error": {"Type": kind, "Code": self.code, "Message": self.message}}

    def xml(self, writing: Writing = Writing()) -> bytes:  # noqa: B008 -- frozen
        """The bytes on the wire."""
        return write(ServiceError(self.code, self.status, self.message), writing)


@cache
def errors() -> SearchStrategy[Refusal]:
    """Service errors that any call may get: each with the HTTP status that goes with its code."""
    law = contract()
    statuses: dict[str, int] = {}
    for name in (law.operation, law.start.operation):
        for shape in operation(name).error_shapes:
            told = shape.metadata["error"]
            statuses[told["code"]] = told["httpStatusCode"]
    for code in (*law.refusals.validation, *law.refusals.not_a_number, *law.refusals.common):
        statuses.setdefault(code, _status(code))
    messages = st.just("no") | texts().filter(str.strip)
    return st.builds(
        lambda told, message: Refusal(told[0], told[1], message), st.sampled_from(sorted(statuses.items())), messages
    )


def _status(code: str) -> int:
    """By the common errors' list: what is the service's own fault, who may not, and everything else."""
    if code == "InternalFailure":
        return 500
    if code == "ServiceUnavailable":
        return 503
    return 403 if code.startswith("AccessDenied") else 400
