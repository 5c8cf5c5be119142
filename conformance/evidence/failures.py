"""What a response that refuses a request means: a refusal, a server error, or a request to be patient."""

from ..protocols.base import Reading
from ..protocols.refusals import is_throttled as slowed_down
from ..trace.error_codes import NOT_IMPLEMENTED

__all__ = ["codes", "is_refusal", "is_server_error", "is_throttled", "shown"]


def codes(reading: Reading) -> tuple[str, ...]:
    """Every name of the error; none where the response is not one."""
    return reading.error.codes if reading.error else ()


def is_throttled(reading: Reading) -> bool:
    """Whether there is nothing to judge: no whole response came, or it says that the caller is too fast."""
    return reading.kind == "none" or slowed_down(reading)


def is_server_error(reading: Reading) -> bool:
    """Whether the service failed: a 5xx status that is neither throttling nor says that the operation is not implemented."""
    status = reading.exchange.status or 0
    if status < 500 or is_throttled(reading):
        return False
    return status != 501 and NOT_IMPLEMENTED.isdisjoint(codes(reading))


def is_refusal(reading: Reading) -> bool:
    """Whether the request was refused as it should be: an error envelope under a 4xx status."""
    return reading.kind == "error" and 400 <= (reading.exchange.status or 0) < 500


def shown(reading: Reading) -> str:
    """What came, in a few words."""
    status = reading.exchange.status
    return f"a result, HTTP {status}" if reading.kind == "result" else f"HTTP {status}, {reading.reason}"
