"""AWS JSON 1.1 for the operation: the protocol object, an emulator that speaks it, and a botocore client whose model says so.

IAM speaks AWS Query alone. This is here to keep true that a second protocol is a reader, a writer and rules for its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import botocore.session
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config
from botocore.loaders import Loader

from awscontract.conformance.protocols.base import Reading, ServiceError
from awscontract.conformance.trace.exchange import Exchange, Parameters
from awscontract.emulator import Behaviour, Emulator, Stages
from awscontract.emulator.records import Response, ServiceError as Refusal
from awscontract.spec import operation

__all__ = ["MEDIA_TYPE", "Json", "attached", "client", "emulator"]

MEDIA_TYPE = "application/x-amz-json-1.1"
TARGET = "AWSIdentityManagementV20100508"


class Json:
    """The protocol object."""

    def encode(self, operation: str, parameters: Parameters) -> bytes:
        """The body; botocore has the operation's name in a header."""
        return json.dumps(parameters).encode()

    def read(self, exchange: Exchange) -> Reading:
        """Read one exchange; total over all bytes."""
        if exchange.failure:
            return Reading(exchange, "none", reason=exchange.failure.message)
        try:
            answer = json.loads(exchange.body)
        except (ValueError, RecursionError) as error:
            return Reading(exchange, "unreadable", reason=f"the body is no JSON: {error}")
        if not isinstance(answer, dict):
            return Reading(exchange, "unreadable", reason=f"the body is a JSON {type(answer).__name__}")
        if "__type" in answer:
            code = str(answer["__type"]).rpartition("#")[2]
            message = answer.get("message")
            return Reading(exchange, "error", error=ServiceError(code, message), reason=f"{code}: {message}")
        shape = operation(exchange.operation).output_shape
        unknown = tuple(f"/{name}" for name in answer if shape and name not in shape.members)
        return Reading(exchange, "result", _read(answer, shape), unknown=unknown)


def _read(value: Any, shape: Any) -> Any:
    """A value as the view has it: without nulls, times as RFC 3339 writes them."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        known = {name: each for name, each in value.items() if name in shape.members and each is not None}
        return {name: _read(each, shape.members[name]) for name, each in known.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_read(each, shape.member) for each in value]
    if shape.type_name == "timestamp" and isinstance(value, int | float):
        moment = datetime.fromtimestamp(value, UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="seconds" if isinstance(value, int) else "milliseconds") + "Z"
    return value


def _written(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure":
        return {name: _written(each, shape.members[name]) for name, each in value.items() if name in shape.members}
    if shape.type_name == "list":
        return [_written(each, shape.member) for each in value]
    if shape.type_name == "timestamp":
        seconds = datetime.fromisoformat(value).timestamp()
        return seconds if "." in value else int(seconds)
    return value


def _write(call: Any, answer: Any) -> bytes:
    if isinstance(answer, Refusal):
        return json.dumps({"__type": answer.code, "message": answer.message}).encode()
    return json.dumps(_written(answer, operation(call.action).output_shape)).encode()


def _http(call: Any, answer: Any, body: bytes) -> Response:
    return Response(answer.status if isinstance(answer, Refusal) else 200, {"content-type": MEDIA_TYPE}, body)


def emulator(behaviour: Behaviour, **stages: Any) -> Emulator:
    """An emulator whose answers are JSON; `stages` are faults."""
    as_it_is: Any = lambda call, answer: answer  # noqa: E731 -- no XML in between
    return Emulator(behaviour, Stages(**{"document": as_it_is, "write": _write, "http": _http} | stages))


class _JsonModel(Loader):
    """botocore's own models, of which IAM's says that it speaks JSON."""

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """The model, changed."""
        model: Any = super().load_service_model(service_name, type_name, api_version)
        if (service_name, type_name) != ("iam", "service-2"):
            return model
        spoken = {"protocol": "json", "protocols": ["json"], "jsonVersion": "1.1", "targetPrefix": TARGET}
        return {**model, "metadata": {**model["metadata"], **spoken}}


def client() -> Any:
    """A client that speaks JSON."""
    session = botocore.session.Session()
    session.register_component("data_loader", _JsonModel())
    return session.create_client(
        "iam",
        region_name="us-east-1",
        endpoint_url="http://json.invalid",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


class _Raw(BytesIO):
    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        """The body in one piece."""
        yield self.read()


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


@contextmanager
def attached(speaking: Emulator) -> Iterator[Any]:
    """A client whose requests the emulator answers."""
    made = client()

    def answer(request: Any, **_: object) -> AWSResponse:
        media_type, target = (_text(request.headers[name]) for name in ("Content-Type", "X-Amz-Target"))
        assert media_type == MEDIA_TYPE
        asked = json.loads(request.body)
        form = {"Action": target.removeprefix(f"{TARGET}."), **{name: str(each) for name, each in asked.items()}}
        response = speaking.respond(urlencode(form).encode())
        headers: Any = HeadersDict(response.headers)
        raw: Any = _Raw(response.body)
        return AWSResponse(request.url, response.status, headers, raw)

    made.meta.events.register_first("before-send.iam", answer)
    yield made
