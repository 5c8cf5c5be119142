"""One request with its response, and a sequence of them.

An `Exchange` holds what was requested and the raw bytes that came back, never a header that the request was signed with.
A `Trace` is the one input of the judge: whatever made it (the survey, a user's file, a test), the verdict is a function of it.
"""

import base64
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from itertools import chain
from typing import Any, Literal, TypeVar, get_args

from ...errors import UsageError

__all__ = [
    "KEPT_HEADERS",
    "Exchange",
    "Failure",
    "FailureKind",
    "Parameters",
    "Run",
    "Trace",
    "TraceError",
    "Verdict",
    "check_depth",
]

#: Request parameters by member name, as JSON-like values, as botocore takes them; text where a value of a wrong type is meant.
Parameters = Mapping[str, Any]

Verdict = Literal["conforms", "violates", "indeterminate", "not-implemented", "unreachable", "refused"]

FailureKind = Literal["unreachable", "timeout", "broken", "too-large", "not-implemented", "forbidden", "error"]

#: The response's headers that a trace keeps; any other could name an account, a session or a host. Some protocols write the error's
#: code and members of the output there.
KEPT_HEADERS = (
    "content-type",
    "server",
    "x-amzn-requestid",
    "x-amz-request-id",
    "date",
    "location",
    "x-amzn-errortype",
    "x-amzn-query-error",
    "x-amz-request-charged",
    "x-amz-abort-date",
    "x-amz-abort-rule-id",
)

_FORMAT = "awscontract-trace"
_VERSION = 2

#: How deep the values of parameters may be nested.
_DEPTH = 32

_KINDS: tuple[str, ...] = get_args(FailureKind)
_VERDICTS: tuple[str | None, ...] = (None, *get_args(Verdict))

T = TypeVar("T")


class TraceError(UsageError):
    """The text is not a trace that this version reads."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no whole response.

    `unreachable`: no connection. `timeout`, `too-large`: a limit of ours. `broken`: the connection ended or was no HTTP.
    `not-implemented`: an in-process target said so. `forbidden`: the guard blocked the request. `error`: the target's own code raised.
    """

    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `index` is its place in the trace. `parameters` is None where the request is not known (a saved response).
    `sent` and `received` are seconds since the trace began. `status` is None where the HTTP status is not known or no
    response came; `headers` have lower-case names; `body` is raw.
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
        """Whether this response came before the other request was sent: only then is their order in time known."""
        return self.received <= other.sent


@dataclass(frozen=True, slots=True)
class Run:
    """What a result says of the run that made a trace and the exchanges do not show.

    `kind` and `endpoint_url` are the target's, as the result names them; requests were sent to `address`. `verdict` and `reason` say
    why the survey could not go on, where it could not; `dropped` what it left out; `calls`, `seconds` and `seed` what it took. `began`
    is the time at which the trace begins, in seconds since 1970. `declared` and `found` name capabilities that the target lacks. `made`
    identifies the items that a recipe created, `parameters` are those of every request, and `cut_short` says why the run ended before
    the survey did. `created` is how many items that recipe created for these requests, also where nothing identifies them.
    """

    kind: str = "trace"
    endpoint_url: str | None = None
    address: str | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    dropped: tuple[str, ...] = ()
    calls: int = 0
    seconds: float = 0.0
    seed: int = 0
    declared: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    created: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    cut_short: str | None = None
    began: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Exchanges in the order in which they were sent, the operation that they are about, and the run, where there was one.

    `operation` is written with its service (``iam:ListUsers``).
    """

    exchanges: tuple[Exchange, ...]
    operation: str = "iam:GetOrganizationsAccessReport"
    run: Run | None = None

    def dumps(self) -> str:
        """The trace as JSON lines in one text."""
        return "".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The trace as JSON lines: a header, then an exchange a line. Bodies that are not UTF-8 text are base64."""
        header: dict[str, Any] = {"format": _FORMAT, "version": _VERSION, "operation": self.operation}
        header["exchanges"] = len(self.exchanges)
        if self.run is not None:
            header["run"] = asdict(self.run)
        for line in chain([header], map(_to_json, self.exchanges)):
            yield json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def loads(cls, text: str) -> "Trace":
        """Read what `dumps` wrote.

        :raises TraceError: with one line that says which line of the text is wrong and how.
        """
        return _loads(text.split("\n"))  # a token may hold what Python takes for the end of a line too


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
        raise TraceError(f'line 1 is not the header of a trace (expected "format": "{_FORMAT}")')
    if header.get("version") != _VERSION:
        raise TraceError(
            f"the trace has version {header.get('version')!r:.40}; this awscontract reads version {_VERSION}"
        )
    operation = header.get("operation")
    if not isinstance(operation, str) or not re.fullmatch(r"[A-Za-z0-9-]{1,64}:[A-Za-z0-9]{1,128}", operation):
        raise TraceError(f"line 1 names no operation: {operation!r:.80}")
    exchanges = [_from_json(index, number, _object(number, line)) for index, (number, line) in enumerate(numbered[1:])]
    if header.get("exchanges", len(exchanges)) != len(exchanges):
        raise TraceError(f"{len(exchanges)} of {header['exchanges']!r:.40} exchanges are there; was the file cut off?")
    return Trace(tuple(exchanges), operation, None if header.get("run") is None else _run(header["run"]))


def _run(value: Any) -> Run:
    """The run that a header describes."""
    try:
        members = {each.name: _RUN[each.name](value[each.name]) for each in fields(Run) if each.name in value}
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise TraceError(f"line 1 does not describe a run: {type(error).__name__} {error}") from None
    return Run(**members)


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise TraceError(f"line {number} is not JSON ({error}); was the file cut off?") from None
    if not isinstance(value, dict):
        raise TraceError(f"line {number} is not a JSON object")
    return value


def _from_json(index: int, number: int, line: dict[str, Any]) -> Exchange:
    try:
        failure = line.get("failure")
        encoded = line.get("body_base64")
        return Exchange(
            index=index,
            operation=_name(line["operation"]),
            parameters=None if line["parameters"] is None else _parameters(line["parameters"]),
            sent=_seconds(line["sent"]),
            received=_seconds(line["received"]),
            status=_status(line.get("status")),
            headers={_typed(k, str): _typed(v, str) for k, v in line.get("headers", {}).items()},
            body=base64.b64decode(encoded, validate=True) if encoded is not None else line.get("body", "").encode(),
            failure=Failure(_one_of(failure["kind"], _KINDS), _typed(failure["message"], str)) if failure else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise TraceError(f"line {number} is not an exchange: {type(error).__name__} {error}") from None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _parameters(value: Any) -> Parameters:
    check_depth(_typed(value, dict), _DEPTH)
    parameters: Parameters = value
    return parameters


def check_depth(value: Any, most: int) -> None:
    """:raises ValueError: where a JSON value is nested more than `most` levels deep."""
    level = [value]
    for _ in range(most):
        level = [
            each
            for outer in level
            for each in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(each, dict | list)
        ]
        if not level:
            return
    raise ValueError(f"nested more than {most} levels deep")


def _name(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]{1,128}", _typed(value, str)):
        raise ValueError(f"{value!r:.60} is not the name of an operation")
    return str(value)


def _status(value: Any) -> int | None:
    if value is not None and not 100 <= _typed(value, int) <= 999:
        raise ValueError(f"{value!r:.60} is not an HTTP status")
    return None if value is None else int(value)


def _one_of(value: Any, known: Collection[Any]) -> Any:
    if value not in known:
        raise ValueError(f"{value!r:.60} is none of {', '.join(map(str, known))}")
    return value


def _typed(value: Any, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"expected {kind.__name__}, got {value!r:.60}")
    return value


def _optional(kind: type[T]) -> Callable[[Any], T | None]:
    return lambda value: None if value is None else _typed(value, kind)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_typed(each, str) for each in _typed(value, list))


def _seconds(value: Any) -> float:
    seconds = float(value if isinstance(value, float) else _typed(value, int))
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"expected seconds, got {value!r:.60}")
    return seconds


#: How each member of a `Run` is read.
_RUN: Mapping[str, Callable[[Any], Any]] = {
    "kind": lambda value: _typed(value, str),
    "endpoint_url": _optional(str),
    "address": _optional(str),
    "verdict": lambda value: _one_of(value, _VERDICTS),
    "reason": _optional(str),
    "dropped": _texts,
    "calls": lambda value: _typed(value, int),
    "seconds": _seconds,
    "seed": lambda value: _typed(value, int),
    "declared": _texts,
    "found": _texts,
    "made": _texts,
    "created": lambda value: _typed(value, int),
    "parameters": _parameters,
    "cut_short": _optional(str),
    "began": lambda value: None if value is None else _seconds(value),
}
