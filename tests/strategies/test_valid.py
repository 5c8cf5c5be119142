"""Every valid instance is valid: by the derived schemas, by the judge, by botocore's parser, and for the emulator."""

import json
from datetime import timedelta

import botocore.parsers
import pytest
from botocore.stub import Stubber
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import spec
from awscontract.conformance.judge.validate import validate
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.spec.model import service
from awscontract.spec.operations import load
from awscontract.strategies import (
    behaviours,
    entity_paths,
    error_details,
    job_ids,
    reports,
    requests,
    responses,
    service_namespaces,
    tokens,
)
from awscontract.strategies.drawing import composed
from awscontract.strategies.drawn import drawn_responses
from awscontract.strategies.edges import edge_cases
from awscontract.strategies.values.constraints import get
from awscontract.strategies.values.members import arns, policy_ids, regions, service_names, timestamps
from awscontract.strategies.wire.errors import errors
from awscontract.strategies.wire.writing import Writing, writings
from profiles import examples

from . import kit

FIRST = "iam:GetOrganizationsAccessReport"
REPORTS = (FIRST, "iam:GetServiceLastAccessedDetails", "iam:GetServiceLastAccessedDetailsWithEntities")
RESPONSE = "GetOrganizationsAccessReport.response"


def refusals(name, instance):
    """What a derived schema refuses in an instance."""
    validator = Draft202012Validator(spec.schema(name), format_checker=FormatChecker(["date-time"]))
    return [(error.json_path, error.validator) for error in validator.iter_errors(instance)]


def written(value):
    """A response of boto3 as people save it."""
    return json.loads(json.dumps(value, default=lambda time: time.isoformat()))


def broken(operation, *files, pages=False):
    """The outcomes of the rules that were neither kept nor left out."""
    result = validate([(str(number), each) for number, each in enumerate(files)], load(operation), pages)
    return {each.id: each.outcome for each in result.rules if each.outcome not in ("passed", "not-exercised")}


def parse(operation, body, status=200):
    """What boto3 makes of the bytes."""
    contract = load(operation)
    shape = service(contract.service).operation_model(contract.operation).output_shape
    parser = botocore.parsers.create_parser("query")
    parsed = parser.parse({"status_code": status, "headers": {}, "body": body}, shape)
    del parsed["ResponseMetadata"]
    return parsed


@pytest.mark.parametrize("operation", REPORTS)
def test_a_parsed_response_satisfies_the_schema_and_the_rules(operation):
    """The derived schema refuses nothing in it, and the judge finds nothing."""

    @examples(40)
    @given(responses(operation=operation))
    def holds(response):
        saved = written(response)
        assert refusals(f"{load(operation).operation}.response", saved) == []
        assert broken(operation, json.dumps(saved).encode()) == {}

    holds()


@pytest.mark.parametrize("operation", REPORTS)
def test_the_bytes_satisfy_the_rules(operation):
    """However they are written; a member that nobody knows is valid, and noted. boto3 makes the parsed response of them."""

    @examples(40)
    @given(drawn_responses(load(operation)), composed(writings(), "writings"))
    def holds(response, writing):
        body = response.wire(writing)
        assert broken(operation, body) == ({"shape.unknown-member": "noted"} if writing.unknown_member else {})
        assert parse(operation, body) == response.parsed

    holds()


@pytest.mark.smoke
@pytest.mark.parametrize("operation", REPORTS)
def test_the_command_lines_json_is_the_same_response(operation):
    """And is judged like it."""

    @examples(20)
    @given(drawn_responses(load(operation)))
    def holds(response):
        assert json.loads(response.json()) == written(response.parsed)
        assert broken(operation, response.json().encode()) == {}

    holds()


@examples(60)
@given(errors(), composed(writings(unknown_member=False), "writings"))
def test_errors_satisfy_the_rules(error, writing):
    """In their envelope as boto3 reads it."""
    body = error.wire(writing)

    assert broken(FIRST, body) == {}
    assert parse(FIRST, body, status=error.status) == error.parsed


@pytest.mark.parametrize("operation", REPORTS)
def test_a_report_satisfies_the_rules_on_all_its_pages(operation):
    """Joined, they are one listing that nothing can be said against."""

    @examples(25)
    @given(reports(operation=operation))
    def holds(report):
        saved = [json.dumps(written(each)).encode() for each in report.pages]
        assert broken(operation, *saved, pages=True) == {}
        assert broken(operation, *report.wire, pages=True).keys() <= {"shape.unknown-member"}
        assert [parse(operation, each) for each in report.wire] == report.pages

    holds()


@pytest.mark.parametrize("operation", REPORTS)
def test_a_report_is_coherent(operation):
    """Counts, identities, tokens, times and paths agree with one another."""
    contract = load(operation)
    listing, identity, time = contract.listing.main, contract.listing.identity, contract.report.time

    @examples(60)
    @given(reports(operation=operation))
    def holds(report):
        last, given_tokens = report.pages[-1], [each["Marker"] for each in report.pages[:-1]]
        used = [each for each in report.items if time in each]
        assert [each for page in report.pages for each in page.get(listing, [])] == report.items
        assert len({get(each, identity) for each in report.items}) == len(report.items)
        assert len(set(given_tokens)) == len(given_tokens)
        assert "Marker" not in last and not last.get("IsTruncated")
        for page in report.pages:
            for count in contract.counts:
                assert page[count.member] == len(report.items) - (len(used) if count.of == "not-accessed" else 0)
            # the two may be written to different precisions
            assert page["JobCreationDate"] < page["JobCompletionDate"] + timedelta(seconds=1)
        for each in used:
            assert each[time] < last["JobCompletionDate"] + timedelta(seconds=1)
            if contract.report.entity == "EntityPath":
                assert f"{each['EntityPath']}/".startswith(f"{report.subject}/")
            elif contract.report.entity is not None:
                assert each[contract.report.entity] == report.subject

    holds()


@pytest.mark.parametrize("operation", REPORTS)
def test_a_report_is_in_its_order(operation):
    """Under a time key the never-accessed rows stand together at either end."""
    contract = load(operation)

    @examples(40)
    @given(reports(operation=operation))
    def holds(report):
        order = contract.order if contract.sort is None else contract.sort.key(report.sort_key)
        values = [get(each, order.by) for each in report.items]
        known = [each for each in values if each is not None]
        unknown = [None] * (len(values) - len(known))
        assert known == sorted(known, reverse=order.descending)
        assert values in (known + unknown, unknown + known)

    holds()


@pytest.mark.parametrize(
    "operation",
    [FIRST, "iam:GenerateOrganizationsAccessReport", *REPORTS[1:], "iam:GenerateServiceLastAccessedDetails"],
)
def test_requests_satisfy_the_schema_and_are_not_refused(operation):
    """What the emulator has against one is at most that it never gave that JobId, or that token; nothing is malformed."""
    name = operation.partition(":")[2]
    iam = kit.client("iam")
    method = getattr(iam, botocore.xform_name(name))
    served = next(each for each in REPORTS if name in load(each).operations)

    @examples(20)
    @given(requests(operation))
    def holds(parameters):
        assert refusals(f"{name}.request", parameters) == []
        with attach(iam, Emulator(served, Behaviour(known_entities="any"))):
            try:
                assert len(method(**parameters)["JobId"]) == 36
            except iam.exceptions.NoSuchEntityException:
                assert name.startswith("Get") or "Arn" in parameters

    holds()


def test_only_operations_that_page_have_responses():
    """Another name, protocol or status is a ValueError, at once."""
    with pytest.raises(ValueError, match="GetUser"):
        responses(operation="iam:GetUser")
    with pytest.raises(ValueError, match='"parsed" or "wire"'):
        responses(protocol="json")
    with pytest.raises(ValueError, match="COMPLETED"):
        responses("DONE")
    with pytest.raises(ValueError, match="has no job"):
        responses("FAILED", operation="iam:ListUsers")


@pytest.mark.parametrize(
    ("strategy", "schema", "member"),
    [
        (job_ids(), "GetOrganizationsAccessReport.request", "JobId"),
        (tokens(), "GetOrganizationsAccessReport.request", "Marker"),
        (entity_paths(), "GenerateOrganizationsAccessReport.request", "EntityPath"),
        (composed(policy_ids(), "policy_ids"), "GenerateOrganizationsAccessReport.request", "OrganizationsPolicyId"),
        (composed(arns(), "arns"), "GenerateServiceLastAccessedDetails.request", "Arn"),
        (service_namespaces(), RESPONSE, "ServiceNamespace"),
        (composed(service_names(), "service_names"), RESPONSE, "ServiceName"),
        (regions(), RESPONSE, "Region"),
        (composed(timestamps(), "timestamps"), RESPONSE, "LastAuthenticatedTime"),
        (error_details(), RESPONSE, "ErrorDetails"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_values_satisfy_what_the_model_says_of_their_member(strategy, schema, member):
    """Also as a whole where the pattern is not anchored."""
    whole = spec.schema(schema)
    [bounds] = [each["properties"][member] for each in whole["$defs"].values() if member in each["properties"]]
    if "pattern" in bounds:
        bounds["pattern"] = f"^(?:{bounds['pattern']})$"
    part = {**bounds, "$defs": whole["$defs"]}
    validator = Draft202012Validator(part, format_checker=FormatChecker(["date-time"]))

    @examples(60)
    @given(strategy)
    def holds(value):
        assert [each.message for each in validator.iter_errors(value)] == []

    holds()


@pytest.mark.parametrize(
    ("kind", "last"), [("root", "r-"), ("ou", "ou-"), ("account", tuple("0123456789"))], ids=["root", "ou", "account"]
)
def test_paths_of_one_kind_end_in_it(kind, last):
    """A root, an organizational unit or an account."""

    @examples(40)
    @given(entity_paths(kind))
    def holds(path):
        assert path.rpartition("/")[2].startswith(last)
        assert (path.count("/") == 1) == (kind == "root")

    holds()


@pytest.mark.parametrize("operation", REPORTS)
def test_edge_cases_satisfy_the_rules(operation):
    """Of every report, in both forms."""
    for name, each in edge_cases(load(operation)).items():
        assert (name, broken(operation, each.wire())) == (name, {})
        assert (name, broken(operation, each.json().encode())) == (name, {})


@examples(100)
@given(behaviours(observed_only=True))
def test_an_observed_behaviour_makes_no_other_choice(behaviour):
    """Pages are full, tokens are the emulator's own, and nothing is left out that AWS returns."""
    plain = Behaviour(region_of_unused_iam=True)
    turned = {"report", "polls", "outcome", "throttle_every"}

    assert {name for name in vars(plain) if getattr(plain, name) != getattr(behaviour, name)} <= turned


@pytest.mark.parametrize(
    ("strategy", "shown"),
    [
        (responses(), "responses(operation='iam:GetOrganizationsAccessReport')"),
        (
            responses(operation="iam:ListUsers", protocol="wire"),
            "responses(operation='iam:ListUsers', protocol='wire')",
        ),
        (reports(), "reports(operation='iam:GetOrganizationsAccessReport')"),
        (behaviours(), "behaviours(operation='iam:GetOrganizationsAccessReport')"),
        (requests(), "requests(operation='iam:GetOrganizationsAccessReport')"),
        (entity_paths("ou"), "entity_paths(kind='ou')"),
        (error_details(), "error_details(operation='iam:GetOrganizationsAccessReport')"),
        (job_ids(), "job_ids()"),
        (service_namespaces(), "service_namespaces()"),
        (tokens(operation="sqs:ListQueues"), "tokens(operation='sqs:ListQueues')"),
    ],
)
def test_a_strategy_is_shown_as_the_call_that_gave_it(strategy, shown):
    """In an interactive session, and wherever Hypothesis names it."""
    assert repr(strategy) == shown


def test_a_response_is_shown_briefly():
    """One of 300 services takes a line or two."""

    @examples(1)
    @given(drawn_responses(load(), items=300))
    def holds(response):
        assert len(repr(response)) < 1_000

    holds()


@pytest.mark.parametrize("operation", ["iam:GetOrganizationsAccessReport", "iam:ListUsers"])
def test_a_failing_test_shows_the_response(operation):
    """As a dictionary that could be pasted, times and all, not as the calls that made it."""

    @settings(max_examples=50, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
    @given(responses(operation=operation))
    def fails(response):
        assert not response.get("AccessDetails") and not response.get("Users")

    with pytest.raises(AssertionError) as caught:
        fails()
    shown = "\n".join(caught.value.__notes__)
    assert "datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)" in shown
    assert "EPOCH" not in shown and "builds(" not in shown and "draw" not in shown
    assert len(shown) < 1_000


def test_a_filter_that_nothing_passes():
    """It is Hypothesis that says so, and no warning about how the strategy is shown comes before."""

    @settings(max_examples=5, database=None, suppress_health_check=list(HealthCheck))
    @given(job_ids().filter(lambda each: False))
    def holds(job_id):
        raise AssertionError

    with pytest.raises(Unsatisfiable):
        holds()  # every warning is an error here


def test_stubs_take_them():
    """A response goes through botocore's own Stubber, as users put it there."""
    iam = kit.client("iam")

    @examples(10)
    @given(responses("COMPLETED"), requests())
    def holds(response, request):
        with Stubber(iam) as stubber:
            stubber.add_response("get_organizations_access_report", response, request)
            assert iam.get_organizations_access_report(**request)["JobStatus"] == "COMPLETED"

    holds()


@pytest.mark.smoke
def test_writing_as_aws_does():
    """Without anything said, the bytes are as AWS writes them."""
    [body] = {each.wire(Writing()) for name, each in edge_cases(load()).items() if name == "in-progress"}

    assert body.startswith(
        b'<GetOrganizationsAccessReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">\n  <Get'
    )
