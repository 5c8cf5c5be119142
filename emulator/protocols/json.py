"""AWS JSON 1.0 and 1.1: the operation is in a header, JSON comes in, JSON goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ...spec.http import HttpRequest, HttpResponse
from ...spec.model import service
from .base import EmulatedProtocol, Parameters, from_json, request_id
from .messages import Output, Responding, ServiceError
from .moments import finite, text_of_blob, timestamp, timestamp_format

__all__ = ["Json", "encoded", "json_value"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Json(EmulatedProtocol):
    """AWS JSON as a service speaks it."""

    @cached_property
    def media_type(self) -> str:
        """The media type of requests and responses."""
        return f"application/x-amz-json-{service(self.service).metadata.get('jsonVersion', '1.1')}"

    def looked_at(self, headers: Mapping[str, str]) -> tuple[object, ...]:
        """The one that names the operation."""
        return (headers.get("x-amz-target"),)

    def parse(self, request: HttpRequest) -> tuple[str, Parameters]:
        """The operation that X-Amz-Target names, and the members of the body."""
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            body = json.loads(request.body or b"{}")
        except (ValueError, RecursionError):
            return "", {}
        shape = self.input_shape(name)
        return name, from_json(body, shape) if shape is not None and isinstance(body, dict) else {}

    def document(self, call: Responding, output: Output) -> Any:
        """The members as JSON has them, or an error."""
        if isinstance(output, ServiceError):
            return {"__type": output.code, "message": output.message}
        return json_value(output, self.model(call.operation).output_shape)

    def write(self, call: Responding, document: Any) -> bytes:
        """The bytes of a document."""
        return encoded(document)

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around a document."""
        code = output.status if isinstance(output, ServiceError) else 200
        return HttpResponse(code, {"content-type": self.media_type, "x-amzn-requestid": request_id(call)}, body)


def encoded(document: Any) -> bytes:
    """The bytes of a document."""
    return _ENCODER.encode(document).encode("utf-8", "replace")


def json_value(value: Any, shape: Any, default: str = "unixtimestamp") -> Any:
    """A value as JSON has it on the wire. Members that the model does not know come last, as they are."""
    return _writer(shape, default)(value) if shape is not None else finite(value)


Writer = Callable[[Any], Any]


def _writer(shape: Any, default: str) -> Writer:
    """What makes JSON of a shape's values. Shapes are walked once, not for every response, and only as deep as values go."""
    kept: dict[str, Any] = vars(shape)  # as botocore keeps what it works out about a shape
    name = f"_awscontract_json_{default}"
    if name not in kept:
        kept[name] = _WRITERS.get(shape.type_name, _scalar_writer)(shape, default)
    found: Writer = kept[name]
    return found


def _scalar_writer(shape: Any, default: str) -> Writer:
    if shape.type_name == "timestamp":
        form = timestamp_format(shape, default)
        return lambda value: timestamp(value, form)
    return text_of_blob if shape.type_name == "blob" else finite


def _structure_writer(shape: Any, default: str) -> Writer:
    if shape.is_document_type:
        return finite
    # what is nested is looked up when there is a value: a shape may hold itself
    body = [
        (
            name,
            str(each.serialization.get("name", name)),
            each,
            None if each.type_name in _WRITERS else _scalar_writer(each, default),
        )
        for name, each in shape.members.items()
        if each.serialization.get("location") is None
    ]
    names = frozenset(shape.members)

    def structure(value: Any) -> Any:
        if not isinstance(value, dict):
            return finite(value)
        found = {
            written: (write or _writer(each, default))(value[name])
            for name, written, each, write in body
            if name in value
        }
        if len(found) < len(value):
            found |= {name: each for name, each in value.items() if name not in names}
        return found

    return structure


def _list_writer(shape: Any, default: str) -> Writer:
    def items(value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return finite(value)
        write = _writer(shape.member, default)
        return [write(each) for each in value]

    return items


def _map_writer(shape: Any, default: str) -> Writer:
    def entries(value: Any) -> Any:
        if not isinstance(value, dict):
            return finite(value)
        write = _writer(shape.value, default)
        return {name: write(each) for name, each in value.items()}

    return entries


_WRITERS: Mapping[str, Callable[[Any, str], Writer]] = {
    "structure": _structure_writer,
    "list": _list_writer,
    "map": _map_writer,
}
