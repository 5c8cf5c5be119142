"""What a response says, read strictly, and what its bytes show: the interface between the judge and the AWS protocols.

A `Protocol` turns parameters into an HTTP request and an exchange into a `Reading`. Reading is total: whatever comes becomes a result,
a service error, or something unreadable with a reason. Where a wrong form still has one plain meaning (a date in seconds since
1970, a list without its `member` elements) it is read with that meaning and the form is noted in `Wire`, so that one violation does
not hide what the rest of the response says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol as Interface

from ...spec.http import HttpRequest
from ..trace.exchange import Exchange

__all__ = ["CurlArguments", "Finding", "OfReading", "Protocol", "Reading", "Remembering", "ServiceError", "Wire"]

#: What curl needs for a request: path and query, and options with their values.
CurlArguments = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class ServiceError:
    """An error that the service returned: `code` (empty where there is none) and, where they came, its other parts.

    `type` is Sender or Receiver. `query_code` is the code that the operation had when the service still spoke AWS Query
    (the header x-amzn-query-error).
    """

    code: str
    message: str | None = None
    type: str | None = None
    request_id: str | None = None
    query_code: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """Every name of the error."""
        return tuple(each for each in (self.code, self.query_code) if each)


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation of one rule about bytes. `path` is a JSON pointer to the member, where it is about one."""

    rule: str
    message: str
    expected: str
    actual: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """What only the bytes show: for each rule of the protocol how often it could have been broken, and the violations.

    `problem` says why the bytes are not a well-formed document; `over_limit` that only a limit of ours kept them from being read.
    """

    checked: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    problem: str | None = None
    over_limit: bool = False


class OfReading:
    """What is made of one reading: it is evidence of that reading's exchange."""

    __slots__ = ()
    reading: "Reading"

    @property
    def exchange(self) -> Exchange:
        """The request and its response."""
        return self.reading.exchange

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The number of the one exchange."""
        return (self.exchange.index,)


@dataclass(frozen=True, slots=True)
class Reading:
    """An exchange, read.

    `kind` is `result`, `error`, `unreadable` (with `reason`), or `none` where no complete response came. `members` is a result's output
    as JSON: absent members are left out, timestamps are RFC 3339 text. `unparsed` are JSON pointers to values that could not be read as
    their type and stand as raw text. `unknown` are pointers to members that the model does not have, `left_out` to those that a tool has
    left out of what it saved. `wire` is None where there are
    no bytes of this protocol to look at. `html` is True where a web server's page came instead of a response of the service. `worked_out`
    keeps what took long to make of the members, for several responses that view the same reading.
    """

    exchange: Exchange
    kind: Literal["result", "error", "unreadable", "none"]
    members: Mapping[str, Any] = field(default_factory=dict)
    error: ServiceError | None = None
    reason: str = ""
    unparsed: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    wire: Wire | None = None
    html: bool = False
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that was read."""
        return (self.exchange.index,)


class Protocol(Interface):
    """An AWS protocol as the judge speaks it. `rules` are the ids of the rules about bytes that apply to it."""

    @property
    def rules(self) -> frozenset[str]:
        """The ids of the protocol.* rules that `read` can find broken."""

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """The request that carries exactly these parameters, however wrong they are. Never raises."""

    def read(self, exchange: Exchange) -> Reading:
        """Read one exchange. Never raises, whatever the bytes are."""

    def curl_arguments(self, request: HttpRequest) -> CurlArguments:
        """What curl needs to send the request."""

    def sed(self, operation: str, path: str) -> str | None:
        """A sed script that prints the text of an output member out of a response; None where a script cannot find it."""


class Remembering:
    """A protocol that reads each exchange once, however many ask for it."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._read: dict[int, tuple[Exchange, Reading]] = {}

    @property
    def rules(self) -> frozenset[str]:
        """Those of the protocol."""
        return self._protocol.rules

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """As the protocol does."""
        return self._protocol.encode(operation, parameters)

    def read(self, exchange: Exchange) -> Reading:
        """As the protocol does, or did. The exchange is kept, so that its identity stays its own."""
        known = self._read.get(id(exchange))
        if known is None:
            known = self._read[id(exchange)] = exchange, self._protocol.read(exchange)
        return known[1]

    def curl_arguments(self, request: HttpRequest) -> CurlArguments:
        """As the protocol does."""
        return self._protocol.curl_arguments(request)

    def sed(self, operation: str, path: str) -> str | None:
        """As the protocol does."""
        return self._protocol.sed(operation, path)
