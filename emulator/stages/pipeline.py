"""The pipeline from a request to a response, as one frozen record of pure functions.

A variant or a fault is ``dataclasses.replace(Stages(), paginate=…)``: it says what it does differently at the stage where
it happens, mostly by calling the stage that it replaces. Whatever varies from call to call is in the arguments: the
contract, the call's number, how often the job was read before, the page's number within its listing.

    gate         may this call be served at all             raises ServiceError
    validate     is the request right by itself             raises ServiceError
    start        the job that a request gets, new or old    raises ServiceError
    find         the job that is read                       raises ServiceError
    resume       the place that a token stands for          raises ServiceError
    status       where the job is by now
    rows         what is listed
    order        the rows under the sort key
    paginate     one page of them, and where the next one starts
    issue_token  the text of the token for that place
    item         one row's members
    members      the response's members
    document     the output as the protocol's document
    write        the document as bytes
    http         the bytes as an HTTP response

Operations without a job have neither `start` nor `find` nor `status`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...spec.http import HttpResponse
from ..records import Call, Cursor, Members, Output, Read, Row, ServedPage, StartedJob
from . import jobs, listings, responses, rows, validation

__all__ = ["Stages", "document", "http", "write"]


def document(call: Call, output: Output) -> Any:
    """The output as the protocol's document."""
    return call.protocol.document(call, output)


def write(call: Call, document: Any) -> bytes:
    """The document as bytes."""
    return call.protocol.write(call, document)


def http(call: Call, output: Output, body: bytes) -> HttpResponse:
    """The HTTP response around the bytes."""
    return call.protocol.http(call, output, body)


@dataclass(frozen=True)
class Stages:
    """The functions that an emulator is made of."""

    gate: Callable[[Call], None] = validation.gate
    validate: Callable[[Call], None] = validation.validate
    start: Callable[[Call, Mapping[str, StartedJob]], StartedJob] = jobs.start
    find: Callable[[Call, Mapping[str, StartedJob]], StartedJob] = jobs.find
    resume: Callable[[Call, StartedJob, Mapping[str, Cursor]], Cursor] = listings.resume
    status: Callable[[Call, StartedJob], str] = jobs.status
    rows: Callable[[Read], tuple[Row, ...]] = rows.rows
    order: Callable[[Read], tuple[Row, ...]] = listings.order
    paginate: Callable[[Read, tuple[Row, ...]], ServedPage] = listings.paginate
    issue_token: Callable[[Read, Cursor], str] = listings.issue_token
    item: Callable[[Read, Row], Any] = responses.item
    members: Callable[[Read, tuple[Any, ...], str | None], Members] = responses.members
    document: Callable[[Call, Output], Any] = document
    write: Callable[[Call, Any], bytes] = write
    http: Callable[[Call, Output, bytes], HttpResponse] = http
