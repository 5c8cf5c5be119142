"""What a response that refuses a request means: a refusal, a server error, or a request to be patient."""

from ..protocols.base import Reading
from ..protocols.refusals import is_throttled as slowed_down
from ..trace.error_codes import NOT_IMPLEMENTED

__all__ = ["codes", "is_refusal", "is_server_error", "is_throttled", "raised", "shown", "status"]


def codes(reading: Reading) -> tuple[str, ...]:
    """Every name of the error; none where the response is not one."""
    return reading.error.codes if reading.error else ()


def is_throttled(reading: Reading) -> bool:
    """Whether there is nothing to judge: no whole response came, or it says that the caller is too fast."""
    return (reading.kind == "none" and not raised(reading)) or slowed_down(reading)


def raised(reading: Reading) -> bool:
    """Whether the code of a target in this process raised an exception, which a web server in front of it answers with HTTP 500."""
    failure = reading.exchange.failure
    return failure is not None and failure.kind == "error"


def status(reading: Reading) -> str:
    """How a message names what came."""
    return "an exception" if raised(reading) else f"HTTP {reading.exchange.status}"


def is_server_error(reading: Reading) -> bool:
    """Whether the service failed: an exception, or a 5xx status that is neither throttling nor says that it is not implemented."""
    number = reading.exchange.status or 0
    if raised(reading):
        return True
    if number < 500 or is_throttled(reading):
        return False
    return number != 501 and NOT_IMPLEMENTED.isdisjoint(codes(reading))


def is_refusal(reading: Reading) -> bool:
    """Whether the request was refused as it should be: an error envelope under a 4xx status."""
    return reading.kind == "error" and 400 <= (reading.exchange.status or 0) < 500


def shown(reading: Reading) -> str:
    """What came, in a few words."""
    if reading.kind == "result":
        return f"a result, {status(reading)}"
    return reading.reason if raised(reading) else f"{status(reading)}, {reading.reason}"
