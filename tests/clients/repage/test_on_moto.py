"""Correct readers read moto's listings the same, of every operation that has a recipe to make some items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from awscontract import repage
from awscontract.clients.repage.cutting.contracts import paging_of
from awscontract.clients.repage.cutting.requests import is_cuttable
from awscontract.conformance.driver.recipes import Setup
from awscontract.spec import recipe as recipes
from awscontract.spec.operations import load
from profiles import NIGHTLY

from readers_kit import LIMITING, READERS, Listed, Reader, loop

#: Whose items have the time of the request in them, so that two listings may differ.
_CLOCKS = {"secretsmanager:ListSecretVersionIds"}

_RECIPES = [each for service in recipes.services() for each in recipes.load(service).values() if each.id not in _CLOCKS]

#: In every run: each protocol, each kind of token that moto has, and some operations without a paginator.
_SAMPLE = {
    "athena:ListWorkGroups",
    "dynamodb:ListTables",
    "dynamodb:Query",
    "ec2:DescribeVpcs",
    "ecs:ListClusters",
    "events:ListEventBuses",
    "iam:ListEntitiesForPolicy",
    "iam:ListUsers",
    "kinesis:DescribeStream",
    "lambda:ListFunctions",
    "logs:DescribeLogStreams",
    "organizations:ListAccounts",
    "route53:ListResourceRecordSets",
    "s3:ListObjects",
    "s3:ListObjectsV2",
    "sesv2:ListEmailIdentities",
    "ssm:GetParametersByPath",
}


@pytest.fixture
def client_of() -> Iterator[Callable[[str], Any]]:
    """Clients of an empty moto."""
    session = boto3.Session("test", "test", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = session.client(service, config=config)  # type: ignore[call-overload]
        return clients[service]

    without = {"use_docker": False}
    with mock_aws(config={"lambda": without, "batch": without, "iam": {"load_aws_managed_policies": False}}):  # type: ignore[arg-type, dict-item]
        yield client


@pytest.mark.filterwarnings("ignore")  # of moto and what it imports
@pytest.mark.parametrize(
    "recipe",
    [pytest.param(each, id=each.id, marks=() if each.id in _SAMPLE else pytest.mark.nightly) for each in _RECIPES],
)
def test_moto_is_read_the_same(client_of: Callable[[str], Any], recipe: recipes.Recipe) -> None:
    """By all readers that read it right without us: moto's own pages are wrong for many."""
    contract, client = load(recipe.id), client_of(recipe.service)
    paging = paging_of(client.meta.service_model, recipe.operation)
    if paging is None:
        return
    listing, number = contract.listing, crc32(recipe.id.encode()) % 4 + 1
    assert listing is not None
    made = Setup(recipe, contract, client_of, 5, sleep=lambda seconds: None, timeout=0).create()
    limit = {listing.limit: 50} if listing.limit and (listing.limit_required or paging.needs_limit) else {}
    listed = Listed(client, recipe.operation, {**made.parameters, **limit})
    plainly = {reader: found for reader in READERS if (found := _outcome(reader, listed, number)) is not None}
    for seed in range(3 if NIGHTLY else 1):
        with repage(seed=seed) as log:
            assert {reader: reader(listed, number) for reader in plainly} == plainly
        assert all(len(each.pages) > 1 for each in log.cut if each.finished)
        assert log.cut or len(made.identities) < 2 or not is_cuttable(paging, listed.parameters)


def _outcome(reader: Reader, listed: Listed, number: int) -> Any:
    """What it reads; None where moto's own pages mislead it, or its items are others each time."""
    try:
        found = reader(listed, number)
        if reader(listed, number) != found:
            return None
    except Exception:  # a listing that does not end, a token that is refused, a crash of moto
        return None
    return found if reader not in LIMITING or found == loop(listed, number) else None
