"""How a verdict comes about: the rules' outcomes and the survey's folded into one, and what that means for a CI."""

from contextlib import nullcontext
from dataclasses import replace

import botocore.session
import pytest
from botocore.config import Config

from awscontract.conformance.check import check, conclude
from awscontract.conformance.results.result import RuleResult, Target
from awscontract.conformance.survey.refusals import Outcome
from awscontract.conformance.trace.exchange import Trace
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.errors import UsageError
from awscontract.spec import service_rules

MUST = next(each.id for each in service_rules() if each.level == "must")
SHOULD = next(each.id for each in service_rules() if each.level == "should")
MAY = next(each.id for each in service_rules() if each.level == "may")
HERE = Target("endpoint", "http://127.0.0.1:4566")


def rules(**changes):
    """Every rule passed, but for the first must, should or may, which are as told: an outcome, or an outcome and its ground."""
    told = {{"must": MUST, "should": SHOULD, "may": MAY}[level]: change for level, change in changes.items()}
    every = []
    for each in service_rules():
        outcome, because = (
            (told.get(each.id, "passed"), None) if isinstance(told.get(each.id, ""), str) else told[each.id]
        )
        every.append(
            RuleResult(each.id, each.level, each.basis, each.source, outcome, because=because, reason="a reason")
        )
    return tuple(every)


@pytest.mark.parametrize(
    ("changes", "outcome", "verdict", "status"),
    [
        ({}, Outcome(), "conforms", 0),
        ({"should": "warned"}, Outcome(), "conforms", 0),
        ({"may": "noted"}, Outcome(), "conforms", 0),
        ({"must": "not-exercised"}, Outcome(), "conforms", 0),
        ({"must": "known"}, Outcome(), "conforms", 0),
        ({"must": "failed"}, Outcome(), "violates", 1),
        ({"must": "failed"}, Outcome("indeterminate", "it broke off"), "violates", 1),
        ({"must": "failed"}, Outcome("unreachable", "gone"), "violates", 1),
        ({"must": "failed"}, Outcome("refused", "no access"), "violates", 1),
        ({"must": "indeterminate"}, Outcome(), "indeterminate", 3),
        ({"must": ("indeterminate", "another.rule")}, Outcome(), "conforms", 0),
        ({"should": "indeterminate"}, Outcome(), "conforms", 0),
        ({"may": "indeterminate"}, Outcome(), "conforms", 0),
        ({}, Outcome("indeterminate", "never finished"), "indeterminate", 3),
        ({}, Outcome("unreachable", "nobody there"), "unreachable", 3),
        ({}, Outcome("refused", "no access"), "refused", 3),
        ({}, Outcome("not-implemented", "no such action"), "not-implemented", 3),
    ],
)
def test_verdicts(changes, outcome, verdict, status):
    """A broken must outweighs everything; then why it could not be judged; then what stood in the way of a must."""
    result = conclude(rules(**changes), outcome, HERE)
    assert result.verdict == verdict
    assert result.exit_status() == status
    if outcome.reason:
        assert result.reason == outcome.reason
    if verdict == "indeterminate" and not outcome.reason:
        assert MUST in result.reason and "a reason" in result.reason


@pytest.mark.parametrize(("changes", "status"), [({"should": "warned"}, 1), ({"may": "noted"}, 0), ({}, 0)])
def test_strict(changes, status):
    """`--strict` minds a broken should, and never a note."""
    assert conclude(rules(**changes), Outcome(), HERE).exit_status(strict=True) == status


@pytest.mark.parametrize(
    ("outcome", "status"), [("passed", 0), ("not-exercised", 1), ("indeterminate", 1), ("failed", 1), ("known", 0)]
)
def test_required(outcome, status):
    """A required rule has to be exercised, whatever else is right."""
    assert conclude(rules(must=outcome), Outcome(), HERE).exit_status(required=[MUST]) == status


def test_what_was_dropped_is_said_once():
    assert conclude(rules(), Outcome(), HERE, dropped=["b", "a", "b"]).dropped == ("b", "a")


def test_figures():
    """Conforming is told in a figure of its own beside that of coverage."""
    result = conclude(rules(must="not-exercised", should="warned", may="noted"), Outcome(), HERE)
    assert result.exercised == len(service_rules()) - 1
    assert result.summary["passed"] == len(service_rules()) - 3


# -- check itself, with an emulator behind the client's own door


def make_client(url=None):
    return botocore.session.Session().create_client(
        "iam",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )


def checked(emulator=None, answers=None, **options):
    """A check of the emulator, or of a door that answers or raises."""
    client = make_client()
    door = attach(client, emulator) if emulator else nullcontext()
    if answers:
        client.meta.events.register("before-send.iam", answers)
    with door:
        return check(client, poll_interval=0.0, explore=0, entity_path="o-a1b2c3d4e5/r-f6g7", **options)


def test_an_implementation_that_keeps_the_contract():
    """The embedded emulator conforms, with every must exercised that a report with a final COMPLETED can exercise."""
    result = checked(Emulator(Behaviour()))
    assert result.verdict == "conforms", result.reason
    assert result.summary["failed"] == result.summary["warned"] == 0
    idle = {each.id for each in result.rules if each.outcome == "not-exercised"}
    assert idle == {"job.failed-has-error-details"} or not idle


def test_the_trace_is_handed_over_once():
    traces = []
    result = checked(Emulator(Behaviour(services=3)), record=traces.append)
    [trace] = traces
    assert isinstance(trace, Trace) and len(trace.exchanges) == result.calls


@pytest.mark.parametrize(
    "behaviour", [Behaviour(throttle_every=2), Behaviour(throttle_every=3), Behaviour(throttle_every=7)]
)
def test_throttling_is_held_against_nobody(behaviour):
    """Throttled attempts are in the trace and break nothing: riding them out is the client's part."""
    result = checked(Emulator(replace(behaviour, services=12)))
    broken = [(each.id, each.violations[0].actual) for each in result.rules if each.outcome in ("failed", "warned")]
    assert not broken
    assert result.verdict == "conforms"


def test_an_operation_that_is_not_there_has_broken_nothing():
    """Not implemented: every rule is listed, none was exercised, whatever the refusal looks like."""

    def door(request, **_):
        raise NotImplementedError("we have no reports")

    result = checked(answers=door)
    assert result.verdict == "not-implemented" and result.exit_status() == 3
    assert [each.id for each in result.rules] == [each.id for each in service_rules()]
    assert {each.outcome for each in result.rules} == {"not-exercised"}
    assert result.exercised == 0


@pytest.mark.parametrize("error", [ZeroDivisionError("oh"), RuntimeError("line\nline"), AssertionError()])
def test_never_a_traceback(error):
    """Whatever the target does is in the result."""

    def door(request, **_):
        raise error

    result = checked(answers=door)
    assert result.verdict in ("indeterminate", "unreachable")
    assert result.exit_status() == 3
    assert result.reason and "\n" not in result.reason


def test_aws_is_refused_without_a_call():
    result = check(make_client(), explore=0)
    assert result.verdict == "refused" and "iam.amazonaws.com" in result.reason
    assert result.exit_status() == 3


@pytest.mark.parametrize("client", [None, "iam"])
def test_no_client(client):
    with pytest.raises(UsageError):
        check(client)
