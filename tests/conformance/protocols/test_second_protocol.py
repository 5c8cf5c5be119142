"""One operation over a protocol that its service does not speak: an access report of IAM as AWS JSON 1.1, judged by the same rules.

Nothing but the contract's `protocol` says so; client, emulator and judge do the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.loaders import Loader

from awscontract import check
from awscontract.conformance.judge.evaluate import evaluate
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.results.result import Result
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.emulator import Behaviour, Emulator, Stages
from awscontract.emulator.records import ServiceError
from awscontract.emulator.servers.botocore import attach
from awscontract.spec.catalogue import rule_set
from awscontract.spec.http import HttpResponse
from awscontract.spec.operations import load

ENTITY = "o-a1b2c3d4e5/r-f6g7"
CONTRACT = replace(load("iam:GetOrganizationsAccessReport"), protocol="json")
JSON = protocol_for(CONTRACT)


class _JsonModel(Loader):
    """botocore's own models, of which IAM's says that it speaks JSON."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """The model, changed."""
        model: Any = super().load_service_model(service_name, type_name, api_version)
        if (service_name, type_name) != ("iam", "service-2"):
            return model
        spoken = {"protocol": "json", "protocols": ["json"], "jsonVersion": "1.1", "targetPrefix": "IAM"}
        return {**model, "metadata": {**model["metadata"], **spoken}}


@contextmanager
def attached(stages: Stages = Stages(), **behaviour: Any) -> Iterator[Any]:  # noqa: B008 -- frozen
    """A client that speaks JSON, connected to an emulator."""
    session = botocore.session.Session()
    session.register_component("data_loader", _JsonModel())
    keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
    config = Config(retries={"total_max_attempts": 1})
    client = session.create_client(
        "iam", region_name="us-east-1", endpoint_url="http://json.invalid", config=config, **keys
    )
    with attach(client, Emulator(CONTRACT, Behaviour(**behaviour), stages)):
        yield client


def judged(explore: int = 0, **options: Any) -> Result:
    """The verdict on the emulator with these stages replaced."""
    faults = {name: options.pop(name) for name in list(options) if name in Stages.__dataclass_fields__}
    with attached(Stages(**faults), polls=1, services=104) as client:
        return check(client, operation=CONTRACT, entity_path=ENTITY, poll_interval=0, explore=explore, **options)


def test_conforms() -> None:
    """Every rule of the contract over this protocol is exercised and kept; those of AWS Query alone are not in it."""
    result = judged(explore=5)
    assert (result.verdict, result.reason) == ("conforms", None)
    rules = JSON.rules - {"protocol.float-format"} | {"protocol.no-server-error"}  # reports have no fractions
    assert {each.id for each in result.rules if each.id.startswith("protocol.")} == rules
    missed = {each.id for each in result.rules if each.level != "may" and each.outcome != "passed"}
    assert missed == set()


def test_really_speaks_it() -> None:
    """The client's own model says so: what botocore itself makes of the responses is right."""
    with attached(services=3, polls=0) as client:
        assert client.meta.service_model.protocol == "json"
        job = client.generate_organizations_access_report(EntityPath=ENTITY)["JobId"]
        response = client.get_organizations_access_report(JobId=job, MaxItems=2)
        assert (len(response["AccessDetails"]), response["JobCreationDate"].tzinfo is not None) == (2, True)
        with pytest.raises(client.exceptions.ClientError, match="NoSuchEntity"):
            client.get_organizations_access_report(JobId="x" * 36)


def _another_count(call: Any, output: Any) -> Any:
    document = call.protocol.document(call, output)
    return document | {"NumberOfServicesAccessible": 7} if "AccessDetails" in document else document


def _times_as_text(call: Any, output: Any) -> Any:
    document = call.protocol.document(call, output)
    times = {name: "2026-01-01T00:00:00Z" for name in document if name == "JobCreationDate"}
    return {**document, **times}


def _typeless(call: Any, output: Any) -> Any:
    return {"error": "no"} if isinstance(output, ServiceError) else call.protocol.document(call, output)


@pytest.mark.parametrize(
    ("rule", "outcome", "fault"),
    [
        ("report.accessible-count", "failed", {"document": _another_count}),
        ("validation.max-items-minimum", "failed", {"validate": lambda call: None}),
        ("protocol.timestamp-format", "failed", {"document": _times_as_text}),
        ("protocol.error-envelope", "failed", {"document": _typeless}),
        ("protocol.well-formed", "failed", {"write": lambda call, document: b"[]"}),
        ("protocol.status", "failed", {"http": lambda call, output, body: call.protocol.http(call, output, body)._replace(status=201)}),
        ("protocol.content-type", "warned", {"http": lambda call, output, body: HttpResponse(200, {"content-type": "text/xml"}, body)}),
    ],
)  # fmt: skip
def test_faults_are_seen(rule: str, outcome: str, fault: dict[str, Any]) -> None:
    """By the rules that everybody shares, and by the protocol's own."""
    assert judged(**fault).rule(rule).outcome == outcome


def test_replays() -> None:
    """A trace is bytes: with the same contract its result is the same."""
    traces: list[Trace] = []
    result = judged(record=traces.append)
    again = evaluate(Trace.loads(traces[0].dumps()), CONTRACT)
    outcomes = [(each.id, each.outcome, each.checked) for each in again.rules]
    assert outcomes == [(each.id, each.outcome, each.checked) for each in result.rules]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"7", b"[" * 100_000, b"\xff", b'{"JobStatus": {}}', b'{"AccessDetails": [1]}']
)
def test_is_total(body: bytes) -> None:
    """Whatever comes becomes a reading, and the judge has an outcome for every rule."""
    exchange = Exchange(0, CONTRACT.operation, {"JobId": "x" * 36}, status=200, body=body)
    result = evaluate(Trace((exchange, replace(exchange, index=1)), CONTRACT.id), CONTRACT)
    assert len(result.rules) == len(rule_set(CONTRACT))
    json.dumps(result.to_dict())
