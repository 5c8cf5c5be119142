"""How a verdict comes about: the rules' outcomes and the survey's folded into one, and what that means for a CI."""

import threading
from contextlib import nullcontext
from dataclasses import replace

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config

from awscontract.conformance.check import check
from awscontract.conformance.judge.evaluate import conclude
from awscontract.conformance.results.result import RuleResult, Target
from awscontract.conformance.trace.exchange import Run, Trace
from awscontract.conformance.trace.steps import Outcome
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.emulator.faults import faults_for
from awscontract.emulator.servers.botocore import answered
from awscontract.errors import UsageError
from awscontract.spec.catalogue import rule_set
from awscontract.spec.operations import load

CONTRACT = load("iam:GetOrganizationsAccessReport")
RULES = rule_set(CONTRACT)
MUST = next(each.id for each in RULES if each.level == "must")
SHOULD = next(each.id for each in RULES if each.level == "should")
MAY = next(each.id for each in RULES if each.level == "may")
HERE = Target("endpoint", "http://127.0.0.1:4566")


def rules(**changes):
    """Every rule passed, but for the first must, should or may, which are as given: an outcome, or an outcome and its ground."""
    given = {{"must": MUST, "should": SHOULD, "may": MAY}[level]: change for level, change in changes.items()}
    every = []
    for each in RULES:
        outcome, because = (
            (given.get(each.id, "passed"), None) if isinstance(given.get(each.id, ""), str) else given[each.id]
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
    result = conclude(CONTRACT, rules(**changes), outcome, HERE)
    assert result.verdict == verdict
    assert result.exit_status() == status
    if outcome.reason:
        assert result.reason == outcome.reason
    if verdict == "indeterminate" and not outcome.reason:
        assert MUST in result.reason and "a reason" in result.reason


@pytest.mark.parametrize(("changes", "status"), [({"should": "warned"}, 1), ({"may": "noted"}, 0), ({}, 0)])
def test_strict(changes, status):
    """`--strict` minds a broken should, and never a note."""
    assert conclude(CONTRACT, rules(**changes), Outcome(), HERE).exit_status(strict=True) == status


@pytest.mark.parametrize(
    ("outcome", "status"), [("passed", 0), ("not-exercised", 1), ("indeterminate", 3), ("failed", 1), ("known", 0)]
)
def test_required(outcome, status):
    """A required rule has to be exercised, whatever else is right."""
    assert conclude(CONTRACT, rules(must=outcome), Outcome(), HERE).exit_status(required=[MUST]) == status


def test_what_was_dropped_is_said_once():
    assert conclude(CONTRACT, rules(), Outcome(), HERE, Run(dropped=("b", "a", "b"))).dropped == ("b", "a")


def test_figures():
    """Divergence is a figure of its own beside that of coverage."""
    result = conclude(CONTRACT, rules(must="not-exercised", should="warned", may="noted"), Outcome(), HERE)
    assert result.exercised == len(RULES) - 1
    assert result.summary["passed"] == len(RULES) - 3


# -- check itself, with an emulator behind the client's own events


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
    """A check of the emulator, or of a handler that answers or raises."""
    client = make_client()
    door = attach(client, emulator) if emulator else nullcontext()
    if answers:
        client.meta.events.register("before-send.iam", answers)
    with door:
        return check(client, poll_interval=0.0, explore=0, entity_path="o-a1b2c3d4e5/r-f6g7", **options)


def test_an_implementation_that_keeps_the_contract():
    """The embedded emulator conforms, with every must exercised that a report with a final COMPLETED can exercise."""
    result = checked(Emulator(behaviour=SMALL))
    assert result.verdict == "conforms", result.reason
    assert result.summary["failed"] == result.summary["warned"] == 0
    idle = {each.id for each in result.rules if each.outcome == "not-exercised"}
    assert idle == {"job.failed-has-error-details"} or not idle


def test_the_trace_is_handed_over_once():
    traces = []
    result = checked(Emulator(behaviour=Behaviour(services=3)), record=traces.append)
    [trace] = traces
    assert isinstance(trace, Trace) and len(trace.exchanges) == result.calls


@pytest.mark.parametrize(
    "behaviour", [Behaviour(throttle_every=2), Behaviour(throttle_every=3), Behaviour(throttle_every=7)]
)
def test_throttling_is_held_against_nobody(behaviour):
    """Throttled attempts are in the trace and break nothing: riding them out is the client's part."""
    result = checked(Emulator(behaviour=replace(behaviour, services=12)))
    broken = [(each.id, each.violations[0].actual) for each in result.rules if each.outcome in ("failed", "warned")]
    assert not broken
    assert result.verdict == "conforms"


def test_an_operation_that_is_not_there_has_broken_nothing():
    """Not implemented: every rule is listed, none was exercised, whatever the refusal looks like."""

    def door(request, **_):
        raise NotImplementedError("we have no reports")

    result = checked(answers=door)
    assert result.verdict == "not-implemented" and result.exit_status() == 3
    assert [each.id for each in result.rules] == [each.id for each in RULES]
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
    result = check(make_client(), explore=0, entity_path="o-a1b2c3d4e5/r-f6g7")
    assert result.verdict == "refused" and "iam.amazonaws.com" in result.reason
    assert result.exit_status() == 3


@pytest.mark.parametrize("client", [None, "iam"])
def test_no_client(client):
    with pytest.raises(UsageError):
        check(client)


# -- other operations


#: Reports with more services than a page has by default.
SMALL = Behaviour(services=104)


def judged(operation, *, fault=None, behaviour=None, **options):
    """A check of the emulator of any operation, in this process."""
    contract = load(operation)
    client = botocore.session.Session().create_client(
        contract.service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    found = faults_for(contract)[fault] if fault else None
    emulator = Emulator(contract, *((found.behaviour, found.stages) if found else (behaviour or SMALL,)))
    if contract.job:
        options.setdefault(
            "entity_path" if contract.job.start.subject == "EntityPath" else "arn", emulator.subjects[contract.id]
        )
    options = {"poll_interval": 0, "explore": 0, "target": Target("emulator")} | options
    with attach(client, emulator):
        return check(client, operation=operation, **options)


OPERATIONS = [
    "iam:GetServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetailsWithEntities",
    "iam:ListUsers",
    "s3:ListObjectsV2",
    "s3:ListObjectVersions",
    "dynamodb:Scan",
    "ec2:DescribeVpcs",
    "lambda:ListFunctions",
    "sqs:ListQueues",
    "route53:ListResourceRecordSets",
    "kms:ListKeys",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_kind_of_operation(operation):
    """The embedded emulator conforms, at a fixed cost, with everything about paging exercised that it can show."""
    result = judged(operation)
    wrong = [each.id for each in result.rules if each.outcome in ("failed", "warned", "indeterminate")]
    assert (result.verdict, wrong) == ("conforms", [])
    assert result.calls <= (60 if "LastAccessed" in operation else 36)
    core = {
        "pagination.complete",
        "pagination.no-repeats",
        "pagination.page-size-may-change",
        "pagination.limit-respected",
    }
    idle = {each.id for each in result.rules if each.outcome == "not-exercised"}
    assert not core & idle


def test_thirty_requests_for_seven_items():
    """What a list of seven items takes, apart from set-up and clean-up."""
    assert judged("kms:ListKeys", behaviour=Behaviour(items=7)).calls <= 30


def test_reports_of_every_granularity():
    """Rules whose evidence a report per action alone can give are exercised without any option."""
    result = judged("iam:GetServiceLastAccessedDetails")
    about_actions = [each for each in result.rules if each.id.startswith("report.action")]
    assert about_actions and all(each.exercised for each in about_actions)


def test_the_service_whose_entities_are_listed():
    """It is looked up in the report of the same job, which leaves nothing in the trace; an option names another."""
    traces = []
    looked_up = judged("iam:GetServiceLastAccessedDetailsWithEntities", record=traces.append)
    named = judged("iam:GetServiceLastAccessedDetailsWithEntities", service_namespace="s3", record=traces.append)
    asked = [{(each.parameters or {}).get("ServiceNamespace") for each in trace.exchanges[1:4]} for trace in traces]
    assert asked[0] != {"s3"} and asked[1] == {"s3"}
    assert {each.operation for each in traces[0].exchanges} == set(
        traces[0].operation and load(traces[0].operation).operations
    )
    assert looked_up.calls > named.calls


@pytest.mark.parametrize("operation", ["iam:ListUsers", "sqs:ListQueues", "s3:ListObjectsV2"])
def test_a_list_that_ignores_its_token(operation):
    """The commonest faults of emulators are found, by few requests, and shown by lines to paste."""
    result = judged(operation, fault="token-ignored")
    broken = {each.id for each in result.rules if each.outcome == "failed"}
    assert broken & {"pagination.ends", "pagination.token-continues"}
    assert result.calls <= 40


def test_the_same_at_any_concurrency():
    """Requests that overlap change nothing but times."""

    def result_of(concurrency):
        data = judged(
            "iam:GetOrganizationsAccessReport", concurrency=concurrency, fault="sorted-within-pages"
        ).to_dict()
        for rule in data["rules"]:
            if rule["id"] == "job.completion-date-stable":
                del rule["checked"]  # how many jobs happen to be read again after more than a second
        return {name: value for name, value in data.items() if name != "seconds"}

    assert result_of(1) == result_of(4)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"operation": "iam:ListUsrs"}, "ListUsers"),
        ({"operation": "iam:ListUsers", "entity_path": "o-a1b2c3d4e5/r-f6g7"}, "starts no job"),
        ({"operation": "iam:ListUsers", "job_id": "x" * 36}, "starts no job"),
        ({"operation": "iam:ListUsers", "granularity": "ACTION_LEVEL"}, "starts no job"),
        ({"arn": "arn:aws:iam::123456789012:user/u"}, "use --entity-path"),
        ({"operation": "iam:GetServiceLastAccessedDetails", "entity_path": "o-a1b2c3d4e5/r-f6g7"}, "use --arn"),
        ({"granularity": "ACTION_LEVEL"}, "no granularity"),
        ({"service_namespace": "iam"}, "lists services"),
        ({"operation": "iam:GetServiceLastAccessedDetails", "service_namespace": "iam"}, "lists services"),
        ({"operation": "iam:ListAttachedUserPolicies", "no_setup": True}, "requires UserName"),
        ({"operation": "s3:ListObjectsV2"}, "not of s3"),
    ],
)
def test_wrong_usage(options, complaint):
    """It is said before any request is sent."""
    with pytest.raises(UsageError, match=complaint):
        check(make_client("http://127.0.0.1:9"), **options)


def test_a_session_for_several_services():
    boto3 = pytest.importorskip("boto3")
    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    result = check(session, operation="sqs:ListQueues", no_setup=True, explore=0)
    assert result.verdict == "refused" and "sqs" in result.reason  # the guard kept it from AWS


class TestMoto:
    """moto in this process: a recipe creates what is listed, and deletes it again."""

    def judged(self, operation, **options):
        moto = pytest.importorskip("moto")
        boto3 = pytest.importorskip("boto3")
        with moto.mock_aws():
            session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
            result = check(session, operation=operation, explore=0, **options)
            users = session.client("iam").list_users()["Users"]
        return result, [each["UserName"] for each in users]

    def test_created_and_deleted(self):
        result, users = self.judged("iam:ListUsers")
        assert (result.setup.items, result.setup.deleted, result.setup.left) == (7, 7, ())
        assert result.rule("pagination.limit-respected").exercised
        assert users == []

    def test_kept(self):
        result, users = self.judged("iam:ListUsers", keep=True, items=5)
        assert result.setup.items == 5 and result.setup.deleted == 0 and len(users) >= 5
        assert all(each.startswith("awscontract-") for each in users)

    def test_nothing_is_created_without_set_up(self):
        result, users = self.judged("iam:ListUsers", no_setup=True)
        assert result.setup is None and users == []
        assert result.rule("pagination.complete").outcome == "not-exercised"

    def test_more_items_than_the_smallest_page(self):
        """EC2 takes no page size below 5: there are more items than that, whatever was asked for."""
        result, _ = self.judged("ec2:DescribeVpcs", items=3)
        assert result.setup.items >= 7

    def test_deleted_after_an_interruption(self):
        """Ctrl-C in the middle leaves nothing behind, and reaches the caller."""
        seen = []

        def interrupt(number, doing):
            seen.append(number)
            if number == 3:
                raise KeyboardInterrupt

        moto = pytest.importorskip("moto")
        boto3 = pytest.importorskip("boto3")
        with moto.mock_aws():
            client = boto3.client("iam", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
            with pytest.raises(KeyboardInterrupt):
                check(client, operation="iam:ListUsers", explore=0, progress=interrupt)
            assert client.list_users()["Users"] == []
        assert max(seen) == 3

    def test_what_was_learnt_until_a_stop(self):
        """Whoever hands an event over gets the result, judged and marked as cut short."""
        stop = threading.Event()
        result, users = self.judged(
            "iam:ListUsers", stop=stop, progress=lambda number, doing: stop.set() if number == 6 else None
        )
        assert result.cut_short == "interrupted"
        assert result.calls <= 7 and users == []
        assert result.rule("shape.required").outcome == "passed"

    def test_creation_that_is_not_implemented(self):
        """The verdict names the call."""

        def refuse(request, **_):
            raise NotImplementedError("no users here")

        client = make_client()
        client.meta.events.register("before-send.iam", refuse)
        result = check(client, operation="iam:ListUsers", explore=0)
        assert result.verdict in ("not-implemented", "unreachable", "refused")
        assert "CreateUser" in result.reason and result.setup.items == 0


# -- servers that crash, throttle and refuse


def answering(*statuses, body=b"<html>oh no</html>", then=True):
    """A check of the emulator behind a proxy that answers the first requests itself, with these HTTP statuses; all of them unless `then`."""
    emulator = Emulator(behaviour=Behaviour(services=12))
    left = list(statuses)

    def proxy(request, **_):
        if not left:
            return answered(emulator, request)
        status = left.pop(0) if then else left[0]
        return AWSResponse(request.url, status, HeadersDict({"content-type": "text/html"}), _Body(body))

    client = make_client()
    client.meta.events.register("before-send.iam", proxy)
    return check(
        client, poll_interval=0.0, explore=0, entity_path="o-a1b2c3d4e5/r-f6g7", timeout=60, sleep=lambda seconds: None
    )


class _Body:
    def __init__(self, body):
        self.body = body

    def stream(self, amt=65536, decode_content=None):
        yield self.body


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_that_is_gone_on_the_retry(status):
    """A crash or a starting container is a warning of its own kind, never bad XML, and everything is judged all the same."""
    result = answering(status)
    broken = [each.id for each in result.rules if each.outcome in ("failed", "warned")]
    assert (result.verdict, broken) == ("conforms", ["protocol.no-server-error"])
    assert f"HTTP {status}" in result.rule("protocol.no-server-error").violations[0].message


def test_a_server_error_that_repeats():
    """It is what it is: neither "not implemented" nor bad XML."""
    result = answering(500, then=False)
    assert result.verdict == "violates" and result.exit_status() == 1
    assert [each.id for each in result.rules if each.outcome == "failed"] == ["protocol.no-server-error"]
    assert result.calls == 2


@pytest.mark.parametrize("status", [429])
def test_busy_for_ever(status):
    """A plain-text answer that asks for patience violates nothing, and is named."""
    result = answering(status, body=b"slow down", then=False)
    assert result.verdict == "indeterminate" and "throttled" in result.reason and str(status) in result.reason


def test_one_verdict():
    """Several runs against the same server give the same outcome for every rule."""
    found = {
        tuple((each.id, each.outcome) for each in judged("iam:ListUsers", fault="token-ignored").rules)
        for _ in range(4)
    }
    assert len(found) == 1
