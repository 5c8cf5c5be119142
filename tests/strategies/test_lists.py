"""Responses of paginated operations: valid ones conform and come back from botocore as drawn, invalid ones break exactly their rule."""

import json

import botocore.parsers
import pytest
from hypothesis import given

from awscontract.conformance.judge.validate import validate
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.spec.catalogue import rule_set
from awscontract.spec.model import service
from awscontract.spec.operations import judged, load
from awscontract.strategies import behaviours, invalid_responses, reports, requests, responses
from awscontract.strategies.drawing import composed
from awscontract.strategies.drawn import drawn_responses, printed
from awscontract.strategies.edges import edge_cases
from awscontract.strategies.invalid import breakable
from awscontract.strategies.lists.items import identity, result_paths
from awscontract.strategies.values.constraints import get
from awscontract.strategies.wire.writing import writings
from profiles import NIGHTLY, examples

from . import kit

#: One of each protocol, and the odd ones: nested paths, several lists, expression tokens, maps as tokens, required tokens.
SAMPLE = (
    "iam:ListUsers",
    "ec2:DescribeVpcs",
    "lambda:ListFunctions",
    "dynamodb:ListTables",
    "dynamodb:Scan",
    "s3:ListObjectsV2",
    "s3:ListObjects",
    "s3:ListObjectVersions",
    "route53:ListResourceRecordSets",
    "cloudfront:ListDistributions",
    "sqs:ListQueues",
    "sns:ListTopics",
    "organizations:ListAccounts",
    "kinesis:DescribeStream",
    "logs:FilterLogEvents",
    "cognito-idp:ListUsers",
)
OUTCOMES = {"must": "failed", "should": "warned", "may": "noted"}
OPERATIONS = tuple(each for each in judged() if load(each).job is None) if NIGHTLY else SAMPLE


def broken(contract, body):
    """The outcomes of the rules that were neither kept nor left out, nor left without evidence."""
    quiet = ("passed", "not-exercised", "indeterminate")
    return {each.id: each.outcome for each in validate([("it", body)], contract).rules if each.outcome not in quiet}


def present(value):
    """What some protocols cannot tell from nothing is left out: empty lists, maps and texts."""
    if isinstance(value, dict):
        return {name: left for name, each in value.items() if (left := present(each)) not in ([], {}, "", None)}
    return [present(each) for each in value] if isinstance(value, list) else value


def parse(contract, body):
    """What botocore makes of the bytes."""
    model = service(contract.service)
    parser = botocore.parsers.create_parser(model.resolved_protocol)
    found = parser.parse(
        {"status_code": 200, "headers": {}, "body": body}, model.operation_model(contract.operation).output_shape
    )
    del found["ResponseMetadata"]
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
def test_responses_conform(operation):
    """By the judge, as bytes and as botocore reads them; and botocore reads what was drawn."""
    contract = load(operation)

    @examples(8)
    @given(drawn_responses(contract), composed(writings(unknown_member=False), "writings"))
    def holds(response, writing):
        body = response.wire(writing)
        assert broken(contract, body) == {}
        assert present(parse(contract, body)) == present(response.parsed)

    holds()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_listings_are_whole_and_distinct(operation):
    """All pages together hold every item once; all but the last one go on; what identifies an item is always there."""
    contract = load(operation)
    main = result_paths(contract)[0]

    @examples(8)
    @given(reports(operation=operation))
    def holds(listing):
        items = listing.items[main] if isinstance(listing.items, dict) and main in listing.items else listing.items
        assert [each for page in listing.pages for each in get(page, main) or []] == items
        assert len({identity(contract, each) for each in items}) == len(items)
        if "empty-page" not in contract.listing.exceptions:
            assert all(get(page, main) for page in listing.pages[:-1])

    holds()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_invalid_responses_break_exactly_their_rule(operation):
    """As bytes, at the rule's own level."""
    contract = load(operation)
    levels = {each.id: each.level for each in rule_set(contract)}

    @examples(12)
    @given(invalid_responses(operation=operation, protocol="wire"))
    def holds(drawn):
        rule, body = drawn
        assert (rule, broken(contract, body)) == (rule, {rule: OUTCOMES[levels[rule]]})

    holds()


def test_every_kind_of_list_rule_is_broken_somewhere():
    """The rules that one page of a list can break."""
    found = {rule for each in SAMPLE for rule in breakable(load(each))}

    assert found >= {
        "pagination.truncated-has-token",
        "pagination.token-only-when-truncated",
        "shape.required",
        "shape.type",
        "shape.enum",
        "shape.unknown-member",
    }


@pytest.mark.parametrize("operation", ["iam:ListUsers", "ec2:DescribeVpcs", "lambda:ListFunctions", "s3:ListObjectsV2"])
def test_behaviours_and_requests_are_served(operation):
    """Over every protocol, the emulator serves a drawn behaviour to a drawn request that starts a listing."""
    contract = load(operation)
    client = kit.client(contract.service)
    paging = {contract.listing.limit, *(each.input for each in contract.listing.tokens)}

    @examples(10)
    @given(behaviours(operation=operation), requests(operation))
    def holds(behaviour, request):
        quiet = {name: each for name, each in request.items() if name in _required(contract) and name not in paging}
        with attach(client, Emulator(contract, Behaviour(**{**vars(behaviour), "throttle_every": None}))):
            page = client._make_api_call(contract.operation, quiet)
        assert behaviour.given is None or len(get(page, contract.listing.main) or []) <= len(behaviour.given)

    holds()


def _required(contract):
    shape = service(contract.service).operation_model(contract.operation).input_shape
    return shape.required_members if shape is not None else ()


def test_edge_cases_of_lists():
    """Each is what it is called."""
    cases = {name: each.parsed for name, each in edge_cases(load("iam:ListUsers")).items()}

    assert cases["no-items"].get("Users", []) == []
    assert len(cases["several-items"]["Users"]) == 5
    assert cases["first-page"]["IsTruncated"] is True
    assert cases["first-page"]["Marker"]


def test_responses_as_the_command_line_prints_them():
    """Times and blobs are text."""

    @examples(10)
    @given(drawn_responses(load("dynamodb:Scan")), responses(operation="iam:ListUsers"))
    def holds(scan, users):
        assert json.loads(scan.json()) == json.loads(json.dumps(scan.parsed, default=printed))
        assert json.dumps(users, default=printed)

    holds()


def test_items_of_a_table():
    """Several items with attributes of one type each, as boto3's resources read them, and keys that lead on."""
    seen = set()

    @given(responses(operation="dynamodb:Scan"))
    def look(response):
        listed = response.get("Items", [])
        seen.add(min(len(listed), 2))
        assert all(each and all(len(value) == 1 for value in each.values()) for each in listed)
        assert response.get("LastEvaluatedKey") != {}
        assert all(int(value.get("N", 0)) is not None for each in listed for value in each.values())

    look()
    assert seen == {0, 1, 2}
