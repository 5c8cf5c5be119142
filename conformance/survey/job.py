"""The part of a survey about jobs: start one, wait for it, read it again later, and try what other jobs a target starts."""

from collections.abc import Mapping
from typing import Any

from ...spec.contract import Job
from ...spec.model import service
from ..evidence.invalid_requests import probes
from ..evidence.paths import find
from ..evidence.responses import Response, view
from ..protocols.base import Reading
from ..trace.exchange import Parameters
from ..trace.steps import Forget, Outcome, Wait
from ..trace.unissued import unissued_subject
from .outcomes import final, of_refusal
from .plan import Asker, Part

__all__ = [
    "PATIENCE",
    "busy",
    "failed_for_nothing",
    "of_other_type",
    "read_again",
    "start_job",
    "try_starts",
    "wait_for",
]

#: How often the id of a job may be unknown to the service before that is taken for its answer.
PATIENCE = 3
#: Unchanged responses about an unfinished job that are kept; more of them show nothing more.
_ALIKE = 8
#: A second in nanoseconds, and how much longer than a second it takes until a date of whole seconds that moves has moved.
_SECOND, _MARGIN = 10**9, 0.1


def _job(asker: Asker) -> Job:
    assert asker.contract.job is not None
    return asker.contract.job


def _request(asker: Asker) -> dict[str, Any]:
    return {_job(asker).start.subject: asker.plan.subject, **asker.plan.options}


def busy(asker: Asker, reading: Reading) -> bool:
    """Whether the service says that another job is still running."""
    return reading.error is not None and reading.error.code == _job(asker).start.busy


def start_job(asker: Asker, request: Parameters | None = None) -> Part[str | Outcome]:
    """Start the job, and wait as long as another one is running."""
    start, plan = _job(asker).start, asker.plan
    while True:
        reading = yield from asker.start(_request(asker) if request is None else request, "starting a job")
        if not busy(asker, reading):
            break
        if reading.exchange.received > plan.timeout - max(plan.poll_interval, 0.5):
            code = f"HTTP {reading.exchange.status}, {reading.error.code if reading.error else ''}"
            reason = f"another job of the account was running the whole time ({code}); try again when it is done"
            return Outcome("indeterminate", reason)
        yield Wait(max(plan.poll_interval, 0.5))
    if reading.kind == "result":
        job_id = find(reading.members, start.id)
        if isinstance(job_id, str) and job_id:
            return job_id
        return Outcome("indeterminate", f"the response to {start.operation} has no {start.id}")
    return of_refusal(reading, start.operation, plan.hint)


def wait_for(asker: Asker, request: Parameters, doing: str = "waiting for the job") -> Part[Response | Outcome]:
    """Poll until the job is in a final state; the last response is also the first page of the listing without a page size."""
    plan, operation = asker.plan, asker.contract.operation
    strange = polls = 0
    alike: list[Reading] = []
    while True:
        reading = yield from asker.get(request, doing)
        polls += 1
        if reading.kind == "result":
            response = view(reading, asker.contract)
            if response.finished:
                return response
            strange = strange + 1 if not response.state else 0
            if alike and alike[-1].members == reading.members:
                if len(alike) >= _ALIKE:
                    yield Forget((alike.pop().exchange.index,))
                alike.append(reading)
            else:
                alike = [reading]
        elif reading.kind == "error":
            strange += 1
            if final(reading) or (reading.exchange.status or 0) >= 500:
                return of_refusal(reading, operation, exists=asker.answered)
        else:
            return of_refusal(reading, operation, exists=asker.answered)
        if strange >= PATIENCE:
            if reading.kind == "error":
                return of_refusal(reading, operation, exists=asker.answered)
            status = view(reading, asker.contract).status
            return Outcome("indeterminate", f"the job's status is {status!r}, which the model does not list")
        if reading.exchange.received + plan.poll_interval > plan.timeout:
            if reading.kind == "error":  # such as throttling: that is the reason, and not the job
                return of_refusal(reading, operation, exists=asker.answered)
            seconds = f"{reading.exchange.received:.0f} s"
            return Outcome(
                "indeterminate", f"the job was not finished after {polls} polls in {seconds}; raise --timeout"
            )
        yield Wait(plan.poll_interval)


def read_again(asker: Asker, request: Parameters, first: Response) -> Part[None]:
    """Read the finished job once more, where its dates have whole seconds after more than one: nothing else shows dates that move."""
    dates = [each for each in (first.created, first.completed) if each is not None]
    if dates and max(each.unit for each in dates) >= _SECOND:
        yield Wait(max(first.exchange.received + 1 + _MARGIN - asker.now, 0))
    page = asker.as_page((yield from asker.get(request, "reading the job once more")))
    if page is not None and asker.contract.report and asker.contract.report.entity_arn:
        yield from asker.follow(
            request, [page], None, doing="reading the list once more"
        )  # it may have changed meanwhile


def of_other_type(asker: Asker, about: Parameters) -> Part[None]:
    """A job of each other type that the operation has, read to its end: some members are in reports of one type only."""
    job = _job(asker)
    if job.start.job_type is None:
        return
    shape = service(asker.contract.service).operation_model(job.start.operation).input_shape
    values = shape.members[job.start.job_type].metadata.get("enum", ()) if shape else ()
    for value in values:
        if value == asker.plan.options.get(job.start.job_type):
            continue
        if asker.plan.one_report:
            asker.plan.dropped.append(f"a report with {job.start.job_type}={value}")
            continue
        job_id = yield from start_job(asker, {**_request(asker), job.start.job_type: value})
        if isinstance(job_id, Outcome):
            asker.plan.dropped.append(f"a report with {job.start.job_type}={value}: {job_id.reason}")
            continue
        request = {job.id_in: job_id, **about}
        last = yield from wait_for(asker, request)
        page = None if isinstance(last, Outcome) else asker.as_page(last.reading)
        if page is not None:
            yield from asker.follow(request, [page], None)


def try_starts(asker: Asker, job_id: str, about: Parameters, token: Parameters) -> Part[None]:
    """Requests for further jobs: the same one, invalid ones, and one on a subject that does not exist.

    Where the same request gets another job, a `token` of the first one is sent with that.
    """
    job, plan = _job(asker), asker.plan
    start, request = job.start, _request(asker)
    if plan.one_report:
        plan.dropped.append("every request for a report but the first")
        return
    same = yield from asker.start(request, "starting the same job")
    another = find(same.members, start.id)
    if isinstance(another, str) and another and another != job_id:  # it may keep others from being started
        request_of_it = {job.id_in: another, **about}
        yield from wait_for(asker, request_of_it, "waiting for the same job")
        if token:
            yield from asker.get({**request_of_it, **token}, "sending a token of another job")
    wrong = [(start.operation, each.parameters) for each in probes(asker.contract, start.operation, request)]
    yield from asker.ask(wrong, "sending invalid requests")
    unissued = {**request, start.subject: unissued_subject(plan.subject)}
    for _ in range(PATIENCE):
        reading = yield from asker.start(unissued, "starting a job on nothing")
        if not busy(asker, reading):
            break
        yield Wait(plan.poll_interval)
    given = find(reading.members, start.id)
    if reading.kind == "result" and isinstance(given, str) and given and given != job_id:
        last = yield from wait_for(asker, {job.id_in: given, **about}, "waiting for a job on nothing")
        if isinstance(last, Response):  # once more: a FAILED job is as final as a COMPLETED one
            yield from asker.get({job.id_in: given, **about}, "reading a job on nothing again")
            if token and another == job_id:
                yield from asker.get({job.id_in: given, **about, **token}, "sending a token of another job")


def failed_for_nothing(asker: Asker, last: Response) -> Outcome:
    """What a finished job says about the run: one that failed because of a subject that is made up says nothing about reports."""
    job, plan = _job(asker), asker.plan
    if last.state != "failed":
        return Outcome()
    details = find(last.reading.members, job.error)
    code = str(details.get(job.error_code, "")) if isinstance(details, Mapping) else ""
    if plan.made_up and "ENTITY" in code.upper():
        return Outcome("indeterminate", f"the job failed with {code}: {plan.hint}")
    return Outcome()
