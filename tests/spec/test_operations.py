"""Operations by name: spelling, nearest suggestions, and which contract a name leads to."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import made_up
from awscontract.errors import UnknownOperation, UsageError
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract, Listing
from awscontract.spec.operations import DEFAULT, access_reports, judged, load, loading, parse_paging, resolve
from awscontract.spec.traits import has, look_up, traits, values

CONTRACT = """
service = "sns"
operation = "ListTopics"
documentation = "https://docs.example/topics"

[listing]
items = ["Topics"]
tokens = [{ input = "NextToken", output = "NextToken" }]
identity = "TopicArn"
noun = "topic"
nouns = "topics"
default_limit = 100
"""
RECIPE = """
[ListTopics]
identity = "TopicArn"
each = [{ call = "CreateTopic", with = { Name = "{name}" } }]
exceptions = ["key-cursor"]
"""


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("iam:ListUsers", "iam:ListUsers"),
        ("iam:list-users", "iam:ListUsers"),
        ("IAM:LISTUSERS", "iam:ListUsers"),
        (" iam : ListUsers ", "iam:ListUsers"),
        ("s3:list-objects-v2", "s3:ListObjectsV2"),
        ("ec2:describe-vpcs", "ec2:DescribeVpcs"),
        ("rds:describe-db-instances", "rds:DescribeDBInstances"),
        ("iam:get-organizations-access-report", DEFAULT),
    ],
)
def test_operations_are_found_in_any_spelling(written: str, name: str) -> None:
    """Any case, and the spelling of the AWS CLI."""
    assert resolve([written]) == (name,)
    assert load(written).id == name


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("iam:ListUser", "unknown operation 'iam:ListUser'; did you mean iam:ListUsers?"),
        ("iam:lst-usrs", "unknown operation 'iam:lst-usrs'; did you mean iam:ListUsers?"),
        ("iamm:ListUsers", "unknown service 'iamm'; did you mean iam?"),
        ("ListAttachedRolePolicies", "did you mean iam:ListAttachedRolePolicies?"),
        ("iam:", "'iam:' is not SERVICE:OPERATION"),
        (":ListUsers", "is not SERVICE:OPERATION"),
        ("", "is not SERVICE:OPERATION"),
        ("s4", "did you mean s3"),
        ("iam:Gibberish\x1b[31m", "unknown operation"),
        ("x" * 100_000, ""),
    ],
)
def test_an_unknown_name_suggests_the_nearest(written: str, message: str) -> None:
    """One readable line, whatever was written."""
    for function in (load, lambda name: resolve([name])):
        with pytest.raises(UnknownOperation) as raised:
            function(written)
        assert str(raised.value).isprintable()
        assert len(str(raised.value)) < 1000
    assert message in str(raised.value) or message in _of_load(written)


def _of_load(written: str) -> str:
    with pytest.raises(UnknownOperation) as raised:
        load(written)
    return str(raised.value)


def test_an_operation_that_does_not_page_says_how_it_could() -> None:
    """The nearest one that does, and the option for those without a paginator."""
    with pytest.raises(UnknownOperation, match=r"iam:GetUser does not page.*--paging input=.*Did you mean iam:\w+\?"):
        load("iam:GetUser")


@pytest.mark.parametrize("service", ["cloudwatchomni", "eventbridgev2"])
def test_a_protocol_that_is_not_judged_is_refused_in_one_line(service: str) -> None:
    """Services that botocore can reach by CBOR alone."""
    from awscontract.spec.operations.paginators import paginated

    if not paginated(service):
        pytest.skip(f"this botocore does not know {service}")
    with pytest.raises(UsageError, match=f"^{service} speaks smithy-rpc-v2-cbor alone"):
        load(f"{service}:{next(iter(paginated(service)))}")


def test_a_service_is_all_of_its_judged_operations() -> None:
    """And `all` is every one, each once, access reports first."""
    of_iam = resolve(["iam"])

    assert of_iam[:3] == access_reports()
    assert "iam:ListUsers" in of_iam
    assert {each.partition(":")[0] for each in of_iam} == {"iam"}
    assert resolve(["all"]) == judged()
    assert resolve(["iam:list-users", "iam"])[0] == "iam:ListUsers"
    assert len(resolve(["iam", "all", "iam:ListUsers"])) == len(judged())


def test_a_service_without_judged_operations_is_named_with_an_example() -> None:
    """What can be done instead."""
    with pytest.raises(UnknownOperation, match=r"no operation of braket has a recipe or a contract file.*as in"):
        resolve(["braket"])


def test_the_access_reports_come_from_files() -> None:
    """The default one first; every other judged operation has a recipe."""
    assert access_reports()[0] == DEFAULT == load().id
    assert {load(each).kind for each in access_reports()} == {"access-report"}
    others = [load(each) for each in judged() if each not in access_reports()]
    assert {each.kind for each in others} <= {"file", "recipe"}
    assert all(each.recipe is not None and each.job is None for each in others)


def test_origins_follow_the_order_of_trust(tmp_path: Path) -> None:
    """A contract file over a recipe over the paginator over the model."""
    derived = load("sns:ListTopics", recipes=[])
    file, recipe = tmp_path / "topics.toml", tmp_path / "sns.toml"
    file.write_text(CONTRACT)
    recipe.write_text(RECIPE.replace('"TopicArn"', '"@"'))

    with_recipe = load("codeartifact:ListDomains")
    assert (with_recipe.kind, with_recipe.origins["listing.limit"]) == ("derived", "paginator")
    mixed = load("sns:ListTopics", contracts=[file], recipes=[recipe])
    assert mixed.kind == "file"
    assert mixed.listing is not None
    assert derived.listing is not None
    assert (mixed.listing.identity, mixed.origins["listing.identity"]) == ("TopicArn", f"contract file {file}")
    assert mixed.listing.exceptions == {"key-cursor"}
    assert mixed.origins["listing.exceptions"] == "recipe"
    assert mixed.documentation == "https://docs.example/topics"
    overridden = load("sns:ListTopics", recipes=[recipe])
    assert overridden.listing is not None
    assert (overridden.kind, overridden.listing.identity) == ("recipe", "@")
    assert overridden.origins["listing.identity"] == "recipe"


def test_users_files_add_operations(tmp_path: Path) -> None:
    """What a user's file describes is judged by its name, its service's and `all`."""
    file, recipe = tmp_path / "topics.toml", tmp_path / "codeartifact.toml"
    file.write_text(CONTRACT)
    recipe.write_text(
        '[ListDomains]\nidentity = "name"\neach = [{ call = "CreateDomain", with = { domain = "{name}" } }]\n'
    )

    assert "sns:ListTopics" in judged(contracts=[file])
    assert resolve(["codeartifact"], recipes=[recipe]) == ("codeartifact:ListDomains",)
    assert "codeartifact:ListDomains" not in judged()
    assert load("codeartifact:ListDomains", recipes=[recipe]).kind == "recipe"


@pytest.mark.parametrize(
    ("paging", "listing"),
    [
        (
            "input=NextToken,output=NextToken,items=AccountAliases,limit=MaxItems",
            "unknown parameter of ListAccountAliases 'NextToken'",
        ),
        ("input=Marker,output=Marker,items=Aliases", "unknown member of the response of ListAccountAliases 'Aliases'"),
        ("colour=red", "unknown name in --paging 'colour': one of input, output, items, limit, more"),
        ("input=Marker+Marker,output=Marker,items=AccountAliases", "2 input and 1 output"),
    ],
)
def test_paging_names_members_of_the_model(paging: str, listing: str) -> None:
    """A wrong name is one line with the nearest one."""
    with pytest.raises(UsageError) as raised:
        load("iam:ListAccountAliases", paging=parse_paging(paging))
    assert listing in str(raised.value)


def test_paging_makes_a_contract_without_a_paginator() -> None:
    """The members that the user names, checked against the model; bounds still come from there."""
    contract = load(
        "iam:ListPoliciesGrantingServiceAccess",
        paging=parse_paging("input=Marker, output=Marker, items=PoliciesGrantingServiceAccess, more=IsTruncated"),
    )

    assert contract.listing is not None
    assert (contract.kind, contract.listing.main) == ("derived", "PoliciesGrantingServiceAccess")
    assert (contract.listing.more, contract.listing.limit) == ("IsTruncated", None)
    assert contract.origins["listing.items"] == "--paging"
    assert contract.listing.token.bounded


@pytest.mark.parametrize("text", ["input", "input=", "=x", "input=a,limit"])
def test_paging_is_pairs(text: str) -> None:
    """Anything else is said at once."""
    with pytest.raises(UsageError, match="NAME=MEMBER"):
        parse_paging(text)


def test_made_up_services_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_DATA_PATH adds services, as it does for the SDK; without it they are gone."""
    folder = tmp_path / "shelf" / "2020-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(MADE_UP))
    (folder / "paginators-1.json").write_text(json.dumps({"pagination": {"ListBooks": PAGINATOR}}))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))

    contract = load("shelf:list-books")
    assert contract.protocol == "json"
    assert contract.documentation == "https://docs.aws.amazon.com/"
    assert contract.listing == Listing(
        items=("Books",),
        tokens=contract.listing.tokens,
        limit="Size",
        limit_minimum=2,
        limit_maximum=9,
        identity="BookId",
    )
    monkeypatch.delenv("AWS_DATA_PATH")
    with pytest.raises(UnknownOperation, match="unknown service 'shelf'"):
        load("shelf:list-books")


def test_a_made_up_access_report_has_the_rules_of_its_traits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract file of a service that nobody knows: its own names in every statement, and no rule about what it lacks."""
    monkeypatch.setenv("AWS_DATA_PATH", str(made_up.DATA))
    contract = load(made_up.OPERATION, contracts=[made_up.CONTRACT])
    found = {each.id: each for each in rule_set(contract)}
    text = " ".join(each.statement for each in found.values())

    assert contract.protocol in ("query", "json")
    assert not {
        "report.counts-present",
        "sort.time-ascending",
        "report.attempt-counted",
        "report.actions-only-when-asked",
    } & {*found}
    assert {"report.attempt-details-together", "validation.page-length-maximum", "validation.search-id-required"} <= {
        *found
    }
    assert not re.search(r"Marker|MaxItems|IsTruncated|JobId|JobStatus|COMPLETED|ServiceNamespace|EntityPath", text)
    assert found["pagination.truncated-has-token"].statement == "A page with Shelf.GoesOn true has a Bookmark."
    assert "WAITING or SEARCHING" in found["job.completion-date-absent-in-progress"].statement
    assert found["report.attempt-details-together"].source == "https://example.com/library/API_Loan.html"
    assert str(found["report.attempt-details-together"].member).endswith("#Loan.LentTo")


PAGINATOR = {"input_token": "From", "output_token": "Next", "limit_key": "Size", "result_key": "Books"}
MADE_UP = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "shelf",
        "jsonVersion": "1.1",
        "protocol": "json",
        "serviceFullName": "Shelf",
        "serviceId": "Shelf",
        "signatureVersion": "v4",
        "targetPrefix": "Shelf",
    },
    "operations": {
        "ListBooks": {
            "name": "ListBooks",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "In"},
            "output": {"shape": "Out"},
        }
    },
    "shapes": {
        "In": {"type": "structure", "members": {"From": {"shape": "Text"}, "Size": {"shape": "Size"}}},
        "Out": {"type": "structure", "members": {"Next": {"shape": "Text"}, "Books": {"shape": "Books"}}},
        "Books": {"type": "list", "member": {"shape": "Book"}},
        "Book": {"type": "structure", "members": {"BookId": {"shape": "Text"}, "Title": {"shape": "Text"}}},
        "Text": {"type": "string", "max": 40},
        "Size": {"type": "integer", "min": 2, "max": 9},
    },
}


@pytest.mark.parametrize(
    ("name", "trait", "there"),
    [
        ("iam:ListUsers", "listing.more", True),
        ("lambda:ListFunctions", "listing.more", False),
        ("iam:ListUsers", "job", False),
        ("iam:ListUsers", "job|listing.limit", True),
        (DEFAULT, "report.entity_is=below", True),
        (DEFAULT, "report.entity_is=subject", False),
        (DEFAULT, "counts.items", True),
        (DEFAULT, "sort.time", True),
        ("s3:ListObjects", "listing.token.is_expression", True),
        ("s3:ListObjects", "listing.exceptions.key-cursor", True),
        ("iam:ListUsers", "listing.exceptions.key-cursor", False),
        ("iam:ListUsers", "no.such.trait", False),
        ("stepfunctions:GetExecutionHistory", "listing.limit_minimum", True),  # 0 is a bound
    ],
)
def test_traits_can_be_asked_for(name: str, trait: str, there: bool) -> None:
    """Dotted paths of fields, alternatives, and values."""
    assert has(load(name), trait) is there


def test_an_order_by_several_tokens_keeps_pairs() -> None:
    """Each input belongs to its output."""
    tokens = load("route53:ListResourceRecordSets").listing.tokens  # type: ignore[union-attr]

    assert [(each.input, each.output) for each in tokens] == [
        ("StartRecordName", "NextRecordName"),
        ("StartRecordType", "NextRecordType"),
        ("StartRecordIdentifier", "NextRecordIdentifier"),
    ]


def test_every_value_has_an_origin() -> None:
    """For ``awscontract contract``: from the first field to the last, each with where it comes from."""
    rows = {each.field: each for each in values(load("iam:ListUsers"))}

    assert rows["listing.tokens[0].input"].value == "Marker"
    assert rows["listing.tokens[0].input"].origin == "paginator"
    assert rows["listing.tokens[0].bounded"].origin == "model"
    assert rows["listing.limit_maximum"][1:] == ("1000", "model")
    assert rows["listing.identity"].origin == "recipe"
    assert rows["protocol"][1:] == ("query", "model")
    of_report = {each.field: each.origin for each in values(load())}
    assert of_report["job.start.subject"] == of_report["report.region"] == "contract file"
    assert rows["service"][1:] == ("iam", "model")
    assert {each.origin for each in values(load("iam:ListUsers"))} == {"model", "paginator", "recipe"}
    assert {each.origin for each in values(load())} == {"model", "contract file"}
    assert {"origins", "kind", "listing.noun"}.isdisjoint(rows)


def test_traits_of_an_operation_in_words() -> None:
    """For ``awscontract operations``."""
    assert {"job", "sort", "counts", "limit", "more"} <= {*traits(load())}
    assert "several tokens" in traits(load("s3:ListObjectVersions"))
    assert "key-cursor" in traits(load("s3:ListObjects"))


def test_look_up_of_what_is_there() -> None:
    """Counts by what they count."""
    assert look_up(load(), "counts.not-accessed") == "NumberOfServicesNotAccessed"
    assert look_up(load("iam:ListUsers"), "counts.items") is None


def test_contracts_can_be_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """One object for one name, which can be hashed and is never read twice."""
    first = load("iam:ListUsers")

    assert load("iam:ListUsers") is first
    assert isinstance(hash(first), int)
    assert replace(first, kind="derived") != first
    assert isinstance(first, Contract)
    monkeypatch.setattr(loading, "derive", None)
    assert load("iam:ListUsers") is first
