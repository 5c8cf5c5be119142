"""Responses that break rules of the catalogue: each those that it names, and no other."""

# A row of a table is one line.
# fmt: off

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.good import DYNAMODB, FIVE, JOB_ID, PLAIN, S3, SES, listing
from vectors.miswritten import METADATA, RESULT, miswritten
from vectors.writing import (
    FINISHED,
    GENERATE,
    NAMESPACE,
    PATH,
    Case,
    Members,
    Response,
    completed,
    edited,
    failed,
    item,
    pending,
    response,
    unused,
    used,
    without,
    xml,
)

__all__ = ["bad"]

REPORT = completed(PLAIN)
TRUNCATED = completed(PLAIN, NumberOfServicesAccessible=188, NumberOfServicesNotAccessed=171, IsTruncated=True, Marker="next")
POLICY = "INVALID_ORGANIZATIONS_POLICY"


def bad() -> Iterator[Case]:
    yield from miswritten()
    for rules, id_, description, members in (*_shapes(), *_jobs(), *_reports()):
        yield Case(id_, description, (response(members),), tuple(rules.split()))
    yield from _unsaid()
    yield from _generated()
    yield from _listings()
    yield from _polls()


Row = tuple[str, str, str, Members]


def _one(key: str, **members: Any) -> Members:
    return completed([unused("A Service", key, **members)])


def _path(path: str) -> Members:
    return completed([used("Amazon S3", "s3", EntityPath=path)])


def _shapes() -> Iterator[Row]:
    yield "shape.required", "no-status", "no JobStatus", without({**REPORT, "JobStatus": None})
    yield "shape.required", "no-creation-date", "no JobCreationDate", completed(PLAIN, JobCreationDate=None)
    yield ("shape.required", "no-creation-date-in-progress", "a running job without a JobCreationDate", pending(JobCreationDate=None))
    yield ("shape.required", "no-service-name", "a service without a ServiceName", completed([*PLAIN, {"ServiceNamespace": "ses", "TotalAuthenticatedEntities": 0}]))
    yield ("shape.required", "no-service-namespace", "a service without a ServiceNamespace", completed([*PLAIN, {"ServiceName": "Amazon SES", "TotalAuthenticatedEntities": 0}]))
    yield ("shape.required", "no-reason-code", "ErrorDetails without a Code", failed(POLICY, "x", ErrorDetails={"Message": "No policy."}))
    yield ("shape.required", "no-reason-message", "ErrorDetails without a Message", failed(POLICY, "x", ErrorDetails={"Code": POLICY}))
    yield ("shape.type", "count-beyond-32-bits", "a count of 2147483648", without({**TRUNCATED, "NumberOfServicesAccessible": 2**31}))
    yield ("shape.type", "total-beyond-32-bits", "a number of accounts of 2147483648", completed([used("Amazon S3", "s3", TotalAuthenticatedEntities=2**31)]))
    for id_, description, status in (
        ("status-unknown", "a status that nobody lists", "SUCCEEDED"),
        ("status-lower-case", "a status in lower case", "completed"),
        ("status-padded", "a status with a blank after it", "COMPLETED "),
        ("status-empty", "an empty status", ""),
        ("status-spaced", "a status with a blank for the underscore", "IN PROGRESS"),
    ):
        yield "shape.enum", id_, description, {"JobStatus": status, **without({**REPORT, "JobStatus": None})}
    yield "shape.length", "namespace-too-long", "a ServiceNamespace of 65 characters", _one("n" * 65)
    yield "shape.length", "namespace-empty", "an empty ServiceNamespace", _one("")
    yield "shape.length", "marker-too-long", "a Marker of 321 characters", {**TRUNCATED, "Marker": "m" * 321}
    yield "shape.length shape.pattern", "marker-empty", "an empty Marker", {**TRUNCATED, "Marker": ""}
    yield "shape.length", "path-too-long", "an EntityPath of 428 characters", _path(PATH.ljust(428, "0"))
    yield "shape.length shape.pattern", "path-too-short", "an EntityPath of 18 characters", _path("o-a1b2c3d4e5/r-f6g")
    yield "shape.length shape.pattern", "path-empty", "an empty EntityPath beside a time", _path("")
    yield ("shape.pattern", "path-arn", "an ARN for an EntityPath", _path("arn:aws:organizations::123456789012:root/o-a1b2c3d4e5/r-f6g7h8i9"))
    yield "shape.pattern", "path-capitals", "an EntityPath in capitals", _path(PATH.upper())
    yield "shape.pattern", "path-leading-slash", "an EntityPath after a slash", _path("/" + PATH)
    yield "shape.pattern", "path-account-alone", "an account's number for an EntityPath", _path("account/123456789012")
    yield ("shape.pattern", "path-short-root", "an EntityPath whose root has an id of three characters", _path("o-a1b2c3d4e5/r-f6g/123456789012"))
    yield ("shape.pattern", "marker-outside-latin", "a Marker with no character of Latin-1", {**TRUNCATED, "Marker": "\u6b21\u306e\u30da\u30fc\u30b8"})
    yield ("shape.pattern-whole", "marker-partly-latin", "a Marker with a character beyond Latin-1 in it", {**TRUNCATED, "Marker": "page\u20142"})
    yield ("shape.pattern-whole", "marker-line-break", "a Marker with a line break in it", {**TRUNCATED, "Marker": "page\n2"})
    yield ("shape.pattern-whole", "namespace-dot", "a ServiceNamespace with dots, a service principal", _one("s3.amazonaws.com"))
    yield "shape.pattern-whole", "namespace-blank", "a ServiceNamespace with a blank", _one("amazon s3")
    yield "shape.pattern-whole", "namespace-colon", "a ServiceNamespace with an action", _one("s3:GetObject")
    yield ("shape.pattern-whole", "path-capital-at-the-end", "an EntityPath with a capital letter at its end", _path(PATH + "A"))
    yield "shape.pattern-whole", "path-star", "an EntityPath that ends in an asterisk", _path(PATH + "/*")


def _jobs() -> Iterator[Row]:
    absent, when = "job.completion-date-absent-in-progress", "job.completion-date-when-finished"
    yield (absent, "in-progress-finished", "a running job with a JobCompletionDate", pending(JobCompletionDate="2019-09-30T06:53:37.547Z"))
    yield (absent, "in-progress-finished-at-once", "a running job whose JobCompletionDate is its creation", pending(JobCompletionDate="2019-09-30T06:53:36.187Z"))
    yield (when, "completed-unfinished", "a COMPLETED job without a JobCompletionDate", completed(PLAIN, JobCompletionDate=None))
    yield (when, "failed-unfinished", "a FAILED job without a JobCompletionDate", failed(POLICY, "No policy.", JobCompletionDate=None))
    rule = "job.completed-after-created"
    yield (rule, "completed-before-created", "a job completed a second before it was created", completed([SES], JobCompletionDate="2019-09-30T06:53:35.187Z"))
    yield (rule, "completed-a-millisecond-before", "a job completed a millisecond before it was created", completed([SES], JobCompletionDate="2019-09-30T06:53:36.186Z"))
    yield (rule, "failed-before-created", "a job that failed a day before it was created", failed(POLICY, "No policy.", JobCompletionDate="2019-09-29T06:53:36Z"))
    yield ("job.failed-has-error-details", "failed-without-reason", "a FAILED job without ErrorDetails", failed(POLICY, "x", ErrorDetails=None))
    reason = {"Message": "All is well.", "Code": "NONE"}
    yield ("job.error-details-only-when-failed", "completed-with-reason", "a COMPLETED job with ErrorDetails", completed(PLAIN, ErrorDetails=reason))
    yield ("job.error-details-only-when-failed", "in-progress-with-reason", "a running job with ErrorDetails", pending(ErrorDetails=reason))
    rule = "job.report-only-when-completed"
    yield (rule, "in-progress-counts", "a running job with counts of 0", pending(NumberOfServicesAccessible=0, NumberOfServicesNotAccessed=0))
    yield rule, "in-progress-one-count", "a running job with one count", pending(NumberOfServicesAccessible=188)
    yield rule, "in-progress-services", "a running job with services", pending(AccessDetails=PLAIN)
    yield (rule, "in-progress-truncated", "a running job with IsTruncated true and a Marker", pending(IsTruncated=True, Marker="next"))
    yield rule, "in-progress-marker", "a running job with a Marker", pending(Marker="next")
    yield (rule, "failed-counts", "a FAILED job with counts", failed(POLICY, "No policy.", NumberOfServicesAccessible=3, NumberOfServicesNotAccessed=1))
    yield rule, "failed-services", "a FAILED job with services", failed(POLICY, "No policy.", AccessDetails=PLAIN)
    yield (rule, "failed-truncated", "a FAILED job with IsTruncated true and a Marker", failed(POLICY, "No policy.", IsTruncated=True, Marker="next"))


def _reports() -> Iterator[Row]:
    def last(**changes: Any) -> Members:
        return completed([DYNAMODB, used("Amazon S3", "s3", **changes)])

    def idle(**changes: Any) -> Members:
        return completed([DYNAMODB, unused("Amazon S3", "s3", **changes)])

    rule = "report.attempt-details-together"
    yield rule, "time-without-path", "a service with a time and no EntityPath", last(EntityPath=None)
    path = completed([DYNAMODB, used("Amazon S3", "s3", LastAuthenticatedTime=None)], NumberOfServicesNotAccessed=0)
    yield rule, "path-without-time", "a service with an EntityPath and no time", path
    yield ("report.attempt-has-region", "attempt-without-region", "an accessed service without a Region", last(Region=None))
    rule = "report.no-attempt-no-region"
    yield (rule, "region-without-attempt", "a service other than iam with a Region and no attempt", idle(Region="us-east-1"))
    yield f"{rule} report.region-name", "region-empty-for-null", "an empty Region in the place of none", idle(Region="")
    rule = "report.attempt-counted"
    yield (rule, "attempt-counts-none", "an accessed service with an account count of 0", last(TotalAuthenticatedEntities=0))
    yield (rule, "attempt-counts-negative", "an accessed service with an account count of -1", last(TotalAuthenticatedEntities=-1))
    rule = "report.no-attempt-counts-none"
    yield (rule, "no-attempt-counts-one", "a service that nobody accessed with an account count of 1", idle(TotalAuthenticatedEntities=1))
    yield (rule, "no-attempt-counts-negative", "a service that nobody accessed with an account count of -1", idle(TotalAuthenticatedEntities=-1))
    rule = "report.counts-present"
    yield (rule, "no-accessible-count", "a report without NumberOfServicesAccessible", completed(PLAIN, NumberOfServicesAccessible=None))
    yield (rule, "no-not-accessed-count", "a report without NumberOfServicesNotAccessed", completed(PLAIN, NumberOfServicesNotAccessed=None))
    yield (rule, "no-counts", "a report without counts", completed(PLAIN, NumberOfServicesAccessible=None, NumberOfServicesNotAccessed=None))
    rule = "report.counts-not-negative"
    yield (rule, "not-accessed-negative", "a page that counts -1 services as not accessed", {**TRUNCATED, "NumberOfServicesNotAccessed": -1})
    yield (rule, "counts-negative", "a page on which both counts are -1", {**TRUNCATED, "NumberOfServicesAccessible": -1, "NumberOfServicesNotAccessed": -1})
    yield ("report.accessible-count", "accessible-one-less", "a count of one service less than is listed", completed(PLAIN, NumberOfServicesAccessible=2))
    yield ("report.accessible-count", "accessible-none", "counts of 0 over a list of accessed services", completed([DYNAMODB, S3], NumberOfServicesAccessible=0))
    rule = "report.not-accessed-count"
    yield (rule, "not-accessed-one-less", "one service less counted as not accessed than listed so", completed(PLAIN, NumberOfServicesNotAccessed=0))
    yield (rule, "not-accessed-one-more", "one service more counted as not accessed than listed so", completed(PLAIN, NumberOfServicesNotAccessed=2))
    yield (rule, "not-accessed-swapped", "the accessed services counted as not accessed", completed([*PLAIN, S3 | item("Amazon SQS", "sqs")], NumberOfServicesNotAccessed=3))
    rule = "report.not-accessed-within-accessible"
    yield (rule, "not-accessed-beyond-accessible", "a page that counts more services as not accessed than as accessible", {**TRUNCATED, "NumberOfServicesNotAccessed": 189})
    yield (f"{rule} report.not-accessed-count", "not-accessed-beyond-listed", "a whole report with more services not accessed than there are", completed(PLAIN, NumberOfServicesNotAccessed=4))
    rule = "report.service-listed-once"
    yield rule, "service-twice", "a service twice on a page, and counted twice", completed([DYNAMODB, S3, S3])
    yield (rule, "service-twice-apart", "a service twice on a page with another between, and counted once", completed([SES, S3, SES], NumberOfServicesAccessible=2, NumberOfServicesNotAccessed=1))
    rule = "report.accessed-before-completed"
    yield (rule, "accessed-after-completed", "an attempt a day after the report was made", last(LastAuthenticatedTime="2019-10-01T06:53:37Z"))
    yield (rule, "accessed-a-second-after", "an attempt in the second after the report was made", last(LastAuthenticatedTime="2019-09-30T06:53:38Z"))
    yield (rule, "accessed-a-millisecond-after", "an attempt a millisecond after the report was made", last(LastAuthenticatedTime="2019-09-30T06:53:37.548Z"))
    yield ("pagination.truncated-has-token", "truncated-without-marker", "IsTruncated true and no Marker", without({**TRUNCATED, "Marker": None}))
    rule = "pagination.token-only-when-truncated"
    yield rule, "marker-not-truncated", "a Marker beside IsTruncated false", {**TRUNCATED, "IsTruncated": False}
    yield rule, "marker-without-truncated", "a Marker without IsTruncated", without({**TRUNCATED, "IsTruncated": None})


def _unsaid() -> Iterator[Case]:
    """Types that a client's parser does not hand on: no JSON can say them."""
    for rules, id_, description, *changes in (
        ("shape.type", "date-structure", "a structure for a date", (f">{FINISHED}<", f"><Value>{FINISHED}</Value><")),
        ("shape.type", "list-text", "a text for the list", ("<AccessDetails/>", "<AccessDetails>none</AccessDetails>")),
        ("shape.required", "list-empty-item", "an empty item in the list", ("<AccessDetails/>", "<AccessDetails><member/></AccessDetails>")),
    ):
        counts = {"NumberOfServicesAccessible": 1, "NumberOfServicesNotAccessed": 1} if "item" in id_ else {}
        yield Case(id_, description, (Response(edited(xml(completed([], **counts)), *changes)),), tuple(rules.split()))
    reason = xml(failed(POLICY, "x", ErrorDetails="No policy."))
    yield Case("reason-text", "a text for ErrorDetails", (Response(reason),), ("shape.type",))


def _generated() -> Iterator[Case]:
    for id_, description, job in (
        ("generated-short", "a JobId of 35 characters", JOB_ID[:-1]),
        ("generated-long", "a JobId of 37 characters", JOB_ID + "0"),
        ("generated-empty", "an empty JobId", ""),
        ("generated-hexadecimal", "a JobId without its hyphens", JOB_ID.replace("-", "")),
    ):
        yield Case(id_, description, (response({"JobId": job}, GENERATE),), ("shape.length",), GENERATE)
    body = xml({"JobId": JOB_ID}, GENERATE)
    for rule, id_, description, *changes in (
        ("wrapper", "generated-wrapper", "a started job in the wrapper of the reading operation", (f"<{GENERATE}Result>", f"<{RESULT}>"), (f"</{GENERATE}Result>", f"</{RESULT}>")),
        ("first", "generated-result-last", "a started job after ResponseMetadata", (METADATA, ""), (f"  <{GENERATE}Result>", METADATA + f"  <{GENERATE}Result>")),
    ):
        yield Case(id_, description, (Response(edited(body, *changes)),), (f"protocol.result-{rule}",), GENERATE)
    yield Case("generated-metadata-none", "a started job without ResponseMetadata", (Response(edited(body, (METADATA, ""))),), ("protocol.request-id",), GENERATE)
    yield Case("generated-twice", "two JobIds", (Response(edited(body, (f"<JobId>{JOB_ID}</JobId>", f"<JobId>{JOB_ID}</JobId>" * 2))),), ("protocol.member-once",), GENERATE)
    yield Case("generated-namespace-none", "a started job in no namespace", (Response(edited(body, (f' xmlns="{NAMESPACE}"', ""))),), ("protocol.namespace",), GENERATE)


def _listings() -> Iterator[Case]:
    one, two, three, four, five = FIVE
    advances, ends, repeats = "pagination.token-advances", "pagination.ends", "pagination.no-repeats"
    yield listing("listing-marker-again", "one Marker on two pages of a listing", [[one, two], [three, four], [five]], advances, per_page=({"Marker": "m"}, {"Marker": "m"}))
    yield listing("listing-marker-alternates", "two Markers that take turns", [[one], [two], [three], [four, five]], advances, per_page=({"Marker": "a"}, {"Marker": "b"}, {"Marker": "a"}))
    round_ = {"IsTruncated": True, "Marker": "m", "NumberOfServicesAccessible": 9, "NumberOfServicesNotAccessed": 4}
    yield listing("listing-goes-round", "the same page and the same Marker again", [[one, two], [one, two]], ends, per_page=(round_, round_))
    yield listing("listing-repeats-at-boundary", "the last service of a page again as the first of the next", [[one, two, three], [three, four, five]], repeats, NumberOfServicesAccessible=5)
    yield listing("listing-repeats-first-page", "the first page again as the last", [[one, two], [three], [one, two]], repeats, NumberOfServicesAccessible=3, NumberOfServicesNotAccessed=1)
    changed = {**three, "TotalAuthenticatedEntities": 9}
    yield listing("listing-repeats-otherwise", "a service on two pages with two numbers of accounts", [[two, three], [changed, four]], repeats, NumberOfServicesAccessible=3)
    yield listing("listing-loses-one", "pages with one service less than the report counts", [[one, two], [four, five]], "report.accessible-count", NumberOfServicesAccessible=5)
    yield listing("listing-drops-last-page", "a listing that ends a page too early", [[one, three], [two]], "report.accessible-count", "report.not-accessed-count", NumberOfServicesAccessible=5, NumberOfServicesNotAccessed=2)
    yield listing("listing-one-page-loses-one", "the only page with one service less than it counts", [FIVE], "report.accessible-count", NumberOfServicesAccessible=6)
    same = "report.counts-same-on-every-page"
    more = {"IsTruncated": True, "Marker": "page-3"}
    nine, eight = ({"NumberOfServicesAccessible": 9, "NumberOfServicesNotAccessed": 4}, {"NumberOfServicesAccessible": 8, "NumberOfServicesNotAccessed": 4})
    yield listing("listing-counts-move", "NumberOfServicesAccessible differs between two pages of a longer listing", [[one, two], [three]], same, per_page=(nine, {**eight, **more}))
    yield listing("listing-not-accessed-moves", "NumberOfServicesNotAccessed differs between two pages of a longer listing", [[one, two], [three]], same, per_page=(nine, {**nine, "NumberOfServicesNotAccessed": 3, **more}))
    own = tuple({"NumberOfServicesAccessible": n, "NumberOfServicesNotAccessed": 1} for n in (3, 2))
    yield listing("listing-counts-of-the-page", "counts of the page and not of the report", [[one, two, three], [four, five]], same, "report.accessible-count", "report.not-accessed-count", per_page=own)
    yield listing("listing-marker-at-the-end", "a Marker on the last page", [[one, two], [three, four, five]], "pagination.token-only-when-truncated", per_page=({}, {"Marker": "page-3"}))
    yield listing("listing-marker-missing", "IsTruncated true and no Marker on the second page", [[one, two], [three]], "pagination.truncated-has-token", per_page=(nine, {**nine, "IsTruncated": True}))
    yield listing("listing-creation-date-moves", "another JobCreationDate on the second page", [FIVE[:3], FIVE[3:]], "job.creation-date-stable", per_page=({}, {"JobCreationDate": "2019-09-30T06:53:36.188Z"}))
    yield listing("listing-completion-date-moves", "another JobCompletionDate on the second page", [FIVE[:3], FIVE[3:]], "job.completion-date-stable", per_page=({}, {"JobCompletionDate": "2019-09-30T06:53:38.547Z"}))


def _polls() -> Iterator[Case]:
    """Responses about one job, in the order in which they came."""
    forward = "job.status-forward-only"
    done, over, running = completed(PLAIN), failed(POLICY, "No policy."), pending()
    for rule, id_, description, *responses in (
        (forward, "polled-back", "a COMPLETED job that is running again", running, done, running),
        (forward, "polled-completed-then-failed", "a COMPLETED job that is FAILED afterwards", done, over),
        (forward, "polled-failed-then-completed", "a FAILED job that is COMPLETED afterwards", over, completed(PLAIN)),
        ("job.creation-date-stable", "polled-creation-date-moves", "a JobCreationDate that is the time of each call", running, pending(JobCreationDate="2019-09-30T06:53:36.687Z")),
        ("job.creation-date-stable", "polled-creation-date-at-the-end", "another JobCreationDate once the job is COMPLETED", running, completed(PLAIN, JobCreationDate="2019-09-30T06:53:37Z")),
        ("job.completion-date-stable", "polled-completion-date-moves", "a FAILED job with another JobCompletionDate when read again", over, failed(POLICY, "No policy.", JobCompletionDate="2019-09-30T06:54:37.547Z")),
    ):
        yield Case(id_, description, tuple(response(each) for each in responses), (rule,), pages=True)
