"""Jobs: starting one, finding it again, and where it is by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256

from .. import errors
from ..access_reports.subjects import subject_of
from ..behaviour import JobIds
from ..records import Call, ServiceError, StartedJob

__all__ = ["DURATION", "find", "new_job", "start", "status"]

#: For how long a job that nobody asks about counts as running.
WINDOW = timedelta(seconds=60)

#: What a job takes by its own dates.
DURATION = timedelta(milliseconds=1360)

_FAILURES = {
    "INVALID_ORGANIZATIONS_ENTITY_PATH": "There is no such entity in the organization.",
    "INVALID_ORGANIZATIONS_POLICY": "There is no such policy in the organization.",
    "ORGANIZATIONS_REPORT_ACCESS_DENIED": "The caller may not read the organization.",
}


def start(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """A new job, or where the contract says so the recent one of the same request; another may have to wait until that one is done."""
    assert call.contract.job is not None
    roles, behaviour = call.contract.job.start, call.behaviour
    subject = call.text(roles.subject)
    subject_of(call.contract).admit(call, subject)
    window = timedelta(seconds=roles.same_job_seconds or 0)
    mine = [each for each in jobs.values() if each.start == call.operation]
    for job in mine:
        same = (job.subject, job.options) == (subject, _options(call))
        if behaviour.same_request_same_job and same and call.now - job.created < window:
            return job
    running = any(each.reads < behaviour.polls and call.now - each.created < WINDOW for each in mine)
    if roles.busy and behaviour.one_running_job and running:
        raise ServiceError(
            roles.busy, call.served.statuses.get(roles.busy, 409), "Another report is still being generated."
        )
    return new_job(call)


def new_job(call: Call) -> StartedJob:
    """A job of its own; what its report will hold is settled here."""
    assert call.contract.job is not None
    roles, behaviour = call.contract.job.start, call.behaviour
    subject, about = call.text(roles.subject), subject_of(call.contract)
    created = call.now.replace(microsecond=call.now.microsecond // 1000 * 1000)
    failure = (behaviour.failure or about.failure) if behaviour.outcome == "failed" else about.error(call, subject)
    given = behaviour.report
    services = (
        about.services(call, subject, created) if given is None else [each for each in given if hasattr(each, "total")]
    )
    return StartedJob(
        id=_JOB_IDS[behaviour.job_ids](sha256(f"job {call.number} {subject}".encode()).hexdigest()),
        start=call.operation,
        subject=subject,
        options=_options(call),
        created=created,
        completed=created + DURATION,
        rows=() if failure else tuple(services),
        error=(failure, _FAILURES.get(failure, "The report could not be generated.")) if failure else None,
    )


def find(call: Call, jobs: Mapping[str, StartedJob]) -> StartedJob:
    """The job of this id, if the same family of operations started it."""
    assert call.contract.job is not None
    job = jobs.get(call.text(call.contract.job.id_in))
    if job is None or job.start != call.contract.job.start.operation:
        raise errors.unknown_job(call)
    return job


def status(call: Call, job: StartedJob) -> str:
    """Polls are counted: so many times it is in progress, then it is what it will be for ever."""
    roles = call.contract.job
    assert roles is not None
    if job.reads < call.behaviour.polls:
        return roles.pending[0]
    return roles.failed[0] if job.error else roles.succeeded[0]


def _options(call: Call) -> Mapping[str, object]:
    assert call.contract.job is not None
    return {name: call.parameters[name] for name in call.contract.job.start.options if name in call.parameters}


def _grouped(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:32]))


#: The forms of a JobId, out of a hexadecimal digest: as IAM writes it, a true UUID, the form of the documented
#: example (which is none), and 36 characters without any form.
_JOB_IDS: Mapping[JobIds, Callable[[str], str]] = {
    "hex": _grouped,
    "uuid": lambda digest: _grouped(f"{digest[:12]}4{digest[13:16]}a{digest[17:32]}"),
    "documented": lambda digest: _grouped(f"{digest[:13]}xmp{digest[16:32]}"),
    "plain": lambda digest: digest[:36],
}
