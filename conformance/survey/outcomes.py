"""What a response means that keeps an operation from being judged: not implemented, refused, unreachable, or just not to be judged."""

from ..protocols.base import Reading
from ..protocols.refusals import has_no_access, is_not_implemented, is_throttled
from ..trace.error_codes import EXPIRED
from ..trace.steps import Outcome

__all__ = ["advice", "final", "of_refusal"]

#: Codes by which a service says that a signature is wrong, whoever signed.
_SIGNATURE = frozenset({"IncompleteSignature", "InvalidSignatureException", "SignatureDoesNotMatch"})
#: Codes that say that the credentials are of nobody that the target knows.
_UNKNOWN_KEY = frozenset({"AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"})


def final(reading: Reading) -> bool:
    """Whether sending the request again would not help."""
    return is_not_implemented(reading) or has_no_access(reading)


def of_refusal(reading: Reading, operation: str, hint: str = "", *, exists: bool = False) -> Outcome:
    """What it means that a request that has to work did not give a result.

    `hint` says what to do where the target refused something that nobody named. Where the operation `exists`, as another response has
    shown, nothing means that it is not implemented.
    """
    if reading.kind == "none":
        return _no_response(reading, operation)
    status = reading.exchange.status
    said = f"HTTP {status}" + (f", {reading.error.code}" if reading.error else "")
    if is_not_implemented(reading) and not exists:
        return Outcome("not-implemented", f"{operation} is not implemented ({said})")
    if is_throttled(reading):
        return Outcome("indeterminate", f"{operation} was throttled until the run gave up: {_why(reading)}")
    if status is not None and status >= 500:
        return Outcome("indeterminate", f"{operation} got a server error twice: {_why(reading)}")
    if has_no_access(reading):
        known = advice(reading.error.code if reading.error else "")
        return Outcome("refused", f"{operation} was refused: {_why(reading)}{known or _hint(hint)}")
    if reading.kind == "error":
        return Outcome("refused", f"{operation} was refused: {_why(reading)}{_hint(hint)}")
    return Outcome("indeterminate", f"the response to {operation} (HTTP {status}) cannot be read: {reading.reason}")


def _why(reading: Reading) -> str:
    status = reading.exchange.status
    return f"HTTP {status}, {reading.reason}" if reading.error else f"HTTP {status}"


def _hint(hint: str) -> str:
    return f"; {hint}" if hint else ""


def advice(code: str) -> str:
    """What to do about credentials that the target does not take, by the error code; nothing for other codes."""
    if code in EXPIRED:
        return "; the credentials have expired: get new ones"
    if code in _SIGNATURE:
        return "; the target checks signatures: use --profile or --sign-with-environment with credentials that it knows"
    if code in _UNKNOWN_KEY:
        return "; the target does not know these credentials: use --profile or --sign-with-environment"
    return ""


def _no_response(reading: Reading, operation: str) -> Outcome:
    failure = reading.exchange.failure
    kind = failure.kind if failure else "broken"
    message = failure.message if failure else reading.reason
    if kind == "not-implemented":
        return Outcome("not-implemented", f"{operation} is not implemented ({message})")
    if kind == "forbidden":
        return Outcome("refused", message)
    if kind == "unreachable":
        return Outcome("unreachable", message)
    if kind in ("timeout", "broken"):
        return Outcome("unreachable", f"{operation} got no complete response: {message}")
    return Outcome("indeterminate", f"{operation} got no complete response: {message}")
