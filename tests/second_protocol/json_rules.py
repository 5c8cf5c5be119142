"""AWS JSON 1.1 on the raw bytes: what stands where the catalogue has the rules of AWS Query."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from awscontract.conformance.judge.judge import Book, catalogue
from awscontract.conformance.protocols.base import Reading
from awscontract.conformance.rules import KEPT, Check, RuleFunction, broken
from awscontract.spec import Rule, operation
from second_protocol.json11 import MEDIA_TYPE

__all__ = ["BOOK"]

SOURCE = "https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html"


def an_object(reading: Reading) -> Iterator[Check]:
    if reading.kind != "none":
        yield KEPT if reading.kind != "unreadable" else broken(reading.reason, expected="a JSON object")


def content_type(reading: Reading) -> Iterator[Check]:
    if reading.kind != "none":
        found = reading.exchange.headers.get("content-type", "none")
        yield KEPT if found == MEDIA_TYPE else broken("the media type", expected=MEDIA_TYPE, actual=found)


def status(reading: Reading) -> Iterator[Check]:
    if reading.kind in ("result", "error"):
        found = reading.exchange.status or 0
        valid = found == 200 if reading.kind == "result" else found // 100 in (4, 5)
        yield KEPT if valid else broken(f"a {reading.kind} under this status", actual=found)


def timestamp_format(reading: Reading) -> Iterator[Check]:
    if reading.kind == "result":
        for path, value in _timestamps(json.loads(reading.exchange.body), operation(reading.exchange.operation)):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            yield KEPT if number else broken("a time is no number", actual=value, path=path)


def _timestamps(answer: Any, model: Any) -> Iterator[tuple[str, Any]]:
    for name, each in answer.items():
        if name in model.output_shape.members and model.output_shape.members[name].type_name == "timestamp":
            yield f"/{name}", each


def _rule(slug: str, function: Callable[[Reading], Iterator[Check]]) -> tuple[Rule, RuleFunction]:
    statement = str(function.__name__)
    rule = Rule(f"json.{slug}", "must", "protocol", SOURCE, None, statement)
    return rule, RuleFunction(rule.id, "Reading", "an answer", (), function)


_OWN = {
    "object": an_object,
    "content-type": content_type,
    "status": status,
    "timestamp-format": timestamp_format,
}

#: The catalogue with these rules in the place of those of AWS Query. No other rule is touched.
BOOK: Book = (
    *(_rule(slug, function) for slug, function in _OWN.items()),
    *((rule, function) for rule, function in catalogue() if not rule.id.startswith("protocol.")),
)
