"""AWS Query on the raw bytes, before any SDK has been lenient about them."""

import re
from collections.abc import Iterator

from ...spec import operation
from ..protocols.base import Lexeme, Reading
from ..protocols.query import well_written
from .registry import KEPT, Check, broken, rule, unknown

_MEDIA_TYPES = ("text/xml", "application/xml")


@rule("protocol.well-formed", needs="an answer with a body in the protocol's form")
def well_formed(reading: Reading) -> Iterator[Check]:
    if reading.wire is None:
        return
    if reading.wire.too_deep:
        yield unknown(reading.wire.problem or "")
    elif reading.wire.problem:
        yield broken(
            f"the body is no XML document: {reading.wire.problem}",
            expected="well-formed XML without a document type declaration",
            actual=_excerpt(reading.exchange.body),
        )
    else:
        yield KEPT


@rule("protocol.content-type", needs="an answer with its headers")
def content_type(reading: Reading) -> Iterator[Check]:
    if reading.wire is None or reading.exchange.status is None:
        return
    written = reading.exchange.headers.get("content-type", "")
    if written.partition(";")[0].strip().lower() in _MEDIA_TYPES:
        yield KEPT
    else:
        yield broken(
            "the media type is not XML's", expected=" or ".join(_MEDIA_TYPES), actual=written or "no Content-Type"
        )


@rule("protocol.status", needs="an answer with its HTTP status")
def status(reading: Reading) -> Iterator[Check]:
    code = reading.exchange.status
    if code is None:
        return
    if reading.kind == "result":
        yield (
            KEPT
            if code == 200
            else broken("a result came under another status", expected="HTTP 200", actual=f"HTTP {code}")
        )
    elif reading.kind == "error" and reading.error is not None:
        kind = reading.error.type or "neither Sender nor Receiver"
        first = {"Sender": (4,), "Receiver": (5,)}.get(kind, (4, 5))
        expected = " or ".join(f"HTTP {each}xx" for each in first)
        yield (
            KEPT
            if code // 100 in first
            else broken(f"an error whose Type is {kind}", expected=expected, actual=f"HTTP {code}")
        )


def _of_success(reading: Reading) -> bool:
    """An XML answer that the service did not mean as an error."""
    wire = reading.wire
    return wire is not None and not wire.problem and reading.kind != "error" and (reading.exchange.status or 200) < 400


@rule("protocol.root-element", needs="a result")
def root_element(reading: Reading) -> Iterator[Check]:
    if _of_success(reading) and reading.wire:
        expected = f"{reading.exchange.operation}Response"
        found = reading.wire.root
        yield (
            KEPT if found == expected else broken("the root element has another name", expected=expected, actual=found)
        )


@rule("protocol.namespace", needs="an answer with a root element of the protocol")
def namespace(reading: Reading) -> Iterator[Check]:
    if reading.wire and not reading.wire.problem and reading.kind in ("result", "error"):
        expected = str(operation(reading.exchange.operation).service_model.metadata["xmlNamespace"])
        found = reading.wire.namespace
        yield (
            KEPT
            if found == expected
            else broken("the root is in another namespace", expected=expected, actual=found or "no namespace")
        )


@rule("protocol.unprefixed", needs="an answer with a root element of the protocol")
def unprefixed(reading: Reading) -> Iterator[Check]:
    if reading.wire and not reading.wire.problem and reading.kind in ("result", "error"):
        found = reading.wire.prefixed
        yield (
            KEPT
            if found is None
            else broken(
                "an element's namespace is given by a prefix",
                expected="a default namespace (xmlns=…)",
                actual=f"<{found}>",
            )
        )


@rule("protocol.result-wrapper", needs="a result", grounds=("protocol.root-element",))
def result_wrapper(reading: Reading) -> Iterator[Check]:
    if _of_success(reading) and reading.wire:
        expected = f"{reading.exchange.operation}Result"
        yield (
            KEPT
            if reading.wire.wrapper is not None
            else broken(
                "the output is not wrapped",
                expected=f"<{expected}> under the root",
                actual=_excerpt(reading.exchange.body),
            )
        )


@rule("protocol.result-first", needs="a result in its wrapper")
def result_first(reading: Reading) -> Iterator[Check]:
    if _of_success(reading) and reading.wire and reading.wire.wrapper is not None:
        place = reading.wire.wrapper
        yield (
            KEPT
            if place == 0
            else broken(
                "the result is not the root's first child element", expected="first", actual=f"child number {place + 1}"
            )
        )


@rule("protocol.request-id", needs="a result", grounds=("protocol.root-element",))
def request_id(reading: Reading) -> Iterator[Check]:
    if _of_success(reading) and reading.wire:
        yield (
            KEPT
            if reading.wire.request_id
            else broken(
                "the result does not tell its request's id",
                expected="ResponseMetadata/RequestId with a text",
                actual="none",
            )
        )


@rule("protocol.member-once", needs="a result")
def member_once(reading: Reading) -> Iterator[Check]:
    if reading.kind == "result" and reading.wire:
        yield from [KEPT] * (reading.wire.structures - len(reading.wire.repeated))
        for path in reading.wire.repeated:
            yield broken(
                "a member of a structure is there more than once", expected="one element", actual="several", path=path
            )


@rule("protocol.list-members", needs="a result with a list that has items")
def list_members(reading: Reading) -> Iterator[Check]:
    for form in reading.wire.lists if reading.wire else ():
        if form.flattened:
            yield broken(
                "the list is flattened",
                expected="one element holding `member` elements",
                actual="items side by side",
                path=form.path,
            )
        elif odd := [name for name in form.item_names if name != "member"]:
            yield broken("the list's items have another name", expected="member", actual=", ".join(odd), path=form.path)
        elif form.item_names:
            yield KEPT


def _lexemes(reading: Reading, kind: str) -> Iterator[Lexeme]:
    return (each for each in (reading.wire.lexemes if reading.wire else ()) if each.kind == kind)


@rule("protocol.timestamp-format", needs="a result with a timestamp")
def timestamp_format(reading: Reading) -> Iterator[Check]:
    for each in _lexemes(reading, "timestamp"):
        yield (
            KEPT
            if well_written("timestamp", each.text)
            else broken(
                "the timestamp is no ISO 8601 date-time with a zone",
                expected="the form 2019-09-30T06:53:36.187Z",
                actual=repr(each.text),
                path=each.path,
            )
        )


@rule("protocol.timestamp-utc", needs="a result with a readable timestamp")
def timestamp_utc(reading: Reading) -> Iterator[Check]:
    for each in _lexemes(reading, "timestamp"):
        if well_written("timestamp", each.text):
            yield (
                KEPT
                if each.text.endswith("Z")
                else broken(
                    "the timestamp is not written in UTC with Z", expected="…Z", actual=each.text, path=each.path
                )
            )


@rule("protocol.timestamp-precision", needs="a result with a readable timestamp")
def timestamp_precision(reading: Reading) -> Iterator[Check]:
    for each in _lexemes(reading, "timestamp"):
        if well_written("timestamp", each.text):
            digits = re.search(r"\.(\d+)", each.text)
            yield (
                KEPT
                if digits is None or len(digits[1]) <= 3
                else broken(
                    "the timestamp has more fractional digits than every SDK reads",
                    expected="at most three",
                    actual=each.text,
                    path=each.path,
                )
            )


@rule("protocol.boolean-format", needs="a result with a boolean")
def boolean_format(reading: Reading) -> Iterator[Check]:
    for each in _lexemes(reading, "boolean"):
        yield (
            KEPT
            if well_written("boolean", each.text)
            else broken(
                "the boolean is written in another way",
                expected="true or false",
                actual=repr(each.text),
                path=each.path,
            )
        )


@rule("protocol.integer-format", needs="a result with an integer")
def integer_format(reading: Reading) -> Iterator[Check]:
    for each in _lexemes(reading, "integer"):
        yield (
            KEPT
            if well_written("integer", each.text)
            else broken(
                "the integer is not plain decimal", expected="digits alone", actual=repr(each.text[:80]), path=each.path
            )
        )


@rule("protocol.error-envelope", needs="an error")
def error_envelope(reading: Reading) -> Iterator[Check]:
    wire = reading.wire
    if wire is None or wire.problem:
        return
    if reading.kind == "error":
        yield (
            KEPT
            if not wire.envelope
            else broken(
                "; ".join(wire.envelope),
                expected="ErrorResponse with one Error with a Code",
                actual=_excerpt(reading.exchange.body),
            )
        )
    elif (reading.exchange.status or 0) >= 400 and reading.kind == "unreadable":
        yield broken(
            f"an error's root element is {wire.root}",
            expected="ErrorResponse with one Error with a Code",
            actual=_excerpt(reading.exchange.body),
        )


@rule("protocol.error-details", needs="an error in its envelope", grounds=("protocol.error-envelope",))
def error_details(reading: Reading) -> Iterator[Check]:
    if reading.kind == "error" and reading.error and reading.wire:
        told = {"Type": reading.error.type, "Message": reading.error.message, "RequestId": reading.error.request_id}
        missing = [name for name, value in told.items() if not value]
        if told["Type"] not in ("Sender", "Receiver", None, ""):
            missing.append(f"Type has {told['Type']!r}")
        yield (
            KEPT
            if not missing
            else broken(
                "the error does not tell all that SDKs hand on",
                expected="Type (Sender or Receiver), Message, and RequestId",
                actual=_told(missing),
            )
        )


def _told(missing: list[str]) -> str:
    return ", ".join(each if " " in each else f"no {each}" for each in missing)


def _excerpt(body: bytes) -> str:
    """The beginning of a body as one readable line."""
    text = " ".join(body[:400].decode("utf-8", "replace").split())
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return (shown[:117] + "…" if len(shown) > 118 else shown) or "an empty body"
