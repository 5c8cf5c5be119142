"""The first finding explains the rest: one fault of a service is one finding, named for what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from awscontract.conformance.judge.judge import findings, judge
from awscontract.conformance.results.result import RuleResult

from conformance_kit import GET, JOB, OTHER_JOB, ROOT, USED, Reply, Scene, answer, error, service

NAMES = [f"s{number:03}" for number in range(262)]
UP, DOWN = "SERVICE_NAMESPACE_ASCENDING", "SERVICE_NAMESPACE_DESCENDING"


def shown(scene: Scene) -> list[str]:
    """The rules in the order in which a user is shown them."""
    return [each.id for each in findings(judge(scene.evidence))]


def page(names: list[str], marker: str | None = None, **members: object) -> Reply:
    return answer([service(name) for name in names], marker=marker, accessible=262, not_accessed=262, **members)


@pytest.mark.parametrize("truncated", [False, None], ids=["hard-coded false", "left out"])
def test_pages_that_are_cut_without_saying_so(truncated: bool | None) -> None:
    """The counts are right; that more follows is what is missing, in every job of the trace."""
    scene = Scene().start().get(answer=page(NAMES[:100], truncated=truncated))
    scene.get(max_items=1000, answer=page(NAMES, truncated=truncated))
    scene.get(max_items=7, answer=page(NAMES[:7], truncated=truncated))
    scene.start(job=OTHER_JOB).get(OTHER_JOB, answer=page(NAMES[:100], truncated=truncated))

    assert shown(scene) == ["pagination.complete", "job.same-request-same-job"]
    found = scene.outcome("pagination.complete")
    assert len(found.violations) == 3
    assert "more services follow" in found.violations[0].message
    assert found.violations[0].expected == "IsTruncated true, or 262 services"
    assert scene.outcome("report.accessible-count").because == "pagination.complete"


def test_a_count_that_is_wrong_is_the_counts_fault() -> None:
    """A page with room for more shows that nothing is missing."""
    scene = Scene().start().get(max_items=1000, answer=answer([service(name) for name in NAMES], accessible=263))
    assert shown(scene) == ["report.accessible-count"]


def test_services_in_another_order_at_each_call() -> None:
    """Lists of one page that differ show it; what is lost and repeated between pages follows from it."""
    scene = Scene().start()
    for turn in (0, 9, 100, 30):
        scene.get(max_items=1000, answer=page(NAMES[turn:] + NAMES[:turn]))
    scene.get(max_items=200, answer=page((NAMES[60:] + NAMES[:60])[:200], "m"))
    scene.get(max_items=200, marker="m", answer=page((NAMES[90:] + NAMES[:90])[200:]))
    assert shown(scene) == ["pagination.order-continues"]


def test_an_empty_marker_at_the_end() -> None:
    """One finding: the Marker is too short, and would be left out."""
    scene = Scene().start().get(answer=answer(marker="", truncated=False))
    assert shown(scene) == ["shape.length"]


def test_a_crash_on_an_invalid_value() -> None:
    """A server error, and not markup that is malformed."""
    crash = Reply(500, b"<html><body>ValueError: invalid literal for int()", {"content-type": "text/html"})
    scene = Scene().start().get().raw(crash, GET, JobId=JOB, MaxItems="1x").get()
    assert shown(scene) == ["validation.max-items-integer", "validation.no-crash"]
    [violation] = scene.outcome("validation.max-items-integer").violations
    assert violation.message == "server error (HTTP 500) on MaxItems='1x'"


def test_crashes_on_every_invalid_value_are_one_finding() -> None:
    """And a warning."""
    crash = error("InternalFailure", status=500)
    scene = Scene().start().get()
    for wrong in ({"MaxItems": 0}, {"MaxItems": 1001}, {"SortKey": "x"}, {"Marker": ""}):
        scene.raw(crash, GET, JobId=JOB, **wrong)
    assert shown(scene.get()) == ["validation.max-items-minimum", "validation.no-crash"]


def test_a_refusal_that_has_nothing_to_do_with_the_value() -> None:
    """No report is being made: the code of a busy service is not one for a malformed path."""
    scene = Scene().start().get().start(entity=ROOT[:18], answer=error("ReportGenerationLimitExceeded", status=400))
    assert shown(scene) == ["validation.error-code"]
    assert scene.outcome("validation.entity-path-length").outcome == "passed"


def test_a_probe_that_proves_nothing_is_the_reason() -> None:
    """Not exercised, although it was sent: the reason says so."""
    scene = Scene().start().get(answer=answer(status="IN_PROGRESS"))
    scene.start(entity=ROOT[:18], answer=error("ReportGenerationLimitExceeded"))
    assert scene.outcome("validation.entity-path-length").reason == (
        "EntityPath of 18 characters was sent, and proves nothing: another job was still running"
    )


def test_no_dates_at_all() -> None:
    """The reason why nothing was judged is true."""
    scene = Scene().start()
    for _ in range(4):
        scene.get(answer=answer(created=None, completed=None))
    reason = scene.outcome("job.creation-date-stable").reason or ""
    assert reason.startswith("it needs two responses about one job with a JobCreationDate")


def test_saved_responses_say_nothing_of_their_requests() -> None:
    """Two JobIds in two files are not two answers to one request."""
    scene = Scene()
    for job in (JOB, OTHER_JOB):
        reply = Scene().start(job=job).exchanges[0].body
        scene.saved(Reply(200, reply), "GenerateOrganizationsAccessReport")
    assert shown(scene) == []
    assert scene.outcome("job.same-request-same-job").outcome == "not-exercised"


def test_an_empty_report_proves_nothing_about_orders() -> None:
    scene = Scene().start().get(sort_key=UP, answer=answer([])).get(sort_key=DOWN, answer=answer([]))
    assert scene.outcome("sort.same-services-under-every-key").outcome == "not-exercised"


def test_server_errors_come_first() -> None:
    """Before anything else of the same level, whatever the catalogue's order is."""
    scene = (
        Scene().start().get(answer=answer(root="html")).get(max_items=5, answer=error("InternalFailure", status=500))
    )
    scene.get(max_items=5, answer=error("InternalFailure", status=500))
    assert shown(scene)[:2] == ["protocol.no-server-error", "protocol.root-element"]


def test_order_of_findings() -> None:
    """Failures, warnings, notes; and what passed is none."""
    base = RuleResult("a.b", "must", "model", "https://example.com", "passed")
    rules = [replace(base, id=f"x.{outcome}", outcome=outcome) for outcome in ("noted", "passed", "warned", "failed")]  # type: ignore[arg-type]
    assert [each.outcome for each in findings(rules)] == ["failed", "warned", "noted"]


def test_what_a_service_says_is_cut_to_a_readable_length() -> None:
    """Megabytes of a hostile name are one short line."""
    scene = Scene().start().get(answer=answer(root="x" * 2_000_000))
    scene.get(answer=answer([service("a", time=USED, entity=None), service("b" * 2_000_000)], marker="m" * 1_000_000))
    for rule in judge(scene.evidence):
        for violation in rule.violations:
            for text in (violation.message, violation.expected, violation.actual, violation.path):
                assert text is None or (len(text) < 400 and text.isprintable())
