"""Service errors in the protocol's own form: every code that the model or AWS's common errors list."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...emulator import ServiceError
from ...spec.contract import Contract
from ...spec.model import service
from ...spec.operations import DEFAULT, load
from ..drawing import Drawer, composed, one_of, pick
from ..shapes import ErrorResponse
from ..values.letters import texts
from .writing import Writing, write

__all__ = ["DrawnError", "errors", "errors_of"]


@dataclass(frozen=True, slots=True)
class DrawnError:
    """A service error, before it is written."""

    code: str
    status: int
    message: str
    contract: Contract = field(compare=False, repr=False)

    @property
    def parsed(self) -> ErrorResponse:
        """What is in the ``response`` of boto3's ``ClientError``, but for the ``ResponseMetadata``."""
        kind = "Sender" if self.status < 500 else "Receiver"
        return {"Error": {"Type": kind, "Code": self.code, "Message": self.message}}

    def wire(self, writing: Writing = Writing()) -> bytes:  # noqa: B008 -- frozen
        """The body on the wire."""
        return write(self.contract, ServiceError(self.code, self.status, self.message), writing)


def errors(*, operation: str = DEFAULT) -> SearchStrategy[DrawnError]:
    """Service errors that any call may get: each with the HTTP status that goes with its code."""
    return composed(errors_of(load(operation)), "errors")


@cache
def errors_of(contract: Contract) -> Drawer[DrawnError]:
    """Draws the same for a contract."""
    statuses: dict[str, int] = {}
    for name in contract.operations:
        for shape in service(contract.service).operation_model(name).error_shapes:
            declared = shape.metadata.get("error", {})
            statuses[declared.get("code", shape.name)] = declared.get("httpStatusCode", 400)
    for code in (*contract.errors.validation, *contract.errors.not_a_number, *contract.errors.common):
        statuses.setdefault(code, _status(code))
    listed = st.sampled_from(sorted(statuses.items()) or [("InternalFailure", 500)])
    messages = pick("no", texts())

    def error(draw: DrawFn) -> DrawnError:
        code, status = draw(listed)
        message = one_of(draw, messages)
        return DrawnError(code, status, message if message.strip() else "no", contract)

    return error


def _status(code: str) -> int:
    """By the common errors' list: what is the service's own fault, who may not, and everything else."""
    if code == "InternalFailure":
        return 500
    if code == "ServiceUnavailable":
        return 503
    return 403 if code.startswith("AccessDenied") else 400
