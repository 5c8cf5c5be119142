"""The rows of access reports: services, the tracked actions inside them, and entities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Entity", "Service", "TrackedAction"]


@dataclass(frozen=True, slots=True)
class TrackedAction:
    """A tracked action of a service. Never accessed: no entity, no region, no time."""

    name: str
    entity: str | None = None
    region: str | None = None
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service in a report. Never accessed: no region, no entity, no time, total 0. `actions` are those that are tracked."""

    name: str
    key: str
    region: str | None = None
    entity: str | None = None
    time: datetime | None = None
    total: int = 0
    actions: tuple[TrackedAction, ...] = ()

    @property
    def accessed(self) -> bool:
        """Whether anybody tried."""
        return self.time is not None


@dataclass(frozen=True, slots=True)
class Entity:
    """A user, group or role that could access a service, by its Arn, and when it last tried."""

    name: str
    key: str
    type: str
    id: str
    path: str | None = "/"
    time: datetime | None = None

    @property
    def accessed(self) -> bool:
        """Whether it ever tried."""
        return self.time is not None
