"""Runs the steps of a survey against one client, within limits on time, memory and requests, and keeps the trace.

botocore does not retry here: throttled requests and server errors are sent again by the driver, whose every attempt is in the trace.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from botocore import xform_name

from ...errors import UsageError
from ..protocols.base import Protocol, Reading
from ..protocols.refusals import is_not_implemented, is_throttled
from ..trace.exchange import Exchange, Failure, Trace
from ..trace.steps import Forget, Outcome, Request, Step, Steps, Wait
from .limits import JUDGING, Limits, elements, weight
from .masking import Secrets
from .readings import Readings
from .sending import Sender

__all__ = ["Driver"]

#: Seconds before a request that got a server error is sent once more.
_RETRY = 0.1
#: From this HTTP status on a response is no result.
_ERROR = 400
#: Seconds between two looks at whether the run was stopped.
_GLANCE = 0.1


class _Stopped(Exception):
    """A limit was reached, or somebody stopped the run, between two requests."""


class Driver:
    """Runs steps against one client. `cut_short` says why the run ended before its steps did.

    `progress` is called with the number of the request and what it is for, before each. Setting `stop` ends the run within a moment.
    """

    def __init__(
        self,
        client: Any,
        protocol: Protocol,
        limits: Limits = Limits(),  # noqa: B008 -- frozen
        *,
        operations: Sequence[str] = (),
        allow_aws: bool = False,
        concurrency: int = 1,
        progress: Callable[[int, str], None] | None = None,
        stop: threading.Event | None = None,
        secrets: Secrets | None = None,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        missing = [name for name in operations if not hasattr(client, xform_name(name))]
        if missing or not hasattr(client, "meta"):
            wanted = xform_name(missing[0]) if missing else "operations"
            raise UsageError(f"the client has no {wanted}: pass a botocore or boto3 client of the operation's service")
        self.readings = protocol if isinstance(protocol, Readings) else Readings(protocol)
        self.cut_short: str | None = None
        self.interrupted: KeyboardInterrupt | None = None
        self._sender = Sender(client, limits, secrets or Secrets(), allow_aws=allow_aws)
        self._limits, self._concurrency, self._progress = limits, concurrency, progress
        self._stop = stop or threading.Event()
        self._sleep, self._clock = sleep or self._stop.wait, clock
        self._began = clock()
        self._exchanges: dict[int, Exchange] = {}
        self._weights: dict[int, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._sent = self._index = 0
        self._lost = self._throttled = 0
        self._pace, self._next = limits.pace, 0.0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange that was kept, in the order of the requests, numbered from 0."""
        kept = sorted(self._exchanges.items())
        return tuple(
            each if each.index == place else replace(each, index=place) for place, (_, each) in enumerate(kept)
        )

    @property
    def trace(self) -> Trace:
        """The same as a trace."""
        return Trace(self.exchanges)

    @property
    def calls(self) -> int:
        """How many requests were sent, those included whose exchange was not kept."""
        return self._sent

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self._clock() - self._began

    def run(self, steps: Steps) -> Outcome:
        """Run the steps to their end, to that of the limits, or until somebody stops the run."""
        with self._sender.attached(), self._watched():
            try:
                step = next(steps)
                while True:
                    if (over := self._over()) is not None:
                        return over
                    exchanges = self._do(step)
                    if self._stop.is_set():  # a request that the stop ended says nothing about the target
                        continue
                    step = steps.send(exchanges)
            except StopIteration as end:
                outcome: Outcome = end.value
                return outcome
            except _Stopped:
                return self._over() or Outcome("indeterminate", self.cut_short)
            except KeyboardInterrupt as interrupt:
                self.interrupted = interrupt
                self.cut_short = f"interrupted by {interrupt}" if str(interrupt) else "interrupted"
                return Outcome("indeterminate", f"{self.cut_short} after {self._sent} requests")
            finally:
                steps.close()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """While it lasts, setting `stop` ends the requests that are under way."""
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                if self._stop.wait(_GLANCE):
                    self._sender.interrupt()
                    done.wait(_GLANCE)

        threading.Thread(target=watch, name="awscontract stop", daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _over(self) -> Outcome | None:
        """Why the run cannot go on, if it cannot."""
        limits, weights = self._limits, self._weights.values()
        if self._stop.is_set():
            self.cut_short = "interrupted"
            return Outcome("indeterminate", f"interrupted after {self._sent} requests")
        judging = max(sum(seconds for _, seconds in weights), JUDGING * self.readings.seconds)
        if self.elapsed + judging > limits.timeout:
            self.cut_short = (
                f"timed out after {limits.timeout:g} s ({self._sent} requests{self._throttling()}); raise --timeout"
            )
            return Outcome("indeterminate", self.cut_short)
        if sum(size for size, _ in weights) > limits.max_total:
            kept = f"more than {limits.max_total >> 20} MiB of responses"
            self.cut_short = f"{kept} after {self._sent} requests; raise --max-total"
            return Outcome("indeterminate", self.cut_short)
        if self._sent >= limits.calls:
            self.cut_short = f"{self._sent} requests were not enough"
            return Outcome("indeterminate", self.cut_short)
        if self._lost >= limits.lost_in_a_row:
            failure = next(each.failure for each in reversed(self._exchanges.values()) if each.failure)
            return Outcome("unreachable", f"{self._lost} requests in a row got no response: {failure.message}")
        return None

    def _throttling(self) -> str:
        """How many of the requests were throttled, where any were: that is what took the time."""
        return f", {self._throttled} of them throttled" if self._throttled else ""

    def _do(self, step: Step) -> tuple[Exchange, ...]:
        if isinstance(step, Wait):
            self._sleep(max(min(step.seconds, self._limits.timeout - self.elapsed), 0))
            return ()
        if isinstance(step, Forget):
            for index in step.indexes:
                self._exchanges.pop(index, None)
                self._weights.pop(index, None)
                self.readings.forget(index)
            return ()
        if self._concurrency == 1 or len(step.requests) == 1:
            return tuple(self._keep(self._attempts(each, step.doing)) for each in step.requests)
        pool = ThreadPoolExecutor(self._concurrency)
        try:
            futures = [pool.submit(self._attempts, each, step.doing) for each in step.requests]
            return tuple(self._keep(each.result()) for each in futures)  # in the order of the requests
        finally:
            pool.shutdown(wait=not self._stop.is_set(), cancel_futures=True)

    def _attempts(self, request: Request, doing: str) -> list[Exchange]:
        """One request, sent again while the service throttles it, and once more after a server error."""
        exchanges: list[Exchange] = []
        throttled = failed = 0
        while True:
            if self._stop.is_set() or self.elapsed > self._limits.timeout:
                raise _Stopped
            if self._lost >= self._limits.lost_in_a_row:
                gone = Failure("broken", "not sent: the target is gone")
                return [*exchanges, Exchange(0, *request, self.elapsed, self.elapsed, failure=gone)]
            self._keep_pace()
            with self._lock:
                self._sent += 1
                number = self._sent
            if self._progress:
                self._progress(number, doing)
            exchange = self._call(request)
            if exchange.failure and exchange.failure.kind == "broken" and not self._stop.is_set():
                # A server may close a kept connection just when it is used again: that is no response, so send it anew.
                exchange = self._call(request)
            exchanges.append(exchange)
            if exchange.failure is not None or (exchange.status or 0) < _ERROR:
                return exchanges
            reading = self.readings.peek(exchange)
            if is_throttled(reading) and throttled < self._limits.throttles:
                pause = 0.05 * 2**throttled
                throttled += 1
                with self._lock:
                    self._throttled += 1
                self._pace = min(self._pace * 2, self._limits.slowest)
            elif _server_error(reading) and not failed:
                pause, failed = _RETRY, 1
            else:
                return exchanges
            if self.elapsed + pause > self._limits.timeout:
                return exchanges
            self._sleep(pause)

    def _keep_pace(self) -> None:
        """Wait for the next request's turn."""
        if not self._pace:
            return
        with self._lock:
            turn = max(self._next, self.elapsed)
            self._next = turn + self._pace
        self._sleep(max(turn - self.elapsed, 0))

    def _keep(self, exchanges: Sequence[Exchange]) -> Exchange:
        """Keep the attempts of one request; the last of them is what came of it."""
        for exchange in exchanges:
            index = self._index
            self._index += 1
            held = elements(exchange.body)
            kept = replace(exchange, index=index)
            if held > self._limits.max_elements:
                too_many = f"the response has more than {self._limits.max_elements} elements (--max-elements)"
                kept = replace(kept, body=b"", status=None, headers={}, failure=Failure("too-large", too_many))
                held = 0
            self._exchanges[index] = kept
            self._weights[index] = weight(kept.body, held)
            lost = kept.failure is not None and kept.failure.kind in ("unreachable", "timeout", "broken")
            self._lost = self._lost + 1 if lost else 0
        return kept

    def _call(self, request: Request) -> Exchange:
        operation, parameters = request
        http = self.readings.encode(operation, parameters)
        sent = round(self.elapsed, 6)  # as a file holds it, so that now and later the same is judged
        came = self._sender.send(operation, parameters, http)
        exchange = Exchange(0, operation, dict(parameters), sent, round(self.elapsed, 6))
        if isinstance(came, Failure):
            return replace(exchange, failure=came)
        return replace(exchange, status=came.status, headers=dict(came.headers), body=came.body)


def _server_error(reading: Reading) -> bool:
    """Whether a request that is sent once more may get another response."""
    return (reading.exchange.status or 0) >= 500 and not is_not_implemented(reading)
