"""The contract's roles applied to a reading: the one place that knows what this operation calls things.

Rules see `Answer` and `Service` with fixed names, so that a sibling operation needs another contract file and no other rule.
A member that is absent, or whose value could not be read as its type, is None here; `Answer.has` tells presence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...spec.legacy import Contract
from ..protocols.base import Reading
from ..protocols.timestamps import Instant, read_instant
from ..trace.exchange import Exchange

__all__ = ["Answer", "Page", "Service", "view"]


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a report, at `path` in the answer of exchange number `exchange`."""

    exchange: int
    path: str
    key: str | None
    name: str | None = None
    region: str | None = None
    entity: str | None = None
    time: Instant | None = None
    total: int | None = None
    has_time: bool = False
    has_entity: bool = False
    has_region: bool = False

    @property
    def accessed(self) -> bool:
        """Whether an attempt is told of: by a time or a path, never by a Region alone."""
        return self.has_time or self.has_entity

    @property
    def label(self) -> str:
        """How a message names the service."""
        return self.key if self.key is not None else f"the nameless service at {self.path}"


@dataclass(frozen=True)
class Answer:
    """One successful answer to the operation that reads a report, with the request that it answers.

    `asked` tells whether the request is known at all; then `limit`, `marker` and `sort_key` are what it asked for, None where
    it did not. `job_id` is a stand-in where the request is not known.
    """

    reading: Reading
    job_id: str
    asked: bool
    limit: int | None
    marker: str | None
    sort_key: str | None
    status: str | None
    state: str  # "pending", "succeeded", "failed", or "" for a status that the contract does not know
    created: Instant | None
    completed: Instant | None
    accessible: int | None
    not_accessed: int | None
    services: tuple[Service, ...]
    truncated: bool | None
    next: str | None
    present: frozenset[str]

    @property
    def exchange(self) -> Exchange:
        """The exchange that this is a view of."""
        return self.reading.exchange

    @cached_property
    def exchanges(self) -> tuple[int, ...]:
        """The numbers of the exchanges that this is evidence of."""
        return (self.exchange.index,)

    @property
    def finished(self) -> bool:
        """Whether the job is in a final state."""
        return self.state in ("succeeded", "failed")

    def has(self, role: str) -> bool:
        """Whether the member of that role is there, even empty."""
        return role in self.present

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The services' keys in the answer's order."""
        return tuple(service.key for service in self.services if service.key is not None)


@dataclass(frozen=True)
class Page(Answer):
    """An answer of a job that succeeded."""


def view(reading: Reading, contract: Contract, job_id: str | None = None) -> Answer:
    """The answer that a result's reading holds. `job_id` stands in for the request's where that is not known."""
    members, parameters = reading.members, reading.exchange.parameters or {}
    job, page, report = contract.job, contract.page, contract.report
    roles = {
        "status": job.status,
        "created": job.created,
        "completed": job.completed,
        "error": job.error,
        "services": report.items,
        "accessible": report.accessible,
        "not_accessed": report.not_accessed,
        "truncated": page.truncated,
        "next": page.next,
    }
    items = members.get(report.items)
    truncated = members.get(page.truncated)
    status = _string(members.get(job.status))
    state = _state(status, contract)
    kind = Page if state == "succeeded" else Answer
    return kind(
        reading=reading,
        job_id=job_id if job_id is not None else str(parameters.get(job.id, "")),
        asked=reading.exchange.parameters is not None,
        limit=_integer(parameters.get(page.limit)),
        marker=_string(parameters.get(page.marker)),
        sort_key=_string(parameters.get(page.sort_key)),
        status=status,
        state=state,
        created=_instant(members.get(job.created)),
        completed=_instant(members.get(job.completed)),
        accessible=_integer(members.get(report.accessible)),
        not_accessed=_integer(members.get(report.not_accessed)),
        services=tuple(_services(items, contract, reading)) if isinstance(items, list) else (),
        truncated=truncated if isinstance(truncated, bool) else None,
        next=_string(members.get(page.next)),
        present=frozenset(role for role, name in roles.items() if name in members),
    )


def _services(items: list[Any], contract: Contract, reading: Reading) -> list[Service]:
    roles, index = contract.item, reading.exchange.index
    return [
        Service(
            exchange=index,
            path=f"/{contract.report.items}/{place}",
            key=_string(item.get(roles.key)),
            name=_string(item.get(roles.name)),
            region=_string(item.get(roles.region)),
            entity=_string(item.get(roles.entity)),
            time=_instant(item.get(roles.time)),
            total=_integer(item.get(roles.total)),
            has_time=roles.time in item,
            has_entity=roles.entity in item,
            has_region=roles.region in item,
        )
        for place, item in enumerate(items)
        if isinstance(item, Mapping)
    ]


def _state(status: str | None, contract: Contract) -> str:
    for state in ("pending", "succeeded", "failed"):
        if status in getattr(contract.job, state):
            return state
    return ""


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:
        return int(value)  # a parameter as a command line or a form carries it
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _instant(value: object) -> Instant | None:
    return read_instant(value) if isinstance(value, str) else None
