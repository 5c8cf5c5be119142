"""The embedded emulator satisfies the contract of every operation that pages, whatever is odd about its model, and the judge finds nothing there."""

from __future__ import annotations

import pytest

from awscontract import check
from awscontract.conformance.driver.clients import TargetOptions, make_client
from awscontract.conformance.explain.detection_table import Detection, detections, judged, unseen
from awscontract.conformance.results.result import Result
from awscontract.emulator import Behaviour, Emulator, Stages, serve
from awscontract.emulator.faults import faults_for
from awscontract.errors import UsageError
from awscontract.spec.contract import Contract
from awscontract.spec.model import service as service_model, services
from awscontract.spec.operations import load
from awscontract.spec.operations.paginators import PROTOCOLS, paged

#: What is odd about the model of each.
ODD = {
    "es:ListVpcEndpoints": "every response has to have a token",
    "iotsitewise:ListActions": "and one of at least a character",
    "fsx:DescribeFileSystemAliases": "a pattern with escapes such as \\r",
    "config:ListStoredQueries": "a pattern with the class [\\d-_]",
    "mgn:ListConnectors": "a pattern that hardly any text matches",
    "apprunner:ListServices": "a pattern of 36 characters for texts of 32",
    "dataexchange:ListJobs": "a pattern that no text matches",
    "sagemaker-geospatial:SearchRasterDataCollection": "lists that may not be empty, deep inside a required parameter",
    "datazone:QueryGraph": "a union that holds itself",
    "budgets:DescribeBudgetPerformanceHistory": "a result key that is a structure with two lists",
    "importexport:ListJobs": "a token that only the items say, and a signature of version 2",
    "sdb:ListDomains": "a signature of version 2",
    "s3control:ListAccessPoints": "an account before the host",
    "codecatalyst:ListSpaces": "a token in place of a signature",
}


def contract_of(name: str) -> Contract:
    service, _, operation = name.partition(":")
    if service not in services() or operation not in service_model(service).operation_names:
        pytest.skip("this botocore does not have it")
    try:
        return load(name)
    except UsageError as error:  # a paginator that came later
        pytest.skip(str(error))


def conforms(result: Result) -> None:
    wrong = {
        each.id: each.violations[:1] or each.reason
        for each in result.rules
        if each.outcome in ("failed", "warned", "indeterminate")
    }
    assert (result.operation, result.verdict, result.reason, wrong) == (result.operation, "conforms", None, {})


@pytest.mark.parametrize("name", ODD)
def test_an_odd_model(name: str) -> None:
    conforms(judged(Behaviour(), Stages(), contract_of(name)))


@pytest.mark.parametrize("name", ["s3control:ListAccessPoints", "codecatalyst:ListSpaces", "sdb:ListDomains"])
def test_an_odd_request_over_http(name: str) -> None:
    """It goes to the endpoint alone, and is signed as far as an endpoint without HTTPS allows it."""
    contract = contract_of(name)
    emulator = Emulator(contract)
    with serve(emulator) as server:
        client = make_client(TargetOptions(), contract.service, url=server.url)
        conforms(check(client, operation=contract, parameters=emulator.parameters[name], explore=0))


#: What botocore refuses to send without an ARN of the user's own.
REFUSED = {"cloudfront-keyvaluestore:ListKeys"}


@pytest.mark.nightly
@pytest.mark.timeout(1800)  # EC2 has hundreds
@pytest.mark.parametrize("service", services())
def test_every_operation(service: str) -> None:
    if service_model(service).resolved_protocol not in PROTOCOLS:
        pytest.skip("its protocol is not judged")
    contracts = [load(f"{service}:{each}") for each in paged(service) if f"{service}:{each}" not in REFUSED]
    for each in contracts:
        if each.kind != "access-report":
            conforms(judged(Behaviour(), Stages(), each))


#: By how its token is written, and what else makes it differ from most.
FAULTY = (
    "s3:ListParts", "dynamodb:Scan", "kinesis:DescribeStream", "route53:ListResourceRecordSets", "redshift:DescribeClusters",
    "ssm-sap:ListApplications", "cloudfront:ListKeyGroups", "application-signals:ListServices",
)  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_every_rule_has_a_fault(name: str) -> None:
    """What the valid emulator exercises can be broken: whatever nothing breaks would pass for nothing."""
    contract = contract_of(name)
    assert unseen([Detection(each, (each.rule,)) for each in faults_for(contract).values()], contract) == []


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FAULTY)
def test_every_fault_is_caught_by_its_rule(name: str) -> None:
    contract = contract_of(name)
    found = detections(contract=contract)
    assert [(each.fault.id, each.caught) for each in found if not each.declared] == []
    assert unseen(found, contract) == []
