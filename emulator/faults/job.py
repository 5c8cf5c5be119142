"""Faults of the report job: its id, its states, its end, and what is returned in each state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .. import errors
from ..access_reports.subjects import granularity_of, knows_subjects
from ..behaviour import Behaviour
from ..records import Call, Members, Read, ServiceError, StartedJob
from ..stages.jobs import find, start, status
from ..stages.pipeline import Stages, document
from ..stages.responses import item, members
from .fault import Fault as _Fault, by_itself, in_state, put_in, role, without

__all__ = ["FAULTS"]

Fault = partial(_Fault, requires=("job",), on="reports")
Counting = partial(_Fault, requires=("job", "counts.items", "counts.not-accessed"), on="reports")


def _unknown(call: Call, jobs: Mapping[str, StartedJob], code: str, number: int) -> StartedJob:
    try:
        return find(call, jobs)
    except ServiceError:
        raise ServiceError(code, number, "There is no such job.") from None


def _anybody(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """Any id is that of a job, and it is done."""
    asked = call.text(role(call.contract, "job.id_in"))
    if asked in jobs:
        return find(call, jobs)
    known = next((each for each in jobs.values() if each.start == role(call.contract, "job.start.operation")), None)
    if known is None:
        raise errors.unknown_job(call)
    return replace(known, id=asked)


def _failing(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    job = _anybody(call, jobs)
    return job if job.id in jobs else replace(job, rows=(), error=("NO_SUCH_JOB", "There is no such job."))


def _without_id(call: Call, output: Any) -> Any:
    if call.starts and isinstance(output, dict):
        output = without(output, role(call.contract, "job.start.id"))
    return document(call, output)


def _drifting(read: Read, row: Any) -> Any:
    total = getattr(row, "total", 0)
    return item(read, replace(row, total=total + read.job.reads) if total else row)


def _again(call: Call, job: StartedJob) -> str:
    roles = call.contract.job
    assert roles is not None
    return roles.pending[0] if job.reads == call.behaviour.polls + 12 else status(call, job)


def _retried(call: Call, job: StartedJob) -> str:
    roles = call.contract.job
    assert roles is not None
    return roles.succeeded[0] if job.error and job.reads > call.behaviour.polls else status(call, job)


def _so_far(read: Read, found: tuple[Any, ...], token: str | None) -> Members:
    whole, job = members(read, found, token), read.contract.job
    pending = job is not None and read.status in job.pending
    return put_in(whole, role(read.contract, "listing.main"), found[:10]) if pending else whole


def _other_type(read: Read) -> str:
    """The granularity that was not requested."""
    job = read.contract.job
    assert job is not None
    shape = read.call.served.inputs[job.start.operation].members[role(read.contract, "job.start.job_type")]
    asked = granularity_of(read.call, read.job)
    return str(next(each for each in shape.metadata["enum"] if each != asked))


def _emptied(message: str, code: str) -> Any:
    def details(read: Read) -> Members:
        job = read.contract.job
        assert job is not None
        return {job.error_message: message, job.error_code: code}

    return details


def _new_each_time(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """Every request gets a job of its own."""
    changed = replace(call.behaviour, same_request_same_job=False, one_running_job=False)
    return start(call._replace(behaviour=changed), jobs)


FAULTS = (
    Fault(
        "job-id-missing",
        "job.id-returned",
        "starting a report returns no {job.start.id}",
        Stages(document=_without_id),
    ),
    Fault(
        "completed-then-running",
        "job.status-forward-only",
        "a finished job is in progress again when it is read once more",
        Stages(status=_again),
    ),
    Fault(
        "failed-then-completed",
        "job.status-forward-only",
        "a failed job is tried again when it is read, and succeeds",
        Stages(status=_retried),
        fails=True,
        shows=by_itself,
    ),
    Fault(
        "error-details-missing",
        "job.failed-has-error-details",
        "a failed job does not say why",
        in_state("failed", job__error=None),
        fails=True,
    ),
    Fault(
        "error-details-on-success",
        "job.error-details-only-when-failed",
        "a completed job has {job.error}, with empty strings",
        in_state("succeeded", job__error=_emptied("", "")),
    ),
    Fault(
        "error-details-while-running",
        "job.error-details-only-when-failed",
        "an unfinished job has {job.error}, which says that it is unfinished",
        in_state("pending", job__error=_emptied("The report is not ready.", "IN_PROGRESS")),
    ),
    Fault(
        "type-not-as-asked",
        "job.type-as-asked",
        "{job.type} is always the other granularity",
        in_state("succeeded", job__type=_other_type),
        requires=("job.type", "job.start.job_type"),
    ),
    Counting(
        "counts-while-running",
        "job.report-only-when-completed",
        "an unfinished job has counts of 0",
        in_state("pending", counts__items=0, **{"counts__not-accessed": 0}),
    ),
    Fault(
        "truncated-while-running",
        "job.report-only-when-completed",
        "an unfinished job says that there is more to come",
        in_state("pending", listing__more=True),
        requires=("listing.more",),
    ),
    Counting(
        "counts-on-failure",
        "job.report-only-when-completed",
        "a failed job has counts of 0",
        in_state("failed", counts__items=0, **{"counts__not-accessed": 0}),
        fails=True,
    ),
    Fault(
        "rows-while-running",
        "job.report-only-when-completed",
        "an unfinished job lists what it found so far",
        Stages(members=_so_far),
    ),
    Fault(
        "report-drifts",
        "job.read-repeatable",
        "a finished report goes on counting: {report.total} grows with every read",
        Stages(item=_drifting),
        requires=("report.total",),
    ),
    Fault(
        "unknown-job-completes",
        "job.unknown-id-refused",
        "any {job.id_in} is that of a completed report",
        Stages(find=_anybody),
    ),
    Fault(
        "unknown-job-fails",
        "job.unknown-id-refused",
        "an unknown {job.id_in} is that of a failed job",
        Stages(find=_failing),
    ),
    Fault(
        "unknown-job-is-a-bad-request",
        "job.unknown-id-refused",
        "an unknown {job.id_in} is refused as malformed",
        Stages(find=lambda call, jobs: _unknown(call, jobs, call.served.invalid_code, 400)),
    ),
    Fault(
        "unknown-job-under-400",
        "job.unknown-id-refused",
        "{errors.unknown_job} comes with HTTP 400",
        Stages(find=lambda call, jobs: _unknown(call, jobs, role(call.contract, "errors.unknown_job"), 400)),
    ),
    Fault(
        "unknown-job-crashes",
        "job.unknown-id-refused",
        "an unknown {job.id_in} fails with HTTP 500",
        Stages(find=lambda call, jobs: _unknown(call, jobs, "ServiceFailure", 500)),
    ),
    Fault(
        "unknown-entity-completes",
        "job.unknown-entity-fails",
        "any well-formed {job.start.subject} is that of an entity",
        behaviour=Behaviour(known_entities="any"),
        shows=knows_subjects,
    ),
    Fault(
        "same-request-new-job",
        "job.same-request-same-job",
        "every request gets a job of its own",
        Stages(start=_new_each_time),
        requires=("job.start.same_job_seconds",),
    ),
)
