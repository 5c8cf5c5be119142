"""Whatever comes, the judge has a result: no bytes, no status and no order of responses makes it raise."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, example, given as drawn, settings, strategies as st
from jsonschema import Draft202012Validator

from awscontract.conformance.judge.evaluate import conclude
from awscontract.conformance.protocols import protocol_for
from awscontract.conformance.protocols.query import Query
from awscontract.conformance.results.result import Result, Target
from awscontract.conformance.trace.exchange import Exchange, Failure, FailureKind, Trace
from awscontract.conformance.trace.steps import Outcome
from awscontract.emulator.protocols import protocol_for as emulated
from awscontract.emulator.records import Call, ServiceError
from awscontract.spec import schema
from awscontract.spec.catalogue import rule_set
from profiles import examples
from protocol_kit import contract_of
from protocol_values import SAMPLE, output_values

from conformance_kit import (
    ACCOUNT,
    CONTRACT,
    CREATED,
    GENERATE,
    GET,
    JOB,
    OTHER_JOB,
    ROOT,
    USED,
    Reply,
    Scene,
    answer,
    error,
    given,
    service,
)

RESULT = Draft202012Validator(schema("result"))

REPORT = [service("a"), service("s3", time=USED), service("sqs", time=CREATED, total=None)]
VALID = [
    given(),
    answer(status="IN_PROGRESS"),
    answer(status="FAILED"),
    answer(REPORT),
    answer(REPORT[:1], marker="m1", accessible=3, not_accessed=1),
    answer(REPORT[1:], accessible=3, not_accessed=1),
    answer([]),
    error(),
    error("NoSuchEntity"),
]

#: Texts that mean something somewhere, or break what reads them.
JUNK = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "0",
        "-0",
        "-1",
        "1e999",
        "nan",
        "Infinity",
        "1_000",
        "٣",
        "²",
        "9" * 30,
        "9" * 5000,
        "+5",
        "1,000",
        "0x10",
        "true",
        "None",
        "null",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:60+23:59",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01",
        "1772359200",
        "99999999999999",
        "9999-12-31T23:59:59.9999999999Z",
        "Sun, 01 Mar 99999 10:00:00 GMT",
        "Sun, 31 Dec 9999 23:59:59 -9999",
        "2026-W09-1",
        "2026-02-30T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "2026-03-01T10:00:00+99:99",
        "-9999999999999.999999999",
        "COMPLETED",
        "FAILED",
        "IN_PROGRESS",
        "m1",
        JOB,
        ACCOUNT,
        "\u00ff",
        "\u0130",
        "\U0001f600",
        "\ufffe",
        "&lt;",
        "~",
        "/",
        "~1",
        "{}",
        "%s",
        "{0}",
    ]
) | st.text(max_size=40).map(lambda text: re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff<&]", "", text))

NAMES = st.sampled_from(
    [
        "member",
        "JobStatus",
        "JobId",
        "JobCreationDate",
        "JobCompletionDate",
        "AccessDetails",
        "ErrorDetails",
        "IsTruncated",
        "Marker",
        "Error",
        "Errors",
        "Code",
        "Message",
        "Type",
        "RequestId",
        "ResponseMetadata",
        "ErrorResponse",
        "Response",
        f"{GET}Response",
        f"{GET}Result",
        f"{GENERATE}Result",
        "ServiceNamespace",
        "Region",
        "EntityPath",
        "LastAuthenticatedTime",
        "TotalAuthenticatedEntities",
        "NumberOfServicesAccessible",
        "x",
        "é",
        "x:y",
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid document with some of its elements or texts dropped, doubled, renamed, swapped, or full of junk."""
    text = draw(st.sampled_from(VALID)).body.decode()
    for _ in range(draw(st.integers(1, 4))):
        elements = list(re.finditer(r"<([\w:]+)[^>]*>(?:[^<]*)</\1>|<([\w:]+)[^>]*>.*?</\2>", text, re.DOTALL))
        if not elements:
            break
        chosen = draw(st.sampled_from(elements))
        name, whole = chosen[1] or chosen[2], chosen[0]
        inner = whole[whole.index(">") + 1 : whole.rindex("<")]
        new = draw(
            st.one_of(
                st.just(""),
                st.just(whole * 2),
                NAMES.map(lambda other: f"<{other}>{inner}</{other}>"),  # noqa: B023  (drawn at once)
                JUNK.map(lambda junk: f"<{name}>{junk}</{name}>"),  # noqa: B023
                JUNK.map(lambda junk: f"<{name}>{junk}{inner}</{name}>"),  # noqa: B023
                st.sampled_from([inner, f"<{name}/>", f"<{name}>{whole}</{name}>", f"<{name} a='b'>{inner}</{name}>"]),
                st.sampled_from(elements).map(lambda other: other[0]),
            )
        )
        text = text[: chosen.start()] + new + text[chosen.end() :]
    return text.encode("utf-8", "replace")


@st.composite
def cut(draw: st.DrawFn) -> bytes:
    """A valid document with some of its bytes gone, changed or doubled."""
    body = bytearray(draw(st.sampled_from(VALID)).body)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(body)))
        body[place : place + draw(st.integers(0, 30))] = draw(st.binary(max_size=4))
    return bytes(body)


BODIES = mutated() | cut() | st.binary(max_size=60) | st.sampled_from(VALID).map(lambda reply: reply.body)
#: Pieces of JSON and XML that change what a document is.
WIRE = st.sampled_from(
    [
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"null",
        b"true",
        b"1e999",
        b"-",
        b"<",
        b"</",
        b"/>",
        b"<member>",
        b"<item/>",
        b"\\ud800",
        b"NaN",
        b"<html>",
    ]
)
STATUSES = st.sampled_from([200, 200, 200, None, 0, 100, 204, 302, 400, 404, 500, 599, 999, -1])
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "server", "date", "x-amzn-requestid", "x"]), JUNK, max_size=2
)
TEXTS = JUNK | st.sampled_from([JOB, OTHER_JOB, ROOT, "m1", "x" * 35, "x" * 321])
VALUES = TEXTS | st.integers(-2, 1002) | st.just(10**400)
PARAMETERS = (
    st.none()
    | st.fixed_dictionaries(
        {"JobId": st.sampled_from([JOB, JOB, JOB, OTHER_JOB])},
        optional={
            "MaxItems": st.integers(-1, 1001) | VALUES,
            "Marker": st.just("m1") | TEXTS,
            "SortKey": st.sampled_from(["SERVICE_NAMESPACE_DESCENDING", "LAST_AUTHENTICATED_TIME_ASCENDING"]) | TEXTS,
            "EntityPath": st.just(ROOT) | TEXTS,
        },
    )
    | st.dictionaries(
        st.sampled_from(["JobId", "MaxItems", "Marker", "SortKey", "EntityPath", "OrganizationsPolicyId", "x"]), VALUES
    )
)
FAILURES: st.SearchStrategy[FailureKind] = st.sampled_from(
    ["unreachable", "timeout", "broken", "too-large", "not-implemented", "forbidden", "error"]
)
TIMES = st.floats(0, 100)


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Any request with any response, or none."""
    sent = draw(TIMES)
    base: dict[str, Any] = {
        "operation": draw(st.sampled_from([GET, GET, GET, GENERATE])),
        "parameters": draw(PARAMETERS),
        "sent": sent,
        "received": sent + draw(TIMES),
    }
    if draw(st.integers(0, 9)) == 0:
        return Exchange(0, **base, failure=Failure(draw(FAILURES), draw(TEXTS)))
    return Exchange(0, **base, status=draw(STATUSES), headers=draw(HEADERS), body=draw(BODIES))


def judged(*parts: Exchange, joined: bool = False) -> Result:
    """The exchanges' result, which is valid under the result's schema."""
    scene = Scene(joined=joined)
    scene.exchanges = [
        Exchange(i, e.operation, e.parameters, e.sent, e.received, e.status, e.headers, e.body, e.failure)
        for i, e in enumerate(parts)
    ]
    rules = tuple(scene.outcomes().values())
    assert [each.id for each in rules] == [each.id for each in rule_set(CONTRACT)]
    result = conclude(CONTRACT, rules, Outcome(), Target("trace"))
    RESULT.validate(result.to_dict())
    return result


def patient(number: int) -> settings:
    """So many examples, however large they are."""
    return settings(examples(number), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@patient(100)
@drawn(BODIES, STATUSES, HEADERS, st.sampled_from([GET, GENERATE]), PARAMETERS)
@example(b"", 200, {}, GET, {"JobId": JOB})
def test_every_response_has_a_reading(
    body: bytes, status: int | None, headers: dict[str, str], operation: str, parameters: Any
) -> None:
    """Reading never raises, and a response is a result, an error or unreadable with a reason."""
    reading = Query().read(Exchange(0, operation, parameters, status=status, headers=headers, body=body))
    assert reading.kind in ("result", "error", "unreadable")
    assert reading.kind != "unreadable" or reading.reason
    assert (reading.error is not None) == (reading.kind == "error")
    assert not reading.members or reading.kind == "result"


@patient(100)
@drawn(st.data())
def test_every_response_of_any_protocol_has_a_reading(data: st.DataObject) -> None:
    """So it is for every protocol, whatever became of a valid response on its way."""
    contract = contract_of(data.draw(st.sampled_from(SAMPLE)))
    writer, call = emulated(contract), Call(contract, contract.operation)
    shape = writer.model(contract.operation).output_shape
    output = data.draw(output_values(shape) | st.just(ServiceError("Throttling", 400, "m")))
    response = writer.http(call, output, writer.write(call, writer.document(call, output)))
    body = bytearray(response.body)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(body)))
        body[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=3) | WIRE)
    headers = {**response.headers, **data.draw(HEADERS)}
    exchange = Exchange(
        0,
        contract.operation,
        {},
        status=data.draw(STATUSES | st.just(response.status)),
        headers=headers,
        body=bytes(body),
    )
    reading = protocol_for(contract).read(exchange)
    assert reading.kind in ("result", "error", "unreadable")
    assert reading.wire is not None
    shown = [reading.reason, *(f"{each.expected}{each.actual}{each.message}" for each in reading.wire.findings)]
    assert all(text.isprintable() for text in shown)
    json.dumps(reading.members, allow_nan=False)


@patient(20)
@drawn(st.lists(exchanges(), max_size=6), st.booleans())
def test_every_trace_has_a_result(parts: list[Exchange], joined: bool) -> None:
    """Judging never raises, and the result is valid under its schema."""
    judged(*parts, joined=joined)


@patient(20)
@drawn(st.lists(BODIES, min_size=1, max_size=4), st.booleans())
def test_saved_responses_have_a_result(bodies: list[bytes], joined: bool) -> None:
    """So it is where nobody knows the requests."""
    judged(*(Exchange(0, GET, None, body=body) for body in bodies), joined=joined)


@patient(20)
@drawn(st.lists(mutated(), min_size=1, max_size=6))
def test_a_hostile_service_asked_in_the_right_order_has_a_result(bodies: list[bytes]) -> None:
    """A client that asks as it should gets a judgement, whatever any response is."""
    requests: list[tuple[str, dict[str, str | int]]] = [
        (GENERATE, {"EntityPath": ROOT}),
        (GET, {"JobId": JOB}),
        (GET, {"JobId": JOB, "MaxItems": 1}),
        (GET, {"JobId": JOB, "MaxItems": 1, "Marker": "m1"}),
        (GET, {"JobId": JOB, "MaxItems": 0}),
        (GET, {"JobId": JOB, "SortKey": "LAST_AUTHENTICATED_TIME_ASCENDING"}),
    ]
    scene = Scene()
    for place, (operation, parameters) in enumerate(requests):
        scene.raw(Reply(200, bodies[place % len(bodies)]), operation, **parameters)
    judged(*scene.exchanges)


def _status(status: int | None) -> int | None:
    """What a file takes for a status."""
    return status if status is None or 100 <= status <= 999 else None


@patient(20)
@drawn(st.lists(exchanges(), max_size=4))
def test_what_is_recorded_is_judged_alike(parts: list[Exchange]) -> None:
    """A trace that went through its file is the same evidence, but for headers that no rule reads."""
    trace = Trace(tuple(Exchange(i, e.operation, e.parameters, round(e.sent, 6), round(e.received, 6), _status(e.status), {
        name: value for name, value in e.headers.items() if name != "x"}, e.body, e.failure) for i, e in enumerate(parts)))  # fmt: skip
    again = Trace.loads(trace.dumps())
    assert again == trace
    assert judged(*again.exchanges).to_dict() == judged(*trace.exchanges).to_dict()


def test_what_is_mutated_was_valid() -> None:
    """The documents that the mutations start from break no rule together, so that each mutation is the cause of what it breaks."""
    start, running, _, whole, first, second, _, refused, unknown = VALID
    scene = Scene().start(answer=start).get(answer=running).get(answer=whole)
    scene.get(max_items=1, answer=first).get(max_items=1000, marker="m1", answer=second)
    scene.get(max_items=0, answer=refused).get("x" * 36, answer=unknown).get(answer=whole)
    assert not scene.broken()
    assert not Scene().get(answer=VALID[2]).broken()
    assert not Scene().get(answer=VALID[6]).broken()
