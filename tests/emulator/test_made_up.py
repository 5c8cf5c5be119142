"""A contract file and a service model of nobody's: served without a line of Python that knows their names."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

import made_up
from awscontract.emulator import Behaviour, Emulator, attach
from awscontract.emulator.faults import faults_for
from awscontract.emulator.variants import variants_for
from awscontract.spec.catalogue import rule_set
from awscontract.spec.contract import Contract
from awscontract.spec.operations import load


@pytest.fixture
def contract(monkeypatch: pytest.MonkeyPatch) -> Contract:
    """The contract of the made-up operation."""
    monkeypatch.setenv("AWS_DATA_PATH", str(made_up.DATA))
    return load(made_up.OPERATION, contracts=[str(made_up.CONTRACT)])


@pytest.fixture
def client(contract: Contract) -> Any:
    session = botocore.session.Session()
    session.set_config_variable("data_path", str(made_up.DATA))
    return session.create_client("library", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def test_is_served(contract: Contract, client: Any) -> None:
    """A search, a state of waiting, two pages that fit together under its own default limit, and its own dates."""
    emulator = Emulator(contract, Behaviour(polls=1, services=75))
    with attach(client, emulator):
        number = client.search_loans(Reader=emulator.subjects[made_up.OPERATION])["SearchNumber"]
        waiting = client.list_loans(SearchId=number)
        first = client.list_loans(SearchId=number)
        second = client.list_loans(SearchId=number, Bookmark=first["Shelf"]["Bookmark"], PageLength=400)
        with pytest.raises(client.exceptions.ClientError, match="NoSuchSearch"):
            client.list_loans(SearchId="x" * 36)
        with pytest.raises(client.exceptions.ClientError, match="BadRequestForm"):
            client.list_loans(SearchId=number, Bookmark="unheard-of")

    assert (waiting["SearchState"], waiting["Shelf"]) == ("WAITING", {"GoesOn": False})
    assert first["Done"] > first["Begun"]
    loans = first["Shelf"]["Loans"] + second["Shelf"]["Loans"]
    signatures = [each["Book"]["Signature"] for each in loans]
    assert (len(first["Shelf"]["Loans"]), len(signatures)) == (40, 75)
    assert signatures == sorted(set(signatures))
    assert all(each["Book"].keys() >= {"Title", "Pages"} and each["Shelfmark"] for each in loans)
    assert any(each.get("LentTo", "").startswith("reader/") and "Branch" in each for each in loans)


def test_its_faults_and_variants_are_those_of_its_traits(contract: Contract) -> None:
    """Nothing about counts or sort keys, which it does not have; every other rule is broken by some fault."""
    faults = faults_for(contract)
    rules = {each.id for each in rule_set(contract)}
    assert {each.rule for each in faults.values()} <= rules
    assert len(faults) > 100
    assert not any("count" in each or each.startswith("sort.") for each in rules)
    assert "Bookmark" in faults["token-short-accepted"].statement
    assert len(variants_for(contract)) > 30
