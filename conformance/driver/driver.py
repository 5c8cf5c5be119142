"""The one room with I/O: asks through whatever botocore client it is given.

Parameters go out as they are, past botocore's own validation, and answers are kept as raw bytes, before botocore's parser sees them.
botocore does not retry here; throttling is ridden out by the driver, whose every attempt is in the trace.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from botocore import exceptions as boto, xform_name

from ...errors import UsageError
from ..protocols.base import Protocol, Reading
from ..survey.refusals import THROTTLES, Outcome
from ..survey.survey import Ask, Request, Steps, Wait
from ..trace.exchange import KEPT_HEADERS, Exchange, Failure, FailureKind, Trace
from .session import Forbidden, LimitedSession, TookTooLong, TooLarge

__all__ = ["Driver", "Limits"]

#: Values that botocore's own validation accepts; the request's body is replaced before it is signed.
_PLACEHOLDERS = {
    "GetOrganizationsAccessReport": {"JobId": "-" * 36},
    "GenerateOrganizationsAccessReport": {"EntityPath": "o-aaaaaaaaaa/r-aaaa"},
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a target may cost at most. Times in seconds, `answer_bytes` in bytes; `throttles` is how often one request is tried again.

    `pace` is the time from one request to the next; it doubles, up to `slowest`, whenever the service throttles.
    """

    timeout: float = 120.0
    read_timeout: float = 10.0
    answer_bytes: int = 10 * 2**20
    calls: int = 4000
    throttles: int = 8
    lost_in_a_row: int = 3
    pace: float = 0.0
    slowest: float = 8.0

    def towards_aws(self) -> "Limits":
        """What AWS itself may be asked: two calls a second, and no more of them than a survey of its longest reports takes."""
        return replace(self, pace=0.5, calls=100)


class _Captured(Exception):
    """Carries the raw answer past botocore's parser."""

    def __init__(self, response: dict[str, Any]) -> None:
        super().__init__()
        self.response = response


class _NoAnswer(Exception):
    """Carries what went wrong past botocore's retries."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


class Driver:
    """Runs steps against one client and keeps the trace.

    `progress` is told the number of calls and what they are for, before each.
    """

    def __init__(
        self,
        client: Any,
        protocol: Protocol,
        limits: Limits = Limits(),
        *,
        allow_aws: bool = False,
        concurrency: int = 1,
        progress: Callable[[int, str], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        missing = [name for name in _PLACEHOLDERS if not hasattr(client, xform_name(name))]
        if missing:
            raise UsageError(f"the client has no {xform_name(missing[0])}: give a botocore or boto3 client of IAM")
        self._client, self._protocol, self._limits = client, protocol, limits
        self._allow_aws, self._concurrency, self._progress = allow_aws, concurrency, progress
        self._sleep, self._clock = sleep, clock
        self._began = clock()
        self._exchanges: list[Exchange] = []
        self._lock = threading.Lock()
        self._local = threading.local()
        self._lost = 0
        self._pace, self._next = limits.pace, 0.0

    @property
    def trace(self) -> Trace:
        """Every exchange until now, in the order in which they were sent."""
        with self._lock:
            return Trace(tuple(self._exchanges))

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    def run(self, steps: Steps) -> Outcome:
        """Run the steps to their end, or to that of the limits."""
        with self._attached():
            try:
                step = next(steps)
                while True:
                    if (stop := self._over()) is not None:
                        steps.close()
                        return stop
                    step = steps.send(self._do(step))
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome

    def _over(self) -> Outcome | None:
        if self.elapsed > self._limits.timeout:
            return Outcome(
                "indeterminate",
                f"the run's {self._limits.timeout:g} s were over after {len(self._exchanges)} calls: give it more with --timeout",
            )
        if len(self._exchanges) >= self._limits.calls:
            return Outcome("indeterminate", f"{len(self._exchanges)} calls were not enough to read the report")
        if self._lost >= self._limits.lost_in_a_row:
            failure = next(each.failure for each in reversed(self._exchanges) if each.failure)
            return Outcome("unreachable", f"{self._lost} requests in a row got no whole answer: {failure.message}")
        return None

    def _do(self, step: Ask | Wait) -> tuple[Exchange, ...]:
        if isinstance(step, Wait):
            self._sleep(max(min(step.seconds, self._limits.timeout - self.elapsed), 0))
            return ()
        if self._concurrency > 1 and len(step.requests) > 1:
            with ThreadPoolExecutor(self._concurrency) as pool:
                return tuple(pool.map(lambda request: self._ask(request, step.doing), step.requests))
        return tuple(self._ask(request, step.doing) for request in step.requests)

    def _ask(self, request: Request, doing: str) -> Exchange:
        """One request, asked again while the service throttles it."""
        for attempt in range(self._limits.throttles + 1):
            if self._lost >= self._limits.lost_in_a_row:
                return self._keep(
                    Exchange(
                        0,
                        *request,
                        self.elapsed,
                        self.elapsed,
                        failure=Failure("broken", "not asked: the target is gone"),
                    )
                )
            if self._progress:
                self._progress(len(self._exchanges) + 1, doing)
            self._keep_pace()
            exchange = self._call(request)
            if exchange.failure and exchange.failure.kind == "broken":
                # A server may close a connection that was kept, just when it is used again: that is no answer, so ask anew.
                exchange = self._call(request)
            exchange = self._keep(exchange)
            pause = 0.05 * 2**attempt
            if not _throttled(self._protocol.read(exchange)) or self.elapsed + pause > self._limits.timeout:
                break
            self._pace = min(self._pace * 2, self._limits.slowest)
            self._sleep(pause)
        return exchange

    def _keep_pace(self) -> None:
        """Wait for the next request's turn."""
        if not self._pace:
            return
        with self._lock:
            turn = max(self._next, self.elapsed)
            self._next = turn + self._pace
        self._sleep(max(turn - self.elapsed, 0))

    def _keep(self, exchange: Exchange) -> Exchange:
        with self._lock:
            kept = replace(exchange, index=len(self._exchanges))
            self._exchanges.append(kept)
            lost = kept.failure is not None and kept.failure.kind in ("unreachable", "timeout", "broken")
            self._lost = self._lost + 1 if lost else 0
            return kept

    def _call(self, request: Request) -> Exchange:
        operation, parameters = request
        self._local.body = self._protocol.encode(operation, parameters)
        sent = round(self.elapsed, 6)  # as a file holds it, so that the same is judged now and then

        def came(**fields: Any) -> Exchange:
            return Exchange(0, operation, dict(parameters), sent, round(self.elapsed, 6), **fields)

        try:
            getattr(self._client, xform_name(operation))(**_PLACEHOLDERS[operation])
        except _Captured as captured:
            response = captured.response
            return came(
                status=response["status_code"],
                headers={
                    name: value
                    for key, value in response["headers"].items()
                    if (name := str(key).lower()) in KEPT_HEADERS
                },
                body=response["body"] or b"",
            )
        except _NoAnswer as nothing:
            return came(failure=_failure(nothing.cause, self._client))
        except Exception as error:  # a unissued's code runs in there: a door, a signer, a fixture
            return came(failure=_failure(error, self._client))
        finally:
            self._local.body = None
        return came(failure=Failure("error", "the client answered by itself, without HTTP: a Stubber cannot be judged"))

    @contextmanager
    def _attached(self) -> Iterator[None]:
        """The client with our handlers and our limits on it, for the time of a run."""
        events, service = self._client.meta.events, self._client.meta.service_model.service_id.hyphenize()
        handlers = {
            f"before-call.{service}": self._replace_body,
            f"before-parse.{service}": self._capture,
            f"needs-retry.{service}": self._give_up,
        }
        for name, handler in handlers.items():
            events.register_first(name, handler)
        endpoint = self._client._endpoint
        session = endpoint.http_session
        endpoint.http_session = LimitedSession(
            session, self._limits.read_timeout, self._limits.answer_bytes, self._allow_aws
        )
        try:
            yield
        finally:
            endpoint.http_session = session
            for name, handler in handlers.items():
                events.unregister(name, handler)

    def _replace_body(self, params: dict[str, Any], **_: Any) -> None:
        if (body := getattr(self._local, "body", None)) is not None:
            params["body"] = body

    def _capture(self, response_dict: dict[str, Any], **_: Any) -> None:
        if getattr(self._local, "body", None) is not None:
            raise _Captured(response_dict)

    def _give_up(self, caught_exception: BaseException | None = None, **_: Any) -> None:
        if caught_exception is not None and getattr(self._local, "body", None) is not None:
            raise _NoAnswer(caught_exception)


def _throttled(reading: Reading) -> bool:
    if reading.error is not None:
        return reading.error.code in THROTTLES
    return reading.exchange.status == 429


#: What an exception on the way to an answer means, the first match counting.
_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], FailureKind], ...] = (
    ((Forbidden,), "forbidden"),
    ((TooLarge,), "too-large"),
    ((TookTooLong, boto.ReadTimeoutError), "timeout"),
    ((boto.ConnectTimeoutError, boto.EndpointConnectionError, boto.ProxyConnectionError, boto.SSLError), "unreachable"),
    ((boto.HTTPClientError, ConnectionError), "broken"),
    ((NotImplementedError,), "not-implemented"),
    (
        (
            boto.NoCredentialsError,
            boto.PartialCredentialsError,
            boto.CredentialRetrievalError,
            boto.SSOError,
            boto.UnauthorizedSSOTokenError,
            boto.TokenRetrievalError,
            boto.NoRegionError,
        ),
        "forbidden",
    ),
)


def _failure(error: BaseException, client: Any) -> Failure:
    kind: FailureKind = next((kind for types, kind in _MEANINGS if isinstance(error, types)), "error")
    text = " ".join(str(error).split())[:300]
    if kind == "unreachable":
        return Failure(kind, f"{client.meta.endpoint_url} cannot be reached: {text}")
    return Failure(
        kind,
        text
        if kind in ("forbidden", "too-large", "timeout", "not-implemented") and text
        else f"{type(error).__name__}: {text}",
    )
