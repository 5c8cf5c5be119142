"""What a response says about the request as a whole: throttled, not implemented, no access."""

import re

from ..trace.error_codes import NO_ACCESS, NOT_IMPLEMENTED, THROTTLES
from .base import Reading
from .notes import compression

__all__ = ["has_no_access", "is_not_implemented", "is_throttled"]

_SAYS_SO = re.compile(
    rb"not\s*(?:yet\s*)?(?:been\s*)?implemented|unknown\s*(?:operation|action)|invalid\s*action|not\s+supported"
    rb"|unsupported\s*(?:operation|action|service)",
    re.IGNORECASE,
)


def is_throttled(reading: Reading) -> bool:
    """Whether the service asks for patience: by its error code whatever the HTTP status, or by HTTP 429 without any code."""
    if reading.error is not None and reading.error.codes:
        return not THROTTLES.isdisjoint(reading.error.codes)
    return reading.exchange.status == 429


def is_not_implemented(reading: Reading) -> bool:
    """Whether the target does not have the operation: by its error code, HTTP 405 or 501, or a body that says so without any code."""
    status = reading.exchange.status or 200
    if reading.kind == "error" and reading.error and reading.error.code:
        return not NOT_IMPLEMENTED.isdisjoint(reading.error.codes) or status in (405, 501)
    if status < 400 or reading.kind == "result":
        return False
    # No response of the protocol at all, such as a web framework's page for an unknown address
    if compression(reading.exchange):
        return False  # whatever it says, nobody can read it
    return status in (404, 405, 501) or _SAYS_SO.search(reading.exchange.body[:4096]) is not None


def has_no_access(reading: Reading) -> bool:
    """Whether the caller is refused, whatever the request was."""
    code = reading.error.code if reading.error else ""
    return code in NO_ACCESS or (reading.exchange.status in (401, 403) and code not in NOT_IMPLEMENTED)
