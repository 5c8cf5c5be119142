"""The pipeline from a request to an answer, as one frozen record of pure functions.

A variant or a fault is ``dataclasses.replace(Stages(), cut=…)``: it says what it does differently at the stage where
it happens, mostly by calling the stage that it replaces. Whatever varies from call to call is in the arguments: the
call's number, how often the job was read before, the page's number within its listing.

    gate       may this call be served at all           raises ServiceError
    validate   is the request right by itself           raises ServiceError
    start      the job that a request gets, new or old  raises ServiceError
    find       the job that is asked about              raises ServiceError
    resume     the place that a Marker stands for       raises ServiceError
    status     where the job is by now
    order      the services under the sort key
    cut        one page of them, and where the next one starts
    mark       the text of the Marker for that place
    item       one service's members
    members    the answer's members
    document   the answer as XML elements
    write      the elements as bytes
    http       the bytes as an HTTP response
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zlib import crc32

from ...spec.legacy import SortKey, contract
from ..access_reports.organization import POLICIES, Organization, accounts_of
from ..access_reports.services import Service, default_report
from ..behaviour import JobIds, Nulls, Precision
from ..protocols import query as wire
from ..records import Answer, Call, Element, Job, Members, Page, Place, Read, Response, ServiceError
from .validation import validate

__all__ = [
    "Stages", "cut", "find", "gate", "item", "mark", "members", "new_job", "order", "resume", "start", "status",
    "unknown_marker", "written",
]  # fmt: skip

#: For how long the same request gets the same job, and for how long a job that nobody asks about counts as running.
WINDOW = timedelta(seconds=60)

#: What a job takes by its own dates.
DURATION = timedelta(milliseconds=1360)

_FAILURES = {
    "INVALID_ORGANIZATIONS_ENTITY_PATH": "There is no such entity in the organization.",
    "INVALID_ORGANIZATIONS_POLICY": "There is no such policy in the organization.",
    "ORGANIZATIONS_REPORT_ACCESS_DENIED": "The caller may not read the organization.",
}


def gate(call: Call) -> None:
    """Throttling, where the dial says so."""
    every = call.behaviour.throttle_every
    if every is not None and call.number % every == every - 1:
        raise ServiceError("Throttling", 400, "Rate exceeded")


def start(call: Call, jobs: Mapping[str, Job]) -> Job:
    """The same request within a minute gets its job again; another has to wait until that one is done."""
    entity, policy = _asked(call)
    recent = [each for each in jobs.values() if call.now - each.created < WINDOW]
    for job in recent:
        if call.behaviour.same_request_same_job and (job.entity, job.policy) == (entity, policy):
            return job
    if call.behaviour.one_running_job and any(each.reads < call.behaviour.polls for each in recent):
        raise ServiceError("ReportGenerationLimitExceeded", 409, "Another report is still being generated.")
    return new_job(call)


def new_job(call: Call) -> Job:
    """A job of its own; what its report will hold is settled here."""
    entity, policy = _asked(call)
    created = call.now.replace(microsecond=call.now.microsecond // 1000 * 1000)
    error = _error(call, entity, policy)
    allowed = POLICIES.get(policy) if policy is not None else None
    report = call.behaviour.report
    if report is None:
        report = default_report(call.behaviour.services, accounts_of(entity), created)
    return Job(
        id=_JOB_IDS[call.behaviour.job_ids](sha256(f"job {call.number} {entity}".encode()).hexdigest()),
        entity=entity,
        policy=policy,
        created=created,
        completed=created + DURATION,
        services=() if error else report[:allowed],
        error=error,
    )


def find(call: Call, jobs: Mapping[str, Job]) -> Job:
    """The job of this id."""
    job = jobs.get(call.parameters.get(contract().job.id, ""))
    if job is None:
        raise ServiceError("NoSuchEntity", 404, "There is no report job of this id.")
    return job


def resume(call: Call, job: Job, places: Mapping[str, Place]) -> Place:
    """The start of the listing, or where the Marker says."""
    page = contract().page
    sort = call.parameters.get(page.sort_key, contract().default_sort.value)
    marker = call.parameters.get(page.marker)
    if marker is None:
        return Place(job.id, sort)
    if marker not in places:
        raise unknown_marker()
    place = places[marker]
    if (place.job, place.sort) != (job.id, sort):
        raise ServiceError("InvalidInput", 400, f"This {page.marker} belongs to another job or another sort key.")
    return place


def unknown_marker() -> ServiceError:
    """The refusal of a Marker that was never issued."""
    return ServiceError("ValidationError", 400, f"1 constraint failed: {contract().page.marker} was not issued here")


def status(call: Call, job: Job) -> str:
    """Polls are counted: so many times it is in progress, then it is what it will be for ever."""
    roles = contract().job
    if job.reads < call.behaviour.polls:
        return roles.pending[0]
    return roles.failed[0] if job.error else roles.succeeded[0]


def order(read: Read) -> tuple[Service, ...]:
    """All services of the report under the sort key."""
    if read.sort.by == "key":
        return tuple(sorted(read.job.services, key=lambda each: each.key, reverse=read.sort.descending))
    return _by_time(read.job.services, read.sort, read.call.behaviour.nulls)


def cut(read: Read, services: tuple[Service, ...]) -> Page:
    """The page that starts at the place, no longer than MaxItems and the dials allow."""
    behaviour, (job, sort, first, number) = read.call.behaviour, read.place
    lengths = [read.limit]
    if behaviour.page_cap is not None:
        lengths.append(behaviour.page_cap)
    if behaviour.page_plan:
        lengths.append(behaviour.page_plan[number % len(behaviour.page_plan)])
    end = min(first + min(lengths), len(services))
    more = end < len(services) or (behaviour.empty_last_page and first < end)
    return Page(services[first:end], Place(job, sort, end, number + 1) if more else None)


def mark(read: Read, place: Place) -> str:
    """A Marker that says nothing and cannot be guessed: a digest, in the form that the dial gives it."""
    fresh = read.call.number if read.call.behaviour.fresh_markers else ""
    token = urlsafe_b64encode(sha256(f"marker {fresh} {place!r}".encode()).digest()[:30]).decode()
    return read.call.behaviour.marker_form.replace("{}", token)


def item(read: Read, service: Service) -> Members:
    """One service's members; what nobody tried has no details."""
    roles, behaviour = contract().item, read.call.behaviour
    found: Members = {roles.name: service.name, roles.key: service.key}
    if service.region is not None:
        found[roles.region] = service.region
    elif behaviour.region_of_unused_iam and service.key == "iam":
        found[roles.region] = "us-east-1"
    if service.entity is not None:
        found[roles.entity] = service.entity
    if service.time is not None:
        found[roles.time] = written(service.time, behaviour.service_times)
    if service.total or not behaviour.omit_total_when_zero:
        found[roles.total] = service.total
    return found


def members(read: Read, items: tuple[Members, ...], marker: str | None) -> Members:
    """The answer: the job's own members always, the report's once it is done, the reason once it failed."""
    law, behaviour, job = contract(), read.call.behaviour, read.job
    found: Members = {law.job.status: read.status, law.job.created: written(job.created, behaviour.job_times)}
    if read.status in law.job.finished:
        found[law.job.completed] = written(job.completed, behaviour.job_times)
    truncated = False
    if read.status in law.job.succeeded:
        truncated = marker is not None
        found[law.report.accessible] = len(job.services)
        found[law.report.not_accessed] = sum(not each.accessed for each in job.services)
        if items or not behaviour.omit_access_details_when_empty:
            found[law.report.items] = items
        if marker is not None:
            found[law.page.next] = marker
    if truncated or not behaviour.omit_is_truncated_when_false:
        found[law.page.truncated] = truncated
    if read.status in law.job.failed and job.error:
        code, message = job.error
        found[law.job.error] = {law.job.error_message: message, law.job.error_code: code}
    return found


def written(time: datetime, precision: Precision) -> str:
    """A time in UTC as IAM writes it."""
    return time.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


@dataclass(frozen=True)
class Stages:
    """The functions that an emulator is made of."""

    gate: Callable[[Call], None] = gate
    validate: Callable[[Call], None] = validate
    start: Callable[[Call, Mapping[str, Job]], Job] = start
    find: Callable[[Call, Mapping[str, Job]], Job] = find
    resume: Callable[[Call, Job, Mapping[str, Place]], Place] = resume
    status: Callable[[Call, Job], str] = status
    order: Callable[[Read], tuple[Service, ...]] = order
    cut: Callable[[Read, tuple[Service, ...]], Page] = cut
    mark: Callable[[Read, Place], str] = mark
    item: Callable[[Read, Service], Members] = item
    members: Callable[[Read, tuple[Members, ...], str | None], Members] = members
    document: Callable[[Call, Answer], Element] = wire.document
    write: Callable[[Call, Element], bytes] = wire.write
    http: Callable[[Call, Answer, bytes], Response] = wire.http


def _asked(call: Call) -> tuple[str, str | None]:
    roles = contract().start
    return call.parameters.get(roles.entity, ""), call.parameters.get(roles.policy)


def _error(call: Call, entity: str, policy: str | None) -> tuple[str, str] | None:
    """Why the job will fail, if it will."""
    organization = Organization.of(entity)
    if call.behaviour.outcome == "failed":
        code = call.behaviour.failure
    elif call.behaviour.known_entities == "organization" and not (organization and organization.knows(entity)):
        code = "INVALID_ORGANIZATIONS_ENTITY_PATH"
    elif call.behaviour.known_entities == "organization" and policy is not None and policy not in POLICIES:
        code = "INVALID_ORGANIZATIONS_POLICY"
    else:
        return None
    return code, _FAILURES.get(code, "The report could not be generated.")


def _by_time(services: tuple[Service, ...], sort: SortKey, nulls: Nulls) -> tuple[Service, ...]:
    """Ties stand in a fixed order that is neither alphabetical nor by region; descending is the exact reverse."""
    used = sorted(
        (each.time.timestamp(), _scattered(each), each) for each in services if each.time is not None
    )  # the scatter and the namespace within it decide before two services are ever compared
    timed = tuple(each for *_, each in (reversed(used) if sort.descending else used))
    unused = sorted((each for each in services if each.time is None), key=_scattered, reverse=sort.descending)
    nulls_first = {"first": True, "last": False, "low": not sort.descending, "high": sort.descending}[nulls]
    return (*unused, *timed) if nulls_first else (*timed, *unused)


def _scattered(service: Service) -> tuple[int, str]:
    return crc32(service.key.encode()), service.key


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
