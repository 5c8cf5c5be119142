"""One request with its answer, and a sequence of them.

An `Exchange` holds what was asked and the raw bytes that came back, never a header that the request was signed with.
A `Trace` is the one input of the judge: whatever made it (the survey, a user's file, a test), the verdict is a function of it.
"""

import base64
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from ..spec import contract

__all__ = ["KEPT_HEADERS", "Exchange", "Failure", "FailureKind", "Parameters", "Trace", "TraceError"]

#: Request parameters by member name. A value is what the caller meant (`int` for MaxItems) or the raw text of a broken one.
Parameters = Mapping[str, str | int]

FailureKind = Literal["unreachable", "timeout", "broken", "too-large", "not-implemented", "forbidden", "error"]

#: The answer's headers that a trace keeps; any other could name an account, a session or a host.
KEPT_HEADERS = ("content-type", "server", "x-amzn-requestid", "date", "location")

_FORMAT = "awscontract-trace"
_VERSION = 1

_KINDS: tuple[str, ...] = get_args(FailureKind)

T = TypeVar("T")


class TraceError(ValueError):
    """The text is no trace that this version reads."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no whole answer.

    `unreachable`: no connection. `timeout`, `too-large`: a limit of ours. `broken`: the connection ended or was no HTTP.
    `not-implemented`: an in-process target said so. `forbidden`: the guard kept the request. `error`: the target's own code raised.
    """

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `index` is its place in the trace. `parameters` is None where the request is not known (a saved answer).
    `sent` and `received` are seconds since the trace began. `status` is None where the answer's HTTP status is not known or
    there is no answer; `headers` have lower-case names; `body` is the raw answer.
    """

    index: int
    operation: str
    parameters: Parameters | None
    sent: float = 0.0
    received: float = 0.0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Failure | None = None

    def before(self, other: "Exchange") -> bool:
        """Whether this answer was there before the other question was asked: only then is their order in time known."""
        return self.received <= other.sent


@dataclass(frozen=True, slots=True)
class Trace:
    """Exchanges in the order in which they were sent, and the operation that they are about."""

    exchanges: tuple[Exchange, ...]
    operation: str = "GetOrganizationsAccessReport"

    def dumps(self) -> str:
        """The trace as JSON lines: a header, then an exchange a line. Bodies that are no UTF-8 text go as base64."""
        header = {"format": _FORMAT, "version": _VERSION, "operation": self.operation}
        return "".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
            for line in [header, *map(_to_json, self.exchanges)]
        )

    @classmethod
    def loads(cls, text: str) -> "Trace":
        """Read what `dumps` wrote.

        :raises TraceError: with one line that says which line of the text is wrong and how.
        """
        return _loads(text.split("\n"))  # a Marker may hold what Python takes for the end of a line too


def _to_json(exchange: Exchange) -> dict[str, Any]:
    line: dict[str, Any] = {
        "operation": exchange.operation,
        "parameters": None if exchange.parameters is None else dict(exchange.parameters),
        "sent": round(exchange.sent, 6),
        "received": round(exchange.received, 6),
    }
    if exchange.failure:
        return line | {"failure": {"kind": exchange.failure.kind, "message": exchange.failure.message}}
    line |= {"status": exchange.status, "headers": {k: v for k, v in exchange.headers.items() if k in KEPT_HEADERS}}
    try:
        return line | {"body": exchange.body.decode()}
    except UnicodeDecodeError:
        return line | {"body_base64": base64.b64encode(exchange.body).decode()}


def _loads(lines: Iterable[str]) -> Trace:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise TraceError("the trace is empty")
    header = _object(*numbered[0])
    if header.get("format") != _FORMAT:
        raise TraceError(f'line 1 is no trace header (expected "format": "{_FORMAT}")')
    if header.get("version") != _VERSION:
        raise TraceError(f"the trace has version {header.get('version')!r}; this awscontract reads version {_VERSION}")
    operation = header.get("operation")
    if not isinstance(operation, str):
        raise TraceError("line 1 does not name the operation")
    exchanges = (_from_json(index, number, _object(number, line)) for index, (number, line) in enumerate(numbered[1:]))
    return Trace(tuple(exchanges), operation)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"line {number} is no JSON ({error}); was the file cut off?") from None
    if not isinstance(value, dict):
        raise TraceError(f"line {number} is no JSON object")
    return value


def _from_json(index: int, number: int, line: dict[str, Any]) -> Exchange:
    try:
        failure = line.get("failure")
        encoded = line.get("body_base64")
        return Exchange(
            index=index,
            operation=_one_of(line["operation"], _operations()),
            parameters=None if line["parameters"] is None else _parameters(line["parameters"]),
            sent=float(line["sent"]),
            received=float(line["received"]),
            status=None if line.get("status") is None else _typed(line["status"], int),
            headers={_typed(k, str): _typed(v, str) for k, v in line.get("headers", {}).items()},
            body=base64.b64decode(encoded, validate=True) if encoded is not None else line.get("body", "").encode(),
            failure=Failure(_one_of(failure["kind"], _KINDS), _typed(failure["message"], str)) if failure else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TraceError(f"line {number} is no exchange: {type(error).__name__} {error}") from None


def _parameters(value: Any) -> Parameters:
    return {_typed(name, str): each if isinstance(each, int) else _typed(each, str) for name, each in value.items()}


def _one_of(value: Any, known: Collection[Any]) -> Any:
    if value not in known:
        raise ValueError(f"{value!r:.60} is none of {', '.join(known)}")
    return value


def _operations() -> tuple[str, str]:
    law = contract()
    return law.operation, law.start.operation


def _typed(value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {value!r:.60}")
    return value
