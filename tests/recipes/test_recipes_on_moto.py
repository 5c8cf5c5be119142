"""Every recipe, tried on moto in process: what it creates is listed under its identity, and deleted again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from moto import mock_aws

from awscontract.conformance.driver.recipes import Made, Setup
from awscontract.conformance.evidence.paths import canonical, find
from awscontract.spec import recipe as recipes
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load

_RECIPES = [each for service in recipes.services() for each in recipes.load(service).values()]
_MOST_USED = (
    *("s3", "ec2", "dynamodb", "sqs", "sns", "lambda", "iam", "kms", "logs", "events", "stepfunctions", "ssm"),
    *("secretsmanager", "route53", "ecr", "ecs", "cloudformation", "kinesis", "glue", "athena", "rds"),
)

#: Moto does not implement the deletion.
_NOT_DELETED = {
    "athena:ListDataCatalogs",
    "athena:ListNamedQueries",
    "cognito-idp:ListResourceServers",
    "glue:GetConnections",
    "networkmanager:DescribeGlobalNetworks",
    "networkmanager:GetSites",
    "sagemaker:ListModelPackageGroups",
    "synthetics:DescribeCanaries",
    "vpc-lattice:ListServiceNetworks",
    "vpc-lattice:ListServices",
}
#: Moto has nothing to list any more: what it was listed under could be deleted.
_GONE = {"cognito-idp:ListResourceServers", "networkmanager:GetSites"}
#: What was deleted stays listed for a time, as it does on AWS, in a final state that most of these listings show.
_STAYS_LISTED = {
    "athena:ListQueryExecutions",
    "cloudformation:ListStackSets",
    "ec2:DescribeInstances",
    "ec2:DescribeManagedPrefixLists",
    "ec2:DescribeNatGateways",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcPeeringConnections",
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:ListTaskDefinitionFamilies",
    "elasticache:DescribeCacheClusters",
    "elasticache:DescribeUsers",
    "kms:ListKeys",
    "logs:DescribeExportTasks",
    "medialive:ListChannels",
    "medialive:ListInputs",
    "ram:GetResourceShares",
} | (_NOT_DELETED - _GONE)
#: Moto ignores the parameter, which is a finding about moto.
_NOT_FILTERED = {
    "ec2:DescribeEgressOnlyInternetGateways",
    "events:ListConnections",
    "iam:ListGroups",
    "iam:ListInstanceProfiles",
    "sagemaker:ListModels",
}


def _calls(recipe: recipes.Recipe) -> int:
    return sum(map(len, (recipe.once, recipe.each, recipe.undo, recipe.undo_once)))


#: Tried in every run: of each service that is used most the recipe with the most calls, and one of each table above. All of them nightly.
_SAMPLE = {
    *(max(recipes.load(service).values(), key=_calls).id for service in _MOST_USED),
    *("athena:ListDataCatalogs", "ec2:DescribeInstances", "iam:ListGroups"),
}


@pytest.fixture(scope="module")
def client_of() -> Iterator[Callable[[str], Any]]:
    """Clients of one moto for all recipes: each looks for what it has made alone, and to make clients takes most of the time."""
    clients: dict[str, Any] = {}
    session = boto3.Session("test", "test", region_name="us-east-1")
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

    def client(service: str) -> Any:
        if service not in clients:
            clients[service] = session.client(service, config=config)
        return clients[service]

    with mock_aws(
        config={
            "lambda": {"use_docker": False},
            "batch": {"use_docker": False},
            "iam": {"load_aws_managed_policies": False},
        }
    ):
        yield client


@pytest.mark.filterwarnings("ignore")  # of moto and what it imports
@pytest.mark.parametrize(
    "recipe",
    [pytest.param(each, id=each.id, marks=() if each.id in _SAMPLE else pytest.mark.nightly) for each in _RECIPES],
)
def test_items_are_created_listed_and_deleted(client_of: Callable[[str], Any], recipe: recipes.Recipe) -> None:
    """One recipe on moto, with as few items as it allows."""
    contract = load(recipe.id)
    assert contract.recipe is recipe
    setup = Setup(recipe, contract, client_of, 3, sleep=_no_sleep, timeout=0)
    try:
        made = setup.create()
        listed = _listed(contract, client_of, made.parameters)
        assert {each: listed.count(each) for each in made.identities} == dict.fromkeys(made.identities, 1)
        assert setup.created == setup.items
        assert len(made.identities) == (setup.items if recipe.made else 0)
        if made.filter:
            narrowed = _listed(contract, client_of, {**made.parameters, **made.filter})
            assert set(narrowed) >= set(made.identities)
            assert set(narrowed) == set(made.identities) or recipe.id in _NOT_FILTERED
    finally:
        left = setup.remove()
    if recipe.id in _NOT_DELETED:
        assert left
        assert all(each.endswith("NotImplementedError") for each in left)
    else:
        assert left == ()
    assert (recipe.id in _STAYS_LISTED) == _any_left(contract, client_of, made)


def _no_sleep(seconds: float) -> None:
    raise AssertionError(f"moto has everything at once, so nothing may wait {seconds} s")


def _any_left(contract: Contract, client_of: Callable[[str], Any], made: Made) -> bool:
    try:
        listed = _listed(contract, client_of, made.parameters)
    except Exception:  # what it was listed under is gone, which moto does not always say with an error of AWS
        return False
    return bool({*made.identities} & {*listed})


def _listed(contract: Contract, client_of: Callable[[str], Any], parameters: Mapping[str, Any]) -> list[str]:
    """The identities of the items, by botocore's own paginator where it has one."""
    client, method, listing = client_of(contract.service), xform_name(contract.operation), contract.listing
    assert listing is not None
    assert listing.identity is not None
    if listing.limit in _required(contract):
        parameters = {**parameters, listing.limit: 50}
    if client.can_paginate(method):
        pages = list(client.get_paginator(method).paginate(**parameters))
    else:
        pages = [getattr(client, method)(**parameters)]
    return [canonical(find(item, listing.identity)) for page in pages for item in find(page, listing.main) or ()]


def _required(contract: Contract) -> list[Any]:
    """The parameters that the model requires."""
    from awscontract.spec.model import operation

    shape = operation(contract.service, contract.operation).input_shape
    return list(shape.required_members) if shape else []


def test_there_are_recipes_for_what_people_use() -> None:
    """At least 150 operations of at least 40 services, and all of the most used services."""
    services = {each.service for each in _RECIPES}
    assert len(_RECIPES) >= 150
    assert len(services) >= 40
    assert services >= {*_MOST_USED}
    assert len(_SAMPLE) >= len(_MOST_USED)
    assert {load(each).protocol for each in _SAMPLE} == {"query", "ec2", "json", "rest-json", "rest-xml"}
