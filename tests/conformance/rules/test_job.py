"""The job rules, over scenes of one job's life."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from awscontract.conformance.evidence.invalid_requests import unissued_job_id, unissued_subject
from awscontract.conformance.trace.exchange import Failure

from conformance_kit import (
    ACCOUNT,
    COMPLETED,
    CREATED,
    JOB,
    OTHER_JOB,
    ROOT,
    USED,
    Case,
    Reply,
    Scene,
    answer,
    error,
    given,
    service,
    uncovered,
)

RUNNING = answer(status="IN_PROGRESS")
DONE = answer()
FAILED = answer(status="FAILED")
UNISSUED = unissued_job_id(JOB)
NOWHERE = unissued_subject(ROOT)
THIRD_JOB = "c04f5a6b-7d8e-9012-3f4a-5b6c7d8e9f01"
EARLY = "LAST_AUTHENTICATED_TIME_ASCENDING"
OLD = answer(created="2011-03-01T12:00:00Z")
NOON = 1772366400.0  # 2026-03-01T12:00:00Z
TIMEOUT = Failure("timeout", "no whole answer in 10 s")


def case(slug: str, outcome: str, claim: str, scene: Scene, *also: str, because: str | None = None) -> Case:
    return Case(f"job.{slug}", outcome, claim, scene, frozenset(also), because)


def kept(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "passed", claim, scene, *also)


def idle(slug: str, claim: str, scene: Scene, *also: str) -> Case:
    return case(slug, "not-exercised", claim, scene, *also)


def shown(*answers: Reply | Failure) -> Scene:
    """One job, and these answers about it in turn."""
    scene = Scene().start()
    for each in answers:
        scene.get(answer=each)
    return scene


def begun(began: float, created: str) -> Scene:
    """A job that was requested at that time, in seconds since 1970."""
    return Scene(began=began).start().get(answer=answer(created=created, completed="2037-01-01T00:00:00Z"))


def dated(date: str, created: str) -> Scene:
    """A job whose request was answered with that HTTP Date."""
    return (
        Scene()
        .start(answer=given().under(200, date=date))
        .get(answer=answer(created=created, completed="2037-01-01T00:00:00Z"))
    )


def at_once(*answers: Reply) -> Scene:
    """The same, all of them under way at the same time."""
    scene = Scene().start()
    with scene.together():
        for each in answers:
            scene.get(answer=each)
    return scene


def asked(reply: Reply | Failure, **other: str | int) -> Scene:
    """A JobId that nobody was given, beside one that somebody was."""
    return Scene().start().get().raw(reply, JobId=UNISSUED, **other)


def two_starts(second: str, *, entity: str = ROOT, policy: str | None = None, pause: float = 0.0) -> Scene:
    return Scene().start().get().wait(pause).start(entity=entity, policy=policy, job=second)


def nowhere(reply: Reply | None = None, *answers: Reply) -> Scene:
    """A report on an entity that does not exist, and what is shown about it."""
    scene = Scene().start().get().start(entity=NOWHERE, answer=reply or given(OTHER_JOB))
    for each in answers:
        scene.get(OTHER_JOB, answer=each)
    return scene


def tied(*orders: Sequence[str], sizes: Sequence[int] = (1000, 1000), key: str | None = EARLY) -> Scene:
    """A report whose services were all accessed at one time, read in these orders; what a page lacks, another one holds."""
    scene = Scene().start()
    total = len(orders[0])
    for order, size in zip(orders, sizes, strict=True):
        following = "m" if len(order) < total else None
        items = [service(each, time=USED) for each in order]
        scene.get(
            max_items=size, sort_key=key, answer=answer(items, marker=following, accessible=total, not_accessed=0)
        )
    return scene


A, B = service("a", time=USED), service("b")
PAIR = answer([A, B])

CASES = [
    # id returned
    kept("id-returned", "a JobId", Scene().start()),
    kept("id-returned", "one that is no UUID", Scene().start(job="examplea-1234-b567-cde8-90fg123abcd4")),
    kept("id-returned", "the same one twice", Scene().start().start()),
    case("id-returned", "failed", "none", Scene().start(job=None)),
    idle("id-returned", "nothing was asked for", Scene().get()),
    idle("id-returned", "another report is running", Scene().start(answer=error("ReportGenerationLimitExceeded"))),
    idle("id-returned", "no access", Scene().start(answer=error("AccessDenied"))),
    idle("id-returned", "no answer", Scene().lost("timeout", "GenerateOrganizationsAccessReport", EntityPath=ROOT)),
    # creation-date-stable
    kept("creation-date-stable", "the same text", shown(RUNNING, DONE)),
    kept("creation-date-stable", "the same instant in another zone", shown(DONE, answer(created="2026-03-01T11:00:00.125+01:00")),
        "protocol.timestamp-utc"),
    kept("creation-date-stable", "coarser, then finer, more than a second apart", shown(answer(created="2026-03-01T10:00:00Z"), DONE, DONE)),
    idle("creation-date-stable", "whole seconds, read again within one", shown(*[answer(created="2026-03-01T10:00:00Z")] * 2)),
    case("creation-date-stable", "failed", "whole seconds, moved within one", shown(
        answer(created="2026-03-01T10:00:00Z"), answer(created="2026-03-01T10:00:01Z"))),
    kept("creation-date-stable", "more digits of the same", shown(DONE, answer(created="2026-03-01T10:00:00.1250Z")),
        "protocol.timestamp-precision"),
    case("creation-date-stable", "failed", "a second later", shown(RUNNING, answer(created="2026-03-01T10:00:01.125Z"))),
    case("creation-date-stable", "failed", "a millisecond later", shown(DONE, answer(created="2026-03-01T10:00:00.126Z"))),
    case("creation-date-stable", "failed", "moved behind a coarser text", shown(
        DONE, answer(created="2026-03-01T10:00:00Z"), answer(created="2026-03-01T10:00:00.900Z"))),
    case("creation-date-stable", "failed", "another one when it failed", shown(RUNNING, answer(status="FAILED", created="2026-03-01T10:00:02Z"))),
    case("creation-date-stable", "failed", "moved after a coarser text", shown(
        answer(created="2026-03-01T10:00:00Z"), DONE, answer(created="2026-03-01T10:00:00.900Z"))),
    idle("creation-date-stable", "one answer", shown(DONE)),
    idle("creation-date-stable", "two jobs", Scene().start().get().start(entity=f"{ROOT}/ou-f6g7-12345678", job=OTHER_JOB).get(OTHER_JOB)),
    # completion-date-stable
    kept("completion-date-stable", "the same", shown(RUNNING, DONE, DONE)),
    kept("completion-date-stable", "of a job that failed", shown(FAILED, FAILED)),
    kept("completion-date-stable", "coarser", shown(DONE, answer(completed="2026-03-01T10:00:04Z"), DONE)),
    idle("completion-date-stable", "whole seconds, read again within one", shown(*[answer(completed="2026-03-01T10:00:04Z")] * 2)),
    case("completion-date-stable", "failed", "later at every call", shown(DONE, answer(completed="2026-03-01T10:00:05.750Z"))),
    case("completion-date-stable", "failed", "moved behind a coarser text", shown(
        answer(completed="2026-03-01T10:00:04.100Z"), answer(completed="2026-03-01T10:00:04Z"), DONE)),
    idle("completion-date-stable", "finished once", shown(RUNNING, DONE)),
    idle("completion-date-stable", "finished, then expired", shown(DONE, error("NoSuchEntity"))),
    # completion-date-absent-in-progress
    kept("completion-date-absent-in-progress", "absent", shown(RUNNING)),
    case("completion-date-absent-in-progress", "failed", "there", shown(answer(status="IN_PROGRESS", completed=COMPLETED))),
    case("completion-date-absent-in-progress", "indeterminate", "there and empty", shown(answer(status="IN_PROGRESS", completed="")),
        "protocol.timestamp-format", because="protocol.timestamp-format"),
    idle("completion-date-absent-in-progress", "an immediately finished job", shown(DONE)),
    # completion-date-when-finished
    kept("completion-date-when-finished", "completed", shown(DONE)),
    kept("completion-date-when-finished", "failed", shown(FAILED)),
    case("completion-date-when-finished", "failed", "completed without", shown(answer(completed=None))),
    case("completion-date-when-finished", "failed", "failed without", shown(answer(status="FAILED", completed=None))),
    idle("completion-date-when-finished", "running", shown(RUNNING)),
    # creation-date-plausible
    kept("creation-date-plausible", "at the time of the request", begun(NOON, "2026-03-01T12:00:02Z")),
    kept("creation-date-plausible", "a clock that is half an hour behind", begun(NOON, "2026-03-01T11:31:00Z")),
    kept("creation-date-plausible", "a clock that is half an hour ahead", begun(NOON, "2026-03-01T12:29:00.500Z")),
    kept("creation-date-plausible", "by the date of the response", dated("Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00:02Z")),
    case("creation-date-plausible", "warned", "in 2011", begun(NOON, "2011-03-01T12:00:00Z")),
    case("creation-date-plausible", "warned", "in ten years", begun(NOON, "2036-03-01T12:00:00Z")),
    case("creation-date-plausible", "warned", "another time zone, written as UTC", begun(NOON, "2026-03-01T14:00:00Z")),
    case("creation-date-plausible", "warned", "far from the date of the response", dated("Sun, 01 Mar 2026 12:00:00 GMT", "2011-03-01T12:00:02Z")),
    idle("creation-date-plausible", "nobody knows when the request was sent", shown(DONE)),
    idle("creation-date-plausible", "the date of the response cannot be read", dated("noon", "2011-03-01T12:00:02Z")),
    idle("creation-date-plausible", "nobody saw the request", Scene(began=NOON).get(answer=OLD)),
    # completed-after-created
    kept("completed-after-created", "later", shown(DONE)),
    kept("completed-after-created", "the same instant", shown(answer(completed=CREATED))),
    kept("completed-after-created", "the same second, written coarser", shown(answer(completed="2026-03-01T10:00:00Z"))),
    case("completed-after-created", "warned", "earlier", shown(answer(completed="2026-03-01T09:59:59Z"))),
    case("completed-after-created", "warned", "a millisecond earlier", shown(answer(completed="2026-03-01T10:00:00.124Z"))),
    idle("completed-after-created", "running", shown(RUNNING)),
    # status-forward-only
    kept("status-forward-only", "completed twice", shown(RUNNING, DONE, DONE)),
    kept("status-forward-only", "failed twice", shown(FAILED, FAILED)),
    kept("status-forward-only", "refused in between", shown(DONE, error("Throttling"), DONE)),
    case("status-forward-only", "failed", "completed, then running", shown(DONE, RUNNING)),
    case("status-forward-only", "failed", "completed, then failed", shown(DONE, FAILED)),
    case("status-forward-only", "failed", "failed, then completed", shown(FAILED, DONE)),
    case("status-forward-only", "failed", "back and forth", shown(DONE, RUNNING, DONE)),
    idle("status-forward-only", "running, then completed", shown(RUNNING, RUNNING, DONE)),
    idle("status-forward-only", "two answers that overlap", at_once(DONE, RUNNING)),
    idle("status-forward-only", "expired", shown(DONE, error("NoSuchEntity"))),
    # failed-has-error-details
    kept("failed-has-error-details", "there", shown(FAILED)),
    kept("failed-has-error-details", "a code that nobody knows", shown(answer(status="FAILED", failure=("SOMETHING_ELSE", "Hm.")))),
    case("failed-has-error-details", "failed", "absent", shown(answer(status="FAILED", failure=None))),
    idle("failed-has-error-details", "completed", shown(DONE)),
    idle("failed-has-error-details", "a status that nobody knows", shown(answer(status="BROKEN", completed=None)), "shape.enum"),
    # error-details-only-when-failed
    kept("error-details-only-when-failed", "completed without", shown(RUNNING, DONE)),
    case("error-details-only-when-failed", "warned", "completed with", shown(answer(failure=("A", "b")))),
    case("error-details-only-when-failed", "warned", "running with", shown(answer(status="IN_PROGRESS", failure=("A", "b")))),
    idle("error-details-only-when-failed", "failed", shown(FAILED)),
    # report-only-when-completed
    kept("report-only-when-completed", "running", shown(RUNNING)),
    kept("report-only-when-completed", "failed", shown(FAILED)),
    kept("report-only-when-completed", "IsTruncated left out", shown(answer(status="IN_PROGRESS", truncated=None))),
    kept("report-only-when-completed", "an empty AccessDetails", shown(answer([], status="IN_PROGRESS", accessible=None, not_accessed=None))),
    case("report-only-when-completed", "warned", "a count of 0", shown(answer(status="IN_PROGRESS", accessible=0))),
    case("report-only-when-completed", "warned", "services", shown(answer([A], status="IN_PROGRESS", accessible=None, not_accessed=None))),
    case("report-only-when-completed", "warned", "services of a job that failed", shown(answer([A], status="FAILED"))),
    case("report-only-when-completed", "warned", "more is promised", shown(answer(status="IN_PROGRESS", truncated=True, marker="m"))),
    idle("report-only-when-completed", "completed", shown(DONE)),
    # read-repeatable
    kept("read-repeatable", "twice the same", shown(PAIR, PAIR)),
    kept("read-repeatable", "another order of the elements", shown(PAIR, PAIR.rewritten(
        ("<IsTruncated>false</IsTruncated>", ""), ("<JobStatus>", "<IsTruncated>false</IsTruncated><JobStatus>")))),
    kept("read-repeatable", "a time written finer", shown(PAIR, answer([service("a", time="2026-02-27T08:30:00.250Z"), B]))),
    case("read-repeatable", "warned", "another Region", shown(PAIR, answer([service("a", time=USED, region="us-east-1"), B]))),
    case("read-repeatable", "warned", "another time", shown(PAIR, answer([service("a", time="2026-02-27T08:31:00Z"), B]))),
    case("read-repeatable", "warned", "another path", shown(PAIR, answer([service("a", time=USED, entity=f"{ROOT}/ou-f6g7-12345678/1" + "2" * 11), B]))),
    case("read-repeatable", "warned", "another number of accounts", shown(PAIR, answer([service("a", time=USED, total=2), B]))),
    case("read-repeatable", "warned", "a count that moves", shown(PAIR, answer([A, B], accessible=3)), "report.accessible-count"),
    case("read-repeatable", "warned", "a count that shrinks", shown(PAIR, answer([A, B], accessible=1)), "report.accessible-count"),
    case("read-repeatable", "warned", "a time that is lost", shown(PAIR, answer([service("a", entity=ACCOUNT), B])),
        "report.attempt-details-together"),
    case("read-repeatable", "warned", "a time that is found", shown(answer([service("a", entity=ACCOUNT), B]), PAIR),
        "report.attempt-details-together"),
    case("read-repeatable", "warned", "another number, behind a service without a namespace", shown(
        answer([service(None), B]), answer([service(None, name="other"), service("b", total=2)])),
        "shape.required", "report.no-attempt-counts-none"),
    case("read-repeatable", "warned", "ties that change places", tied("abcdef", "abcfed")),
    kept("read-repeatable", "another part of one order", tied(["iam", "s3", "sqs"], ["iam", "s3"], sizes=(3, 2), key=None)),
    idle("read-repeatable", "ties that change places with the size of the page", tied("abc", "bac", sizes=(1000, 999))),
    idle("read-repeatable", "one service, in pages of two sizes", tied("a", "a", sizes=(1000, 999), key=None)),
    idle("read-repeatable", "a service twice on one page", shown(answer([A, service("a", time=USED, region="us-east-1")])),
        "report.service-listed-once"),
    case("read-repeatable", "indeterminate", "another order: that is found by a rule of its own",
        shown(PAIR, answer([B, A])), "pagination.order-continues", because="pagination.order-continues"),
    idle("read-repeatable", "read once", shown(RUNNING, PAIR)),
    idle("read-repeatable", "expired", shown(PAIR, error("NoSuchEntity"))),
    # unknown-id-refused
    kept("unknown-id-refused", "NoSuchEntity, 404", asked(error("NoSuchEntity"))),
    kept("unknown-id-refused", "throttled first", asked(error("Throttling")).raw(error("NoSuchEntity"), JobId=UNISSUED)),
    kept("unknown-id-refused", "no answer first", asked(TIMEOUT).raw(error("NoSuchEntity"), JobId=UNISSUED)),
    case("unknown-id-refused", "failed", "a report", asked(DONE)),
    case("unknown-id-refused", "failed", "a job that failed", asked(FAILED)),
    case("unknown-id-refused", "failed", "another code", asked(error("ValidationError"))),
    case("unknown-id-refused", "failed", "another status", asked(error("NoSuchEntity", status=400))),
    case("unknown-id-refused", "failed", "a crash", asked(error("ServiceFailure"))),
    case("unknown-id-refused", "failed", "another code under 404", asked(error("AccessDenied", status=404))),
    case("unknown-id-refused", "failed", "yet another code under 404", asked(error("ValidationError", status=404))),
    case("unknown-id-refused", "failed", "a greater status", asked(error("NoSuchEntity", status=409))),
    kept("unknown-id-refused", "behind a request that has something else wrong too",
        asked(error("ValidationError"), MaxItems=0).raw(error("NoSuchEntity"), JobId=UNISSUED)),
    case("unknown-id-refused", "indeterminate", "refused under 200", asked(error("NoSuchEntity", status=200)), "protocol.status",
        because="protocol.status"),
    case("unknown-id-refused", "indeterminate", "no answer", asked(TIMEOUT)),
    case("unknown-id-refused", "indeterminate", "throttled for ever", asked(error("Throttling"))),
    case("unknown-id-refused", "indeterminate", "unreadable", asked(Reply(404, b"<html>")), "protocol.well-formed", because="protocol.well-formed"),
    idle("unknown-id-refused", "nobody asked", shown(DONE)),
    idle("unknown-id-refused", "something else is wrong too", asked(error("ValidationError"), MaxItems=0)),
    # unknown-entity-fails
    kept("unknown-entity-fails", "the job fails", nowhere(None, RUNNING, FAILED)),
    kept("unknown-entity-fails", "refused", nowhere(error("AccessDenied"))),
    kept("unknown-entity-fails", "the job fails, whatever is shown of others", Scene().start(job=OTHER_JOB).get(OTHER_JOB)
        .start(entity=NOWHERE, job=JOB).get(JOB, answer=FAILED)),
    case("unknown-entity-fails", "noted", "a report is made", nowhere(None, RUNNING, DONE)),
    case("unknown-entity-fails", "noted", "refused, then a report is made",
        nowhere(error("AccessDenied")).start(entity=NOWHERE, job=OTHER_JOB).get(OTHER_JOB)),
    case("unknown-entity-fails", "noted", "never finished, then a report is made",
        nowhere(None, RUNNING).start(entity=NOWHERE, job=THIRD_JOB).get(THIRD_JOB), "job.same-request-same-job"),
    idle("unknown-entity-fails", "beside a request that was refused itself",
        Scene().start(answer=error("AccessDenied")).start(entity=NOWHERE, answer=error("AccessDenied"))),
    idle("unknown-entity-fails", "never finished", nowhere(None, RUNNING)),
    idle("unknown-entity-fails", "another report is running", nowhere(error("ReportGenerationLimitExceeded"))),
    idle("unknown-entity-fails", "throttled", nowhere(error("Throttling"))),
    idle("unknown-entity-fails", "nobody asked", shown(DONE)),
    # same-request-same-job
    kept("same-request-same-job", "the same", two_starts(JOB)),
    case("same-request-same-job", "noted", "another one", two_starts(OTHER_JOB)),
    case("same-request-same-job", "noted", "another one, by whatever name", Scene().start(job=OTHER_JOB).get(OTHER_JOB).start(job=JOB)),
    case("same-request-same-job", "noted", "another one, long after the first request of all",
        Scene().wait(100).start().get().start(job=OTHER_JOB)),
    case("same-request-same-job", "noted", "just within the minute", two_starts(OTHER_JOB, pause=57.5)),
    idle("same-request-same-job", "after a minute", two_starts(OTHER_JOB, pause=58)),
    idle("same-request-same-job", "no JobId", Scene().start(job=None).start(job=None), "job.id-returned"),
    idle("same-request-same-job", "asked once", shown(DONE)),
    idle("same-request-same-job", "another entity", two_starts(OTHER_JOB, entity=f"{ROOT}/ou-f6g7-12345678")),
    idle("same-request-same-job", "another policy", two_starts(OTHER_JOB, policy="p-FullAWSAccess")),
    idle("same-request-same-job", "more than a minute later", two_starts(OTHER_JOB, pause=61)),
    idle("same-request-same-job", "the second is refused", Scene().start().start(answer=error("ReportGenerationLimitExceeded"))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_job(case: Case) -> None:
    """Each rule has the outcome that the scene claims, and no other rule is broken there."""
    case.holds()


def test_every_rule_has_its_cases() -> None:
    """Each of the family's rules is kept, broken and not exercised above."""
    assert not uncovered("job", CASES)


def test_claims_differ() -> None:
    """No two cases make the same claim."""
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_date_that_moved_once_is_one_violation() -> None:
    """What changed is one violation, however often the new value is shown afterwards."""
    moved = answer(created="2026-03-01T10:00:01.125Z")
    found = shown(RUNNING, moved, moved, moved).outcome("job.creation-date-stable")
    assert [each.exchanges for each in found.violations] == [(1, 2)]


def test_a_date_that_moved_is_compared_with_the_first_one() -> None:
    """Where the date stayed for a while, the finding shows where it was first."""
    [violation] = shown(RUNNING, RUNNING, answer(created=COMPLETED)).outcome("job.creation-date-stable").violations
    assert violation.exchanges == (1, 3)


def test_a_date_that_is_too_early_is_shown() -> None:
    """As it was written."""
    scene = shown(answer(status="IN_PROGRESS", completed=COMPLETED))
    [violation] = scene.outcome("job.completion-date-absent-in-progress").violations
    assert violation.actual == COMPLETED


def test_dates_that_move_are_one_finding() -> None:
    """Both dates of the call, the second one before the first: the creation date is what to look at."""
    scene = shown(
        answer(created="2026-03-01T10:00:01Z", completed="2026-03-01T10:00:00Z"),
        answer(created="2026-03-01T10:00:03Z", completed="2026-03-01T10:00:02Z"),
    )
    assert scene.broken() == {"job.creation-date-stable"}
    assert scene.outcome("job.completion-date-stable").because == "job.creation-date-stable"
    assert scene.outcome("job.completed-after-created").because == "job.creation-date-stable"


@pytest.mark.parametrize(
    ("reply", "actual"),
    [(DONE, "a result, HTTP 200"), (error("ValidationError", "No."), "HTTP 400, ValidationError: No.")],
)
def test_the_response_to_an_unissued_id_is_shown(reply: Reply, actual: str) -> None:
    """A result or a refusal of another kind, with its status."""
    [violation] = asked(reply).outcome("job.unknown-id-refused").violations
    assert violation.actual == actual


@pytest.mark.parametrize("status", [200, 399])
def test_a_refusal_under_a_wrong_status_is_not_judged(status: int) -> None:
    """That is the status rule's affair, and the reason says so."""
    found = asked(error("NoSuchEntity", status=status)).outcome("job.unknown-id-refused")
    assert found.reason == f"it is refused with HTTP {status}"


def test_a_report_on_nothing_is_shown_by_its_last_answer() -> None:
    """The exchanges are the request for it and what was read last."""
    [violation] = nowhere(None, DONE, DONE).outcome("job.unknown-entity-fails").violations
    assert violation.exchanges == (2, 4)


@pytest.mark.parametrize(
    ("first", "second", "expected", "actual"),
    [
        ("abcdef", "abcfed", "c then d then e", "c then f then e"),
        ("abcfed", "abcdef", "c then f then e", "c then d then e"),
        ("abcdef", "bacdef", "a then b", "b then a"),
    ],
)
def test_where_two_orders_part_is_shown(first: str, second: str, expected: str, actual: str) -> None:
    """The first place at which they differ, and its neighbours."""
    [violation] = tied(first, second).outcome("job.read-repeatable").violations
    assert (violation.expected, violation.actual) == (expected, actual)


def test_each_service_that_changed_is_one_violation() -> None:
    """However often the report is read again, and whatever else changes."""
    moved = service("a", time=USED, region="us-east-1")
    scene = shown(PAIR, answer([moved, B]), answer([moved, service("b", total=None)]))
    found = scene.outcome("job.read-repeatable").violations
    assert [each.expected for each in found] == [f"at {USED} by {ACCOUNT} in eu-west-1 total 1", "total 0"]
    assert [each.actual for each in found] == [f"at {USED} by {ACCOUNT} in us-east-1 total 1", "never accessed"]


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(shown(RUNNING, RUNNING, DONE, DONE), id="an ordinary life"),
        pytest.param(shown(DONE, DONE), id="an immediately finished job"),
        pytest.param(shown(RUNNING, FAILED, FAILED), id="a job that fails"),
        pytest.param(shown(DONE, error("NoSuchEntity")), id="a finished job that is later unknown"),
        pytest.param(shown(DONE, error("AccessDenied")), id="a finished job that is later refused"),
        pytest.param(shown(error("Throttling"), DONE), id="throttled"),
        pytest.param(Scene().start().start().get(), id="the same JobId for the same request"),
        pytest.param(Scene().start(answer=error("AccessDenied")), id="no access"),
        pytest.param(
            Scene().start(answer=error("ReportGenerationLimitExceeded")).start().get(), id="another report is running"
        ),
        pytest.param(
            Scene().start(job="examplea-1234-b567-cde8-90fg123abcd4").get("examplea-1234-b567-cde8-90fg123abcd4"),
            id="no UUID",
        ),
        pytest.param(
            shown(answer(created="2026-03-01T10:00:00Z", completed="2026-03-01T10:00:00.001Z")), id="two precisions"
        ),
        pytest.param(at_once(DONE, RUNNING, DONE), id="answers that overlap"),
    ],
)
def test_variants(scene: Scene) -> None:
    """What the contract leaves free breaks no rule at all."""
    assert scene.broken() == set()
