"""What the stages hand to one another: small frozen records, and the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ..spec.legacy import SortKey
from .access_reports.services import Service
from .behaviour import Behaviour

__all__ = ["Answer", "Call", "Element", "Job", "Members", "Page", "Place", "Read", "Response", "ServiceError"]

#: The members of a structure by their names in the model. Times are text by now: their written form is a choice.
Members = dict[str, Any]


class ServiceError(Exception):
    """A refusal: its code, HTTP status and message. It is an answer like any other."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(code, status, message)
        self.code = code
        self.status = status
        self.message = message


Answer = Members | ServiceError


@dataclass(frozen=True)
class Call:
    """One request as it came, and what can be known without looking at any job."""

    behaviour: Behaviour
    #: Counts the calls of this emulator from 0: what a deterministic service has instead of chance.
    number: int
    now: datetime
    parameters: Mapping[str, str]

    @property
    def action(self) -> str:
        """The operation that is called."""
        return self.parameters.get("Action", "")


@dataclass(frozen=True)
class Job:
    """A report job. `reads` is how many answers about it went out before this one."""

    id: str
    entity: str
    policy: str | None
    created: datetime
    completed: datetime
    services: tuple[Service, ...]
    #: Why it fails: code and message.
    error: tuple[str, str] | None = None
    reads: int = 0


class Place(NamedTuple):
    """Where a listing goes on: what a Marker stands for."""

    job: str
    sort: str
    start: int = 0
    #: Counts the pages of the listing from 0.
    page: int = 0


@dataclass(frozen=True)
class Read:
    """One accepted request for the report: all that the later stages know."""

    call: Call
    job: Job
    place: Place
    sort: SortKey
    limit: int
    status: str


class Page(NamedTuple):
    """What one answer holds, and where the next one starts."""

    services: tuple[Service, ...]
    next: Place | None


class Element(NamedTuple):
    """An XML element: text, or elements inside it."""

    tag: str
    content: str | tuple[Element, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Response:
    """An answer as it goes out."""

    status: int
    headers: Mapping[str, str]
    body: bytes
