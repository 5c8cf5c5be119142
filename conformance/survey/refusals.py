"""What an answer that stands in the way of judging means: not implemented, refused, unreachable, or just not to be judged."""

import re
from dataclasses import dataclass

from ..protocols.base import Reading
from ..results.result import Verdict

__all__ = ["EXPIRED", "THROTTLES", "Outcome", "final", "of_refusal"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a survey ended: `verdict` None where the rules decide, else why they cannot, in one line."""

    verdict: Verdict | None = None
    reason: str | None = None


#: Codes that emulators and AWS use for an operation that they do not have.
_NOT_IMPLEMENTED = frozenset(
    {
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "NotImplementedError",
        "UnknownAction",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
        "NotYetImplemented",
    }
)

#: Codes by which credentials are told to be too old.
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})

#: Codes by which the caller is not let in, whatever was asked.
_NO_ACCESS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)

#: Codes by which a service asks for patience; the driver has had it.
THROTTLES = frozenset(
    {
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

_SAID_SO = re.compile(
    rb"not\s*(?:yet\s*)?implemented|unknown\s*(?:operation|action)|invalid\s*action|not\s+supported|unsupported\s*operation",
    re.IGNORECASE,
)


def final(reading: Reading) -> bool:
    """Whether asking again would not help."""
    code = reading.error.code if reading.error else ""
    return code in _NOT_IMPLEMENTED or code in _NO_ACCESS


def of_refusal(reading: Reading, operation: str, made_up: str | None = None) -> Outcome:
    """What it means that the first request of its kind did not give a result. `made_up` is the entity that it was about, if nobody named one."""
    if reading.kind == "none":
        return _no_answer(reading, operation)
    status = reading.exchange.status
    if _not_implemented(reading):
        said = f"HTTP {status}" + (f", {reading.error.code}" if reading.error else "")
        return Outcome("not-implemented", f"{operation} is not implemented there ({said})")
    if reading.kind == "error" and reading.error:
        if reading.error.code in THROTTLES:
            return Outcome("indeterminate", f"{operation} was throttled until we gave up: {reading.reason}")
        hint = f"; {made_up} is made up, name an entity of the target with --entity-path" if made_up else ""
        if reading.error.code in _NO_ACCESS or status in (401, 403):
            return Outcome("refused", f"{operation} was refused: {reading.reason}{hint}")
        return Outcome(
            "refused" if (status or 500) < 500 else "indeterminate", f"{operation} did not work: {reading.reason}{hint}"
        )
    if status in (401, 403):
        return Outcome("refused", f"{operation} was refused with HTTP {status}")
    return Outcome("indeterminate", f"{operation} was answered with HTTP {status} and cannot be read: {reading.reason}")


def _not_implemented(reading: Reading) -> bool:
    status = reading.exchange.status or 200
    if reading.kind == "error" and reading.error:
        return reading.error.code in _NOT_IMPLEMENTED or status == 501
    if status < 400 or reading.kind == "result":
        return False
    # No answer of the protocol at all, such as a web framework's page for a crash or an unknown address
    return status in (404, 405, 500, 501) or _SAID_SO.search(reading.exchange.body[:4096]) is not None


def _no_answer(reading: Reading, operation: str) -> Outcome:
    failure = reading.exchange.failure
    kind = failure.kind if failure else "broken"
    message = failure.message if failure else reading.reason
    if kind == "not-implemented":
        return Outcome("not-implemented", f"{operation} is not implemented there ({message})")
    if kind == "forbidden":
        return Outcome("refused", message)
    if kind == "unreachable":
        return Outcome("unreachable", message)
    if kind in ("timeout", "broken"):
        return Outcome("unreachable", f"{operation} got no whole answer: {message}")
    return Outcome("indeterminate", f"{operation} got no whole answer: {message}")
