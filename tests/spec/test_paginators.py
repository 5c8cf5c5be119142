"""Derived contracts: every paginator of the installed botocore, each checked against its own model."""

from __future__ import annotations

from collections import Counter
from functools import cache

import jmespath
import pytest
from botocore.loaders import Loader
from jsonschema import Draft202012Validator

from awscontract.errors import UsageError
from awscontract.spec.catalogue import client_rule_set, rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.model import operation, service as service_model, services
from awscontract.spec.operations import load
from awscontract.spec.operations.paginators import PROTOCOLS, derive, paginated, paginator
from awscontract.spec.schema import operation_schemas


@cache
def everything() -> tuple[tuple[str, str], ...]:
    """Every paginated operation."""
    return tuple((service, each) for service in services() for each in paginated(service))


def sample(step: int) -> list[tuple[str, str]]:
    return [*everything()[::step]]


def check(service: str, name: str) -> Contract | None:
    """Derive one contract and hold it against the paginator and the model; None where it is refused."""
    found, shapes = paginator(service, name), operation(service, name)
    assert found is not None
    inputs = [shapes.input_shape.members[each] for each in _several(found["input_token"])]
    refused = {
        "always empty": all(each.metadata.get("max") == 0 for each in inputs),
        "neither a list nor a map": f"{service}:{name}" == "rds:DownloadDBLogFilePortion",  # a text in pages
        "which awscontract does not judge": service_model(service).resolved_protocol not in PROTOCOLS,
    }
    if any(refused.values()):
        with pytest.raises(UsageError, match="|".join(each for each, holds in refused.items() if holds)):
            load(f"{service}:{name}")
        return None
    contract = load(f"{service}:{name}")
    listing = contract.listing
    assert listing is not None
    assert [each.input for each in listing.tokens] == _several(found["input_token"])
    assert [each.output for each in listing.tokens] == _several(found["output_token"])
    for token in listing.tokens:
        assert token.type == shapes.input_shape.members[token.input].type_name
        jmespath.compile(token.output)
    assert all(
        any(each == key or each.startswith(f"{key}.") for key in _several(found["result_key"]))
        for each in listing.items
    )
    assert listing.more == found.get("more_results")
    if "limit_key" in found:
        limit = shapes.input_shape.members[found["limit_key"]]
        assert listing.limit == found["limit_key"]
        assert listing.limit_is_text == (limit.type_name == "string")
        assert listing.limit_required == (listing.limit in shapes.input_shape.required_members)
        if not listing.limit_is_text:
            assert (listing.limit_minimum, listing.limit_maximum) == (
                limit.metadata.get("min"),
                limit.metadata.get("max"),
            )
    assert contract.documentation.endswith(f"/{name}")
    rules = [*rule_set(contract), *client_rule_set(contract)]
    assert len({each.id for each in rules}) == len(rules)
    assert not [each for each in rules if any(mark in each.statement for mark in "{}[]")]
    return contract


def _several(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]


@pytest.mark.parametrize(("service", "name"), [pytest.param(*each, id=":".join(each)) for each in sample(29)])
def test_a_sample_of_paginators_makes_contracts(service: str, name: str) -> None:
    """Every 29th paginator, so that each run sees most services' ways."""
    check(service, name)


@pytest.mark.nightly
@pytest.mark.timeout(3600)  # minutes, and more on a machine that does something else
def test_every_paginator_makes_a_contract() -> None:
    """All of them, with their schemas."""
    refused: Counter[str] = Counter()
    for service, name in everything():
        contract = check(service, name)
        if contract is None:
            refused[service] += 1
            continue
        for schema in operation_schemas(contract).values():
            Draft202012Validator.check_schema(schema)
    assert len(everything()) - refused.total() > 3000
    assert len(refused) < 10


def test_a_sample_of_schemas_is_valid() -> None:
    """The schemas of any operation are 2020-12 schemas: maps, documents, blobs, unions, shapes that hold themselves."""
    for service, name in [
        *sample(211),
        ("dynamodb", "Scan"),
        ("emr", "ListSteps"),
        ("glue", "GetTables"),
        ("logs", "FilterLogEvents"),
    ]:
        contract = load(f"{service}:{name}")
        schemas = operation_schemas(contract)
        assert {*schemas} == {f"{name}.request", f"{name}.response"}
        for schema in schemas.values():
            Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("name", "items", "identity"),
    [
        ("s3:ListObjectsV2", ("Contents", "CommonPrefixes"), "Key"),
        ("dynamodb:Scan", ("Items",), None),
        ("kinesis:ListStreams", ("StreamNames",), "@"),
        ("logs:FilterLogEvents", ("events",), "eventId"),
        ("cloudfront:ListDistributions", ("DistributionList.Items",), "ARN"),
        ("lambda:ListFunctions", ("Functions",), "FunctionArn"),
        ("route53:ListResourceRecordSets", ("ResourceRecordSets",), None),
        ("apigateway:GetUsage", ("items",), None),
        ("ec2:DescribeTags", ("Tags",), None),
        ("kms:ListResourceTags", ("Tags",), "TagKey"),
    ],
)
def test_items_are_lists(name: str, items: tuple[str, ...], identity: str | None) -> None:
    """Counts and lists that say the same twice are not items; what identifies an item is shown by its members' names."""
    listing = derive(*name.split(":")).listing

    assert listing is not None
    assert listing.items == items
    assert listing.identity == identity


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("cloudtrail:ListImportFailures", ("InvalidNextTokenException",)),
        ("stepfunctions:ListExecutions", ("InvalidToken",)),
        ("iam:ListUsers", ()),
        ("kinesis:ListShards", ()),  # its ExpiredNextTokenException is about tokens that were issued
    ],
)
def test_errors_about_tokens_are_the_models(name: str, codes: tuple[str, ...]) -> None:
    """Those that the operation declares, by their codes on the wire."""
    assert derive(*name.split(":")).errors.token == codes


def test_limits_that_paginators_forget_are_found() -> None:
    """Some operations have a limit that their paginator does not name; its origin is the model."""
    forgotten = [
        each
        for each in everything()
        if "limit_key" not in paginated(each[0])[each[1]] and each[0] in ("emr", "rolesanywhere")
    ]
    found = [
        contract for contract in (derive(*each) for each in forgotten) if contract.listing and contract.listing.limit
    ]

    assert len(found) > 3
    assert {each.origins["listing.limit"] for each in found} == {"model"}


def test_deriving_reads_one_service_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract costs the model of its own service and no other."""
    read: list[str] = []

    def noted(self: Loader, name: str, kind: str, *rest: object) -> object:
        read.append(name)
        return original(self, name, kind, *rest)

    original = Loader.load_service_model
    monkeypatch.setattr(Loader, "load_service_model", noted)

    assert derive("mq", "ListBrokers", {"input": "NextToken"}).listing
    assert {*read} <= {"mq"}
