"""Readers and writers prove each other: ours against botocore's, for drawn values of the shapes of paginated operations.

A sample of operations in every run; all of them under the marker `nightly`.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from botocore.awsrequest import prepare_request_dict
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given as drawn, settings

from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.trace.exchange import Exchange
from awscontract.emulator.protocols import protocol_for as emulated
from awscontract.emulator.records import Call
from awscontract.spec.contract import Contract
from awscontract.spec.http import HttpRequest
from awscontract.spec.model import loader, operation as model_of, service
from profiles import examples
from protocol_values import SAMPLE, as_read, given_back, input_values, output_values, paginated

SAMPLED = settings(examples(8), database=None, suppress_health_check=list(HealthCheck))
#: For each of some 3,480 operations.
ALL = settings(SAMPLED, max_examples=4)
#: Those of the sample that the installed botocore has.
THERE = [each for each in SAMPLE if each in set(paginated(each.partition(":")[0]))]
SERVICES = sorted(loader().list_available_services("paginators-1"))


def contract_of(name: str) -> Contract:
    """No more of a contract than protocols need."""
    service_name, _, operation = name.partition(":")
    return Contract(service_name, operation, service(service_name).resolved_protocol, "")


def responses(name: str, drawing: settings) -> None:
    """What the emulator writes, botocore and the judge read alike, and the judge finds nothing wrong with it."""
    contract = contract_of(name)
    shape: Any = model_of(contract.service, contract.operation).output_shape
    judge, writer = protocol_for(contract), emulated(contract)
    xml = contract.protocol in ("query", "ec2", "rest-xml")

    @drawing
    @drawn(output_values(shape))
    def round_trip(output: dict[str, Any]) -> None:
        call = Call(contract, contract.operation)
        response = writer.http(call, output, writer.write(call, writer.document(call, output)))
        expected = given_back(output, shape, xml)

        found = create_parser(contract.protocol).parse(
            {"status_code": response.status, "headers": response.headers, "body": response.body}, shape
        )
        found.pop("ResponseMetadata")
        assert found == expected

        reading = judge.read(
            Exchange(0, contract.operation, {}, 0.0, 0.0, response.status, response.headers, response.body)
        )
        assert (reading.kind, reading.reason, reading.unknown, reading.unparsed) == ("result", "", (), frozenset())
        assert reading.wire is not None
        assert (reading.wire.problem, reading.wire.findings) == (None, ())
        assert set(reading.wire.checked) <= judge.rules
        assert as_read(reading.members, shape) == expected
        json.dumps(reading.members, allow_nan=False)

    round_trip()


def requests(name: str, drawing: settings) -> None:
    """What the judge encodes is what botocore encodes, and the emulator reads it as it was meant."""
    contract = contract_of(name)
    model = model_of(contract.service, contract.operation)
    shape: Any = model.input_shape
    if shape is None:
        return
    judge, reader = protocol_for(contract), emulated(contract)

    @drawing
    @drawn(input_values(shape))
    def same(parameters: dict[str, Any]) -> None:
        request = judge.encode(contract.operation, parameters)
        assert _comparable(request) == _by_botocore(parameters, model, contract.protocol)
        operation, found = reader.parse(request)
        assert operation == contract.operation
        texts = [json.dumps(_meant(each, shape), sort_keys=True) for each in (found, parameters)]
        if contract.protocol == "rest-xml":  # parsers of XML turn a carriage return into a line feed
            texts = [each.replace("\\r\\n", "\\n") for each in texts]
        assert texts[0] == texts[1]

    same()


def _by_botocore(parameters: dict[str, Any], model: Any, protocol: str) -> tuple[Any, ...]:
    made = create_serializer(protocol, include_validation=False).serialize_to_request(parameters, model)
    prepare_request_dict(made, "http://host")
    body = made["body"]
    headers = {name.lower(): str(value) for name, value in made["headers"].items() if name != "User-Agent"}
    if isinstance(body, dict):
        body = {name: str(value) for name, value in body.items()}
    url = made["url"].removeprefix("http://" + made.get("host_prefix", "") + "host")
    path, _, query = url.partition("?")
    return (
        made["method"],
        path,
        sorted(parse_qsl(query, True)),
        headers,
        _decoded(body, headers),
        made.get("host_prefix", ""),
    )


def _comparable(request: HttpRequest) -> tuple[Any, ...]:
    body: Any = request.body
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = dict(parse_qsl(body.decode(), True))
    query = sorted(parse_qsl(request.query, True))
    headers = dict(request.headers)
    return request.method, request.path, query, headers, _decoded(body, headers), request.host_prefix


def _decoded(body: Any, headers: dict[str, str]) -> Any:
    return json.loads(body) if body and "json" in headers.get("content-type", "") else body or b""


def _meant(value: Any, shape: Any) -> Any:
    """Parameters without what has no form on the wire, with times and blobs out of it."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        return _present({name: _meant(each, shape.members[name]) for name, each in value.items()})
    if kind == "list":
        return [found for each in value if (found := _meant(each, shape.member)) not in ([], {})]
    if kind == "map":
        return _present({key: _meant(each, shape.value) for key, each in value.items()})
    if kind == "timestamp":
        return _seconds(value)
    if kind == "blob" and isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    return value


def _present(found: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in found.items() if each not in ([], {}, None)}


def _seconds(value: Any) -> float:
    from botocore.utils import parse_to_aware_datetime

    return round(parse_to_aware_datetime(value).timestamp(), 3)


def test_sample() -> None:
    """Most of the sample is there in every botocore that is supported."""
    assert len(THERE) > len(SAMPLE) // 2


@pytest.mark.parametrize("name", THERE)
def test_responses(name: str) -> None:
    responses(name, SAMPLED)


@pytest.mark.parametrize("name", THERE)
def test_requests(name: str) -> None:
    requests(name, SAMPLED)


@pytest.mark.nightly
@pytest.mark.parametrize("name", SERVICES)
def test_all_responses(name: str) -> None:
    for each in paginated(name):
        responses(each, ALL)


@pytest.mark.nightly
@pytest.mark.parametrize("name", SERVICES)
def test_all_requests(name: str) -> None:
    for each in paginated(name):
        requests(each, ALL)
