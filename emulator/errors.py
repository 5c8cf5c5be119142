"""Which error codes and HTTP statuses a service refuses with: the contract's, else those that its model declares, else its protocol's."""

from __future__ import annotations

from .records import Call, ServiceError

__all__ = [
    "invalid_input",
    "invalid_value",
    "malformed",
    "missing_operation",
    "throttled",
    "unknown_job",
    "unknown_token",
]


def invalid_value(call: Call, message: str) -> ServiceError:
    """The refusal of a value that the model does not allow."""
    return _error(call, call.served.invalid_code, message)


def malformed(call: Call, message: str) -> ServiceError:
    """The refusal of text where a number belongs: it cannot even be read."""
    codes = call.contract.errors.not_a_number
    return _error(call, codes[0] if codes else call.served.invalid_code, message)


def invalid_input(call: Call, message: str) -> ServiceError:
    """The refusal of a value that is well-formed and does not fit the rest."""
    codes = call.contract.errors.validation
    return _error(call, codes[1] if len(codes) > 1 else call.served.invalid_code, message)


def unknown_token(call: Call, message: str | None = None) -> ServiceError:
    """The refusal of a token that was never issued."""
    listing = call.contract.listing
    name = listing.token.input if listing else "The token"
    codes = call.contract.errors.token
    return _error(
        call,
        codes[0] if codes else call.served.invalid_code,
        message or f"1 constraint failed: {name} was not issued here",
    )


def unknown_job(call: Call) -> ServiceError:
    """The refusal of a job's id that was never issued."""
    return _error(call, call.contract.errors.unknown_job or "NoSuchEntity", "There is no report job of this id.", 404)


def throttled(call: Call) -> ServiceError:
    """The refusal of a call that comes too soon."""
    code, status = _THROTTLES.get(call.contract.protocol, ("ThrottlingException", 400))
    return _error(call, code, "Rate exceeded", status)


def missing_operation(call: Call) -> ServiceError:
    """The refusal of a request for an operation that is not served."""
    form = call.contract.protocol in ("query", "ec2")
    if not call.operation and form:
        return _error(call, "MissingAction", "The request names no Action.")
    code = "InvalidAction" if form else "UnknownOperationException"
    text = f"There is no operation {call.operation} here." if call.operation else "There is no such operation here."
    return _error(call, code, text, 400 if form or call.contract.protocol == "json" else 404)


_THROTTLES = {"query": ("Throttling", 400), "ec2": ("RequestLimitExceeded", 503), "rest-xml": ("SlowDown", 503)}


def _error(call: Call, code: str, message: str, status: int = 400) -> ServiceError:
    return ServiceError(code, call.served.statuses.get(code, status), message)
