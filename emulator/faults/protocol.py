"""Faults on the wire."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from ..protocols.query import http, write
from ..records import Answer, Call, Element, Response, ServiceError
from ..stages.pipeline import Stages
from .fault import Fault, answers, dropped, elements, errors, items, results, texts

__all__ = ["FAULTS"]

_TIMES = ("JobCreationDate", "JobCompletionDate", "LastAuthenticatedTime")
_COUNTS = ("NumberOfServicesAccessible", "NumberOfServicesNotAccessed", "TotalAuthenticatedEntities")


def _json_errors(call: Call, answer: Answer, body: bytes) -> Response:
    response = http(call, answer, body)
    if not isinstance(answer, ServiceError):
        return response
    text = json.dumps({"__type": answer.code, "message": answer.message})
    return Response(response.status, {**response.headers, "content-type": "application/x-amz-json-1.1"}, text.encode())


def _status(error: int | None = None, result: int | None = None, code: str | None = None) -> Stages:
    """Other HTTP statuses for errors (of one code only), or for results."""

    def changed(call: Call, answer: Answer, body: bytes) -> Response:
        refused = isinstance(answer, ServiceError)
        if isinstance(answer, ServiceError) and code not in (None, answer.code):
            return http(call, answer, body)
        response = http(call, answer, body)
        return replace(response, status=(error if refused else result) or response.status)

    return Stages(http=changed)


def _headers(**changed: str) -> Stages:
    def other(call: Call, answer: Answer, body: bytes) -> Response:
        response = http(call, answer, body)
        headers = {**response.headers, **{name.replace("_", "-"): text for name, text in changed.items()}}
        return replace(response, headers={name: text for name, text in headers.items() if text})

    return Stages(http=other)


def _children(element: Element) -> tuple[Element, ...]:
    return element.content if isinstance(element.content, tuple) else ()


def _dropping(*tags: str) -> Stages:
    return Stages(document=results(lambda root: dropped(root, *tags)))


def _unwrapped(root: Element) -> Element:
    result, *rest = _children(root)
    return root._replace(content=(*_children(result), *rest))


def _flattened(element: Element) -> Element:
    """A list's items in the list's place, each under the list's name."""
    found: list[Element] = []
    for each in _children(element):
        found += (
            [member._replace(tag=each.tag) for member in _children(each)] if each.tag == "AccessDetails" else [each]
        )
    return element._replace(content=tuple(found)) if isinstance(element.content, tuple) else element


def _twice(tag: str) -> Stages:
    def doubled(element: Element) -> Element:
        if isinstance(element.content, str):
            return element
        return element._replace(
            content=tuple(each for child in element.content for each in [child] * (1 + (child.tag == tag)))
        )

    return Stages(document=elements(doubled))


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _prefixed(element: Element) -> Element:
    content = (
        element.content if isinstance(element.content, str) else tuple(_prefixed(each) for each in element.content)
    )
    attributes = tuple((f"{name}:iam", value) for name, value in element.attributes)
    return Element(f"iam:{element.tag}", content, attributes)


def _without_detail(tag: str) -> Stages:
    return Stages(document=errors(lambda root: dropped(root, tag)))


FAULTS = (
    Fault(
        "names-not-escaped",
        "protocol.well-formed",
        "an ampersand in a service's name is written as it is",
        Stages(
            item=items(lambda service, found: found | {"ServiceName": f"{service.name} & friends"}),
            write=lambda call, root: write(call, root).replace(b"&amp;", b"&"),
        ),
    ),
    Fault(
        "document-type-declared",
        "protocol.well-formed",
        "the XML begins with a document type",
        Stages(write=lambda call, root: b'<!DOCTYPE response SYSTEM "iam.dtd">\n' + write(call, root)),
    ),
    Fault(
        "errors-as-json",
        "protocol.well-formed",
        "errors are JSON, as in younger protocols",
        Stages(http=_json_errors),
    ),
    Fault(
        "errors-without-body",
        "protocol.well-formed",
        "an error is its HTTP status and nothing else",
        Stages(http=lambda call, answer, body: http(call, answer, b"" if isinstance(answer, ServiceError) else body)),
    ),
    Fault(
        "blank-line-before-declaration",
        "protocol.well-formed",
        "a line break stands before the XML declaration",
        Stages(write=lambda call, root: b'\n<?xml version="1.0"?>\n' + write(call, root)),
    ),
    Fault(
        "content-type-of-json",
        "protocol.content-type",
        "XML is announced as JSON",
        _headers(content_type="application/json"),
    ),
    Fault(
        "content-type-of-html",
        "protocol.content-type",
        "the web framework's default media type is left in place",
        _headers(content_type="text/html; charset=utf-8"),
    ),
    Fault("content-type-missing", "protocol.content-type", "no media type is sent", _headers(content_type="")),
    Fault("errors-under-200", "protocol.status", "errors come with HTTP 200", _status(error=200)),
    Fault(
        "results-under-201",
        "protocol.status",
        "results come with HTTP 201, since something was created",
        _status(result=201),
    ),
    Fault(
        "not-found-under-500",
        "protocol.status",
        "an unknown job is the Sender's error, under HTTP 500",
        _status(error=500, code="NoSuchEntity"),
    ),
    Fault(
        "root-element-misspelt",
        "protocol.root-element",
        "the root element's name is not the operation's",
        Stages(document=results(lambda root: root._replace(tag=root.tag.replace("Organizations", "Organization")))),
    ),
    Fault(
        "root-element-without-response",
        "protocol.root-element",
        "the root element is named after the operation alone",
        Stages(document=results(lambda root: root._replace(tag=root.tag.removesuffix("Response")))),
    ),
    Fault(
        "namespace-missing",
        "protocol.namespace",
        "the elements are in no namespace",
        Stages(document=results(lambda root: root._replace(attributes=()))),
    ),
    Fault(
        "namespace-of-another-service",
        "protocol.namespace",
        "the namespace is that of a service that was copied from",
        Stages(
            document=results(
                lambda root: root._replace(attributes=(("xmlns", "https://sts.amazonaws.com/doc/2011-06-15/"),))
            )
        ),
    ),
    Fault(
        "elements-prefixed",
        "protocol.unprefixed",
        "elements carry a namespace prefix",
        Stages(document=results(_prefixed)),
    ),
    Fault(
        "result-wrapper-missing",
        "protocol.result-wrapper",
        "the members stand right under the root",
        Stages(document=results(_unwrapped)),
    ),
    Fault(
        "result-wrapper-misspelt",
        "protocol.result-wrapper",
        "the wrapper is called Result",
        Stages(
            document=results(
                lambda root: root._replace(content=(_children(root)[0]._replace(tag="Result"), *_children(root)[1:]))
            )
        ),
    ),
    Fault(
        "metadata-before-result",
        "protocol.result-first",
        "ResponseMetadata comes before the result",
        Stages(document=results(lambda root: root._replace(content=_children(root)[::-1]))),
    ),
    Fault(
        "request-id-missing", "protocol.request-id", "results have no ResponseMetadata", _dropping("ResponseMetadata")
    ),
    Fault(
        "request-id-empty",
        "protocol.request-id",
        "RequestId is empty",
        Stages(document=texts(lambda _: "", "RequestId")),
    ),
    Fault("status-twice", "protocol.member-once", "JobStatus is written twice", _twice("JobStatus")),
    Fault(
        "service-name-twice", "protocol.member-once", "ServiceName is written twice in each item", _twice("ServiceName")
    ),
    Fault(
        "list-flattened",
        "protocol.list-members",
        "each service is an AccessDetails element of its own",
        Stages(document=elements(_flattened)),
    ),
    Fault(
        "list-items-named-by-shape",
        "protocol.list-members",
        "the list's items are AccessDetail elements",
        Stages(document=elements(lambda each: each._replace(tag="AccessDetail") if each.tag == "member" else each)),
    ),
    Fault(
        "dates-as-epoch",
        "protocol.timestamp-format",
        "dates are seconds since 1970",
        Stages(document=texts(lambda text: f"{_read(text).timestamp():.3f}", *_TIMES)),
    ),
    Fault(
        "dates-as-rfc-822",
        "protocol.timestamp-format",
        "dates are written as in HTTP headers",
        Stages(document=texts(lambda text: format_datetime(_read(text).astimezone(UTC), usegmt=True), *_TIMES)),
    ),
    Fault(
        "dates-without-zone",
        "protocol.timestamp-format",
        "dates have no zone",
        Stages(document=texts(lambda text: text.removesuffix("Z"), *_TIMES)),
    ),
    Fault(
        "dates-with-a-blank",
        "protocol.timestamp-format",
        "a blank stands where the T belongs",
        Stages(document=texts(lambda text: text.replace("T", " "), "JobCreationDate", "JobCompletionDate")),
    ),
    Fault(
        "dates-empty-for-nulls",
        "protocol.timestamp-format",
        "an unfinished job has an empty JobCompletionDate",
        Stages(members=answers(lambda read, found: {"JobCompletionDate": ""} | found)),
    ),
    Fault(
        "dates-in-local-time",
        "protocol.timestamp-utc",
        "dates are in the server's own zone, and say so",
        Stages(
            document=texts(
                lambda text: _read(text).astimezone(timezone(timedelta(hours=2))).isoformat(timespec="seconds"), *_TIMES
            )
        ),
    ),
    Fault(
        "dates-with-zero-offset",
        "protocol.timestamp-utc",
        "UTC is written as +00:00",
        Stages(document=texts(lambda text: text.replace("Z", "+00:00"), *_TIMES)),
    ),
    Fault(
        "dates-with-microseconds",
        "protocol.timestamp-precision",
        "dates have six fractional digits",
        Stages(
            document=texts(
                lambda text: _read(text).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z", *_TIMES
            )
        ),
    ),
    Fault(
        "booleans-capitalized",
        "protocol.boolean-format",
        "booleans are True and False",
        Stages(document=texts(str.capitalize, "IsTruncated")),
    ),
    Fault(
        "booleans-as-digits",
        "protocol.boolean-format",
        "booleans are 1 and 0",
        Stages(document=texts(lambda text: str(int(text == "true")), "IsTruncated")),
    ),
    Fault(
        "booleans-on-a-line-of-their-own",
        "protocol.boolean-format",
        "booleans have line breaks around them",
        Stages(document=texts(lambda text: f"\n  {text}\n", "IsTruncated")),
    ),
    Fault(
        "counts-as-floats",
        "protocol.integer-format",
        "counts are written with a fraction",
        Stages(document=texts(lambda text: f"{text}.0", *_COUNTS)),
    ),
    Fault(
        "counts-with-a-plus",
        "protocol.integer-format",
        "counts have a sign",
        Stages(document=texts(lambda text: f"+{text}", "NumberOfServicesAccessible")),
    ),
    Fault(
        "errors-in-a-list",
        "protocol.error-envelope",
        "errors look like those of EC2: Response, Errors, Error",
        Stages(
            document=errors(
                lambda root: Element(
                    "Response", (Element("Errors", _children(root)[:1]), *_children(root)[1:]), root.attributes
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
        Stages(document=errors(lambda root: Element("html", (Element("body", (Element("h1", "Bad Request"),)),)))),
    ),
    Fault(
        "error-type-missing",
        "protocol.error-details",
        "errors do not say whose fault they are",
        _without_detail("Type"),
    ),
    Fault("error-message-missing", "protocol.error-details", "errors have no Message", _without_detail("Message")),
    Fault(
        "error-request-id-missing", "protocol.error-details", "errors have no RequestId", _without_detail("RequestId")
    ),
)
