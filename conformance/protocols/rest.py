"""REST protocols as the judge reads them: members in the body, in headers and in the status.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html and
https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, Shape, StructureShape

from ...errors import shorten
from ...spec.http import HttpRequest
from ..trace.exchange import Exchange
from .base import Reading
from .documents.formats import text_scalar
from .documents.json_walk import JsonWalk
from .documents.xml_walk import XmlWalk, wire_names
from .encoding.rest_requests import rest_request
from .encoding.values import json_value
from .encoding.xml_body import xml_body
from .json import Json
from .notes import Notes, pointer
from .service import COMMON, ServiceProtocol, page, reason_of, service_error
from .xml import Element, MarkupError, parse
from .xml_envelope import envelope, is_error, prefixed, text_of, xml_sed

__all__ = ["REST_JSON_RULES", "REST_XML_RULES", "RestJson", "RestXml"]

REST_JSON_RULES = COMMON
REST_XML_RULES = COMMON | {
    f"protocol.{slug}" for slug in ("unprefixed", "list-members", "timestamp-utc", "timestamp-precision")
}

#: From this HTTP status on SDKs take a response for an error.
_FAILURE = 300


class RestJson(Json):
    """The protocol object of REST with JSON."""

    has_own_status = True

    def _media_types(self) -> tuple[str, ...]:
        return ("application/json",)

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """Members at their places; those without one are a JSON object in the body."""
        return rest_request(self.model(operation), parameters, _json_body, "application/json")

    def _no_document(self, exchange: Exchange, notes: Notes, problem: str) -> Reading:
        """Bodies that may be empty: those of errors with a code in the header, and of results without a member in the body."""
        if not exchange.body:
            status = exchange.status or 200
            if exchange.headers.get("x-amzn-errortype") and status >= _FAILURE:
                notes.kept("protocol.well-formed")
                return self._read_error(exchange, {}, notes)
            if (bodiless := _without_body(self, exchange, notes)) is not None:
                return bodiless
        return super()._no_document(exchange, notes, problem)

    def _read_result(self, exchange: Exchange, body: dict[str, Any], notes: Notes) -> Reading:
        self.result_status(exchange, notes)
        shape = self.model(exchange.operation).output_shape
        if shape is None:
            return self.result(exchange, {}, notes)
        members = elsewhere(exchange, shape, notes)
        payload = shape.serialization.get("payload")
        walk = JsonWalk(notes)
        if payload is None:
            members |= walk.structure(body, shape, "")
        else:
            members[payload] = walk.value(body, shape.members[payload], f"/{payload}")
        return self.result(exchange, members, notes)


def _json_body(value: Any, shape: Shape) -> bytes:
    return json.dumps({} if value is None else json_value(value, shape)).encode()


class RestXml(ServiceProtocol):
    """The protocol object of REST with XML."""

    media_types = ("application/xml", "text/xml")
    has_own_status = True

    @property
    def error_form(self) -> str:
        """How an error is enveloped, in words. S3 has an envelope of its own."""
        return "Error with a Code" if self.is_s3 else "ErrorResponse with one Error with a Code"

    @property
    def is_s3(self) -> bool:
        """Whether errors come without an envelope."""
        return self.service_name == "s3"

    def encode(self, operation: str, parameters: Mapping[str, Any]) -> HttpRequest:
        """Members at their places; those without one are XML in the body."""
        return rest_request(self.model(operation), parameters, xml_body)

    def sed(self, operation: str, path: str) -> str | None:
        """The text between the tags of the member."""
        return xml_sed(self.model(operation), path)

    def _read(self, exchange: Exchange, notes: Notes) -> Reading:
        if not exchange.body and (bodiless := _without_body(self, exchange, notes)) is not None:
            return bodiless
        try:
            root = parse(exchange.body, self.max_elements)
        except MarkupError as error:
            return self.not_readable(exchange, notes, str(error))
        notes.kept("protocol.well-formed")
        if root.name.lower() == "html":
            return self._page(exchange, root, notes)
        if is_error(root) or (exchange.status or 200) >= _FAILURE:
            return self._read_error(exchange, root, notes)
        return self._read_result(exchange, root, notes)

    def _page(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        if (exchange.status or 0) >= _FAILURE:
            envelope(["the error is an HTML page"], self.error_form, exchange, notes)
        return Reading(exchange, "unreadable", reason=page(exchange), wire=notes.wire(), html=True)

    def _read_error(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        """``ErrorResponse`` with one ``Error``, or S3's bare ``Error``; or what stands in for it."""
        problems = []
        expected = "Error" if self.is_s3 else "ErrorResponse"
        if root.name != expected:
            problems.append(f"the root element is {shorten(root.name, 80)}, not {expected}")
        errors = [root] if root.name == "Error" else (root.find("Errors") or root).all("Error")
        if len(errors) != 1:
            problems.append(f"{len(errors)} Error elements right under the root, not one")
        found = errors[0] if errors else Element("Error")
        code = text_of(found.find("Code"))
        if not code:
            problems.append("Error has no Code")
        headers = exchange.headers
        request_id = (
            text_of((root if root.name != "Error" else found).find("RequestId"))
            or headers.get("x-amz-request-id")
            or headers.get("x-amzn-requestid")
        )
        error = service_error(code, text_of(found.find("Message")), text_of(found.find("Type")), request_id)
        prefixed(root, notes)
        envelope(problems, self.error_form, exchange, notes)
        self.error_status(exchange, notes)
        self.error_details(error, {"Message": error.message}, notes)
        return Reading(exchange, "error", error=error, wire=notes.wire(), reason=reason_of(error))

    def _read_result(self, exchange: Exchange, root: Element, notes: Notes) -> Reading:
        prefixed(root, notes)
        self.result_status(exchange, notes)
        shape = self.model(exchange.operation).output_shape
        if shape is None:
            return self.result(exchange, {}, notes)
        members = elsewhere(exchange, shape, notes)
        payload = shape.serialization.get("payload")
        inside = shape if payload is None else shape.members[payload]
        walk = XmlWalk(notes)
        if not isinstance(inside, StructureShape):
            members[str(payload)] = walk.value(root, inside, f"/{payload}")
            return self.result(exchange, members, notes)
        found = walk.structure(_output(root, inside), inside, "" if payload is None else f"/{payload}", ("RequestId",))
        members |= found if payload is None else {str(payload): found}
        return self.result(exchange, members, notes)


def _output(root: Element, shape: StructureShape) -> Element:
    """Where the members are: right under the root, or under a root of their own within it."""
    names = wire_names(shape)
    if len(root.children) == 1 and not any(child.name in names for child in root.children):
        [inside] = root.children
        if any(child.name in names for child in inside.children):
            return inside
    return root


def _without_body(protocol: ServiceProtocol, exchange: Exchange, notes: Notes) -> Reading | None:
    """The reading of a response without a body, where it may have none; else None."""
    model: OperationModel = protocol.model(exchange.operation)
    status = exchange.status or 200
    if status >= _FAILURE:
        if str(model.http.get("method", "")).upper() != "HEAD":
            return None
        error = service_error(str(status), None, None, exchange.headers.get("x-amz-request-id"))
        return Reading(exchange, "error", error=error, wire=notes.wire(), reason=f"HTTP {status} without a body")
    shape = model.output_shape
    members = shape.members if shape is not None else {}
    payload = shape.serialization.get("payload") if shape is not None else None
    in_body = any(each.serialization.get("location") is None for each in members.values())
    if in_body and (payload is None or members[payload].type_name not in ("blob", "string")):
        return None
    protocol.result_status(exchange, notes)
    return protocol.result(exchange, elsewhere(exchange, shape, notes) if shape is not None else {}, notes)


def elsewhere(exchange: Exchange, shape: StructureShape, notes: Notes) -> dict[str, Any]:
    """The members that are in headers and in the status."""
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        location, written = member.serialization.get("location"), str(member.serialization.get("name", name)).lower()
        if location == "statusCode" and exchange.status is not None:
            found[name] = exchange.status
        elif location == "headers":
            found[name] = {
                key[len(written) :]: value for key, value in exchange.headers.items() if key.startswith(written)
            }
        elif location == "header" and written in exchange.headers:
            text, path = exchange.headers[written], pointer("", name)
            several = member.type_name == "list"
            found[name] = (
                [each.strip() for each in text.split(",")]
                if several
                else text_scalar(text, member, path, notes, "rfc822")
            )
    return found
