"""Variants: each is a valid emulator of each contract that it is bound to, and those that set different fields go together."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest

from awscontract.emulator import Behaviour
from awscontract.emulator.variants import VARIANTS, Variant, combined, compatible, variants_for
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load

OPERATIONS = (
    "iam:GetOrganizationsAccessReport",
    "iam:GetServiceLastAccessedDetails",
    "iam:GetServiceLastAccessedDetailsWithEntities",
    "iam:ListUsers",
    "s3:ListObjects",
    "kinesis:ListShards",
    "dynamodb:ListTables",
    "sqs:ListQueues",
    "lambda:ListFunctions",
    "ec2:DescribeVpcs",
)
CASES = [(load(name), variant) for name in OPERATIONS for variant in variants_for(load(name)).values()]


@pytest.mark.parametrize(("contract", "variant"), CASES, ids=[f"{each.operation}-{one.id}" for each, one in CASES])
def test_every_variant_has_a_behaviour_and_says_what_it_is(contract: Contract, variant: Variant) -> None:
    """A variant of an operation sets what a behaviour has, and its statement is filled from the contract."""
    assert variant.behaviour == Behaviour(**variant.settings)
    assert "{" not in variant.statement
    assert variant.stages


def test_every_variant_is_one_of_some_operation() -> None:
    """No variant is left that no operation has; those of exceptions are tried where an operation names the exception."""
    seen = {variant.id for _, variant in CASES}
    exceptions = {each.id for each in VARIANTS.values() if each.exception is not None}
    assert set(VARIANTS) - seen <= exceptions


@pytest.mark.parametrize("exception", sorted({each.exception for each in VARIANTS.values() if each.exception}))
def test_an_exception_has_its_variant_where_a_contract_names_it_and_nowhere_else(
    exception: str, with_exceptions: Callable[..., Contract]
) -> None:
    """Oddities that not every service may have are valid for the operations that are known for them."""
    plain, odd = with_exceptions("kms:ListKeys"), with_exceptions("kms:ListKeys", exception)
    assert exception not in variants_for(plain)
    assert exception in variants_for(odd)


def test_no_empty_page_where_none_may_be(with_exceptions: Callable[..., Contract]) -> None:
    """Where clients rely on it, no variant serves an empty page."""
    contract = with_exceptions("kms:ListKeys", "no-empty-page")
    assert not {"exact-fit-token", "empty-page", "empty-last-page"} & set(variants_for(contract))
    assert {"exact-fit-token", "empty-page", "empty-last-page"} <= set(variants_for(with_exceptions("kms:ListKeys")))


def test_variants_of_one_field_do_not_go_together() -> None:
    """A field has one value; a report of so many services and one of exactly these are one field."""
    assert not compatible(VARIANTS["never-accessed-first"], VARIANTS["never-accessed-last"])
    assert not compatible(VARIANTS["report-of-one"], VARIANTS["nothing-accessed"])
    assert compatible(VARIANTS["never-accessed-first"], VARIANTS["short-pages"])


def test_what_is_combined_has_every_part(ask: Callable[..., object]) -> None:
    """Fields of both, stages of both, whichever comes first."""
    for ids in (
        ("total-left-out", "no-white-space", "xml-declared"),
        ("xml-declared", "total-left-out", "no-white-space"),
    ):
        both = combined(VARIANTS[each] for each in ids)
        said = ask(stages=both.stages, polls=0, **both.settings)
        text = said.get(said.job()).body.decode()  # type: ignore[attr-defined]
        assert text.startswith("<?xml")
        assert "TotalAuthenticatedEntities" not in text
        assert ">  <" not in text


def test_any_two_that_are_compatible_make_a_behaviour() -> None:
    """No field refuses what another variant has set."""
    for one, other in combinations(VARIANTS.values(), 2):
        if compatible(one, other):
            assert combined((one, other)).behaviour


def test_a_list_that_the_model_requires_is_there() -> None:
    """Where the main list is required, no variant leaves it out, empty or not."""
    assert "list-left-out-when-empty" in variants_for(load("iam:GetOrganizationsAccessReport"))
    assert "list-left-out-when-empty" not in variants_for(load("iam:GetServiceLastAccessedDetails"))
    assert "main-list-left-out-when-empty" in variants_for(load("lambda:ListFunctions"))
    assert "main-list-left-out-when-empty" not in variants_for(load("iam:ListUsers"))
