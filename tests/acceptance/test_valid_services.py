"""Valid services of many kinds conform, without a warning; each fault of theirs is found by a rule that names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from awscontract import check

from servers.valid_services import PARAMETERS, running

VPCS, OBJECTS, VERSIONS = "ec2:DescribeVpcs", "s3:ListObjectsV2", "s3:ListObjectVersions"
SCAN, TABLES, SHARDS, QUEUES = "dynamodb:Scan", "dynamodb:ListTables", "kinesis:ListShards", "sqs:ListQueues"
EVENTS, RECORDS = "logs:FilterLogEvents", "route53:ListResourceRecordSets"
ACCOUNTS, TAGGED = "organizations:ListAccounts", "resourcegroupstaggingapi:GetResources"
REPORT = "iam:GetOrganizationsAccessReport"
LISTS = (VPCS, OBJECTS, VERSIONS, SCAN, TABLES, SHARDS, QUEUES, EVENTS, RECORDS, ACCOUNTS, TAGGED)
OPAQUE = (VPCS, OBJECTS, SHARDS, QUEUES, EVENTS, ACCOUNTS, TAGGED)
JSON = (SCAN, TABLES, SHARDS, QUEUES, EVENTS, ACCOUNTS, TAGGED)
XML = (VPCS, OBJECTS, VERSIONS, RECORDS)
#: Lists in which an empty page may have a token, and those without a documented order.
SPARSE = (VPCS, SHARDS, QUEUES, EVENTS, ACCOUNTS, TAGGED)
UNORDERED = (VPCS, QUEUES, ACCOUNTS, TAGGED)

#: By choices, in one text: the operations where they are valid. `+` gives other people's items, `made` lets the recipe create its own.
VALID: dict[str, tuple[str, ...]] = {
    "": (*LISTS, REPORT),
    "churn +300": LISTS,
    "churn late short": (*LISTS, REPORT),
    "growing shrinking +60": LISTS,
    "offset-token churn late": (ACCOUNTS, VPCS, QUEUES),
    "throttle-burst": (*LISTS, REPORT),
    "dropped closed": LISTS,
    "closed-silently chunked lower-case": (*LISTS, REPORT),
    "unknown-members indented": (*LISTS, REPORT),
    "bare list-left-out whole-seconds": LISTS,
    "exotic churn": (*LISTS, REPORT),
    "fresh": (*OPAQUE, REPORT),
    "once throttle": OPAQUE,
    "expire": (*OPAQUE, REPORT),
    "short empty exact-fit": (*SPARSE, REPORT),
    "unordered churn": UNORDERED,
    "empty-token-at-end nulls": JSON,
    "empty-token-at-end self-closed": (VPCS,),
    "application-xml no-declaration self-closed": (*XML, REPORT),
    "error-with-namespace error-with-more": JSON,
    "error-in-header": JSON,
    "empty-account": (*LISTS, REPORT),
    "several-versions exotic short": (VERSIONS,),
    "several-versions churn": (VERSIONS,),
    "deep exotic": (RECORDS,),
    "apex several-types weighted churn": (RECORDS,),
    "sort-key churn": (SCAN,),
    "no-id nested": (SCAN,),
    "limit-needed-with-token": (QUEUES,),
    "token-must-exist": (TABLES,),
    "encoding-ignored": (OBJECTS, VERSIONS),
    "never-first total-left-out": (REPORT,),
    "never-same-end truncated-left-out": (REPORT,),
    "jobs-at-once new-job-each-time job-ids-of-another-kind": (REPORT,),
    "finished-at-once token-with-blanks": (REPORT,),
    "made churn late +60": (QUEUES, SCAN, OBJECTS, VPCS),
    "made short throttle growing +300": (QUEUES, SCAN, OBJECTS, VPCS),
}

#: By choices: the rules of which one has to be broken, and the operations that show it.
FAULTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "limit-ignored": ("pagination.limit-respected", (*LISTS, REPORT)),
    "limit-one-more": ("pagination.limit-respected", (*LISTS, REPORT)),
    "limit-only-on-first-page": ("pagination.limit-respected", (*LISTS, REPORT)),
    "token-ignored": ("pagination.ends", LISTS),
    "token-constant": ("pagination.ends pagination.token-continues", (*OPAQUE, SCAN, TABLES)),
    "global-cursor": ("pagination.token-continues", OPAQUE),
    "skips-one": ("pagination.complete", (*LISTS, REPORT)),
    "skips-one-between-sizes": ("pagination.page-size-may-change", (*OPAQUE, REPORT)),
    "repeats-one": ("pagination.no-repeats pagination.token-continues pagination.ends", (*LISTS, REPORT)),
    "last-page-lost": ("pagination.complete", (*LISTS, REPORT)),
    "made last-item-lost": ("pagination.complete", (QUEUES,)),
    "never-ends": ("pagination.ends", OPAQUE),
    "never-ends-in-empty-pages": ("pagination.ends", (VPCS, OBJECTS, SHARDS, QUEUES, ACCOUNTS, TAGGED)),
    "page-number": ("pagination.page-size-may-change", OPAQUE),
    "token-left-out": ("pagination.truncated-has-token", (OBJECTS, RECORDS)),
    "token-empty-when-truncated": ("pagination.truncated-has-token", (OBJECTS,)),
    "token-at-end": ("pagination.token-only-when-truncated", (OBJECTS,)),
    "truncated-never": ("pagination.complete", (OBJECTS, RECORDS)),
    "truncated-always": ("pagination.truncated-has-token", (OBJECTS,)),
    "several-versions second-token-left-out": ("pagination.complete", (VERSIONS,)),
    "several-versions second-token-ignored": ("pagination.complete", (VERSIONS,)),
    "several-types weighted second-token-ignored": ("pagination.ends", (RECORDS,)),
    "token-without-limit-starts-over": ("pagination.token-continues", (VPCS, OBJECTS, SHARDS, ACCOUNTS, TAGGED)),
    "token-too-long": ("pagination.token-within-model", (TAGGED,)),
    "token-crash": ("pagination.unknown-token-no-crash", OPAQUE),
    "token-starts-over-when-unknown": ("pagination.unknown-token-refused", (*OPAQUE, REPORT)),
    "twice-in-page": ("pagination.no-repeats pagination.complete", LISTS),
    "limit-minimum-unchecked": ("validation.limit-minimum", (VPCS, TABLES, SHARDS, EVENTS, ACCOUNTS)),
    "limit-maximum-unchecked": ("validation.limit-maximum", (VPCS, TABLES, SHARDS, EVENTS, ACCOUNTS)),
    "limit-crash": ("validation.no-crash", (VPCS, TABLES, SHARDS, EVENTS, ACCOUNTS)),
    "misordered": ("sort.documented-order", (OBJECTS, EVENTS)),
    "server-error-now-and-then": ("protocol.no-server-error", (*LISTS, REPORT)),
    "json-cut": ("protocol.well-formed", JSON),
    "xml-cut": ("protocol.well-formed", (*XML, REPORT)),
    "gzip": ("protocol.well-formed", (*LISTS, REPORT)),
    "content-type-html": ("protocol.content-type", (*LISTS, REPORT)),
    "exotic encoding-ignored not-escaped": ("protocol.well-formed", (OBJECTS, VERSIONS)),
    "booleans-in-capitals": ("protocol.boolean-format", (*XML, REPORT)),
    "integers-with-point": ("protocol.integer-format", (OBJECTS, RECORDS)),
    "timestamp-rfc822": ("protocol.timestamp-format", (OBJECTS, VERSIONS)),
    "timestamp-as-text": ("protocol.timestamp-format", (ACCOUNTS,)),
    "enum-unknown": ("shape.enum", (OBJECTS, VERSIONS, ACCOUNTS)),
    "number-for-text": ("shape.type", (ACCOUNTS,)),
    "list-is-map": ("shape.type", (ACCOUNTS,)),
    "required-left-out": ("shape.required", (SHARDS, RECORDS)),
    "truncated-missing": ("shape.required", (RECORDS,)),
    "pattern-broken": ("shape.pattern", (SHARDS,)),
    "list-members-misnamed": ("protocol.list-members", (VPCS,)),
    "list-flattened": ("protocol.list-members", (VPCS,)),
    "list-wrapped": ("protocol.list-members", (OBJECTS,)),
    "error-without-code": ("protocol.error-envelope", LISTS),
    "error-under-200": ("protocol.status", LISTS),
    "made filter-forgotten": ("pagination.filters-kept", (SCAN, OBJECTS, QUEUES)),
    # where other people have some too, behind those of the recipe
    "made filter-forgotten +60": ("pagination.filters-kept", (QUEUES, SCAN, OBJECTS, VPCS)),
    "counts-of-the-page": ("report.not-accessed-count report.counts-same-on-every-page", (REPORT,)),
    "region-everywhere": ("report.no-attempt-no-region", (REPORT,)),
    "entity-path-left-out": ("report.attempt-details-together", (REPORT,)),
    "sort-as-text-with-nulls-between": ("sort.never-accessed-together", (REPORT,)),
}

#: What every run tries, with one operation each; all of them are tried nightly with all of theirs.
SAMPLE = [
    ("churn late short", RECORDS),
    ("growing shrinking +60", EVENTS),
    ("offset-token churn late", QUEUES),
    ("throttle-burst", TAGGED),
    ("closed-silently chunked lower-case", TABLES),
    ("exotic churn", OBJECTS),
    ("once throttle", SHARDS),
    ("short empty exact-fit", ACCOUNTS),
    ("unordered churn", VPCS),
    ("several-versions exotic short", VERSIONS),
    ("apex several-types weighted churn", RECORDS),
    ("deep exotic", RECORDS),
    ("sort-key churn", SCAN),
    ("never-same-end truncated-left-out", REPORT),
    ("made churn late +60", OBJECTS),
    ("token-ignored", TABLES),
    ("global-cursor", SHARDS),
    ("skips-one", RECORDS),
    ("repeats-one", REPORT),
    ("last-page-lost", ACCOUNTS),
    ("page-number", EVENTS),
    ("several-versions second-token-left-out", VERSIONS),
    ("several-types weighted second-token-ignored", RECORDS),
    ("made filter-forgotten", SCAN),
    ("made filter-forgotten", QUEUES),
    ("token-crash", QUEUES),
    ("limit-maximum-unchecked", VPCS),
    ("list-members-misnamed", VPCS),
    ("misordered", OBJECTS),
]


def cases(table: Mapping[str, tuple[str, ...]]) -> list[Any]:
    return [
        pytest.param(
            words,
            operation,
            id=f"{operation}-{words or 'plain'}",
            marks=() if (words, operation) in SAMPLE else pytest.mark.nightly,
        )
        for words, operations in table.items()
        for operation in operations
    ]


@pytest.fixture(scope="module")
def session() -> botocore.session.Session:
    return botocore.session.Session()


@contextmanager
def judged(session: botocore.session.Session, words: str, operation: str, **options: Any) -> Iterator[Any]:
    """The result for the operation, served with these choices."""
    choices = words.split()
    foreign = sum(int(each) for each in choices if each.startswith("+"))
    made = "made" in choices
    if operation == REPORT:
        options |= {"entity_path": "o-abcdefghij/r-abcd/"}
        choices.append("finished-at-once")
    elif not made:
        options |= {"no_setup": True, "parameters": PARAMETERS.get(operation, {})}
    clients: dict[str, Any] = {}
    with running(operation, *choices, items=0 if made else 14, foreign=foreign) as (url, _):

        def client_of(service: str) -> Any:
            if service not in clients:
                clients[service] = session.create_client(
                    service,
                    region_name="us-east-1",
                    endpoint_url=url,
                    aws_access_key_id="AKIDEXAMPLE",
                    aws_secret_access_key="example",
                    config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
                )
            return clients[service]

        try:
            given = {"explore": 0, "timeout": 60, "poll_interval": 0.05, **options}
            yield check(client_of(operation.partition(":")[0]), operation=operation, clients=client_of, **given)
        finally:
            for client in clients.values():
                client.close()


def broken(result: Any) -> list[str]:
    return [each["id"] for each in result.to_dict()["rules"] if each["outcome"] in ("failed", "warned")]


@pytest.mark.parametrize(("words", "operation"), cases(VALID))
def test_a_valid_service_conforms(session: botocore.session.Session, words: str, operation: str) -> None:
    """Without a warning either."""
    with judged(session, words, operation) as result:
        assert broken(result) == []
        assert result.to_dict()["verdict"] == "conforms"


@pytest.mark.nightly
@pytest.mark.parametrize("words", ["", "churn late", "fresh throttle", "offset-token churn"])
@pytest.mark.parametrize("operation", [VPCS, QUEUES, ACCOUNTS])
def test_exploring_finds_nothing_either(session: botocore.session.Session, words: str, operation: str) -> None:
    with judged(session, words, operation, explore=25) as result:
        assert broken(result) == []


@pytest.mark.parametrize(
    ("words", "operation"), cases({words: operations for words, (_, operations) in FAULTS.items()})
)
def test_a_fault_is_found(session: botocore.session.Session, words: str, operation: str) -> None:
    """By one of the rules that say what it is."""
    with judged(session, words, operation) as result:
        assert set(broken(result)) & set(FAULTS[words][0].split())
