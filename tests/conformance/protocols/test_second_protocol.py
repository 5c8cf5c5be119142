"""The seam between the judge and the bytes holds: the operation as AWS JSON 1.1, under the same rules."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from awscontract import check
from awscontract.conformance.judge.evaluate import replay
from awscontract.conformance.results.result import Result
from awscontract.conformance.trace.exchange import Exchange, Trace
from awscontract.emulator import Behaviour, Response
from awscontract.emulator.stages.pipeline import cut, members
from awscontract.spec import service_rules
from second_protocol.json11 import Json, attached, client, emulator
from second_protocol.json_rules import BOOK

ENTITY = "o-a1b2c3d4e5/r-f6g7"
OURS = [each.id for each in service_rules() if not each.id.startswith("protocol.")]


def judged(explore: int = 0, **faults: Any) -> Result:
    with attached(emulator(Behaviour(polls=1), **faults)) as made:
        return check(made, entity_path=ENTITY, poll_interval=0, explore=explore, protocol=Json(), book=BOOK)


def test_conforms() -> None:
    """Every rule but those of AWS Query is exercised and kept, and so are those of JSON."""
    result = judged(explore=3)
    assert (result.verdict, result.reason) == ("conforms", None)
    outcomes = {rule.id: rule.outcome for rule in result.rules}
    assert [id for id in outcomes if not id.startswith("json.")] == OURS
    assert {id: outcome for id, outcome in outcomes.items() if outcome not in ("passed", "noted")} == {}


def test_really_speaks_it() -> None:
    """The client's own model says so: what botocore itself makes of the answers is right."""
    with attached(emulator(Behaviour(services=3, polls=0))) as made:
        job = made.generate_organizations_access_report(EntityPath=ENTITY)["JobId"]
        answer = made.get_organizations_access_report(JobId=job, MaxItems=2)
        assert (len(answer["AccessDetails"]), answer["JobCreationDate"].tzinfo is not None) == (2, True)
        with pytest.raises(made.exceptions.NoSuchEntityException):
            made.get_organizations_access_report(JobId="x" * 36)
    assert client().meta.service_model.protocol == "json"


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("pagination.complete", {"cut": lambda read, all: cut(read, all)._replace(services=cut(read, all)[0][1:])}),
        (
            "report.accessible-count",
            {"members": lambda read, *rest: {**members(read, *rest), "NumberOfServicesAccessible": 7}},
        ),
        ("validation.max-items-minimum", {"validate": lambda call: None}),
        ("json.content-type", {"http": lambda call, answer, body: Response(200, {"content-type": "text/xml"}, body)}),
        ("json.object", {"write": lambda call, answer: b"[]"}),
        (
            "json.timestamp-format",
            {
                "write": lambda call, answer: json.dumps(
                    answer if isinstance(answer, dict) else {"__type": "X"}
                ).encode()
            },
        ),
        ("json.status", {"http": lambda call, answer, body: Response(201, {}, body)}),
    ],
)
def test_faults_are_seen(rule: str, fault: dict[str, Any]) -> None:
    """By the rules that everybody shares, and by the protocol's own."""
    assert judged(**fault).rule(rule).outcome == "failed"


def test_replays() -> None:
    """A trace is bytes: with the same reader its result is the same."""
    traces: list[Trace] = []
    with attached(emulator(Behaviour())) as made:
        result = check(
            made, entity_path=ENTITY, poll_interval=0, explore=0, protocol=Json(), book=BOOK, record=traces.append
        )
    assert replay(Trace.loads(traces[0].dumps()), Json(), BOOK).to_json() == result.to_json()


@pytest.mark.parametrize(
    "body", [b"", b"[", b"7", b"[" * 100_000, b"\xff", b'{"JobStatus": {}}', b'{"AccessDetails": [1]}']
)
def test_is_total(body: bytes) -> None:
    """Whatever comes becomes a reading, and the judge has a word for it."""
    exchange = Exchange(0, "GetOrganizationsAccessReport", {"JobId": "x" * 36}, status=200, body=body)
    result = replay(Trace((exchange, replace(exchange, index=1))), Json(), BOOK)
    assert len(result.rules) == len(BOOK)
