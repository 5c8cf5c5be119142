"""Faults of the report job: its states, its dates, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from ..behaviour import Behaviour
from ..records import Call, Job, Members, Read, ServiceError
from ..stages.pipeline import DURATION, Stages, find, members, status, written
from .fault import Fault, answers, dropped, results

__all__ = ["FAULTS"]


def _when(state: str, **changed: object) -> Stages:
    """Other members in one state of the job; a member that is None is left out."""

    def change(read: Read, found: Members) -> Members:
        if read.status != state:
            return found
        return {name: value for name, value in (found | changed).items() if value is not None}

    return Stages(members=answers(change))


def _dated(read: Read, found: Members, **seconds: float) -> Members:
    """Dates of this call instead of the job's."""
    now = read.call.now
    dates = {
        name: written(now + timedelta(seconds=delta), "milliseconds")
        for name, delta in seconds.items()
        if name in found
    }
    return found | dates


def _stranger(call: Call, jobs: Mapping[str, Job], code: str, number: int) -> Job:
    try:
        return find(call, jobs)
    except ServiceError:
        raise ServiceError(code, number, "There is no such job.") from None


def _anybody(call: Call, jobs: Mapping[str, Job]) -> Job:
    """Any id is that of a job, and it is done."""
    known = next(iter(jobs.values()))
    return jobs.get(call.parameters["JobId"], replace(known, id=call.parameters["JobId"]))


def _failing(call: Call, jobs: Mapping[str, Job]) -> Job:
    job = _anybody(call, jobs)
    return job if job.id in jobs else replace(job, services=(), error=("NO_SUCH_JOB", "There is no such job."))


FAULTS = (
    Fault(
        "job-id-missing",
        "job.id-returned",
        "asking for a report gives no JobId",
        Stages(document=results(lambda root: dropped(root, "JobId"))),
    ),
    Fault(
        "creation-date-of-the-call",
        "job.creation-date-stable",
        "JobCreationDate is the date of the answer",
        Stages(members=answers(lambda read, found: _dated(read, found, JobCreationDate=-DURATION.total_seconds()))),
    ),
    Fault(
        "completion-date-of-the-call",
        "job.completion-date-stable",
        "JobCompletionDate is the date of the answer",
        Stages(members=answers(lambda read, found: _dated(read, found, JobCompletionDate=0))),
    ),
    Fault(
        "dates-of-the-call",
        "job.creation-date-stable",
        "both dates are made up anew for every answer",
        Stages(members=answers(lambda read, found: _dated(read, found, JobCreationDate=0, JobCompletionDate=0))),
    ),
    Fault(
        "completion-date-while-running",
        "job.completion-date-absent-in-progress",
        "an unfinished job says when it will be done",
        Stages(
            members=answers(
                lambda read, found: found | {"JobCompletionDate": written(read.job.completed, "milliseconds")}
            )
        ),
    ),
    Fault(
        "completion-date-missing",
        "job.completion-date-when-finished",
        "a completed job has no JobCompletionDate",
        _when("COMPLETED", JobCompletionDate=None),
    ),
    Fault(
        "completion-date-missing-on-failure",
        "job.completion-date-when-finished",
        "a failed job has no JobCompletionDate",
        _when("FAILED", JobCompletionDate=None),
    ),
    Fault(
        "completed-before-created",
        "job.completed-after-created",
        "JobCompletionDate is in another zone than JobCreationDate, and both say Z",
        Stages(
            members=answers(
                lambda read, found: (
                    found
                    if "JobCompletionDate" not in found
                    else found | {"JobCompletionDate": written(read.job.completed - timedelta(hours=2), "milliseconds")}
                )
            )
        ),
    ),
    Fault(
        "completed-then-running",
        "job.status-forward-only",
        "a finished job is IN_PROGRESS again when it is read once more",
        Stages(status=lambda call, job: "IN_PROGRESS" if job.reads == call.behaviour.polls + 30 else status(call, job)),
    ),
    Fault(
        "failed-then-completed",
        "job.status-forward-only",
        "a failed job is tried again when somebody looks, and is COMPLETED",
        Stages(
            status=lambda call, job: (
                "COMPLETED" if job.error and job.reads > call.behaviour.polls else status(call, job)
            )
        ),
    ),
    Fault(
        "error-details-missing",
        "job.failed-has-error-details",
        "a failed job does not say why",
        _when("FAILED", ErrorDetails=None),
    ),
    Fault(
        "error-details-on-success",
        "job.error-details-only-when-failed",
        "a completed job has ErrorDetails, with empty texts",
        _when("COMPLETED", ErrorDetails={"Message": "", "Code": ""}),
    ),
    Fault(
        "error-details-while-running",
        "job.error-details-only-when-failed",
        "an unfinished job has ErrorDetails that say so",
        _when("IN_PROGRESS", ErrorDetails={"Message": "The report is not ready.", "Code": "IN_PROGRESS"}),
    ),
    Fault(
        "counts-while-running",
        "job.report-only-when-completed",
        "an unfinished job counts no services",
        _when("IN_PROGRESS", NumberOfServicesAccessible=0, NumberOfServicesNotAccessed=0),
    ),
    Fault(
        "truncated-while-running",
        "job.report-only-when-completed",
        "an unfinished job says that there is more to come",
        _when("IN_PROGRESS", IsTruncated=True),
        first="pagination.truncated-has-token",
    ),
    Fault(
        "counts-on-failure",
        "job.report-only-when-completed",
        "a failed job counts no services",
        _when("FAILED", NumberOfServicesAccessible=0, NumberOfServicesNotAccessed=0),
    ),
    Fault(
        "services-while-running",
        "job.report-only-when-completed",
        "an unfinished job lists what it found so far",
        Stages(
            members=lambda read, found, marker: (
                members(read, found, marker) | ({"AccessDetails": found[:10]} if read.status == "IN_PROGRESS" else {})
            )
        ),
    ),
    Fault(
        "report-drifts",
        "job.read-repeatable",
        "a finished report goes on counting: TotalAuthenticatedEntities grows with every read",
        Stages(
            item=lambda read, service: Stages().item(
                read, replace(service, total=service.total and service.total + read.job.reads)
            )
        ),
    ),
    Fault(
        "unknown-job-completes",
        "job.unknown-id-refused",
        "any JobId is that of a completed report",
        Stages(find=_anybody),
    ),
    Fault(
        "unknown-job-fails",
        "job.unknown-id-refused",
        "an unknown JobId is that of a failed job",
        Stages(find=_failing),
    ),
    Fault(
        "unknown-job-is-a-bad-request",
        "job.unknown-id-refused",
        "an unknown JobId is refused as malformed",
        Stages(find=lambda call, jobs: _stranger(call, jobs, "ValidationError", 400)),
    ),
    Fault(
        "unknown-job-under-400",
        "job.unknown-id-refused",
        "NoSuchEntity comes with HTTP 400",
        Stages(find=lambda call, jobs: _stranger(call, jobs, "NoSuchEntity", 400)),
    ),
    Fault(
        "unknown-job-crashes",
        "job.unknown-id-refused",
        "an unknown JobId is a crash",
        Stages(find=lambda call, jobs: _stranger(call, jobs, "ServiceFailure", 500)),
    ),
    Fault(
        "unknown-entity-completes",
        "job.unknown-entity-fails",
        "any well-formed path is that of an entity",
        behaviour=Behaviour(known_entities="any"),
    ),
    Fault(
        "same-request-new-job",
        "job.same-request-same-job",
        "every request gets a job of its own",
        behaviour=Behaviour(same_request_same_job=False, one_running_job=False),
    ),
)
