"""Every valid instance is one: by the derived schemas, by the judge, by botocore's parser, and on the emulator's door."""

import json
from datetime import timedelta

import botocore.parsers
import botocore.session
import pytest
from botocore.config import Config
from hypothesis import Phase, given, settings
from jsonschema import Draft202012Validator, FormatChecker

from awscontract import check, spec
from awscontract.conformance.judge.validate import validate
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.strategies import (
    behaviours,
    entity_paths,
    error_details,
    errors,
    job_ids,
    markers,
    policy_ids,
    regions,
    reports,
    requests,
    responses,
    responses as answers,
    service_names,
    service_namespaces,
    timestamps,
    writings,
)

MANY = settings(max_examples=500, deadline=None)
LAW = spec.contract()
RESPONSE = f"{LAW.operation}.response"


def refusals(name, instance):
    """What a derived schema refuses in an instance."""
    validator = Draft202012Validator(spec.schema(name), format_checker=FormatChecker(["date-time"]))
    return [(error.json_path, error.validator) for error in validator.iter_errors(instance)]


def written(value):
    """An answer of boto3 as people save it."""
    return json.loads(json.dumps(value, default=lambda time: time.isoformat()))


def broken(*files, pages=False):
    """The outcomes of the rules that were neither kept nor left out."""
    result = validate([(str(number), each) for number, each in enumerate(files)], pages)
    return {each.id: each.outcome for each in result.rules if each.outcome not in ("passed", "not-exercised")}


def parse(body, operation=LAW.operation, status=200):
    """What boto3 makes of the bytes."""
    shape = spec.operation(operation).output_shape
    parsed = botocore.parsers.create_parser("query").parse({"status_code": status, "headers": {}, "body": body}, shape)
    del parsed["ResponseMetadata"]
    return parsed


def client():
    """A client whose requests nobody but a mounted emulator can answer."""
    return botocore.session.Session().create_client(
        "iam",
        "us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url="http://127.0.0.1:9",
        config=Config(retries={"total_max_attempts": 1}),
    )


@MANY
@given(responses())
def test_a_parsed_answer_keeps_the_schema_and_the_rules(answer):
    """The derived schema refuses nothing in it, and the judge finds nothing to say."""
    saved = written(answer)

    assert refusals(RESPONSE, saved) == []
    assert broken(json.dumps(saved).encode()) == {}


@MANY
@given(responses(protocol="xml"))
def test_the_bytes_keep_the_rules(body):
    """However they are written; a member that nobody knows is valid, and noted."""
    found = broken(body)

    assert found in ({}, {"shape.unknown-member": "noted"})
    assert bool(found) == (b"NeverHeardOf" in body)


@MANY
@given(answers(), writings())
def test_boto3_makes_the_parsed_answer_of_the_bytes(answer, writing):
    """One drawn value is both."""
    assert parse(answer.xml(writing)) == answer.parsed


@settings(max_examples=300, deadline=None)
@given(answers())
def test_the_command_lines_json_is_the_same_answer(answer):
    """And is judged like it."""
    assert json.loads(answer.json()) == written(answer.parsed)
    assert broken(answer.json().encode()) == {}


@settings(max_examples=300, deadline=None)
@given(errors(), writings())
def test_refusals_keep_the_rules(error, writing):
    """In their envelope as boto3 reads it."""
    body = error.xml(writing)

    assert broken(body) == {}
    assert parse(body, status=error.status) == error.parsed


@MANY
@given(reports())
def test_a_report_keeps_the_rules_on_all_its_pages(report):
    """Joined, they are one listing that nothing can be said against."""
    saved = [json.dumps(written(each)).encode() for each in report.pages]
    found = broken(*report.xml, pages=True)

    assert broken(*saved, pages=True) == {}
    assert found.keys() <= {"shape.unknown-member"}
    assert [parse(each) for each in report.xml] == report.pages


@MANY
@given(reports())
def test_a_report_is_coherent(report):
    """Counts, namespaces, Markers, times and paths agree with one another."""
    details, last = report.access_details, report.pages[-1]
    used = [each for each in details if "LastAuthenticatedTime" in each]
    markers = [each["Marker"] for each in report.pages[:-1]]

    assert [each for page in report.pages for each in page.get("AccessDetails", [])] == details
    assert len({each["ServiceNamespace"] for each in details}) == len(details)
    assert len(set(markers)) == len(markers)
    assert "Marker" not in last and not last.get("IsTruncated")
    for page in report.pages:
        assert page["NumberOfServicesAccessible"] == len(details)
        assert page["NumberOfServicesNotAccessed"] == len(details) - len(used)
        # the two may be written to different precisions
        assert page["JobCreationDate"] < page["JobCompletionDate"] + timedelta(seconds=1)
    for each in used:
        assert each["LastAuthenticatedTime"] < last["JobCompletionDate"] + timedelta(seconds=1)
        assert f"{each['EntityPath']}/".startswith(f"{report.entity_path}/")


@MANY
@given(reports())
def test_a_report_is_in_the_order_that_was_asked_for(report):
    """Under a time key the never-accessed services stand together at either end."""
    order = LAW.sort_key(report.sort_key)
    if order.by == "key":
        keys = [each["ServiceNamespace"] for each in report.access_details]
        assert keys == sorted(keys, reverse=order.descending)
        return
    times = [each.get("LastAuthenticatedTime") for each in report.access_details]
    known = [each for each in times if each]
    unknown = [None] * (len(times) - len(known))

    assert known == sorted(known, reverse=order.descending)
    assert times in (known + unknown, unknown + known)


@pytest.mark.parametrize("operation", [LAW.operation, LAW.start.operation])
def test_requests_keep_the_schema_and_are_not_refused(operation):
    """What the emulator says against one is at most that it never gave that JobId, or that Marker."""
    iam = client()

    @settings(max_examples=300, deadline=None)
    @given(requests(operation))
    def holds(parameters):
        assert refusals(f"{operation}.request", parameters) == []
        with attach(iam, Emulator()):
            if operation == LAW.start.operation:
                assert len(iam.generate_organizations_access_report(**parameters)["JobId"]) == 36
            else:
                with pytest.raises(iam.exceptions.NoSuchEntityException):
                    iam.get_organizations_access_report(**parameters)

    holds()


def test_only_the_operations_have_requests():
    """Another name is a KeyError, and another protocol or status a ValueError, at once."""
    with pytest.raises(KeyError):
        requests("ListUsers")
    with pytest.raises(ValueError, match="parsed or xml"):
        responses(protocol="json")
    with pytest.raises(ValueError, match="COMPLETED"):
        responses("DONE")


@pytest.mark.parametrize(
    ("strategy", "schema", "member"),
    [
        (job_ids(), f"{LAW.operation}.request", "JobId"),
        (markers(), f"{LAW.operation}.request", "Marker"),
        (entity_paths(), f"{LAW.start.operation}.request", "EntityPath"),
        (policy_ids(), f"{LAW.start.operation}.request", "OrganizationsPolicyId"),
        (service_namespaces(), RESPONSE, "ServiceNamespace"),
        (service_names(), RESPONSE, "ServiceName"),
        (regions(), RESPONSE, "Region"),
        (timestamps(), RESPONSE, "LastAuthenticatedTime"),
        (error_details(), RESPONSE, "ErrorDetails"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_values_keep_what_the_model_says_of_their_member(strategy, schema, member):
    """Also as a whole where the pattern is not anchored."""
    whole = spec.schema(schema)
    [bounds] = [each["properties"][member] for each in whole["$defs"].values() if member in each["properties"]]
    if "pattern" in bounds:
        bounds["pattern"] = f"^(?:{bounds['pattern']})$"
    part = {**bounds, "$defs": whole["$defs"]}
    validator = Draft202012Validator(part, format_checker=FormatChecker(["date-time"]))

    @MANY
    @given(strategy)
    def holds(value):
        assert [each.message for each in validator.iter_errors(value)] == []

    holds()


@pytest.mark.parametrize(
    ("kind", "last"), [("root", "r-"), ("ou", "ou-"), ("account", tuple("0123456789"))], ids=["root", "ou", "account"]
)
def test_paths_of_one_kind_end_in_it(kind, last):
    """A root, an organizational unit or an account."""

    @settings(max_examples=300)
    @given(entity_paths(kind))
    def holds(path):
        assert path.rpartition("/")[2].startswith(last)
        assert (path.count("/") == 1) == (kind == "root")

    holds()


@settings(max_examples=12, deadline=None, phases=[Phase.generate])
@given(behaviours())
def test_a_lawful_behaviour_conforms(behaviour):
    """The judge, on the emulator's door, holds nothing against any of them."""
    iam = client()
    with attach(iam, Emulator(behaviour)):
        result = check(iam, poll_interval=0, explore=0, entity_path=Emulator().organization.root)

    assert [each.id for each in result.rules if each.outcome in ("failed", "warned")] == []


@settings(max_examples=300)
@given(behaviours(observed_only=True))
def test_an_observed_behaviour_takes_no_other_freedom(behaviour):
    """Pages are full, Markers are the emulator's own, and nothing is left out that AWS tells."""
    plain = Behaviour(region_of_unused_iam=True)
    turned = {"report", "polls", "outcome", "throttle_every"}

    assert {name for name in vars(plain) if getattr(plain, name) != getattr(behaviour, name)} <= turned
