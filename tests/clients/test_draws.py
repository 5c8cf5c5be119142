"""What `fuzz_client` draws: settled by the seed, and within few examples everything that a client may depend on."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice
from typing import Any

import pytest

from awscontract.clients.fuzzing.scenarios.dangers import dangers
from awscontract.clients.fuzzing.scenarios.draws import drawn
from awscontract.clients.fuzzing.scenarios.scenario import Scenario
from awscontract.emulator.lists.identities import essential_members
from awscontract.spec.model import operation
from awscontract.spec.operations import load

REPORT = "iam:GetOrganizationsAccessReport"
LISTS = ("lambda:ListFunctions", "s3:ListObjectsV2", "rds:DescribeDBInstances", "cognito-idp:ListUsers")
SEEDS = (0, 1, 2)


def default_run(name: str, seed: int, **options: Any) -> list[Scenario]:
    """What is drawn for one hundred examples."""
    contract = load(name)
    return list(islice(drawn(contract, seed, **options), 99 - len(dangers(contract))))


def varied_items(name: str, seed: int) -> list[Any]:
    """The items of a default run that are not the emulator's own."""
    return [each for scenario in default_run(name, seed) for each in scenario.behaviour.given or ()]


@pytest.mark.parametrize("name", [REPORT, "dynamodb:Scan"])
def test_a_seed_settles_everything(name: str) -> None:
    """Another seed draws something else."""
    assert default_run(name, 1) == default_run(name, 1)
    assert default_run(name, 1) != default_run(name, 2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LISTS)
def test_every_optional_member_comes_and_goes(name: str, seed: int) -> None:
    """In one run, but for the members that identify an item, which no two share."""
    service, _, method = name.partition(":")
    listing: Any = load(name).listing
    shape: Any = operation(service, method).output_shape.members[listing.main].member  # type: ignore[union-attr]
    items = varied_items(name, seed)
    optional = set(shape.members).difference(shape.required_members, [listing.identity, *essential_members(load(name))])

    assert {each for each in optional if not any(each in item for item in items)} == set()
    assert {each for each in optional if all(each in item for item in items)} == set()
    assert all(listing.identity in item for item in items)


def test_nested_members_come_and_go() -> None:
    """The same inside of structures."""
    configs = [item["VpcConfig"] for item in varied_items("lambda:ListFunctions", 0) if "VpcConfig" in item]
    names = [frozenset(each) for each in configs]

    assert len(set(names)) > 1
    assert frozenset.intersection(*names) == frozenset()


def test_an_attribute_of_dynamodb_has_one_value() -> None:
    """Which the model does not say."""
    items = varied_items("dynamodb:Scan", 0)

    assert {len(value) for item in items for value in item.values()} == {1}
    assert len({kind for item in items for value in item.values() for kind in value}) > 3


@pytest.mark.parametrize("name", [REPORT, "iam:ListUsers"])
def test_as_observed(name: str) -> None:
    """Pages are full, and nothing is left out that AWS returns."""
    for each in default_run(name, 0, observed_only=True):
        behaviour = each.behaviour
        assert (behaviour.page_cap, behaviour.page_plan, behaviour.token_form) == (None, (), "{}")
        assert not behaviour.omit_items_when_empty and not behaviour.omit_more_when_false


def test_in_real_time_nobody_has_to_wait() -> None:
    """For an SDK's retries."""
    found = default_run(REPORT, 0, real_time=True)

    assert {each.behaviour.throttle_every for each in found} == {None}
    assert {each.refusal for each in found} == {None}


def test_mutations_are_drawn_where_they_are_wanted() -> None:
    """About every other service has one."""
    mutations = [each.mutation for each in default_run(REPORT, 0, invalid_responses=True)]

    assert None in mutations
    assert len(set(mutations)) > 3
    assert {each.mutation for each in default_run(REPORT, 0)} == {None}


def test_a_run_with_a_seed_goes_without_hypothesis() -> None:
    """Whose import takes as long as a run."""
    program = (
        "import sys; from awscontract import fuzz_client\n"
        "def users(client): return [each for page in client.get_paginator('list_users').paginate() for each in page['Users']]\n"
        "fuzz_client(users, operation='iam:ListUsers', examples=30, seed=0)\n"
        "print('hypothesis' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
