"""A scenario: a behaviour of the emulator, what its items have in common and, at most, an error that outlasts every retry of an SDK, or a mutation of the contract."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from ....emulator import Behaviour, ServiceError, Stages
from ....emulator.records import Read, Row, ServedPage
from ....spec.operations.in_common import InCommon
from .mutations import MUTATIONS

__all__ = ["BASE", "Refusal", "Scenario", "stages"]

#: What the emulator does unless a scenario says otherwise, for the clients' sake: any entity has a report, none is in the way.
BASE = Behaviour(services=3, items=3, polls=0, known_entities="any", one_running_job=False)

#: Polls after which nobody waits any longer.
_PATIENCE = 1_000


@dataclass(frozen=True)
class Refusal:
    """An error on every read from this page of a listing on, so many times; None is for ever."""

    code: str
    status: int = 400
    page: int = 1
    times: int | None = None
    #: Only once the job has been read so often.
    after: int = 0


@dataclass(frozen=True)
class Scenario:
    """One service to be a client of."""

    behaviour: Behaviour
    refusal: Refusal | None = None
    #: A key of `MUTATIONS`.
    mutation: str | None = None
    #: What the items have in common, though no two are the same.
    in_common: InCommon | None = None
    name: str = field(default="drawn", compare=False)
    #: The code with which calls are refused that come too soon.
    throttling: str = field(default="Throttling", compare=False)

    @property
    def endless(self) -> bool:
        """Whether its job never finishes."""
        return self.behaviour.polls > _PATIENCE

    @property
    def refuses(self) -> frozenset[str]:
        """The codes with which the service refuses valid requests."""
        mine = {self.refusal.code} if self.refusal is not None else set()
        return frozenset(mine | ({self.throttling} if self.behaviour.throttle_every is not None else set()))

    def is_left_open_by(self, parameters: Collection[str]) -> bool:
        """Whether its items may have in common what they have, in a listing that a client narrows by these parameters."""
        return self.in_common is None or self.in_common.is_left_open_by(parameters)


def stages(scenario: Scenario) -> Stages:
    """The emulator's pipeline for this scenario; it counts its refusals, so each run needs its own."""
    made = Stages()
    if scenario.mutation is not None:
        made = MUTATIONS[scenario.mutation].change(made)
    if scenario.refusal is not None:
        made = replace(made, paginate=_refusing(scenario.refusal, made.paginate))
    return made


def _refusing(refusal: Refusal, paginate: Callable[..., ServedPage]) -> Callable[..., ServedPage]:
    left = refusal.times

    def refused(read: Read, rows: tuple[Row, ...]) -> ServedPage:
        nonlocal left
        if read.cursor.page < refusal.page or read.job.reads < refusal.after or left == 0:
            return paginate(read, rows)
        if left is not None:
            left -= 1
        raise ServiceError(refusal.code, refusal.status, _REASONS.get(refusal.status, "This request is refused."))

    return refused


_REASONS = {
    403: "The caller may not do this any longer.",
    404: "There is no such report any longer.",
    500: "Something went wrong here.",
}
