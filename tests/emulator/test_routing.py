"""Which service a request is for, where an emulator has several."""

from __future__ import annotations

import pytest
from botocore.model import ServiceModel

from awscontract.emulator import routing
from awscontract.spec.http import HttpRequest
from awscontract.spec.model import service
from awscontract.spec.operations import load

OPERATIONS = ("iam:ListUsers", "events:ListEventBuses", "kms:ListKeys", "wafv2:ListWebACLs", "ses:ListIdentities")


def signed(name: str) -> HttpRequest:
    scope = f"AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{name}/aws4_request, Signature=x"
    headers = {"authorization": scope, "x-amz-target": "AWSEvents.ListEventBuses", "content-type": "application/json"}
    return HttpRequest(headers=headers, body=b"{}")


def test_models_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last few models are kept in memory, so that a request must not ask for all of them."""
    read: list[str] = []

    def noted(name: str) -> ServiceModel:
        read.append(name)
        return service(name)

    monkeypatch.setattr(routing, "service", noted)
    router = routing.Router([load(each) for each in OPERATIONS])

    for _ in range(3):
        contract, operation, _ = router.route(signed("events"))
        assert (contract.id, operation) == ("events:ListEventBuses", "ListEventBuses")
    assert sorted(read) == sorted(each.partition(":")[0] for each in OPERATIONS)
