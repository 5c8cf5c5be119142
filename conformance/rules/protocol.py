"""The bytes: what a protocol's reader noted, rule by rule, and server errors, which are findings of their own."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from ...spec.catalogue import rules as catalogue
from ..evidence.evidence import Evidence
from ..evidence.failures import is_server_error, status
from ..protocols.base import Reading
from .registry import KEPT, RULES, Check, RuleFunction, broken, kept, rule, unknown, warned

#: The HTTP status of a request to be patient.
_TOO_MANY = 429

#: What each rule needs to be exercised, where it is more than a response.
_NEEDS = {
    "protocol.content-type": "a response with its headers",
    "protocol.status": "a response with its HTTP status",
    "protocol.list-members": "a result with a list that has items",
    "protocol.timestamp-format": "a result with a timestamp",
    "protocol.timestamp-utc": "a result with a readable timestamp",
    "protocol.timestamp-precision": "a result with a readable timestamp",
    "protocol.boolean-format": "a result with a boolean",
    "protocol.integer-format": "a result with an integer",
    "protocol.float-format": "a result with a number",
    "protocol.error-envelope": "an error",
    "protocol.error-details": "an error in its envelope",
}

#: What explains what.
_SUPPRESSED_BY = {
    "protocol.content-type": ("protocol.well-formed",),
    "protocol.result-wrapper": ("protocol.root-element",),
    "protocol.request-id": ("protocol.root-element",),
    "protocol.error-details": ("protocol.error-envelope",),
}


def _noted(rule_id: str) -> Callable[[Reading], Iterator[Check]]:
    """The check of one rule about bytes: what the reader of the protocol noted under its id."""

    def check(reading: Reading) -> Iterator[Check]:
        wire = reading.wire
        number = reading.exchange.status or 0
        if wire is None or (reading.kind == "unreadable" and (number >= 500 or number == _TOO_MANY)):
            return  # a web server's page for an error, or a proxy's request to be patient, is not a malformed response
        if wire.over_limit and rule_id == "protocol.well-formed":
            yield unknown(wire.problem or "the response is larger than the limit")
            return
        found = [each for each in wire.findings if each.rule == rule_id]
        yield from kept(wire.checked.get(rule_id, 0) - len(found))
        for each in found:
            yield broken(each.message, expected=each.expected, actual=each.actual, path=each.path)

    return check


for _rule in catalogue():
    if _rule.family == "protocol" and _rule.id != "protocol.no-server-error":
        RULES[_rule.id] = RuleFunction(
            _rule.id,
            "Reading",
            _NEEDS.get(_rule.id, "a response in the protocol's form"),
            _SUPPRESSED_BY.get(_rule.id, ()),
            _noted(_rule.id),
        )


@rule("protocol.no-server-error", needs="a valid request that got a response")
def no_server_error(evidence: Evidence) -> Iterator[Check]:
    """A server error that is gone when the same request is sent again is a warning; one that repeats is a violation."""
    attempts: dict[str, list[Reading]] = defaultdict(list)
    for request, reading in evidence.valid_requests:
        if reading.kind != "none":
            attempts[request].append(reading)
    for readings in attempts.values():
        for number, reading in enumerate(readings):
            if not is_server_error(reading):
                yield KEPT
                continue
            later = readings[number + 1 :]
            earlier = number > 0 and is_server_error(readings[number - 1])
            exchanges = tuple(each.exchange.index for each in (reading, *later[:1]))
            message = f"{status(reading)} on a valid request to {reading.exchange.operation}"
            if earlier or (later and is_server_error(later[0])):
                yield broken(
                    message,
                    expected="a result, or a refusal with HTTP 4xx",
                    actual=_said(reading),
                    exchanges=exchanges,
                )
            else:
                gone = ", not repeated when the request was sent again" if later else ""
                yield warned(
                    message + gone,
                    expected="a result, or a refusal with HTTP 4xx",
                    actual=_said(reading),
                    exchanges=exchanges,
                )


def _said(reading: Reading) -> str:
    return f"HTTP {reading.exchange.status}" + (f", {reading.reason}" if reading.reason else "")
