"""Operations without a paginator: which of them page by their shapes, how their contracts are derived, and why the others are not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from awscontract.errors import UsageError
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.model import operation, service as service_model, services
from awscontract.spec.operations import load, loading, of_client, parse_paging
from awscontract.spec.operations.by_shapes import Verdict, by_shapes
from awscontract.spec.operations.exclusions import EXCLUSIONS
from awscontract.spec.operations.paginators import PROTOCOLS, paged, paginated

SMITHY = "https://smithy.io/2.0/spec/behavior-traits.html#paginated-trait"


def verdict(name: str, *, jobs: bool = False) -> Verdict:
    return by_shapes(operation(*name.split(":")), jobs=jobs)


@pytest.mark.parametrize(
    ("name", "items", "tokens", "limit", "more"),
    [
        ("events:ListEventBuses", "EventBuses", "NextToken NextToken", "Limit", None),
        ("wafv2:ListWebACLs", "WebACLs", "NextMarker NextMarker", "Limit", None),
        ("servicecatalog:SearchProducts", "ProductViewSummaries", "PageToken NextPageToken", "PageSize", None),
        ("route53:ListReusableDelegationSets", "DelegationSets", "Marker NextMarker", "MaxItems", "IsTruncated"),
        (
            "cloudfront:ListVpcOrigins",
            "VpcOriginList.Items",
            "Marker VpcOriginList.NextMarker",
            "MaxItems",
            "VpcOriginList.IsTruncated",
        ),
        ("compute-optimizer:GetEBSVolumeRecommendations", "volumeRecommendations", "nextToken nextToken", "maxResults", None),
        ("ce:GetTags", "Tags", "NextPageToken NextPageToken", None, None),  # its MaxResults is read with SortBy only
    ],
)  # fmt: skip
def test_a_token_in_and_out_beside_one_list(
    name: str, items: str, tokens: str, limit: str | None, more: str | None
) -> None:
    """Also within the one structure that a response is, beside a list of errors, and where the token's echo has its name."""
    if name.partition(":")[2] not in service_model(name.partition(":")[0]).operation_names:
        pytest.skip("this botocore does not have it")
    listing = load(name).listing

    assert listing is not None
    assert (listing.items, f"{listing.token.input} {listing.token.output}") == ((items,), tokens)
    assert (listing.limit, listing.more) == (limit, more)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("iam:GetUser", "no token for a next page"),
        ("wafv2:GetWebACL", "no token for a next page"),  # its LockToken and those of idempotent requests lead nowhere
        ("dynamodb:ExecuteStatement", "more than read"),
        ("codecommit:BatchDescribeMergeConflicts", "more than read"),
        ("backup:ListTags", "no list beside"),
        ("glue:ListSessions", "several lists"),
        ("cloudtrail:GetQueryResults", "rows of a table"),
        ("s3control:ListMultiRegionAccessPoints", "not used"),
        ("comprehend:ListFlywheelIterationHistory", "what the token is for"),
        ("textract:GetDocumentAnalysis", "results of a job"),
        ("geo-places:SearchText", "ranked"),
    ],
)
def test_a_doubt_is_a_reason(name: str, reason: str) -> None:
    """It stands in the message, which says how to name the members."""
    found = verdict(name)
    assert found.paginator is None
    assert reason in found.reason
    with pytest.raises(UsageError, match=r"does not page: .*--paging input=") as raised:
        load(name)
    assert found.reason in str(raised.value)


@pytest.mark.parametrize(
    ("name", "instead"),
    [("logs:GetLogEvents", "logs:FilterLogEvents"), ("lightsail:GetRelationalDatabaseLogEvents", "No contract")],
)
def test_what_is_read_both_ways(name: str, instead: str) -> None:
    """No names of members describe a stream without an end."""
    assert "ends where a token comes again" in verdict(name).reason
    with pytest.raises(UsageError, match=instead) as raised:
        load(name)
    assert "--paging" not in str(raised.value)


@pytest.mark.parametrize("name", EXCLUSIONS)
def test_an_exclusion_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names an operation that would page by its shapes."""
    service, _, wanted = name.partition(":")
    if service not in services() or wanted not in service_model(service).operation_names:
        pytest.skip("this botocore does not have it")
    assert wanted not in paginated(service)
    monkeypatch.delitem(EXCLUSIONS, name)
    assert verdict(name, jobs=True).paginator


def test_jobs_are_for_clients_alone() -> None:
    """The results of a job that is over are a listing; a judge would need to know the job."""
    assert not verdict("textract:GetDocumentAnalysis").paginator
    assert verdict("textract:GetDocumentAnalysis", jobs=True).paginator
    contract = of_client(operation("textract", "GetDocumentAnalysis"))
    assert contract is not None and contract.listing is not None
    assert contract.listing.items == ("Blocks",)


def test_the_origin_is_the_shapes() -> None:
    """And it stays the recipe's, or the user's, where these say it."""
    origins = load("backup:ListReportPlans").origins
    assert [origins[f"listing.{each}"] for each in ("tokens", "items", "limit")] == ["shapes of the model"] * 3

    given = load("backup:ListReportPlans", paging=parse_paging("input=NextToken,output=NextToken,items=ReportPlans"))
    assert given.origins["listing.items"] == "--paging"
    assert given.listing is not None and not given.listing.by_shapes
    assert load("firehose:ListDeliveryStreams").origins["listing.items"] == "recipe"


def test_nothing_rests_on_a_trait_that_nobody_has_seen() -> None:
    """What only Smithy's trait says is a `should`; what the token's own documentation says cites that."""
    rules = {each.id: each for each in rule_set(load("backup:ListReportPlans"))}
    assert rules["pagination.page-size-may-change"].level == "should"
    assert not [each.id for each in rules.values() if each.source == SMITHY and each.level == "must"]
    assert (rules["pagination.complete"].level, rules["pagination.complete"].basis) == ("must", "documented")

    rules = {each.id: each for each in rule_set(load("backup:ListBackupPlans"))}
    assert rules["pagination.page-size-may-change"].level == "must"
    assert rules["pagination.complete"].source == SMITHY


def test_operations_of_a_service() -> None:
    """Those with a paginator, and those that page by their shapes."""
    found = paged("backup")
    assert {*paginated("backup")} < {*found}
    assert "ListReportPlans" in found and "ListTags" not in found
    assert paged("nosuch") == ()
    assert loading.resolve(["backup:list-report-plans"]) == ("backup:ListReportPlans",)


def shaped(name: str) -> Iterator[Contract]:
    """The contracts of a service that its shapes make."""
    if service_model(name).resolved_protocol not in PROTOCOLS:
        return
    for each in paged(name):
        if each not in paginated(name):
            yield load(f"{name}:{each}")


def check(contract: Contract) -> None:
    listing, shapes = contract.listing, operation(contract.service, contract.operation)
    assert listing is not None and listing.by_shapes
    assert not set(listing.items) & {listing.token.output, listing.more}
    assert listing.token.input not in shapes.input_shape.required_members
    rules = rule_set(contract)
    assert len({each.id for each in rules}) == len(rules)
    assert not [each for each in rules if any(mark in each.statement for mark in "{}[]")]


@pytest.mark.parametrize("name", ["cloudfront", "dms", "events", "lightsail", "wafv2"])
def test_contracts_of_some_services(name: str) -> None:
    """Each is held against its own model."""
    found = list(shaped(name))
    assert len(found) > 5
    for each in found:
        check(each)


@pytest.mark.nightly
def test_all_operations_without_a_paginator() -> None:
    """A change of botocore that changes how many page is noticed."""
    counts: Counter[str] = Counter()
    for name in services():
        for each in shaped(name):
            check(each)
            counts[each.protocol] += 1
    assert 750 < counts.total() < 950
    assert set(counts) == set(PROTOCOLS)
