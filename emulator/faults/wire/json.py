"""Faults of JSON: members written twice, values of another type, errors without a code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from ....spec.http import HttpResponse
from ...records import Call, Members, Output, ServiceError, XmlElement
from ...stages.pipeline import Stages, http, write
from ..fault import Fault as _Fault, dropped, errors, outputs, typed

__all__ = ["FAULTS"]

JSON = ("json", "rest-json")


Fault = _Fault


OfJson = partial(_Fault, protocols=JSON, on="lists")


def _without_code(call: Call, output: Output, body: bytes) -> HttpResponse:
    """An error that does not say which."""
    response = http(call, output, body)
    if not isinstance(output, ServiceError):
        return response
    headers = {name: text for name, text in response.headers.items() if "errortype" not in name.lower()}
    return HttpResponse(response.status, headers, json.dumps({"message": output.message}).encode())


def _silent(root: Any) -> Any:
    """An error without its message."""
    if isinstance(root, XmlElement):
        return dropped(root, "Message")
    return {name: each for name, each in root.items() if name.lower() != "message"}


def _twice(body: bytes) -> bytes:
    """The first member written a second time."""
    found = json.loads(body or b"{}")
    name = next(iter(found), None)
    return body if name is None else f"{{{json.dumps(name)}: {json.dumps(found[name])}, ".encode() + body.lstrip()[1:]


def _values(change: Callable[[Any], Any]) -> Stages:
    """Every value of a response changed, those inside first."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: walk(each) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [walk(each) for each in value]
        return change(value)

    def all_of(read: Any, found: Members) -> Members:
        changed: Members = walk(found)
        return changed

    return Stages(members=outputs(all_of))


def _as_text(value: Any) -> Any:
    """A date as a text that no format of the protocol is: what is written as ISO 8601 would be turned into the member's format."""
    return f"{value:%d %b %Y, %H:%M:%S}" if isinstance(value, datetime) else value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


FAULTS = (
    Fault(
        "errors-without-code",
        "protocol.error-envelope",
        "errors have no code",
        Stages(http=_without_code),
        protocols=JSON,
    ),
    Fault(
        "errors-without-message",
        "protocol.error-details",
        "errors have no message",
        Stages(document=errors(_silent)),
        protocols=("ec2", "rest-xml", *JSON),
    ),
    OfJson(
        "member-written-twice",
        "protocol.member-once",
        "the first member of a result is written twice",
        Stages(write=lambda call, document: _twice(write(call, document))),
    ),
    OfJson(
        "dates-as-text",
        "protocol.timestamp-format",
        "dates are strings such as 01 Jan 2026, 00:00:00",
        _values(_as_text),
        shows=typed("timestamp"),
    ),
    OfJson(
        "booleans-as-text",
        "protocol.boolean-format",
        "booleans are strings",
        _values(lambda value: str(value).lower() if isinstance(value, bool) else value),
        shows=typed("boolean"),
    ),
    OfJson(
        "integers-as-text",
        "protocol.integer-format",
        "whole numbers are strings",
        _values(lambda value: str(value) if _is_whole(value) else value),
        shows=typed("integer"),
    ),
    _Fault(
        "floats-with-a-comma",
        "protocol.float-format",
        "fractions have a comma",
        _values(lambda value: f"{value}".replace(".", ",") if isinstance(value, float) else value),
        shows=typed("float"),
        on="lists",
    ),
)
