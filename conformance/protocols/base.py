"""What an answer says, by our own reading, and what the judge saw while reading it.

A `Protocol` turns parameters into a request body and raw bytes into a `Reading`. It is total: whatever comes becomes a result,
a service error, or something unreadable with a reason. Where a wrong form still has one plain meaning (a date in seconds since
1970, a list without its `member` elements) it is read with that meaning and the form is noted, so that one breach does not hide
what the rest of the answer says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol as Interface

from ..trace.exchange import Exchange, Parameters

__all__ = ["Lexeme", "ListForm", "Protocol", "Reading", "Remembering", "ServiceError", "Wire"]


@dataclass(frozen=True, slots=True)
class ServiceError:
    """A service's refusal: `code` and, where they came, `message`, `type` (Sender or Receiver) and `request_id`."""

    code: str
    message: str | None = None
    type: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One scalar as it was written: the text at `path` (a JSON pointer) that should be of the modelled type `kind`."""

    kind: Literal["timestamp", "boolean", "integer"]
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ListForm:
    """How a list was written: `flattened` without an element around it, or with items that are not called `member`."""

    path: str
    flattened: bool
    item_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """What only the bytes show. It feeds the protocol's own rules and no other.

    `problem` says why the bytes are no well-formed document; `too_deep` that only a limit of ours kept them from being read.
    `root`, `namespace` and `prefixed` are of the root element and of all elements; `wrapper` tells where the result wrapper
    was: its place among the root's children, or None. `envelope` holds what is wrong with an error's envelope.
    """

    problem: str | None = None
    too_deep: bool = False
    root: str = ""
    namespace: str = ""
    prefixed: str | None = None
    wrapper: int | None = None
    request_id: str | None = None
    envelope: tuple[str, ...] = ()
    lexemes: tuple[Lexeme, ...] = ()
    lists: tuple[ListForm, ...] = ()
    repeated: tuple[str, ...] = ()
    structures: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """An exchange, read.

    `kind` is `result`, `error`, `unreadable` (with `reason`), or `none` where no whole answer came. `members` is a result's output
    as JSON: absent members left out. `condemned` are JSON pointers at values that could not be read as what they should be and
    stand as raw text. `unknown` are pointers at members that the model does not have. `wire` is None where there are no bytes
    of this protocol to look at.
    """

    exchange: Exchange
    kind: Literal["result", "error", "unreadable", "none"]
    members: Mapping[str, Any] = field(default_factory=dict)
    error: ServiceError | None = None
    reason: str = ""
    condemned: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    wire: Wire | None = None

    @property
    def exchanges(self) -> tuple[int, ...]:
        """The one exchange that was read."""
        return (self.exchange.index,)


class Protocol(Interface):
    """The seam between the judge and the bytes."""

    def encode(self, operation: str, parameters: Parameters) -> Any:
        """The value of a botocore request's ``body`` that carries exactly these parameters, however wrong they are."""

    def read(self, exchange: Exchange) -> Reading:
        """Read one exchange. Never raises, whatever the bytes are."""


class Remembering:
    """A protocol that reads each exchange once, however many ask for it."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._read: dict[int, tuple[Exchange, Reading]] = {}

    def encode(self, operation: str, parameters: Parameters) -> Any:
        """As the protocol does."""
        return self._protocol.encode(operation, parameters)

    def read(self, exchange: Exchange) -> Reading:
        """As the protocol does, or did. The exchange is kept, so that its identity stays its own."""
        known = self._read.get(id(exchange))
        if known is None:
            known = self._read[id(exchange)] = exchange, self._protocol.read(exchange)
        return known[1]
