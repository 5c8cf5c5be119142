"""What a test judges through: the target that the options name, or the client or session of the user's own fixture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..conformance.driver.targets import Opened
from ..conformance.results.result import Target
from ..errors import UsageError

__all__ = ["Session", "Source", "source_of"]


@dataclass(frozen=True)
class Session:
    """The clients of a target that the options name, as a `boto3.Session` has them."""

    opened: Opened = field(repr=False)

    def client(self, service_name: str) -> Any:
        """A client of this service."""
        return self.opened.client_of(service_name)


@dataclass(frozen=True)
class Source:
    """Where clients come from. `fixture` is the value of the fixture; `target` is None where the user's own code opened it."""

    fixture: Any
    clients: Callable[[str], Any] | None
    target: Target | None = None
    subjects: Mapping[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """The client to judge this service through.

        :raises UsageError: where the fixture is a client of another service.
        """
        if self.clients is not None:
            return self.clients(service)
        found = getattr(getattr(self.fixture, "meta", None), "service_model", None)
        if found is not None and found.service_name != service:
            raise UsageError(
                f"awscontract_client is a client of {found.service_name}, and {service} is judged too: return a boto3.Session"
            )
        return self.fixture


def source_of(fixture: Any, opened: Opened | None) -> Source:
    """The source for a value of the fixture `awscontract_client`, whose own target is `opened` if it comes from the options.

    :raises UsageError: for a value that is neither a client nor a session.
    """
    if opened is not None:
        return Source(fixture, opened.client_of, opened.target, opened.subjects)
    if hasattr(fixture, "meta"):
        return Source(fixture, None)
    if callable(getattr(fixture, "client", None)):
        made: dict[str, Any] = {}

        def clients(service: str) -> Any:
            if service not in made:
                made[service] = fixture.client(service)
            return made[service]

        return Source(fixture, clients)
    raise UsageError(f"awscontract_client must be a boto3 client or a boto3.Session, not {type(fixture).__name__}")
