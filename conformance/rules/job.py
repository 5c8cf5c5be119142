"""The job: what is there in which state, and what never changes."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

from ...spec.legacy import contract
from ..evidence.evidence import Evidence, Job, Report, Start
from ..evidence.invalid_requests import unissued_entity, unissued_job_id
from ..evidence.listings import Listing
from ..evidence.responses import Answer, Service
from ..protocols.timestamps import Instant
from ..survey.refusals import THROTTLES
from .registry import KEPT, Check, broken, rule, settled, unknown


@rule("job.id-returned", needs="an answered request for a report")
def id_returned(start: Start) -> Iterator[Check]:
    if start.reading.kind == "result" and start.valid:
        yield KEPT if start.job_id is not None else broken("the answer has no JobId", expected="a JobId", actual="none")


def _stable(job: Job, name: str, of: Callable[[Answer], Instant | None]) -> Iterator[Check]:
    """The date is the same whenever it is told, to the coarser of the written precisions.

    Each is held to the finest text since the last change: a coarse one ties with two fine ones that differ.
    """
    told = [(answer, moment) for answer in job.answers if (moment := of(answer)) is not None]
    if not told:
        return
    first, was = told[0]
    for second, now in told[1:]:
        same = was.same(now)
        pair = (first.exchange.index, second.exchange.index)
        yield KEPT if same else broken(f"{name} changed", expected=was, actual=now, exchanges=pair)
        if not same or now.unit < was.unit:
            first, was = second, now


@rule("job.creation-date-stable", needs="two answers about one job")
def creation_date_stable(job: Job) -> Iterator[Check]:
    yield from _stable(job, "JobCreationDate", lambda answer: answer.created)


@rule("job.completion-date-stable", needs="two answers about one finished job")
def completion_date_stable(job: Job) -> Iterator[Check]:
    yield from _stable(job, "JobCompletionDate", lambda answer: answer.completed if answer.finished else None)


@rule("job.completion-date-absent-in-progress", needs="an answer that is IN_PROGRESS")
def completion_date_absent_in_progress(answer: Answer) -> Iterator[Check]:
    if answer.state == "pending":
        yield (
            KEPT
            if not answer.has("completed")
            else broken(
                "an unfinished job has a JobCompletionDate",
                expected="no JobCompletionDate",
                actual=_written(answer.completed),
            )
        )


@rule("job.completion-date-when-finished", needs="an answer that is COMPLETED or FAILED")
def completion_date_when_finished(answer: Answer) -> Iterator[Check]:
    if answer.finished:
        yield (
            KEPT
            if answer.has("completed")
            else broken(
                f"a job that is {answer.status} has no JobCompletionDate", expected="JobCompletionDate", actual="none"
            )
        )


@rule("job.completed-after-created", needs="an answer with both dates")
def completed_after_created(answer: Answer) -> Iterator[Check]:
    if answer.created and answer.completed and answer.finished:
        yield (
            KEPT
            if not answer.created.after(answer.completed)
            else broken(
                "the job was finished before it was created",
                expected=f"JobCompletionDate not before {answer.created}",
                actual=answer.completed,
                path="/JobCompletionDate",
            )
        )


@rule("job.status-forward-only", needs="an answer about a job that was seen finished before")
def status_forward_only(job: Job) -> Iterator[Check]:
    final: Answer | None = None
    for answer in job.answers:
        if final is not None and final.exchange.before(answer.exchange) and answer.state:
            yield (
                KEPT
                if answer.status == final.status
                else broken(
                    f"the job was {final.status} before",
                    expected=final.status,
                    actual=answer.status,
                    exchanges=(final.exchange.index, answer.exchange.index),
                )
            )
        elif final is None and answer.finished:
            final = answer


@rule("job.failed-has-error-details", needs="an answer that is FAILED")
def failed_has_error_details(answer: Answer) -> Iterator[Check]:
    if answer.state == "failed":
        yield (
            KEPT
            if answer.has("error")
            else broken("a FAILED job does not say why", expected="ErrorDetails", actual="none")
        )


@rule("job.error-details-only-when-failed", needs="an answer that is not FAILED")
def error_details_only_when_failed(answer: Answer) -> Iterator[Check]:
    if answer.state in ("pending", "succeeded"):
        yield (
            KEPT
            if not answer.has("error")
            else broken(f"a job that is {answer.status} has ErrorDetails", expected="none", actual="ErrorDetails")
        )


@rule("job.report-only-when-completed", needs="an answer that is IN_PROGRESS or FAILED")
def report_only_when_completed(answer: Answer) -> Iterator[Check]:
    if answer.state not in ("pending", "failed"):
        return
    there = [name for role, name in _REPORT_ROLES.items() if answer.has(role)]
    if answer.services:
        there.append(f"{len(answer.services)} services")
    if answer.truncated:
        there.append("IsTruncated true")
    yield (
        KEPT
        if not there
        else broken(
            f"a job that is {answer.status} has parts of a report", expected="none of them", actual=", ".join(there)
        )
    )


_REPORT_ROLES = {
    "accessible": "NumberOfServicesAccessible",
    "not_accessed": "NumberOfServicesNotAccessed",
    "next": "Marker",
}


@rule(
    "job.read-repeatable",
    needs="two reads of one finished report",
    grounds=("pagination.order-continues", "report.service-listed-once"),
)
def read_repeatable(report: Report) -> Iterator[Check]:
    """Status and dates have rules of their own; here are the counts, the order and what is told of each service."""
    same_request: dict[object, list[Answer]] = defaultdict(list)
    for page in report.pages:
        if page.asked:
            same_request[(page.sort_key, page.limit, page.marker)].append(page)
    for pages in same_request.values():
        for first, second in pairwise(pages):
            was, now = (first.accessible, first.not_accessed), (second.accessible, second.not_accessed)
            yield (
                KEPT
                if was == now
                else broken(
                    "the same request got other counts",
                    expected=was,
                    actual=now,
                    exchanges=(*first.exchanges, *second.exchanges),
                )
            )
    same_order: dict[object, list[Listing]] = defaultdict(list)
    for listing in report.listings:
        if listing.asked:
            # Where services tie, another size of the page may validly put them into another order.
            may_tie = contract().sort_key(listing.sort_key).by == "time"
            limits = tuple(page.limit for page in listing.pages) if may_tie else None
            same_order[listing.sort_key, limits].append(listing)
    for listings in same_order.values():
        for one, other in pairwise(listings):
            yield from _same_order(one, other)
    yield from _same_details(report)


def _same_order(first: Listing, second: Listing) -> Iterator[Check]:
    """Two listings under one key, as far as both go: what stands in both stands in one order."""
    common = set(first.keys) & set(second.keys)
    was = list(dict.fromkeys(key for key in first.keys if key in common))
    now = list(dict.fromkeys(key for key in second.keys if key in common))
    if len(was) < 2:
        return
    place = next((i for i, (a, b) in enumerate(zip(was, now, strict=True)) if a != b), None)
    yield (
        KEPT
        if place is None
        else broken(
            f"{second.describe()} has another order than {first.describe()}",
            expected=" then ".join(was[max(place - 1, 0) : place + 2]),
            actual=" then ".join(now[max(place - 1, 0) : place + 2]),
            exchanges=(*first.exchanges, *second.exchanges),
        )
    )


def _same_details(report: Report) -> Iterator[Check]:
    """A finished report tells of a service what it told before."""
    told: dict[str, Service] = {}
    differed: set[str] = set()
    for page in report.pages:
        for service in page.services if len(set(page.keys)) == len(page.keys) else ():
            if service.key is None or service.key in differed:
                continue
            was = told.setdefault(service.key, service)
            if was is not service and not _alike(was, service):
                differed.add(service.key)
                yield broken(
                    f"the report tells something else of {service.key} than before",
                    expected=_details(was),
                    actual=_details(service),
                    path=service.path,
                    exchanges=(was.exchange, service.exchange),
                )


def _alike(one: Service, other: Service) -> bool:
    if (one.entity, one.region, one.total) != (other.entity, other.region, other.total):
        return False
    return one.time.same(other.time) if one.time and other.time else one.has_time == other.has_time


def _details(service: Service) -> str:
    told = {"at": service.time, "by": service.entity, "in": service.region, "accounts:": service.total}
    return " ".join(f"{name} {value}" for name, value in told.items() if value is not None) or "no attempt"


@rule(
    "job.unknown-id-refused",
    needs="a JobId of this target's form that nobody was given",
    grounds=("protocol.well-formed", "protocol.error-envelope", "protocol.status"),
)
def unknown_id_refused(evidence: Evidence) -> Iterator[Check]:
    yield from settled(_unknown_ids(evidence))


def _unknown_ids(evidence: Evidence) -> Iterator[Check]:
    contract = evidence.contract
    strangers = {unissued_job_id(job) for job in evidence.known_jobs} - evidence.known_jobs
    for reading in evidence.readings:
        parameters = reading.exchange.parameters or {}
        if reading.exchange.operation != contract.operation or parameters.get(contract.job.id) not in strangers:
            continue
        if set(parameters) - {contract.job.id}:
            continue  # something else may be why it was refused
        index = (reading.exchange.index,)
        if reading.kind == "none" or (reading.error and reading.error.code in THROTTLES):
            yield unknown(reading.reason)
        elif reading.kind == "error" and (reading.exchange.status or 0) < 400:
            yield unknown(f"it is refused under HTTP {reading.exchange.status}")
        elif (
            reading.kind == "error"
            and reading.error
            and reading.error.code == "NoSuchEntity"
            and reading.exchange.status == 404
        ):
            yield KEPT
        else:
            yield broken(
                "a JobId that nobody was given is not refused as the model says",
                expected="NoSuchEntity, HTTP 404",
                actual=_answer(reading.kind, reading.exchange.status, reading.reason),
                exchanges=index,
            )


@rule("job.unknown-entity-fails", needs="a report on an entity that does not exist")
def unknown_entity_fails(evidence: Evidence) -> Iterator[Check]:
    known = [start for start in evidence.starts if start.valid and start.entity and start.reading.kind == "result"]
    strangers = {unissued_entity(start.entity) for start in known if start.entity}
    for start in evidence.starts:
        if start.entity not in strangers:
            continue
        if start.reading.kind == "error":
            if start.reading.error and start.reading.error.code not in THROTTLES | {"ReportGenerationLimitExceeded"}:
                yield KEPT
            continue
        answers = [answer for answer in evidence.answers if answer.job_id == start.job_id and answer.finished]
        if any(answer.state == "succeeded" for answer in answers):
            yield broken(
                "a report on an entity that does not exist was made",
                expected="a refusal, or a FAILED job",
                actual="COMPLETED",
                exchanges=(start.exchange.index, answers[-1].exchange.index),
            )
        elif answers:
            yield KEPT


@rule("job.same-request-same-job", needs="the same request for a report asked twice within a minute")
def same_request_same_job(evidence: Evidence) -> Iterator[Check]:
    valid = [start for start in evidence.starts if start.valid and start.job_id and start.reading.kind == "result"]
    for first, second in combinations(valid, 2):
        if (first.entity, first.policy) == (
            second.entity,
            second.policy,
        ) and second.exchange.sent - first.exchange.sent < 60:
            yield (
                KEPT
                if first.job_id == second.job_id
                else broken(
                    "the same request within a minute got another job",
                    expected=first.job_id,
                    actual=second.job_id,
                    exchanges=(first.exchange.index, second.exchange.index),
                )
            )


def _written(moment: Instant | None) -> str:
    return str(moment) if moment else "an empty JobCompletionDate"


def _answer(kind: str, status: int | None, reason: str) -> str:
    return f"a result, HTTP {status}" if kind == "result" else f"HTTP {status}, {reason}"
