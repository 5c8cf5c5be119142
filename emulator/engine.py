"""The emulator: the little state that a service has, and the stages in their order around it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from ..spec.legacy import contract
from .access_reports.organization import Organization
from .behaviour import Behaviour
from .protocols.query import parse
from .records import Answer, Call, Job, Place, Read, Response, ServiceError
from .stages.pipeline import Stages
from .stages.validation import whole_number

__all__ = ["Emulator"]

#: How much is remembered: an old job or Marker may validly be refused, and a service that runs for weeks stays small.
_JOBS, _PLACES = 1_000, 100_000


class Emulator:
    """An implementation of the report operations that keeps the contract. Safe to call from several threads.

    The clock dates jobs and says when a minute is over; nothing else depends on it.
    """

    def __init__(
        self,
        behaviour: Behaviour = Behaviour(),  # noqa: B008 -- frozen
        stages: Stages = Stages(),  # noqa: B008 -- frozen
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.behaviour = behaviour
        self.stages = stages
        #: Entities that exist. Any other well-formed root has the same ones below it.
        self.organization = Organization()
        self._clock = clock
        self._lock = Lock()
        self._calls = 0
        self._jobs: dict[str, Job] = {}
        self._places: dict[str, Place] = {}

    def respond(self, body: bytes, query: bytes = b"") -> Response:
        """The response to one request, given its body and its query string."""
        parameters = parse(query, body)
        with self._lock:
            call = Call(self.behaviour, self._calls, datetime.fromtimestamp(self._clock(), UTC), parameters)
            self._calls += 1
            answer = self._answer(call)
        return self.stages.http(call, answer, self.stages.write(call, self.stages.document(call, answer)))

    def _answer(self, call: Call) -> Answer:
        try:
            self.stages.gate(call)
            self.stages.validate(call)
            return self._start(call) if call.action == contract().start.operation else self._read(call)
        except ServiceError as refusal:
            return refusal

    def _start(self, call: Call) -> Answer:
        job = self.stages.start(call, self._jobs)
        self._jobs.setdefault(job.id, job)
        _forget(self._jobs, _JOBS)
        return {contract().start.job_id: job.id}

    def _read(self, call: Call) -> Answer:
        law, stages = contract(), self.stages
        job = stages.find(call, self._jobs)
        place = stages.resume(call, job, self._places)
        status = stages.status(call, job)
        # A request that was let through although it is wrong is read as if it had not asked.
        sort = next((each for each in law.sort if each.value == place.sort), law.default_sort)
        limit = whole_number(call.parameters.get(law.page.limit), law.page.default_limit)
        read = Read(call, job, place, sort, limit, status)
        page = stages.cut(read, stages.order(read))
        marker = None
        if page.next is not None:
            marker = stages.mark(read, page.next)
            self._places[marker] = page.next
            _forget(self._places, _PLACES)
        items = tuple([stages.item(read, each) for each in page.services])
        answer = stages.members(read, items, marker)
        self._jobs[job.id] = replace(job, reads=job.reads + 1)
        return answer


def _forget(remembered: dict[str, Any], most: int) -> None:
    """Drops the oldest."""
    while len(remembered) > most:
        del remembered[next(iter(remembered))]
