"""What the stages hand to one another: small frozen records, and the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..spec.contract import Contract, SortKey
from .behaviour import Behaviour
from .protocols.messages import Members, Output, ServiceError, XmlElement
from .served import Served, served

if TYPE_CHECKING:
    from .protocols import EmulatedProtocol

__all__ = [
    "NO_JOB",
    "Call",
    "Cursor",
    "Members",
    "Output",
    "Read",
    "Row",
    "ServedPage",
    "ServiceError",
    "StartedJob",
    "XmlElement",
]  # fmt: skip

#: When a call was made that nobody dated.
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


class Row(Protocol):
    """What a listing lists: a service or an entity of an access report, or an item of any other listing."""

    @property
    def key(self) -> str:
        """What identifies it."""

    @property
    def time(self) -> datetime | None:
        """When it was last accessed, in an access report."""


class Call(NamedTuple):
    """One request, and what can be known without looking at any state. `parameters` have the types that the model gives them."""

    contract: Contract
    operation: str
    behaviour: Behaviour = Behaviour()
    #: Counts the calls of this emulator from 0: what a deterministic service has instead of chance.
    number: int = 0
    now: datetime = _UNDATED
    parameters: Mapping[str, Any] = MappingProxyType({})

    @property
    def served(self) -> Served:
        """What is worked out once for the contract."""
        return served(self.contract)

    @property
    def protocol(self) -> EmulatedProtocol:
        """How requests are read and responses are written."""
        return self.served.protocol

    @property
    def starts(self) -> bool:
        """Whether the operation starts a job."""
        return self.contract.job is not None and self.operation == self.contract.job.start.operation

    def text(self, parameter: str | None) -> str:
        """A parameter as text; what is missing is empty."""
        value = self.parameters.get(parameter, "") if parameter else ""
        return value if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class StartedJob:
    """A report job. `start` is the operation that started it; `reads` is how many responses about it went out before this one."""

    id: str
    start: str
    subject: str
    options: Mapping[str, Any]
    created: datetime
    completed: datetime
    rows: tuple[Row, ...] = ()
    #: Why it fails: code and message.
    error: tuple[str, str] | None = None
    reads: int = 0


#: What a listing without a job has in its place.
NO_JOB = StartedJob("", "", "", {}, _UNDATED, _UNDATED)


class Cursor(NamedTuple):
    """Where a listing goes on: what a token stands for."""

    job: str
    sort: str
    #: The index of the next row; below 0 the next row is the first one after `last`.
    start: int = 0
    #: Counts the pages of the listing from 0.
    page: int = 0
    operation: str = ""
    #: The other parameters that the listing was requested with.
    bound: str = ""
    #: The key of the last row that was served.
    last: str = ""
    #: The number of the call that issued the token, where tokens expire.
    issued: int = 0


class Read(NamedTuple):
    """One accepted request for a page: all that the later stages know."""

    call: Call
    job: StartedJob
    cursor: Cursor
    sort: SortKey
    limit: int
    status: str = ""
    #: All rows of the listing, in no order.
    rows: tuple[Row, ...] = ()

    @property
    def contract(self) -> Contract:
        """The contract of the operation that is read."""
        return self.call.contract

    @property
    def succeeded(self) -> bool:
        """Whether there is a listing to be read: always, or once the job has succeeded."""
        job = self.contract.job
        return job is None or self.status in job.succeeded


class ServedPage(NamedTuple):
    """What one response lists, and where the next one starts."""

    rows: tuple[Row, ...]
    next: Cursor | None
