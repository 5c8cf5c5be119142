"""AWS JSON 1.0 and 1.1 as the judge reads them: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel

from ...spec.http import HttpRequest
from ...spec.model import service
from ..trace.exchange import Exchange
from .base import Reading
from .documents.json_document import NotJson, decode, kind_of
from .documents.json_walk import JsonWalk
from .encoding.values import host_prefix, json_value
from .json_errors import error_in, is_error, short_code
from .notes import MAX_ELEMENTS, Notes, excerpt
from .service import COMMON, ServiceProtocol, reason_of

__all__ = ["JSON_RULES", "Json", "json_sed"]

JSON_RULES = COMMON


class Json(ServiceProtocol):
    """The protocol object of AWS JSON; the service model says which version."""

    language = "JSON"
    well_formed = "a JSON object in UTF-8"
    #: Where an error's code is, in words.
    error_form = "a code in the header x-amzn-errortype, or in the body as __type or code"

    def __init__(self, service_name: str, rules: frozenset[str] = JSON_RULES, max_elements: int = MAX_ELEMENTS) -> None:
        super().__init__(service_name, rules, max_elements)
        self.media_types = self._media_types()

    def _media_types(self) -> tuple[str, ...]:
        """The media types of responses; the first one is that of requests."""
        own = f"application/x-amz-json-{service(self.service_name).metadata.get('jsonVersion', '1.1')}"
        return tuple(
            dict.fromkeys((own, "application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"))
        )

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """A JSON object in the body, and the operation in a header."""
        model = self.model(operation)
        metadata = model.service_model.metadata
        prefix = metadata.get("targetPrefix") or str(metadata.get("serviceId", "")).replace(" ", "")
        headers = {"x-amz-target": f"{prefix}.{operation}", "content-type": self.media_types[0]}
        if getattr(model.service_model, "is_query_compatible", False):
            headers["x-amzn-query-mode"] = "true"
        body = json.dumps(json_value(parameters, model.input_shape)).encode()
        return HttpRequest("POST", "/", "", headers, body, host_prefix(parameters, model))

    def sed(self, operation: str, path: str) -> str | None:
        """The text behind the name of the member."""
        return json_sed(self.model(operation), path)

    def _read(self, exchange: Exchange, notes: Notes) -> Reading:
        model = self.model(exchange.operation)
        try:
            body = decode(exchange.body, self.max_elements)
        except NotJson as error:
            return self._no_document(exchange, notes, str(error))
        if not isinstance(body, dict):
            return self.not_readable(exchange, notes, f"it is {kind_of(body)}, not an object", "a JSON object")
        notes.kept("protocol.well-formed")
        if is_error(exchange, body, model):
            return self._read_error(exchange, body, notes)
        return self._read_result(exchange, body, notes)

    def _read_result(self, exchange: Exchange, body: dict[str, Any], notes: Notes) -> Reading:
        self.result_status(exchange, notes)
        shape = self.model(exchange.operation).output_shape
        return self.result(exchange, JsonWalk(notes).structure(body, shape, "") if shape is not None else {}, notes)

    def _no_document(self, exchange: Exchange, notes: Notes, problem: str) -> Reading:
        return self.not_readable(exchange, notes, problem)

    def _read_error(self, exchange: Exchange, body: dict[str, Any], notes: Notes) -> Reading:
        error = error_in(exchange, body)
        notes.check(
            "protocol.error-envelope",
            self._has_code(exchange, body),
            "the error has no code where SDKs look for it",
            expected=self.error_form,
            actual=excerpt(exchange.body),
        )
        self.error_status(exchange, notes)
        self.error_details(error, {"message": error.message}, notes)
        return Reading(exchange, "error", error=error, wire=notes.wire(), reason=reason_of(error))

    def _has_code(self, exchange: Exchange, body: dict[str, Any]) -> bool:
        codes = (exchange.headers.get("x-amzn-errortype"), *(body.get(name) for name in ("__type", "code", "Code")))
        return any(short_code(each) for each in codes)


def json_sed(model: OperationModel, path: str) -> str | None:
    """A sed script for the text of a member, found by the names of the model along a path of names."""
    shape: Any = model.output_shape
    written = ""
    for name in path.split("."):
        members = getattr(shape, "members", None)
        if not members or name not in members:
            return None
        shape = members[name]
        written = str(shape.serialization.get("name", name))
    return rf's/.*"{written}" *: *"\([^"]*\)".*/\1/p'
