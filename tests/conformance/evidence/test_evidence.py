"""What a trace shows: which answers count as evidence about what."""

from __future__ import annotations

import pytest

from awscontract.conformance.evidence.evidence import Evidence
from awscontract.conformance.evidence.invalid_requests import unissued_job_id
from awscontract.conformance.judge.judge import judge
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.trace.exchange import Exchange, Run, Trace
from awscontract.spec.operations import load

from conformance_kit import CONTRACT, JOB, OTHER_JOB, ROOT, Scene, answer, error, given, service

UNISSUED = unissued_job_id(JOB)


def jobs(scene: Scene) -> frozenset[str]:
    return scene.evidence.known_jobs


@pytest.mark.parametrize(
    ("scene", "known"),
    [
        pytest.param(Scene().start().get(), {JOB}, id="given"),
        pytest.param(Scene().get(JOB), {JOB}, id="asked for, where nobody knows who made it"),
        pytest.param(
            Scene().get(JOB).get(UNISSUED, answer=error("NoSuchEntity")), {JOB}, id="an unissued one is not known"
        ),
        pytest.param(
            Scene().start().get().get(OTHER_JOB, answer=error("NoSuchEntity")), {JOB}, id="one that was not given"
        ),
        pytest.param(
            Scene().start().start(entity=f"{ROOT}/ou-f6g7-12345678", job=OTHER_JOB), {JOB, OTHER_JOB}, id="two reports"
        ),
        pytest.param(
            Scene().start(entity="x", job=OTHER_JOB).start(), {JOB}, id="what a malformed request got is nobody's"
        ),
        pytest.param(Scene().raw(answer()), set(), id="no JobId at all"),
        pytest.param(Scene(), set(), id="nothing"),
    ],
)
def test_known_jobs(scene: Scene, known: set[str]) -> None:
    """A JobId is known where the service gave it, or failing that where a valid request used it."""
    assert jobs(scene) == known


def test_a_response_about_an_unissued_id_is_no_evidence_about_reports() -> None:
    """A service that answers any JobId breaks one rule by that, and its answers there are held against nothing else."""
    scene = Scene().start().get(answer=answer([service("a")])).get(UNISSUED, answer=answer([service("b")]))
    assert [each.job_id for each in scene.evidence.responses] == [JOB]
    assert scene.broken() == {"job.unknown-id-refused"}


def test_the_answer_to_a_broken_request_is_no_page() -> None:
    """What MaxItems=0 gets is a probe's answer, and no page of the report."""
    scene = Scene().start().get().get(max_items=0, answer=answer([]))
    assert len(scene.evidence.pages) == 1
    assert [(each.member, each.constraint) for each in scene.evidence.probes] == [("MaxItems", "minimum")]


def test_a_request_with_two_faults_is_neither_probe_nor_page() -> None:
    scene = Scene().start().get().get("short", max_items=0, answer=answer())
    assert len(scene.evidence.probes) == 0
    assert scene.broken() == set()


@pytest.mark.parametrize(
    ("scene", "proven"),
    [
        pytest.param(Scene().start().get().get(max_items=0, answer=error()), True, id="it worked before"),
        pytest.param(Scene().start().get(max_items=0, answer=error()).get(), False, id="only afterwards"),
        pytest.param(Scene().start().get(answer=error()).get(max_items=0, answer=error()), False, id="refused too"),
        pytest.param(Scene().start().get().get(max_items=0, answer=error()).get(answer=error("NoSuchEntity")), False, id="expired meanwhile"),
        pytest.param(Scene().start().get(max_items=5).get(max_items=0, answer=error()), True, id="with another value there"),
        pytest.param(Scene().start().get().get(sort_key="LAST_AUTHENTICATED_TIME_ASCENDING", max_items=0, answer=error()), False,
            id="something else differs too"),
        pytest.param(Scene().get(UNISSUED, answer=error("NoSuchEntity")).get("short", answer=error()), False, id="no known job"),
    ],
)  # fmt: skip
def test_what_proves_a_probe(scene: Scene, proven: bool) -> None:
    """A refusal proves something where a request that differs from it in the broken member alone worked, and still does."""
    [probe] = scene.evidence.probes
    assert probe.proven is proven
    assert bool(probe.reason) is not proven


def test_starts_of_a_report() -> None:
    """The entity of a report is known where every valid request that got its JobId names the same."""
    [report] = Scene().start().start().get().evidence.collections
    assert report.subject == ROOT
    [report] = Scene().start().start(entity=f"{ROOT}/ou-f6g7-12345678").get().evidence.collections
    assert report.subject is None
    [report] = Scene().get().evidence.collections
    assert report.subject is None


def test_saved_answers_are_jobs_of_their_own_unless_joined() -> None:
    """Two files may be about two jobs: they are compared only where somebody said that they belong together."""
    first, second = answer(), answer(created="2026-02-01T00:00:00Z")
    apart, joined = Scene(), Scene(joined=True)
    for each in (first, second):
        apart.saved(each)
        joined.saved(each)
    assert apart.broken() == set()
    assert "job.creation-date-stable" in joined.broken()


def test_evidence_is_a_function_of_the_trace() -> None:
    """A trace that was written and read again shows the same."""
    scene = Scene().start(answer=given(JOB)).get(answer=answer([service("b"), service("a")])).lost().get(max_items=0)
    again = judge(Evidence(Trace.loads(scene.trace.dumps()), protocol_for(CONTRACT), CONTRACT))
    assert {each.id: each for each in again} == scene.outcomes()


def test_a_parameter_that_every_request_carries_is_not_a_probe() -> None:
    """moto's identity stores have ids that the model's pattern does not allow: its listings are judged all the same."""
    contract = load("identitystore:ListUsers")
    request = {"IdentityStoreId": "d-not hexadecimal"}
    body = b'{"Users": []}'
    exchanges = (
        Exchange(0, contract.operation, request, status=200, body=body),
        Exchange(1, contract.operation, {"IdentityStoreId": ""}, status=200, body=body),
    )
    found = [
        [
            page.exchange.index
            for page in Evidence(Trace(exchanges, contract.id, run), protocol_for(contract), contract).pages
        ]
        for run in (Run(), Run(parameters=request))
    ]
    assert found == [[], [0]]
