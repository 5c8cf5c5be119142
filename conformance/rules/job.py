"""The job: which members it has in which state, what never changes, and which jobs there are."""

from collections.abc import Iterator
from itertools import combinations

from ..evidence.evidence import Evidence
from ..evidence.failures import codes, is_refusal, is_server_error, is_throttled, shown
from ..evidence.invalid_requests import unissued_job_id, unissued_subject
from ..evidence.jobs import ObservedJob, ObservedStart
from ..evidence.responses import Response
from ..evidence.words import count, more
from .registry import Check, expect, rule, settled, unknown

#: For how long the same request may be expected to get the same job, in seconds.
_SAME_JOB = 60

#: Another rule's violation that leaves nothing to say about a refusal: the response cannot be read as an error at all.
UNREADABLE = ("protocol.well-formed", "protocol.error-envelope", "protocol.status")


@rule("job.id-returned", needs="a request to {job.start.operation} that got a result")
def id_returned(start: ObservedStart) -> Iterator[Check]:
    name = start.contract.job.start.id if start.contract.job else ""
    if start.reading.kind == "result" and start.valid:
        yield expect(start.job_id is not None, f"the response has no {name}", expected=f"a {name}", actual="none")


@rule("job.status-forward-only", needs="a response about a job that had finished before")
def status_forward_only(job: ObservedJob) -> Iterator[Check]:
    final: Response | None = None
    for response in job.responses:
        if final is not None and final.exchange.before(response.exchange) and response.state:
            yield expect(
                response.status == final.status,
                f"the job was {final.status} before",
                expected=final.status,
                actual=response.status,
                exchanges=(*final.exchanges, *response.exchanges),
            )
        elif final is None and response.finished:
            final = response


@rule("job.failed-has-error-details", needs="a response with the status {job.failed}")
def failed_has_error_details(response: Response) -> Iterator[Check]:
    if response.state == "failed" and (job := response.contract.job):
        yield expect(
            response.has("error"), f"a {response.status} job does not say why", expected=job.error, actual="none"
        )


@rule("job.error-details-only-when-failed", needs="a response about a job that did not fail")
def error_details_only_when_failed(response: Response) -> Iterator[Check]:
    if response.state in ("pending", "succeeded") and (job := response.contract.job):
        yield expect(
            not response.has("error"),
            f"a job that is {response.status} has {job.error}",
            expected=f"no {job.error}",
            actual=job.error,
        )


@rule("job.report-only-when-completed", needs="a response about a job that did not succeed, or not yet")
def report_only_when_completed(response: Response) -> Iterator[Check]:
    if response.state not in ("pending", "failed"):
        return
    contract = response.contract
    there = [each.member for each in contract.counts if response.has(each.member)]
    if response.has("next") and contract.listing:
        there.append(contract.listing.token.name)
    if response.items:
        there.append(count(len(response.items), contract))
    if response.truncated:
        there.append(more(contract))
    yield expect(
        not there,
        f"a job that is {response.status} has parts of a report",
        expected="none of them",
        actual=", ".join(there),
        because="pagination.truncated-has-token" if there == [more(contract)] else None,
    )


@rule("job.type-as-asked", needs="a report whose type was asked for, and a response that says its type")
def type_as_asked(job: ObservedJob) -> Iterator[Check]:
    for response in job.responses:
        if job.type is not None and response.job_type is not None and job.contract.job:
            yield expect(
                response.job_type == job.type,
                f"{job.contract.job.type} is not what was requested",
                expected=job.type,
                actual=response.job_type,
                path=f"/{job.contract.job.type}",
                exchanges=response.exchanges,
            )


@rule(
    "job.unknown-id-refused",
    needs="a request with a {job.id_in} in the form of this target's that it never gave",
    suppressed_by=UNREADABLE,
)
def unknown_id_refused(evidence: Evidence) -> Iterator[Check]:
    yield from settled(_unknown_ids(evidence))


def _unknown_ids(evidence: Evidence) -> Iterator[Check]:
    job, code = evidence.contract.job, evidence.contract.errors.unknown_job
    if job is None:
        return
    unissued = {unissued_job_id(each) for each in evidence.known_jobs} - evidence.known_jobs
    for reading in evidence.readings:
        parameters = dict(reading.exchange.parameters or {})
        if reading.exchange.operation != evidence.contract.operation or parameters.get(job.id_in) not in unissued:
            continue
        others = evidence.needed | {job.id_in}
        if set(parameters) - others:
            continue  # something else may be why it was refused
        if is_throttled(reading):
            yield unknown(reading.reason)
        elif reading.kind == "error" and (reading.exchange.status or 0) < 400:
            yield unknown(f"it is refused with HTTP {reading.exchange.status}")
        else:
            yield expect(
                is_refusal(reading) and reading.exchange.status == 404 and (code is None or code in codes(reading)),
                f"a {job.id_in} that was never given is not refused as the model says",
                expected=f"{code or 'a refusal'}, HTTP 404",
                actual=shown(reading),
                exchanges=(reading.exchange.index,),
            )


@rule("job.unknown-entity-fails", needs="a report on an unknown {job.start.subject}")
def unknown_entity_fails(evidence: Evidence) -> Iterator[Check]:
    job = evidence.contract.job
    if job is None:
        return
    known = [start.subject for start in evidence.starts if start.valid and start.reading.kind == "result"]
    unissued = {unissued_subject(subject) for subject in known if subject}
    for start in evidence.starts:
        if start.subject not in unissued or start.subject is None:
            continue
        if start.reading.kind == "error":
            if (
                not is_throttled(start.reading)
                and not is_server_error(start.reading)
                and job.start.busy not in codes(start.reading)
            ):
                yield expect(True, "")
            continue
        finished = [each for each in evidence.responses if each.job_id == start.job_id and each.finished]
        if finished:
            yield expect(
                not any(each.state == "succeeded" for each in finished),
                f"a report on an unknown {job.start.subject} was made",
                expected=f"a refusal, or a {job.failed[0]} job",
                actual=job.succeeded[0],
                exchanges=(start.exchange.index, finished[-1].exchange.index),
            )


@rule("job.same-request-same-job", needs="the same request to {job.start.operation} sent twice within a minute")
def same_request_same_job(evidence: Evidence) -> Iterator[Check]:
    valid = [each for each in evidence.starts if each.asked and each.valid and each.job_id]
    for first, second in combinations([each for each in valid if each.reading.kind == "result"], 2):
        same = (first.subject, first.options) == (second.subject, second.options)
        if same and second.exchange.sent - first.exchange.sent < _SAME_JOB:
            yield expect(
                first.job_id == second.job_id,
                "the same request within a minute got another job",
                expected=first.job_id,
                actual=second.job_id,
                exchanges=(*first.exchanges, *second.exchanges),
            )
