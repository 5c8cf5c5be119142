"""A service that notes each call, and knows when a client only goes round.

A call is *new* if it learned something: another page, another status, another poll of a job that is still running.
A client may ask again for what it has, within reason; beyond it, it is taken to go on without end. Calls without news take
longer and longer, so that a client with a deadline comes to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any
from urllib.parse import urlencode

from ...emulator import Emulator, Response, ServiceError, records as emulated
from ...emulator.protocols.query import parse
from ...spec.legacy import contract
from ..sandbox.watchdog import Stop
from .scenarios import Scenario, stages

__all__ = ["Asked", "Recorder"]

#: Calls without news that are within reason, in haste and otherwise, and how many more each call with news earns. A client may well
#: have a limit of a hundred polls, and not look whether the job has failed.
_REASON, _EARNED = {True: 60, False: 300}, 4
#: What an answer without news uses up: refusals are asked again oftener, and long pages seldom.
_STALE_RESULT, _STALE_REFUSAL, _STALE_SERVICE = 1.0, 0.2, 0.02

#: Seconds that a call takes; after so many in a row without news twice as long each time, up to a month.
_TAKES, _SLOWER_AFTER, _MONTH = 0.05, 20, 30 * 86_400.0

#: Real seconds that a thread waits which an earlier run has left behind.
_LEFT_BEHIND = 0.5

#: Polls of a running job that count as news where the job is never going to finish.
_HOPE = 20


#: No two jobs of a process have the same id: a client may keep what it has read.
_RUNS = count()


@dataclass(frozen=True)
class Asked:
    """One call: its parameters, its answer, and where it stood. Times are those that have passed by pausing alone."""

    action: str
    parameters: Mapping[str, str]
    answer: Mapping[str, Any] | ServiceError
    #: Where a page starts: its index in the report, and how many empty pages are between; None for an unknown Marker.
    start: tuple[int, int] | None
    new: bool
    asked_at: float
    answered_at: float

    @property
    def reads(self) -> bool:
        """Whether it asks for the report, and not for a job."""
        return self.action == contract().operation

    @property
    def error(self) -> ServiceError | None:
        """The refusal."""
        return self.answer if isinstance(self.answer, ServiceError) else None

    @property
    def status(self) -> str:
        """Of the job; empty where the call was refused or started one."""
        return "" if isinstance(self.answer, ServiceError) else str(self.answer.get(contract().job.status, ""))

    @property
    def job(self) -> str:
        """The job that is asked about."""
        return self.parameters.get(contract().job.id, "")

    @property
    def marker(self) -> str | None:
        """The Marker that was sent."""
        return self.parameters.get(contract().page.marker)

    @property
    def sort(self) -> str:
        """The sort key that holds."""
        return self.parameters.get(contract().page.sort_key, contract().default_sort.value)

    @property
    def next(self) -> str | None:
        """The Marker that came."""
        return None if isinstance(self.answer, ServiceError) else self.answer.get(contract().page.next)

    @property
    def services(self) -> int:
        """How many services came."""
        return 0 if isinstance(self.answer, ServiceError) else len(self.answer.get(contract().report.items, ()))


class Recorder(Emulator):
    """An emulator for one run of a client.

    Its JobIds are none of `earlier` runs', so that a thread that one of those has left behind can be told, and ended. `now` says how much time has passed by pausing, `spend` lets some pass, and `enough` is called before each call
    after the client has shown that it goes round; `answered` after each answer.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        clock: Callable[[], float],
        now: Callable[[], float],
        spend: Callable[[float], None],
        enough: Callable[[], None],
        answered: Callable[[], None] = lambda: None,
        earlier: Collection[str] = (),
        hasty: bool = True,
    ) -> None:
        valid = stages(scenario)
        super().__init__(
            scenario.behaviour,
            replace(
                valid,
                start=self._started(valid.start),
                mark=self._marked(valid.mark),
                http=self._noted(valid.http),
            ),
            clock,
        )
        self.calls: list[Asked] = []
        self.jobs: dict[str, emulated.Job] = {}
        self._now, self._spend, self._enough, self._answered = now, spend, enough, answered
        self._earlier, self._owner = earlier, threading.get_ident()
        self._asked_at = 0.0
        self._hope = _HOPE if scenario.endless else scenario.behaviour.polls
        self._seen: set[tuple[object, ...]] = set()
        self._starts: dict[str, tuple[int, int]] = {}
        self._credit = float(_REASON[hasty])
        self._in_a_row = 0

    def respond(self, body: bytes, query: bytes = b"") -> Response:
        """The response, unless the client has had enough of them."""
        if threading.get_ident() != self._owner and parse(query, body).get(contract().job.id) in self._earlier:
            threading.Event().wait(_LEFT_BEHIND)  # lest one that goes on all the same keeps the processor busy
            raise Stop
        if self._credit < 0:
            self._enough()
        self._asked_at = self._now()
        self._spend(min(_TAKES * 2.0 ** min(max(0, self._in_a_row - _SLOWER_AFTER), 40), _MONTH))
        response = super().respond(body, query)
        self._answered()
        return response

    def start(self, entity: str) -> str:
        """A job that was there before the client came."""
        law = contract().start
        super().respond(urlencode({"Action": law.operation, law.entity: entity}).encode())
        self.calls.clear()
        return next(iter(self.jobs))

    def report(self, job_id: str, sort: str) -> list[dict[str, Any]]:
        """The true list of AccessDetails in the order of a sort key, as botocore would give it."""
        job, key, time = self.jobs[job_id], contract().sort_key(sort), contract().item.time
        call = emulated.Call(self.behaviour, 0, job.created, {})
        read = emulated.Read(call, job, emulated.Place(job.id, sort), key, 1, "")
        found = [dict(self.stages.item(read, each)) for each in self.stages.order(read)]
        return [each | {time: datetime.fromisoformat(each[time])} if time in each else each for each in found]

    def _started(self, start: Callable[..., emulated.Job]) -> Callable[..., emulated.Job]:
        def noted(call: emulated.Call, jobs: Mapping[str, emulated.Job]) -> emulated.Job:
            job = start(call, jobs)
            if job.id not in jobs:
                digest = sha256(f"run {next(_RUNS)} {job.id}".encode()).hexdigest()
                job = replace(job, id=digest[:8] + job.id[8:])  # which no form of a JobId minds
            self.jobs[job.id] = job
            return job

        return noted

    def _marked(self, mark: Callable[..., str]) -> Callable[..., str]:
        """Markers tell nothing of the JobId, so that they are the same in every run."""

        def marked(read: emulated.Read, place: emulated.Place) -> str:
            return mark(read, place._replace(job=f"job {list(self.jobs).index(place.job)}"))

        return marked

    def _noted(self, http: Callable[..., Response]) -> Callable[..., Response]:
        def noted(call: emulated.Call, answer: emulated.Answer, body: bytes) -> Response:
            self._note(call, answer)
            return http(call, answer, body)

        return noted

    def _note(self, call: emulated.Call, answer: emulated.Answer) -> None:
        marker = call.parameters.get(contract().page.marker)
        start = (0, 0) if marker is None else self._starts.get(marker)
        made = Asked(call.action, dict(call.parameters), answer, start, True, self._asked_at, self._now())
        if made.next is not None:
            first, empty = start or (0, 0)
            end = min(first + made.services, len(self.jobs[made.job].services))
            self._starts.setdefault(made.next, (end, empty + 1) if end == first else (end, 0))
        if not self._is_new(made):
            made = replace(made, new=False)
        self._in_a_row = 0 if made.new else self._in_a_row + 1
        stale = _STALE_REFUSAL if made.error else _STALE_RESULT + _STALE_SERVICE * made.services
        self._credit += _EARNED if made.new else -stale
        self.calls.append(made)

    def _is_new(self, made: Asked) -> bool:
        if made.status in contract().job.pending and self._hope > 0:
            self._hope -= 1
            return True
        code = made.error.code if made.error else ""
        sight = (made.action, made.job, made.sort, made.start, made.services, made.status, code, made.next is None)
        new = sight not in self._seen
        self._seen.add(sight)
        return new
