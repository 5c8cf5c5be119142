"""Faults of errors in AWS Query: their envelope and what is in it."""

from __future__ import annotations

import json
from functools import partial

from ....spec.http import HttpResponse
from ...records import Call, Output, ServiceError, XmlElement
from ...stages.pipeline import Stages, http
from ..fault import Fault as _Fault, dropped, errors

__all__ = ["FAULTS"]

#: Faults of documents that AWS Query alone has, and of any XML.
Fault = partial(_Fault, protocols=("query",))


def _json_errors(call: Call, output: Output, body: bytes) -> HttpResponse:
    response = http(call, output, body)
    if not isinstance(output, ServiceError):
        return response
    text = json.dumps({"__type": output.code, "message": output.message})
    headers = {**response.headers, "content-type": "application/x-amz-json-1.1"}
    return HttpResponse(response.status, headers, text.encode())


def _children(element: XmlElement) -> tuple[XmlElement, ...]:
    return element.content if isinstance(element.content, tuple) else ()


def _without_detail(name: str) -> Stages:
    return Stages(document=errors(lambda root: dropped(root, name)))


FAULTS = (
    Fault(
        "errors-as-json",
        "protocol.well-formed",
        "errors are JSON, as in newer protocols",
        Stages(http=_json_errors),
    ),
    Fault(
        "errors-without-body",
        "protocol.well-formed",
        "an error is its HTTP status and nothing else",
        Stages(http=lambda call, output, body: http(call, output, b"" if isinstance(output, ServiceError) else body)),
    ),
    Fault(
        "errors-in-a-list",
        "protocol.error-envelope",
        "errors look like those of EC2: Response, Errors, Error",
        Stages(
            document=errors(
                lambda root: XmlElement(
                    "Response", (XmlElement("Errors", _children(root)[:1]), *_children(root)[1:]), root.attributes
                )
            )
        ),
    ),
    Fault(
        "error-without-envelope",
        "protocol.error-envelope",
        "Error is the root element",
        Stages(document=errors(lambda root: _children(root)[0]._replace(attributes=root.attributes))),
    ),
    Fault(
        "errors-as-html",
        "protocol.error-envelope",
        "errors are the web framework's page",
        Stages(
            document=errors(lambda root: XmlElement("html", (XmlElement("body", (XmlElement("h1", "Bad Request"),)),)))
        ),
    ),
    Fault(
        "error-type-missing",
        "protocol.error-details",
        "errors have no Type",
        _without_detail("Type"),
    ),
    Fault("error-message-missing", "protocol.error-details", "errors have no Message", _without_detail("Message")),
    Fault(
        "error-request-id-missing", "protocol.error-details", "errors have no RequestId", _without_detail("RequestId")
    ),
)
