"""AWS JSON 1.0 and 1.1: the operation is in a header, JSON comes in, JSON goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...spec.http import HttpRequest, HttpResponse
from ...spec.model import service
from .base import EmulatedProtocol, Parameters, from_json, request_id
from .messages import Output, Responding, ServiceError
from .moments import finite, text_of_blob, timestamp, timestamp_format

__all__ = ["Json", "json_value"]


class Json(EmulatedProtocol):
    """AWS JSON as a service speaks it."""

    @property
    def media_type(self) -> str:
        """The media type of requests and responses."""
        return f"application/x-amz-json-{service(self.service).metadata.get('jsonVersion', '1.1')}"

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
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around a document."""
        code = output.status if isinstance(output, ServiceError) else 200
        return HttpResponse(code, {"content-type": self.media_type, "x-amzn-requestid": request_id(call)}, body)


def json_value(value: Any, shape: Any, default: str = "unixtimestamp") -> Any:
    """A value as JSON has it on the wire. Members that the model does not know come last, as they are."""
    kind = shape.type_name if shape is not None else ""
    if kind == "structure" and isinstance(value, Mapping) and not shape.is_document_type:
        found = {}
        for name, member in shape.members.items():
            if name in value and member.serialization.get("location") is None:
                found[str(member.serialization.get("name", name))] = json_value(value[name], member, default)
        return found | {name: each for name, each in value.items() if name not in shape.members}
    if kind == "list" and isinstance(value, list | tuple):
        return [json_value(each, shape.member, default) for each in value]
    if kind == "map" and isinstance(value, Mapping):
        return {name: json_value(each, shape.value, default) for name, each in value.items()}
    if kind == "timestamp":
        return timestamp(value, timestamp_format(shape, default))
    return text_of_blob(value) if kind == "blob" else finite(value)
