"""From checks to outcomes: what outweighs what, whose failure explains whose, and what a verdict is made of."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from awscontract.conformance.judge.evaluate import conclude
from awscontract.conformance.judge.judge import _worded, judge
from awscontract.conformance.results.result import MAX_SHOWN, Result, RuleResult, Target
from awscontract.conformance.rules import RULES, function_of, suppressors
from awscontract.conformance.trace.exchange import Run
from awscontract.conformance.trace.steps import Outcome
from awscontract.spec import schema
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import access_reports, load

from conformance_kit import COMPLETED, CONTRACT, JOB, USED, Reply, Scene, answer, error, service


def concluded(scene: Scene, outcome: Outcome | None = None) -> Result:
    run = Run(calls=len(scene.exchanges))
    result = conclude(CONTRACT, judge(scene.evidence), outcome or Outcome(), Target("trace"), run)
    Draft202012Validator(schema("result")).validate(result.to_dict())
    return result


#: One list operation of each protocol, and one with every trait that a list may have.
LISTS = ("iam:ListUsers", "ec2:DescribeVpcs", "secretsmanager:ListSecrets", "lambda:ListFunctions", "s3:ListObjectsV2", "dynamodb:Scan",
         "route53:ListResourceRecordSets")  # fmt: skip


@pytest.mark.parametrize("name", [*access_reports(), *LISTS])
def test_every_rule_of_a_rule_set_has_a_check(name: str) -> None:
    """What suppresses it are rules too, and never itself."""
    contract = load(name)
    for each in rule_set(contract):
        function = function_of(each, contract)
        assert function.id == each.id and function.needs
        known = RULES.keys() | {"validation.no-crash"}
        assert set(function.suppressed_by) <= known - {each.id}
        assert set(suppressors(each.id)) == set(function.suppressed_by)


def test_every_check_is_of_a_rule_of_some_operation() -> None:
    """None is left over."""
    used = {each.id for name in (*access_reports(), *LISTS) for each in rule_set(load(name))}
    optional = {"pagination.filters-kept", "sort.documented-order", "sort.parameter"}  # where a recipe says so
    assert RULES.keys() - used <= optional


def test_no_rules_suppress_each_other() -> None:
    """Suppression never goes round, so that something is always shown."""

    def reached(rule_id: str, seen: frozenset[str] = frozenset()) -> None:
        assert rule_id not in seen, sorted(seen)
        for each in suppressors(rule_id):
            reached(each, seen | {rule_id})

    for rule_id in RULES:
        reached(rule_id)


def test_every_rule_is_listed_in_the_catalogues_order() -> None:
    """Even where nothing at all was seen; none of them passed."""
    result = concluded(Scene())
    assert [each.id for each in result.rules] == [each.id for each in rule_set(CONTRACT)]
    assert {each.outcome for each in result.rules} == {"not-exercised"}
    assert all(each.reason and each.reason.startswith("it needs ") for each in result.rules)
    assert result.exercised == 0


def test_levels() -> None:
    """The same kind of violation fails, warns or is noted, as the rule's level has it."""
    scene = Scene().get(answer=answer(status="RUNNING", completed=None, extra="<New/>", attributes=""))
    outcomes = scene.outcomes()
    assert outcomes["shape.enum"].outcome == "failed"
    assert outcomes["protocol.namespace"].outcome == "warned"
    assert outcomes["shape.unknown-member"].outcome == "noted"


def test_a_violation_outweighs_everything() -> None:
    """Kept many times and broken once is broken; both are counted."""
    found = Scene().get().get().get(answer=answer(created="soon")).get().lost().outcome("protocol.timestamp-format")
    assert found.outcome == "failed"
    assert found.checked == 8
    assert len(found.violations) == 1


def test_what_could_not_be_seen_outweighs_what_was_kept() -> None:
    """One answer that only our limit keeps from being read leaves the rule open, whatever the others kept; a violation closes it."""
    scene = Scene().get().get(answer=answer(extra="<a>" * 80 + "</a>" * 80))
    found = scene.outcome("protocol.well-formed")
    assert (found.outcome, found.checked) == ("indeterminate", 1)
    assert found.reason is not None and "deep" in found.reason
    assert scene.get(answer=Reply(200, b"<a>")).outcome("protocol.well-formed").outcome == "failed"


def test_only_the_first_violations_are_shown() -> None:
    """The rest is a number."""
    scene = Scene()
    for _ in range(MAX_SHOWN + 2):
        scene.get(answer=answer(attributes=""))
    found = scene.outcome("protocol.namespace")
    assert [each.exchanges for each in found.violations] == [(place,) for place in range(MAX_SHOWN)]
    assert found.reason == f"{MAX_SHOWN + 2} violations in all"
    assert found.checked == MAX_SHOWN + 2


def test_a_violation_is_explained_by_another_in_the_same_exchange_alone() -> None:
    """A ground that is broken elsewhere takes no failure away."""
    page = answer(root="html", wrapper=None)
    assert Scene().get(answer=page).outcome("protocol.result-wrapper").because == "protocol.root-element"
    scene = Scene().get(answer=page).get(answer=answer(wrapper=None))
    found = scene.outcome("protocol.result-wrapper")
    assert (found.outcome, found.because) == ("failed", None)
    assert [each.exchanges for each in found.violations] == [(1,)]


def test_the_way_to_see_it_again_is_asked_for_with_the_exchanges() -> None:
    """Each violation carries the line that shows it again."""
    scene = Scene().get().get(answer=answer(attributes=""))
    [found] = [
        each for each in judge(scene.evidence, lambda exchanges: f"ask {exchanges}") if each.id == "protocol.namespace"
    ]
    assert found.violations[0].reproduce == "ask (1,)"


def test_verdicts() -> None:
    """A broken `must` outweighs that the rest could not be judged; that outweighs what was seen."""
    kept, broken = Scene().start().get(), Scene().start().get(answer=answer(status="RUNNING", completed=None))
    assert concluded(kept).verdict == "conforms"
    assert concluded(broken).verdict == "violates"
    assert concluded(broken, Outcome("unreachable", "it went away")).verdict == "violates"
    assert concluded(kept, Outcome("unreachable", "it went away")).verdict == "unreachable"
    assert concluded(kept, Outcome("unreachable", "it went away")).reason == "it went away"
    assert concluded(Scene().start().get(answer=answer(attributes=""))).verdict == "conforms"


def test_a_must_that_could_not_be_judged_for_its_own_sake() -> None:
    """No answer to a probe leaves the verdict open, and the reason names the rule; a because does not."""
    lost = Scene().start().get().lost(JobId=JOB, MaxItems=0).get()
    result = concluded(lost)
    assert result.verdict == "indeterminate"
    assert result.reason is not None and "validation.max-items-minimum" in result.reason
    assert result.exit_status() == 3


@pytest.mark.parametrize("job", [JOB, "0"])
def test_a_request_that_breaks_two_things_is_no_evidence(job: str) -> None:
    """It is neither a probe nor valid, so that its answer is held to the protocol and to nothing else."""
    services = [service("a", time=USED), service("s3", time="2026-02-26T08:30:00Z")]
    scene = Scene().start().get(answer=answer(services))
    before = {
        each.id: each.outcome for each in scene.outcomes().values() if not each.id.startswith(("protocol.", "shape."))
    }
    scene.get(job, sort_key="NAME", max_items=0, answer=answer(services[::-1], marker="m", accessible=9))
    after = {each.id: each.outcome for each in scene.outcomes().values() if each.id in before}
    assert after == before


def test_valid_reports_break_nothing() -> None:
    """Started, polled, read in pages of changing size, probed, and read again: no rule complains, and many were exercised."""
    services = [service("a"), service("iam", region="us-east-1"), service("s3", time=USED), service("sqs")]
    counts: dict[str, Any] = {"accessible": 4, "not_accessed": 3}
    scene = (
        Scene()
        .start()
        .get(answer=answer(status="IN_PROGRESS"))
        .get(answer=answer(services))
        .get(max_items=1, answer=answer(services[:1], marker="1", **counts))
        .get(max_items=2, marker="1", answer=answer(services[1:3], marker="3", **counts))
        .get(max_items=2, marker="3", answer=answer(services[3:], **counts))
        .get(max_items=0, answer=error())
        .get(answer=answer(services))
    )
    result = concluded(scene)
    assert scene.broken() == set()
    assert result.verdict == "conforms"
    assert result.exercised > 45


def test_results_survive_their_json() -> None:
    """What is saved is what was found."""
    result = concluded(Scene().start().get(answer=answer(completed=COMPLETED, attributes="")))
    assert Result.from_dict(result.to_dict()).to_dict() == result.to_dict()
    assert all(isinstance(each, RuleResult) for each in result.rules)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ExclusiveStartShardId starts over", "an ExclusiveStartShardId starts over"),
        ("A IsTruncated without a Marker", "An IsTruncated without a Marker"),
        ("a page, a A and a user", "a page, a A and a user"),
        (None, None),
    ],
)
def test_articles(text: str | None, expected: str | None) -> None:
    """Templates put names of members behind an article, and some begin with a vowel."""
    assert _worded(text) == expected
