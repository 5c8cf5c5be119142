"""The emulator: the little state that a service has, and the stages in their order around it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from ..spec.contract import Contract
from ..spec.http import HttpRequest, HttpResponse
from ..spec.operations import DEFAULT, load
from .access_reports.organization import Organization
from .access_reports.subjects import subject_of
from .behaviour import Behaviour
from .records import NO_JOB, Call, Cursor, Output, Read, ServiceError, StartedJob
from .routing import Router
from .served import served
from .stages.listings import sort_key
from .stages.pipeline import Stages
from .stages.responses import started
from .stages.validation import whole_number

__all__ = ["Emulator"]

#: How much is remembered: an old job or token may validly be refused, and a service that runs for weeks stays small.
_JOBS, _CURSORS = 1_000, 100_000

Contracts = Contract | str | Sequence[Contract | str]


class Emulator:
    """An implementation of one or several operations that satisfies their contracts. Safe to call from several threads.

    The clock dates jobs and says when a minute is over; nothing else depends on it.
    """

    def __init__(
        self,
        contract: Contracts = DEFAULT,
        behaviour: Behaviour = Behaviour(),  # noqa: B008 -- frozen
        stages: Stages = Stages(),  # noqa: B008 -- frozen
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.contracts = tuple(_with_siblings(contract))
        self.behaviour = behaviour
        self.stages = stages
        #: Entities of the default organization. Any other well-formed root has the same ones below it.
        self.organization = Organization()
        self._clock = clock
        self._lock = Lock()
        self._calls = 0
        self._jobs: dict[str, StartedJob] = {}
        self._cursors: dict[str, Cursor] = {}
        self._router = Router(self.contracts)

    @property
    def contract(self) -> Contract:
        """The contract of the first operation."""
        return self.contracts[0]

    @property
    def subjects(self) -> Mapping[str, str]:
        """What a report can be generated on, by the id of the operation that reads it: an entity path, an Arn."""
        return {each.id: subject_of(each).example for each in self.contracts if each.job is not None}

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Valid values of the parameters that a listing without a job requires, by the id of the operation."""
        return {each.id: served(each).required_parameters for each in self.contracts if each.job is None}

    @property
    def made(self) -> Mapping[str, tuple[str, ...]]:
        """What identifies the items of each listing without a job that a filter of its recipe lets through, by the id of the operation."""
        lists = (each for each in self.contracts if each.job is None)
        known = (each for each in lists if each.listing is not None and each.listing.identity is not None)
        return {each.id: tuple(row.key for row in served(each).items(self.behaviour)) for each in known}

    def respond(self, request: HttpRequest) -> HttpResponse:
        """The response to one request."""
        contract, operation, parameters = self._router.route(request)
        with self._lock:
            now = datetime.fromtimestamp(self._clock(), UTC)
            call = Call(contract, operation, self.behaviour, self._calls, now, parameters)
            self._calls += 1
            output = self._output(call)
        return self.stages.http(call, output, self.stages.write(call, self.stages.document(call, output)))

    def _output(self, call: Call) -> Output:
        try:
            self.stages.gate(call)
            self.stages.validate(call)
            return self._start(call) if call.starts else self._read(call)
        except ServiceError as refusal:
            return refusal

    def _start(self, call: Call) -> Output:
        job = self.stages.start(call, self._jobs)
        self._jobs.setdefault(job.id, job)
        _forget(self._jobs, _JOBS)
        return started(call, job.id)

    def _read(self, call: Call) -> Output:
        stages, listing = self.stages, call.contract.listing
        assert listing is not None, f"{call.contract.id} has no listing to serve"
        job = stages.find(call, self._jobs) if call.contract.job is not None else NO_JOB
        cursor = stages.resume(call, job, self._cursors)
        limit = call.served.default_limit
        if listing.limit is not None and listing.limit in call.parameters:
            limit = whole_number(call.parameters[listing.limit], limit)
        status = stages.status(call, job) if call.contract.job is not None else ""
        read = Read(call, job, cursor, sort_key(call, cursor), limit, status)
        read = read._replace(rows=stages.rows(read))
        page = stages.paginate(read, stages.order(read))
        token = None
        if page.next is not None:
            token = stages.issue_token(read, page.next)
            self._cursors[token] = page.next
            _forget(self._cursors, _CURSORS)
        output = stages.members(read, tuple([stages.item(read, each) for each in page.rows]), token)
        if call.contract.job is not None:
            self._jobs[job.id] = replace(job, reads=job.reads + 1)
        return output


def _with_siblings(wanted: Contracts) -> Iterator[Contract]:
    """The contracts, and after them those of reports without which one of them could not be read."""
    several = [wanted] if isinstance(wanted, (Contract, str)) else list(wanted)
    found = [load(each) if isinstance(each, str) else each for each in several]
    yield from found
    there = {each.id for each in found}
    for each in found:
        sibling = each.report and each.report.services
        if sibling and f"{each.service}:{sibling}" not in there:
            there.add(f"{each.service}:{sibling}")
            yield load(f"{each.service}:{sibling}")


def _forget(remembered: dict[str, Any], most: int) -> None:
    """Drops the oldest."""
    while len(remembered) > most:
        del remembered[next(iter(remembered))]
