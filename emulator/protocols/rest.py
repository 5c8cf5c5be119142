"""REST protocols: operations by method and path; parameters in labels, query string, headers and body; JSON or XML goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.etree.ElementTree import ParseError

from ...spec.http import HttpRequest, HttpResponse
from ...spec.model import service
from .base import EmulatedProtocol, Parameters, from_json, from_text, request_id
from .json import encoded, json_value
from .messages import Output, Responding, ServiceError, XmlElement
from .moments import finite, text_of_blob, timestamp, timestamp_format
from .routes import Route, routes
from .xml_writer import maker, serialize

__all__ = ["RestJson", "RestXml"]


#: Headers that differ from one attempt of a client to the next, and that no operation has as a parameter.
_OF_EACH_ATTEMPT = frozenset(
    ("amz-sdk-invocation-id", "amz-sdk-request", "authorization", "date", "user-agent", "x-amz-date")
)


class _Rest(EmulatedProtocol):
    """What the two REST protocols share."""

    def looked_at(self, headers: Mapping[str, str]) -> tuple[object, ...]:
        """Any that an operation may have as a parameter."""
        return tuple([(name, headers[name]) for name in headers if name not in _OF_EACH_ATTEMPT])

    def parse(self, request: HttpRequest) -> tuple[str, Parameters]:
        """The operation whose method and path are the request's, and its parameters."""
        query = dict[str, list[str]]()
        for name, text in parse_qsl(request.query, keep_blank_values=True):
            query.setdefault(name, []).append(text)
        for path in self._paths(request):
            found = [
                (route, labels)
                for route in routes(self.service).get(request.method, ())
                if (labels := route.match(path, query)) is not None
            ]
            if found:
                served = self.contract.operations
                route, labels = max(found, key=lambda each: each[0].weight(query, each[0].operation in served))
                return self._parameters(route, labels, query, request)
        return "", {}

    def _paths(self, request: HttpRequest) -> list[str]:
        """The path; of S3, whose clients put the bucket into the host where they can, the path with the bucket first."""
        host = request.headers.get("host", "")
        if self.service != "s3" or "." not in host or host.partition(":")[0].replace(".", "").isdecimal():
            return [request.path]
        bucket = host.partition(".")[0]
        return [request.path] if bucket in ("s3", "localhost") else [f"/{bucket}{request.path}", request.path]

    def _parameters(
        self, route: Route, labels: Mapping[str, str], query: Mapping[str, list[str]], request: HttpRequest
    ) -> tuple[str, Parameters]:
        shape = self.input_shape(route.operation)
        if shape is None:
            return route.operation, {}
        found: dict[str, Any] = {}
        named = {each.serialization.get("name") for each in shape.members.values()}
        for name, member in shape.members.items():
            location, written = member.serialization.get("location"), member.serialization.get("name", name)
            if location == "uri" and labels.get(written):
                found[name] = from_text(labels[written], member)
            elif location == "querystring" and member.type_name == "map":
                rest = {each: texts for each, texts in query.items() if each not in named and each not in route.query}
                if rest:
                    several = member.value.type_name == "list"
                    found[name] = {each: texts if several else texts[-1] for each, texts in rest.items()}
            elif location == "querystring" and written in query:
                texts = query[written]
                several = member.type_name == "list"
                found[name] = (
                    [from_text(each, member.member) for each in texts] if several else from_text(texts[-1], member)
                )
            elif location == "header" and written.lower() in request.headers:
                text = request.headers[written.lower()]
                several = member.type_name == "list"
                found[name] = [each.strip() for each in text.split(",")] if several else from_text(text, member)
            elif location == "headers":
                prefix = written.lower()
                rest_headers = {k[len(prefix) :]: v for k, v in request.headers.items() if k.startswith(prefix)}
                found |= {name: rest_headers} if rest_headers else {}
        payload = shape.serialization.get("payload")
        inside = shape if payload is None else shape.members[payload]
        if inside.type_name in ("blob", "string"):
            found |= {payload: request.body.decode("utf-8", "replace")} if request.body else {}
        elif request.body:
            members = self._body(request.body, inside)
            if members is None:
                return "", {}
            found |= members if payload is None else {payload: members}
        return route.operation, found

    def _body(self, body: bytes, shape: Any) -> Parameters | None:
        raise NotImplementedError

    media_type = ""

    def http(self, call: Responding, output: Output, body: bytes) -> HttpResponse:
        """The HTTP response around a document, with the members that are headers, and the status."""
        headers = {"content-type": self.media_type, self._id_header: request_id(call)}
        if isinstance(output, ServiceError):
            return HttpResponse(output.status, headers | self._error_headers(output), body)
        model = self.model(call.operation)
        status = int(model.http.get("responseCode", 200))
        shape: Any = model.output_shape
        for name, member in shape.members.items() if shape is not None else ():
            if name not in output or output[name] is None:
                continue
            location, written = member.serialization.get("location"), str(member.serialization.get("name", name))
            if location == "statusCode" and isinstance(output[name], int):
                status = output[name] if 100 <= output[name] <= 599 else status
            elif location == "header":
                headers[written.lower()] = _header(output[name], member)
            elif location == "headers":
                headers |= {f"{written.lower()}{key}": str(each) for key, each in output[name].items()}
        return HttpResponse(status, headers, body)

    _id_header = "x-amzn-requestid"

    def _error_headers(self, error: ServiceError) -> dict[str, str]:
        return {}


class RestJson(_Rest):
    """REST with JSON as a service speaks it."""

    media_type = "application/json"

    def _body(self, body: bytes, shape: Any) -> Parameters | None:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(value, dict):
            return None
        found: dict[str, Any] = from_json(value, shape)
        return {name: each for name, each in found.items() if shape.members[name].serialization.get("location") is None}

    def document(self, call: Responding, output: Output) -> Any:
        """The members that are in the body as JSON has them, or an error."""
        if isinstance(output, ServiceError):
            return {"message": output.message}
        shape: Any = self.model(call.operation).output_shape
        payload = shape.serialization.get("payload") if shape is not None else None
        if payload is not None:
            return json_value(output.get(payload), shape.members[payload])
        return json_value(output, shape)

    def write(self, call: Responding, document: Any) -> bytes:
        """The bytes of a document."""
        if isinstance(document, bytes):
            return document
        return encoded(document)

    def _error_headers(self, error: ServiceError) -> dict[str, str]:
        return {"x-amzn-errortype": error.code}


#: The root elements of S3's listings, which botocore's model does not have.
_S3_ROOTS = {
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListParts": "ListPartsResult",
}
_S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class RestXml(_Rest):
    """REST with XML as a service speaks it."""

    media_type = "application/xml"

    @property
    def _id_header(self) -> str:  # type: ignore[override]  # S3's has another name
        return "x-amz-request-id" if self.service == "s3" else "x-amzn-requestid"

    def _body(self, body: bytes, shape: Any) -> Parameters | None:
        from defusedxml.ElementTree import fromstring

        try:
            root = fromstring(body, forbid_dtd=True)
        except (ParseError, ValueError):
            return None
        found = _from_xml(root, shape)
        return found if isinstance(found, dict) else None

    def document(self, call: Responding, output: Output) -> XmlElement:
        """The members that are in the body under a root, or an error inside its envelope."""
        number = XmlElement("RequestId", request_id(call))
        if isinstance(output, ServiceError):
            details = XmlElement("Code", output.code), XmlElement("Message", output.message)
            if self.service == "s3":
                return XmlElement("Error", (*details, number))
            kind = XmlElement("Type", "Sender" if output.status < 500 else "Receiver")
            return XmlElement("ErrorResponse", (XmlElement("Error", (kind, *details)), number), self._namespace(call))
        shape: Any = self.model(call.operation).output_shape
        payload = shape.serialization.get("payload")
        inside = shape if payload is None else shape.members[payload]
        tag = inside.serialization.get("name") or inside.name
        tag = _S3_ROOTS.get(call.operation, tag) if self.service == "s3" else tag
        [root] = maker(inside)(tag, output if payload is None else output.get(payload) or {})
        return root._replace(attributes=self._namespace(call))

    def _namespace(self, call: Responding) -> tuple[tuple[str, str], ...]:
        declared = service(self.service).metadata.get("xmlNamespace")
        uri = _S3_NAMESPACE if self.service == "s3" else declared
        return (("xmlns", str(uri)),) if uri else ()

    def write(self, call: Responding, document: XmlElement) -> bytes:
        """The bytes of a document."""
        return serialize(document, indented=call.behaviour.indented)


def _from_xml(node: Any, shape: Any) -> Any:
    """A value out of a request's XML."""
    children = [(str(child.tag).rpartition("}")[2], child) for child in node]
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            nodes = [child for tag, child in children if tag == member.serialization.get("name", name)]
            if nodes and member.type_name == "list" and member.serialization.get("flattened"):
                found[name] = [_from_xml(each, member.member) for each in nodes]
            elif nodes:
                found[name] = _from_xml(nodes[0], member)
        return found
    if shape.type_name == "list":
        return [_from_xml(child, shape.member) for _, child in children]
    return from_text(node.text or "", shape)


def _header(value: Any, shape: Any) -> str:
    """A member as the text of a header."""
    if shape.type_name == "timestamp":
        return str(timestamp(value, timestamp_format(shape, "rfc822")))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(finite(text_of_blob(value)))
