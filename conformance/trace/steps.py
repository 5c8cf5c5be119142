"""What a survey asks of whoever runs it: requests, pauses, and how a run ended. No I/O here.

A survey is a generator that yields `Send` and `Wait` and is sent exchanges, so that any driver can run it and a test can play the
service by hand.
"""

from collections.abc import Generator
from dataclasses import dataclass

from .exchange import Exchange, Parameters, Verdict

__all__ = ["Forget", "Outcome", "Request", "Send", "Step", "Steps", "Wait"]

#: The operation's name and its parameters.
Request = tuple[str, Parameters]


@dataclass(frozen=True, slots=True)
class Send:
    """Requests that may overlap; what is sent back are their exchanges, in the same order. `doing` is shown as progress."""

    requests: tuple[Request, ...]
    doing: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause in seconds; an empty tuple is sent back."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a survey ended: `verdict` None where the rules decide, else why they cannot, in one line."""

    verdict: Verdict | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Exchanges, by their numbers, that no finding needs; an empty tuple is sent back."""

    indexes: tuple[int, ...]


Step = Send | Wait | Forget
Steps = Generator[Step, tuple[Exchange, ...], Outcome]
