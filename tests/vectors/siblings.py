"""Responses of the two sibling operations, and of the operation that starts their jobs: good ones, and bad ones with the rules that they break."""

# A row of a table is one line.
# fmt: off

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vectors.writing import (
    CREATED,
    FINISHED,
    REQUEST_ID,
    Case,
    Members,
    Response,
    Style,
    edited,
    error,
    pending,
    response,
    without,
    xml,
)

__all__ = ["siblings"]

SERVICES, ENTITIES, GENERATE = "GetServiceLastAccessedDetails", "GetServiceLastAccessedDetailsWithEntities", "GenerateServiceLastAccessedDetails"
ACCOUNT = "arn:aws:iam::123456789012:"
ALICE, DEPLOYER = ACCOUNT + "user/alice", ACCOUNT + "role/service/deployer"
ACCESSED, EARLIER, LATER = "2019-09-12T17:04:51Z", "2019-08-01T00:00:00Z", "2019-10-01T06:53:37Z"
JOB_ID = "98a765b4-3cde-2101-2345-example678f9"

Row = tuple[str, str, str, Members]


def siblings() -> Iterator[Case]:
    for operation, rows in ((SERVICES, (*_good_services(), *_bad_services())), (ENTITIES, (*_good_entities(), *_bad_entities()))):
        for rules, id_, description, members in rows:
            yield Case(id_, description, (response(members, operation),), tuple(rules.split()), operation)
    yield from _listings()
    yield from _polls()
    yield from _generated()
    yield from _errors()
    yield from _written()


# -- rows and reports


def unused(name: str, key: str, **members: Any) -> Members:
    return without({"ServiceName": name, "ServiceNamespace": key, "TotalAuthenticatedEntities": 0, **members})


def used(name: str, key: str, **members: Any) -> Members:
    """A service that was accessed; None takes a member away."""
    attempt = {"LastAuthenticated": ACCESSED, "LastAuthenticatedEntity": ALICE, "LastAuthenticatedRegion": "eu-central-1", "TotalAuthenticatedEntities": 1}
    return without({"ServiceName": name, "ServiceNamespace": key, **attempt, **members})


def action(name: str, **members: Any) -> Members:
    """A tracked action that was used; None takes a member away."""
    attempt = {"LastAccessedEntity": ALICE, "LastAccessedTime": ACCESSED, "LastAccessedRegion": "eu-central-1"}
    return without({"ActionName": name, **attempt, **members})


def entity(name: str, kind: str = "USER", path: str | None = "/", **members: Any) -> Members:
    """A user or role, without an attempt unless it is given one."""
    arn = f"{ACCOUNT}{kind.lower()}{path or '/'}{name}"
    info = {"Arn": arn, "Name": name, "Type": kind, "Id": f"AIDA{name.upper():X<17}"[:21], "Path": path}
    return {"EntityInfo": without({**info, **members.pop("info", {})}), **members}


def completed(key: str, rows: Sequence[Members], **changes: Any) -> Members:
    """A COMPLETED response with these rows; None takes a member away."""
    members = {"JobStatus": "COMPLETED", "JobCreationDate": CREATED, "JobCompletionDate": FINISHED, key: [*rows], "IsTruncated": False}
    return without({**members, **changes})


def services(rows: Sequence[Members], **changes: Any) -> Members:
    return completed("ServicesLastAccessed", rows, **changes)


def entities(rows: Sequence[Members], **changes: Any) -> Members:
    return completed("EntityDetailsList", rows, **changes)


def failed(**changes: Any) -> Members:
    job = {"JobStatus": "FAILED", "JobCreationDate": CREATED, "JobCompletionDate": FINISHED, "IsTruncated": False}
    return without({**job, "Error": {"Message": "The report could not be made.", "Code": "SERVICE_ERROR"}, **changes})


A4B, DYNAMODB, S3, SES = unused("Alexa for Business", "a4b"), used("Amazon DynamoDB", "dynamodb"), used("Amazon S3", "s3", LastAuthenticated=EARLIER), unused("Amazon SES", "ses")
IAM = unused("AWS Identity and Access Management", "iam")
PLAIN = [A4B, DYNAMODB, S3]
ALICE_LATE = entity("alice", LastAuthenticated=ACCESSED)
BOB_EARLY = entity("bob", LastAuthenticated=EARLIER)
ROLE_EARLY = entity("deployer", "ROLE", "/service/", LastAuthenticated="2019-07-01T12:00:00Z")
CAROL, DAVE = entity("carol"), entity("dave")
PEOPLE = [ALICE_LATE, BOB_EARLY, CAROL]
TRACKED = {"JobType": "ACTION_LEVEL"}


# -- services


def _good_services() -> Iterator[Row]:
    rows: tuple[tuple[str, str, Members], ...] = (
        ("services-in-progress", "services: a job that is still running", pending()),
        ("services-in-progress-bare", "services: a running job that leaves IsTruncated out", pending(IsTruncated=None)),
        ("services-completed", "services: a report of three services on one page", services(PLAIN, JobType="SERVICE_LEVEL")),
        ("services-no-type", "services: a report without a JobType", services(PLAIN)),
        ("services-none", "services: a report under policies that allow nothing", services([], JobType="SERVICE_LEVEL")),
        ("services-iam-unused", "services: iam that nobody accessed, without a Region", services([A4B, IAM])),
        ("services-totals-left-out", "services: TotalAuthenticatedEntities left out where nobody accessed, as documented", services([unused("Alexa for Business", "a4b", TotalAuthenticatedEntities=None), DYNAMODB])),
        ("services-role", "services: an attempt of a role with a path", services([used("Amazon S3", "s3", LastAuthenticatedEntity=DEPLOYER)])),
        ("services-many-entities", "services: a policy whose service 37 entities accessed", services([used("Amazon S3", "s3", TotalAuthenticatedEntities=37)])),
        ("services-accessed-at-the-end", "services: an attempt in the very moment of completion", services([used("Amazon S3", "s3", LastAuthenticated=FINISHED)])),
        ("services-times-seconds", "services: job dates without fractions", services(PLAIN, JobCreationDate="2019-09-30T06:53:36Z", JobCompletionDate="2019-09-30T06:53:37Z")),
        ("services-failed", "services: a job that failed", failed()),
        ("services-failed-bare", "services: a failed job that leaves IsTruncated out", failed(IsTruncated=None)),
        ("services-actions", "services: two tracked actions, one of them never used", services([A4B, used("Amazon S3", "s3", TrackedActionsLastAccessed=[action("CreateBucket"), {"ActionName": "DeleteBucket"}])], **TRACKED)),
        ("services-actions-unused", "services: tracked actions of a service that nobody accessed", services([unused("Amazon S3", "s3", TrackedActionsLastAccessed=[{"ActionName": "CreateBucket"}])], **TRACKED)),
        ("services-actions-none", "services: a report on actions without a tracked one", services(PLAIN, **TRACKED)),
        ("services-actions-empty", "services: an empty list of tracked actions", services([used("Amazon S3", "s3", TrackedActionsLastAccessed=[])], **TRACKED)),
        ("services-marker-longest", "services: a page with a Marker of 320 characters", services(PLAIN, IsTruncated=True, Marker="m" * 320)),
        ("services-two-hundred", "services: a page of 200 services, as AWS gives without MaxItems", services([unused(f"Service {number}", f"service-{number:03}") for number in range(200)])),
        ("services-namespace-longest", "services: a ServiceNamespace of 64 characters", services([unused("A Service", "n" * 64)])),
    )
    yield from (("", *row) for row in rows)


def _bad_services() -> Iterator[Row]:
    def last(**changes: Any) -> Members:
        return services([DYNAMODB, used("Amazon S3", "s3", **changes)])

    def idle(**changes: Any) -> Members:
        return services([DYNAMODB, unused("Amazon S3", "s3", **changes)])

    def acted(*actions: Members) -> Members:
        return services([used("Amazon S3", "s3", TrackedActionsLastAccessed=[*actions])], **TRACKED)

    yield "shape.required", "services-list-none", "services: a COMPLETED job without its list", services([], ServicesLastAccessed=None)
    yield "shape.required", "services-name-none", "services: a row without a ServiceName", services([DYNAMODB, without({**S3, "ServiceName": None})])
    yield "shape.enum", "services-type-unknown", "services: a JobType that nobody lists", services(PLAIN, JobType="SERVICE")
    yield "shape.enum", "services-status-unknown", "services: a status that nobody lists", {**services(PLAIN), "JobStatus": "DONE"}
    yield "shape.length", "services-namespace-too-long", "services: a ServiceNamespace of 65 characters", services([unused("A Service", "n" * 65)])
    yield "shape.length", "services-entity-too-short", "services: a LastAuthenticatedEntity of 19 characters", last(LastAuthenticatedEntity="arn:aws:iam::1:user")
    yield "job.completion-date-when-finished", "services-unfinished", "services: a COMPLETED job without a JobCompletionDate", services(PLAIN, JobCompletionDate=None)
    yield "job.completion-date-absent-in-progress", "services-in-progress-finished", "services: a running job with a JobCompletionDate", pending(JobCompletionDate=FINISHED)
    yield "job.completed-after-created", "services-completed-before-created", "services: a job completed before it was created", services(PLAIN, JobCompletionDate="2019-09-30T06:53:35Z", ServicesLastAccessed=[A4B])
    yield "job.failed-has-error-details", "services-failed-without-reason", "services: a FAILED job without Error", failed(Error=None)
    yield "job.error-details-only-when-failed", "services-completed-with-reason", "services: a COMPLETED job with Error", services(PLAIN, Error={"Message": "All is well.", "Code": "NONE"})
    yield "job.report-only-when-completed", "services-in-progress-services", "services: a running job with services", pending(ServicesLastAccessed=PLAIN)
    yield "job.report-only-when-completed", "services-failed-marker", "services: a FAILED job with a Marker", failed(Marker="next")
    rule = "report.attempt-details-together"
    yield rule, "services-time-without-entity", "services: a time and no LastAuthenticatedEntity", last(LastAuthenticatedEntity=None)
    yield rule, "services-entity-without-time", "services: a LastAuthenticatedEntity and no time", last(LastAuthenticated=None)
    yield "report.attempt-has-region", "services-attempt-without-region", "services: an accessed service without a LastAuthenticatedRegion", last(LastAuthenticatedRegion=None)
    rule = "report.no-attempt-no-region"
    yield rule, "services-region-without-attempt", "services: a LastAuthenticatedRegion and no attempt", idle(LastAuthenticatedRegion="us-east-1")
    yield rule, "services-iam-with-region", "services: a LastAuthenticatedRegion for iam that nobody accessed", services([A4B, {**IAM, "LastAuthenticatedRegion": "us-east-1"}])
    yield "report.attempt-counted", "services-attempt-counts-none", "services: an accessed service that 0 entities accessed", last(TotalAuthenticatedEntities=0)
    yield "report.no-attempt-counts-none", "services-no-attempt-counts-one", "services: a service without an attempt that one entity accessed", idle(TotalAuthenticatedEntities=1)
    yield "report.service-listed-once", "services-twice", "services: a service twice on a page", services([DYNAMODB, S3, S3])
    yield "report.action-listed-once", "services-action-twice", "services: a tracked action twice in a row", acted(action("CreateBucket"), action("CreateBucket"))
    rule = "report.action-details-together"
    yield rule, "services-action-without-region", "services: a tracked action with a time and no region", acted(action("CreateBucket", LastAccessedRegion=None))
    yield rule, "services-action-without-time", "services: a tracked action with a region and an entity, and no time", acted(action("CreateBucket", LastAccessedTime=None))
    yield "report.action-entity-with-time", "services-action-without-entity", "services: a tracked action with a time and no entity", acted(action("CreateBucket", LastAccessedEntity=None))
    rule = "report.accessed-before-completed"
    yield rule, "services-accessed-after-completed", "services: an attempt after the report was made", last(LastAuthenticated=LATER)
    yield rule, "services-action-after-completed", "services: a use of a tracked action after the report was made", acted(action("CreateBucket", LastAccessedTime=LATER))
    yield "report.actions-only-when-asked", "services-actions-unasked", "services: tracked actions in a report of JobType SERVICE_LEVEL", services([used("Amazon S3", "s3", TrackedActionsLastAccessed=[action("CreateBucket")])], JobType="SERVICE_LEVEL")
    yield "pagination.truncated-has-token", "services-truncated-without-marker", "services: IsTruncated true and no Marker", services(PLAIN, IsTruncated=True)
    yield "pagination.token-only-when-truncated", "services-marker-not-truncated", "services: a Marker beside IsTruncated false", services(PLAIN, Marker="next")
    yield "pagination.token-within-model", "services-marker-too-long", "services: a Marker of 321 characters, which no request takes", services(PLAIN, IsTruncated=True, Marker="m" * 321)
    yield "pagination.token-within-model", "services-marker-outside-latin", "services: a Marker that the pattern of requests matches nowhere", services(PLAIN, IsTruncated=True, Marker="\u6b21\u306e")


# -- entities


def _good_entities() -> Iterator[Row]:
    rows: tuple[tuple[str, str, Members], ...] = (
        ("entities-in-progress", "entities: a job that is still running", pending()),
        ("entities-completed", "entities: two users who accessed the service and one who did not", entities(PEOPLE)),
        ("entities-none", "entities: a service outside the report, an empty list", entities([])),
        ("entities-nobody", "entities: users of whom none accessed the service", entities([CAROL, DAVE])),
        ("entities-role", "entities: a role with a path among the users", entities([ALICE_LATE, BOB_EARLY, ROLE_EARLY])),
        ("entities-no-path", "entities: a user whose Path is left out", entities([entity("alice", path=None, LastAuthenticated=ACCESSED)])),
        ("entities-ties", "entities: three users with one time", entities([entity(name, LastAuthenticated=ACCESSED) for name in ("zoe", "alice", "mia")])),
        ("entities-unused-first", "entities: those who never accessed the service before those who did", entities([CAROL, ALICE_LATE, BOB_EARLY])),
        ("entities-failed", "entities: a job that failed", failed()),
        ("entities-truncated", "entities: a page with a Marker", entities(PEOPLE, IsTruncated=True, Marker="next")),
        ("entities-name-longest", "entities: a Name of 64 characters", entities([entity("n" * 64)])),
    )
    yield from (("", *row) for row in rows)


def _bad_entities() -> Iterator[Row]:
    yield "shape.required", "entities-list-none", "entities: a COMPLETED job without its list", entities([], EntityDetailsList=None)
    yield "shape.required", "entities-id-none", "entities: a user without an Id", entities([entity("alice", info={"Id": None})])
    yield "shape.required", "entities-info-none", "entities: an item without EntityInfo", entities([{"LastAuthenticated": ACCESSED}])
    yield "shape.enum report.entity-type-matches-arn", "entities-type-unknown", "entities: a Type that nobody lists", entities([entity("alice", info={"Type": "PERSON"})])
    yield "shape.length", "entities-name-too-long", "entities: a Name of 65 characters", entities([entity("n" * 65)])
    yield "job.failed-has-error-details", "entities-failed-without-reason", "entities: a FAILED job without Error", failed(Error=None)
    yield "job.report-only-when-completed", "entities-in-progress-entities", "entities: a running job with entities", pending(EntityDetailsList=PEOPLE)
    yield "report.entity-listed-once", "entities-twice", "entities: a user twice on a page", entities([ALICE_LATE, BOB_EARLY, BOB_EARLY])
    yield "report.entity-type-matches-arn", "entities-type-of-another", "entities: a user's Arn with the Type ROLE", entities([entity("alice", info={"Type": "ROLE"})])
    yield "report.accessed-before-completed", "entities-accessed-after-completed", "entities: an attempt after the report was made", entities([entity("alice", LastAuthenticated=LATER)])
    yield "pagination.truncated-has-token", "entities-truncated-without-marker", "entities: IsTruncated true and no Marker", entities(PEOPLE, IsTruncated=True)
    yield "pagination.token-within-model", "entities-marker-too-long", "entities: a Marker of 321 characters, which no request takes", entities(PEOPLE, IsTruncated=True, Marker="m" * 321)


# -- several responses


def _pages(id_: str, description: str, operation: str, key: str, pages: Sequence[Sequence[Members]], *rules: str, markers: Sequence[str] = ()) -> Case:
    """A listing, all of its pages in order; the last one without a Marker."""
    last = len(pages) - 1
    tokens = markers or [f"page-{number + 2}" for number in range(last)]
    responses = [
        completed(key, rows, **({"IsTruncated": True, "Marker": tokens[number]} if number < last else {})) for number, rows in enumerate(pages)
    ]
    return Case(id_, description, tuple(response(each, operation) for each in responses), rules, operation, pages=True)


def _listings() -> Iterator[Case]:
    first, second = (SERVICES, "ServicesLastAccessed"), (ENTITIES, "EntityDetailsList")
    yield _pages("services-listing", "services: a listing of two pages", *first, [[A4B, DYNAMODB], [S3, SES]])
    yield _pages("services-listing-empty-middle", "services: a listing with an empty page in its middle", *first, [[A4B, DYNAMODB], [], [S3]])
    yield _pages("services-listing-one-each", "services: a listing of one service a page", *first, [[each] for each in (A4B, DYNAMODB, S3, SES)])
    yield _pages("entities-listing", "entities: a listing of two pages", *second, [[ALICE_LATE, BOB_EARLY], [CAROL, DAVE]])
    yield _pages("services-listing-repeats", "services: the last service of a page again as the first of the next", *first, [[A4B, DYNAMODB], [DYNAMODB, S3]], "pagination.no-repeats")
    yield _pages("services-listing-marker-again", "services: one Marker on two pages of a listing", *first, [[A4B], [DYNAMODB], [S3]], "pagination.token-advances", markers=("m", "m"))
    yield _pages("services-listing-unsorted", "services: namespaces in no order, across pages", *first, [[S3, A4B], [SES, DYNAMODB]], "sort.by-namespace")


def _polls() -> Iterator[Case]:
    for operation, report, name in ((SERVICES, services(PLAIN), "services"), (ENTITIES, entities(PEOPLE), "entities")):
        running = pending()
        for rules, id_, description, *members in (
            ("", "polled-completed", "a job read until it is COMPLETED", running, running, report),
            ("", "polled-failed", "a job read until it is FAILED", running, failed()),
            ("job.status-forward-only", "polled-back", "a COMPLETED job that is running again", report, running),
            ("job.creation-date-stable", "polled-creation-date-moves", "another JobCreationDate at the second read", running, {**report, "JobCreationDate": "2019-09-30T06:53:36.687Z"}),
        ):
            yield Case(f"{name}-{id_}", f"{name}: {description}", tuple(response(each, operation) for each in members), tuple(rules.split()), operation, pages=True)


def _generated() -> Iterator[Case]:
    yield Case("details-generated", "a started job of the sibling operations", (response({"JobId": JOB_ID}, GENERATE),), operation=GENERATE)
    yield Case("details-generated-one-line", "a started job of the sibling operations without white space between elements", (response({"JobId": JOB_ID}, GENERATE, Style(newline="", indent="")),), operation=GENERATE)
    yield Case("details-generated-short", "a JobId of 35 characters from the sibling operations' start", (response({"JobId": JOB_ID[:-1]}, GENERATE),), ("shape.length",), GENERATE)
    body = xml({"JobId": JOB_ID}, GENERATE)
    metadata = f"  <ResponseMetadata>\n    <RequestId>{REQUEST_ID}</RequestId>\n  </ResponseMetadata>\n"
    yield Case("details-generated-metadata-none", "a started job of the sibling operations without ResponseMetadata", (Response(edited(body, (metadata, ""))),), ("protocol.request-id",), GENERATE)


def _errors() -> Iterator[Case]:
    for operation, id_, description, code, message, status in (
        (SERVICES, "services-error-no-such-entity", "services: a JobId that nobody was given", "NoSuchEntity", "No job has this id.", 404),
        (SERVICES, "services-error-other-marker", "services: a Marker of another job", "InvalidInput", "The marker belongs to another job.", 400),
        (ENTITIES, "entities-error-namespace", "entities: a namespace that no service has", "InvalidInput", "There is no such service.", 400),
        (ENTITIES, "entities-error-validation", "entities: a namespace of another form", "ValidationError", "serviceNamespace has another form", 400),
        (GENERATE, "details-error-no-such-entity", "an Arn of nobody", "NoSuchEntity", "There is no such entity.", 404),
        (GENERATE, "details-error-access-denied", "an Arn of another account", "AccessDenied", "Another account.", 403),
        (GENERATE, "details-error-root", "the Arn of the root user", "InvalidInput", "The root user has no report.", 400),
    ):
        yield Case(id_, description, (error(code, message, status),), operation=operation)


def _written() -> Iterator[Case]:
    """Rules of the protocol, on the lists inside a row."""
    body = xml(services([used("Amazon S3", "s3", TrackedActionsLastAccessed=[action("CreateBucket")])], **TRACKED), SERVICES)
    tracked = "TrackedActionsLastAccessed"
    yield Case("services-action-time-offset", "services: the time of a tracked action with an offset", (Response(edited(body, (f"<LastAccessedTime>{ACCESSED}", "<LastAccessedTime>2019-09-12T19:04:51+02:00"))),), ("protocol.timestamp-utc",), SERVICES)
    yield Case("services-action-time-blank", "services: the time of a tracked action with a blank for the T", (Response(edited(body, (f"<LastAccessedTime>{ACCESSED}", "<LastAccessedTime>2019-09-12 17:04:51"))),), ("protocol.timestamp-format",), SERVICES)
    yield Case("services-action-name-twice", "services: a tracked action with two names", (Response(edited(body, ("<ActionName>CreateBucket</ActionName>", "<ActionName>CreateBucket</ActionName>" * 2))),), ("protocol.member-once",), SERVICES)
    yield Case("services-actions-items", "services: tracked actions called item", (Response(edited(body, (f"<{tracked}>\n          <member>", f"<{tracked}>\n          <item>"), (f"</member>\n        </{tracked}>", f"</item>\n        </{tracked}>"))),), ("protocol.list-members",), SERVICES)
    reversed_ = xml(services(PLAIN), SERVICES, Style(reverse=True))
    yield Case("services-members-reversed", "services: members in another order", (Response(reversed_, services(PLAIN)),), operation=SERVICES)
