"""Who tried to use which service of moto, and when. moto's reset forgets it, because it is kept in moto's own backend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend

__all__ = ["ATTEMPTS", "Attempt", "attempts_of", "note"]

#: The attribute of a backend that holds the attempts of its account.
ATTEMPTS = "_access_attempts"


@dataclass(frozen=True)
class Attempt:
    """Somebody in an account tried to use a service: a principal by its Arn, where it is known, and an action, where it is known."""

    account: str
    service: str
    region: str
    time: datetime
    principal: str | None = None
    action: str | None = None


def attempts_of(backend: IAMBackend) -> tuple[Attempt, ...]:
    """The attempts of an account."""
    return tuple(vars(backend).get(ATTEMPTS, ()))


def note(backend: IAMBackend, attempt: Attempt) -> None:
    """Keep an attempt."""
    vars(backend).setdefault(ATTEMPTS, []).append(attempt)
