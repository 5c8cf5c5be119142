"""Faults of HTTP that every protocol can have: status, media type, broken bodies, server errors."""

from __future__ import annotations

from collections.abc import Callable

from ....spec.http import HttpResponse
from ...records import Call, Output, ServiceError
from ...stages.listings import token_sent
from ...stages.pipeline import Stages, http
from ..fault import XML, Fault as _Fault, dropped, errors, results

__all__ = ["FAULTS"]

JSON = ("json", "rest-json")


Fault = _Fault


_PAGE = b"<!doctype html>\n<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>\n"


def _status(error: int | None = None, result: int | None = None, *, unknown_jobs: bool = False) -> Stages:
    """Other HTTP statuses for errors (of unknown jobs only), or for results."""

    def changed(call: Call, output: Output, body: bytes) -> HttpResponse:
        response, refused = http(call, output, body), isinstance(output, ServiceError)
        other = call.starts or not isinstance(output, ServiceError) or output.code != call.contract.errors.unknown_job
        if unknown_jobs and other:
            return response
        return response._replace(status=(error if refused else result) or response.status)

    return Stages(http=changed)


def _headers(**changed: str) -> Stages:
    def other(call: Call, output: Output, body: bytes) -> HttpResponse:
        response = http(call, output, body)
        headers = {**response.headers, **{name.replace("_", "-"): text for name, text in changed.items()}}
        return response._replace(headers={name: text for name, text in headers.items() if text})

    return Stages(http=other)


def _crashing(where: Callable[[Call, Output], bool]) -> Stages:
    """The web framework's page for what went wrong."""

    def other(call: Call, output: Output, body: bytes) -> HttpResponse:
        return (
            HttpResponse(500, {"content-type": "text/html"}, _PAGE) if where(call, output) else http(call, output, body)
        )

    return Stages(http=other)


def _body(change: Callable[[bytes], bytes], *, error: bool = False) -> Stages:
    """Other bytes for results, or for errors."""

    def other(call: Call, output: Output, body: bytes) -> HttpResponse:
        return http(call, output, change(body) if isinstance(output, ServiceError) == error else body)

    return Stages(http=other)


def _later(call: Call, output: Output) -> bool:
    return not isinstance(output, ServiceError) and not call.starts and token_sent(call) is not None


def _reads(call: Call, output: Output) -> bool:
    return not isinstance(output, ServiceError) and not call.starts


FAULTS = (
    Fault(
        "body-cut-off",
        "protocol.well-formed",
        "the last bytes of a result are missing",
        _body(lambda body: body[:-9]),
    ),
    Fault(
        "content-type-of-another-protocol",
        "protocol.content-type",
        "the media type is that of another protocol",
        _headers(content_type="text/plain"),
    ),
    Fault(
        "content-type-of-json",
        "protocol.content-type",
        "XML is announced as JSON",
        _headers(content_type="application/json"),
        protocols=XML,
    ),
    Fault(
        "content-type-of-xml",
        "protocol.content-type",
        "JSON is announced as XML",
        _headers(content_type="text/xml"),
        protocols=JSON,
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
        protocols=("query", "ec2", "json"),
    ),
    Fault(
        "results-under-400",
        "protocol.error-envelope",
        "results come with HTTP 400",
        _status(result=400),
        protocols=("rest-json", "rest-xml"),
    ),
    Fault(
        "not-found-under-500",
        "protocol.status",
        "an unknown job is the Sender's error, with HTTP 500",
        _status(error=500, unknown_jobs=True),
        requires=("job",),
        protocols=("query",),
    ),
    Fault(
        "errors-as-plain-text",
        "protocol.well-formed",
        "an error is a line of text",
        _body(lambda body: b"Bad Request\n", error=True),
    ),
    Fault(
        "errors-with-no-code",
        "protocol.error-envelope",
        "errors have no Code element",
        Stages(document=errors(lambda root: dropped(root, "Code"))),
        protocols=XML,
    ),
    Fault(
        "request-id-left-out",
        "protocol.request-id",
        "results have no requestId",
        Stages(document=results(lambda call, root: dropped(root, "requestId"))),
        protocols=("ec2",),
    ),
    Fault(
        "first-read-crashes",
        "protocol.no-server-error",
        "the first request for a page fails with HTTP 500, and the second does not",
        _crashing(
            lambda call, output: (
                _reads(call, output) and call.number < 2 and call.number == (call.contract.job is not None)
            )
        ),
        shows=lambda contract: contract.report is None or contract.report.about is None,
    ),
    Fault(
        "every-fifth-call-crashes",
        "protocol.no-server-error",
        "every fifth request fails with HTTP 500, and its retry does not",
        _crashing(lambda call, output: not isinstance(output, ServiceError) and call.number % 5 == 4),
        on="reports",
    ),
    Fault(
        "first-start-crashes",
        "protocol.no-server-error",
        "the first request to start a report fails with HTTP 500, and the second does not",
        _crashing(lambda call, output: call.number == 0),
        requires=("job",),
    ),
    Fault(
        "every-read-crashes",
        "protocol.no-server-error",
        "every request for a page fails with HTTP 500",
        _crashing(_reads),
        requires=("job",),
    ),
    Fault(
        "later-pages-crash",
        "protocol.no-server-error",
        "every request for a page after the first fails with HTTP 500",
        _crashing(_later),
    ),
)
