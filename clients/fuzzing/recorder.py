"""A service that records each call, and knows when a client makes no progress.

A call is *new* if it learned something: another page, another status, another poll of a job that is still running.
A client may ask again for what it has, within reason; beyond it, it is taken to go on without end. Calls without news take
longer and longer, so that a client with a deadline comes to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import Any

from ...emulator import Behaviour, Emulator, Stages
from ...emulator.records import Call, Cursor, Output, Read, StartedJob
from ...emulator.stages.validation import failures, refuse, routable
from ...spec.contract import Contract
from ...spec.http import HttpRequest, HttpResponse
from ..sandbox.watchdog import Stop
from .judging.call import RecordedCall, search
from .scenarios.scenario import Scenario, stages

__all__ = ["Recorder", "TrueListing"]

#: Calls without news that are within reason, in haste and otherwise, and how many more each call with news earns. A client may well
#: have a limit of a hundred polls, and not look whether the job has failed.
_REASON, _EARNED = {True: 60, False: 300}, 4
#: What a response without news uses up: refused requests are repeated oftener, and long pages seldom.
_STALE_RESULT, _STALE_REFUSAL, _STALE_ITEM = 1.0, 0.2, 0.02

#: Seconds that a call takes; after so many in a row without news twice as long each time, up to a month.
_TAKES, _SLOWER_AFTER, _MONTH = 0.05, 20, 30 * 86_400.0

#: Real seconds that a thread waits which an earlier run has left behind.
_LEFT_BEHIND = 0.5

#: Polls of a running job that count as news where the job is never going to finish.
_HOPE = 20


#: Jobs that a client may start; starting more of them teaches nothing.
_JOBS = 10

#: No two jobs of a process have the same id: a client may keep what it has read.
_RUNS = count()


class TrueListing(Emulator):
    """The same service as it would be without any danger: what it lists is what a client should return."""

    def __init__(self, recorder: Recorder) -> None:
        kept = recorder.behaviour
        plain = Behaviour(
            services=kept.services,
            items=kept.items,
            report=kept.report,
            given=kept.given,
            nulls=kept.nulls,
            job_times=kept.job_times,
            service_times=kept.service_times,
            omit_total_when_zero=kept.omit_total_when_zero,
            region_of_unused_iam=kept.region_of_unused_iam,
            known_entities="any",
            polls=0,
            indented=False,
        )
        super().__init__(recorder.contract, plain, Stages(validate=recorder.stages.validate))
        self._jobs = dict(recorder.jobs)


class Recorder(Emulator):
    """An emulator for one run of a client.

    Its JobIds are none of `earlier` runs', so that a thread that one of those has left behind can be found out, and ended. `now` says
    how much time has passed by pausing, `spend` lets some pass, and `enough` is called before each call after the client has shown that
    it makes no progress; `answered` after each response.
    """

    def __init__(
        self,
        contract: Contract,
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
        recording = replace(
            valid,
            validate=valid.validate if contract.job is not None else _validate,
            start=self._started(valid.start),
            issue_token=self._issued(valid.issue_token),
            http=self._recorded(valid.http),
        )
        super().__init__(contract, scenario.behaviour, recording, clock)
        self.calls: list[RecordedCall] = []
        self.jobs: dict[str, StartedJob] = {}
        self._now, self._spend, self._enough, self._answered = now, spend, enough, answered
        self._earlier, self._owner = earlier, threading.get_ident()
        self._asked_at = 0.0
        self._hope = _HOPE if scenario.endless else scenario.behaviour.polls
        self._seen: set[tuple[object, ...]] = set()
        self._starts: dict[str, tuple[int, int]] = {}
        self._latest = threading.local()
        self._credit = float(_REASON[hasty])
        self._in_a_row = 0

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response, unless the client has had enough of them."""
        if threading.get_ident() != self._owner and self._is_left_behind(request):
            threading.Event().wait(_LEFT_BEHIND)  # lest one that goes on all the same keeps the processor busy
            raise Stop
        if self._credit < 0:
            self._enough()
        asked_at = self._now()
        self._spend(min(_TAKES * 2.0 ** min(max(0, self._in_a_row - _SLOWER_AFTER), 40), _MONTH))
        self._asked_at = asked_at
        response = super().respond(request)
        self._answered()
        return response

    def parsed(self, page: Any) -> None:
        """Keep the rows of a report that this thread's call has got, as botocore has parsed them."""
        made = self._latest.call
        if made.contract.job is not None and made.succeeded:
            made.rows = _copied(search(made.contract.listing.main, page) or [])

    def start(self, subject: str | None = None) -> str:
        """A job that was there before the client came."""
        job = self.contract.job
        assert job is not None, f"{self.contract.id} has no job"
        parameters = {job.start.subject: subject or self.subjects[self.contract.id]}
        now = _moment(self._clock())
        call = Call(self.contract, job.start.operation, self.behaviour, self._calls, now, parameters)
        self._calls += 1
        made = self.stages.start(call, self._jobs)
        self._jobs.setdefault(made.id, made)
        return made.id

    def _is_left_behind(self, request: HttpRequest) -> bool:
        job = self.contract.job
        if job is None or not self._earlier:
            return False
        _, _, parameters = self._router.route(request)
        return parameters.get(job.id_in) in self._earlier

    def _started(self, start: Callable[..., StartedJob]) -> Callable[..., StartedJob]:
        def recorded(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
            job = start(call, jobs)
            if job.id not in jobs:
                digest = sha256(f"run {next(_RUNS)} {job.id}".encode()).hexdigest()
                job = replace(job, id=digest[:8] + job.id[8:])  # which every form of a JobId allows
            self.jobs[job.id] = job
            return job

        return recorded

    def _issued(self, issue: Callable[[Read, Cursor], str]) -> Callable[[Read, Cursor], str]:
        """Tokens depend on the number of the job and not on its id, so that they are the same in every run."""

        def issued(read: Read, cursor: Cursor) -> str:
            numbers = list(self.jobs)
            return issue(read, cursor._replace(job=f"job {numbers.index(cursor.job)}") if cursor.job else cursor)

        return issued

    def _recorded(self, http: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def recorded(call: Call, output: Output, body: bytes) -> HttpResponse:
            self._record(call, output)
            return http(call, output, body)

        return recorded

    def _record(self, call: Call, output: Output) -> None:
        made = RecordedCall(self.contract, call.operation, call.parameters, output, self._asked_at, self._now())
        if made.reads:
            made.start = (0, 0) if made.token is None else self._starts.get(made.token)
        if made.next is not None:
            first, empty = made.start or (0, 0)
            end = first + made.items
            self._starts.setdefault(made.next, (end, empty + 1) if end == first else (end, 0))
        made.new = self._is_new(made)
        self._in_a_row = 0 if made.new else self._in_a_row + 1
        stale = _STALE_REFUSAL if made.error else _STALE_RESULT + _STALE_ITEM * made.items
        self._credit += _EARNED if made.new else -stale
        self.calls.append(made)
        self._latest.call = made

    def _is_new(self, made: RecordedCall) -> bool:
        job = self.contract.job
        if job is not None and made.status in job.pending and self._hope > 0:
            self._hope -= 1
            return True
        if len(self.jobs) > _JOBS and (made.starts or made.job in list(self.jobs)[_JOBS:]):
            return False
        code = made.error.code if made.error else ""
        sight = (made.operation, made.scope, made.start, made.items, made.status, code, made.next is None)
        new = sight not in self._seen
        self._seen.add(sight)
        return new


def _validate(call: Call) -> None:
    """As the model has it, but for the form of names: ``"b"`` will do for a bucket, as it does wherever AWS is mocked."""
    routable(call)
    refuse(call, [each for each in failures(call) if each.constraint != "pattern" and not _is_length(each.message)])


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _is_length(message: str) -> bool:
    return message.endswith(" characters")


def _moment(seconds: float) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC)
