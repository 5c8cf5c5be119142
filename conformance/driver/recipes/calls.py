"""The calls of a recipe through botocore clients: repeated while throttled or not ready, and with every error classified."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

from botocore import exceptions as boto, xform_name
from botocore.parsers import ResponseParserError

from ....errors import UsageError, one_line, shorten, unknown
from ....spec.recipe import Recipe, RecipeCall, RecipeWait
from ...evidence.paths import find
from ...protocols.json_errors import short_code
from ...trace.error_codes import NOT_IMPLEMENTED, THROTTLES
from ..session import Forbidden, TookTooLong, TooLarge, last_body, last_status
from .values import MissingValue, Scope, render

__all__ = ["Calls", "SetupFailed", "SetupStopped"]

Kind = Literal["not-implemented", "refused", "unreachable", "indeterminate"]

#: What became of a call, by its kind, where nothing more is known.
_WHAT: Mapping[Kind, str] = {
    "not-implemented": "is not implemented",
    "refused": "was refused",
    "unreachable": "got no response",
    "indeterminate": "got a server error",
}

_UNREACHABLE = (
    boto.HTTPClientError,
    boto.EndpointConnectionError,
    boto.ConnectionClosedError,
    TookTooLong,
    ConnectionError,
    TimeoutError,
)
#: Codes of what does not exist (any more). An HTTP status stands for a code where a body has none.
_GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|NotExist|^HTTP 404$|Gone$")
_SAYS_NOT_IMPLEMENTED = re.compile(
    r"not\s*(?:yet\s*)?implemented|unknown\s*(?:operation|action)|invalid\s*action|unsupported\s*(?:service|operation|action|feature)",
    re.IGNORECASE,
)
#: Statuses of servers that have no such operation at all, and so no error of AWS's form.
_NO_OPERATION = frozenset({"404", "405", "501"})
_THROTTLED_TRIES = 8
#: HTTP statuses of throttling and, from there on, of server errors.
_THROTTLED, _SERVER_ERROR = 429, 500
#: Seconds that a status may be absent from the responses that would show it, before nobody waits for it any more.
_NOT_SHOWN = 5.0
_MALFORMED = "a malformed response"
#: Seconds before a call that got a server error is sent once more.
_RETRY = 0.1


class SetupStopped(KeyboardInterrupt):
    """The run was interrupted before a call was sent."""


class SetupFailed(Exception):
    """A call of a recipe failed: which one, with which error code, and what that means for the operation that is judged.

    `certain` says that the call changed nothing: the service answered with an error. `what` says in words what became of the call, and
    `throttled` whether it may be sent again.
    """

    def __init__(
        self,
        call: str,
        code: str,
        kind: Kind,
        message: str = "",
        *,
        certain: bool = True,
        what: str = "",
        throttled: bool = False,
    ) -> None:
        self.call, self.code, self.kind, self.certain, self.throttled = call, code, kind, certain, throttled
        self.what = what or _WHAT[kind]
        code = shorten(one_line(code), 100)
        self.said = code + (f": {shorten(one_line(message))}" if message and message != code else "")
        super().__init__(f"{call}: {self.said}")

    @property
    def gone(self) -> bool:
        """Whether the error says that the thing does not exist."""
        return self.kind != "unreachable" and _GONE.search(self.code) is not None

    @property
    def lacking(self) -> bool:
        """Whether the target does not have the call or what it asks for, or answered in no form of AWS."""
        return self.kind == "not-implemented" or self.gone or self.code.startswith(("HTTP ", _MALFORMED))


class Calls:
    """Makes the calls of one recipe. `stopped` is asked before each whether the run was interrupted.

    `timeout` is the time to wait for one thing; after `begin`, nothing is called once the time given there is over.
    """

    def __init__(
        self,
        recipe: Recipe,
        client_of: Callable[[str], Any],
        *,
        timeout: float = 60.0,
        poll: float = 0.5,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._recipe, self._client_of = recipe, client_of
        self._timeout, self._poll, self._sleep, self._clock = timeout, poll, sleep, clock
        self.stopped = stopped
        self._clients: dict[str, Any] = {}
        self._not_shown: set[RecipeWait] = set()
        self._seconds = self._end = float("inf")

    def begin(self, seconds: float) -> None:
        """From now on there are so many seconds for all calls together."""
        self._seconds, self._end = seconds, self._clock() + seconds

    @property
    def region(self) -> str:
        """The region of the recipe's own service."""
        return str(self.client(None).meta.region_name or "us-east-1")

    def client(self, service: str | None) -> Any:
        """The client of a service; None is the recipe's own."""
        name = service or self._recipe.service
        if name not in self._clients:
            try:
                self._clients[name] = self._client_of(name)
            except boto.UnknownServiceError:
                raise UsageError(f"recipe {self._recipe.id}: unknown service {name!r}") from None
        return self._clients[name]

    def perform(self, call: RecipeCall, scope: Scope) -> Any:
        """The response of a call; what it waits for has still to be awaited.

        :raises SetupFailed: :raises UsageError: where the recipe is wrong.
        """
        parameters, deadline = self._render(call.call, call.parameters, scope), self._clock() + self._timeout
        if call.only_if:
            self._render(call.call, {"only_if": call.only_if}, scope)
        while True:
            try:
                return self.send(call.service, call.call, parameters)
            except SetupFailed as failed:
                if failed.code in call.ignore:
                    return {}
                if call.stand_in and failed.lacking:
                    return self._render(call.call, call.stand_in, scope)
                if failed.code not in call.retry or self._clock() >= deadline:
                    raise
            self._pause()

    def wait(self, wait: RecipeWait, scope: Scope) -> None:
        """Poll until the expression yields what is waited for; "gone" stands for an error that says so.

        :raises SetupFailed: where it cannot come any more, or not in time.
        """
        parameters, began = self._render(wait.call, wait.parameters, scope), self._clock()
        deadline, seen = began + self._timeout, "nothing"
        while True:
            try:
                value = find(self.send(wait.service, wait.call, parameters), wait.path)
                seen = str(value).lower() if isinstance(value, bool) else str(value)
            except SetupFailed as failed:
                if not failed.gone:
                    raise
                seen = "gone"
            if seen in wait.until:
                return
            if seen in wait.failed:
                raise SetupFailed(wait.call, seen, "refused", f"{wait.path} is {seen}")
            if seen == "None" and (wait in self._not_shown or self._clock() - began >= _NOT_SHOWN):
                self._not_shown.add(wait)  # the target does not say; the listing shows what is there
                return
            if self._clock() >= deadline:
                late = f"{wait.path} is still {seen} after {self._timeout:g} s"
                raise SetupFailed(wait.call, seen, "indeterminate", late, what="did not become ready in time")
            self._pause()

    def send(self, service: str | None, operation: str, parameters: Mapping[str, Any]) -> Any:
        """The response of one operation, asked again while the service throttles it, and once after a server error."""
        client = self.client(service)
        known = client.meta.service_model.operation_names
        if operation not in known:
            raise UsageError(f"recipe {self._recipe.id}: {unknown('operation', operation, known)}")
        method = getattr(client, xform_name(operation))
        crashed: SetupFailed | None = None
        last: SetupFailed | None = None
        attempt = 0
        while True:
            if self.stopped():
                raise SetupStopped
            if self._clock() >= self._end:
                late = f"not sent: {self._seconds:g} s were over; raise --timeout"
                raise last or SetupFailed(operation, late, "indeterminate", what="was not sent in time")
            try:
                return method(**parameters)
            except boto.ParamValidationError as error:
                said = str(error).splitlines()[-1].strip()
                raise UsageError(f"recipe {self._recipe.id}: {operation}: {said}") from None
            except Exception as error:
                failed = _classified(operation, error, last_status(client), last_body(client))
                if crashed is not None and not failed.throttled:
                    raise crashed from error  # what the second attempt says is about what the first one left
                if failed.throttled and attempt < _THROTTLED_TRIES - 1:
                    pause = 0.05 * 2**attempt
                elif failed.kind == "indeterminate" and not failed.throttled:
                    crashed, pause = failed, _RETRY
                else:
                    raise failed from error
            last = failed
            attempt += 1
            self._sleep(pause)

    def _render(self, operation: str, template: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
        try:
            rendered: Mapping[str, Any] = render(template, scope)
        except MissingValue as missing:
            said = f"no earlier response has {missing}"
            raise SetupFailed(operation, "missing", "refused", said, what="cannot be sent") from None
        return rendered

    def _pause(self) -> None:
        if self.stopped():
            raise SetupStopped
        self._sleep(self._poll)


def _classified(operation: str, error: Exception, seen: int | None = None, body: str = "") -> SetupFailed:
    """What an exception out of a botocore client says about the call.

    `seen` is the HTTP status and `body` how the body begins, where a session has seen them.
    """
    if isinstance(error, boto.ClientError):
        return _refused(operation, error.response, body)
    name = type(error).__name__
    if isinstance(error, NotImplementedError):
        return SetupFailed(operation, "NotImplementedError", "not-implemented", str(error))
    if isinstance(error, _UNREACHABLE):
        never_sent = isinstance(error, boto.EndpointConnectionError | boto.ConnectTimeoutError)
        return SetupFailed(operation, name, "unreachable", str(error), certain=never_sent)
    if isinstance(error, ResponseParserError):
        return _not_readable(operation, seen, body)
    if isinstance(error, TooLarge):
        what = "got a response that is larger than --max-body allows"
        return SetupFailed(operation, name, "indeterminate", str(error), certain=False, what=what)
    if isinstance(error, Forbidden | boto.BotoCoreError):  # no credentials, no region
        return SetupFailed(operation, name, "refused", str(error), certain=False)
    return SetupFailed(operation, name, "indeterminate", str(error), certain=False, what="raised an exception")


def _refused(operation: str, response: Mapping[str, Any], body: str) -> SetupFailed:
    """What an error response says about the call."""
    found: Mapping[str, Any] = response.get("Error", {})
    code, message = str(found.get("Code") or "unknown"), str(found.get("Message") or "")
    metadata: Mapping[str, Any] = response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode") or 0)
    in_header = metadata.get("HTTPHeaders", {}).get("x-amzn-errortype")  # where botocore looks in REST alone
    if code.isdecimal() and in_header:
        code = short_code(in_header) or code
    if bare := code.isdecimal():  # a body without an error in it
        message = "" if "<html" in body.lower() else body
    missing = code in NOT_IMPLEMENTED or (bare and code in _NO_OPERATION) or status == 501
    if missing or _SAYS_NOT_IMPLEMENTED.search(message):
        return SetupFailed(operation, f"HTTP {code}" if bare else code, "not-implemented", message)
    if code in THROTTLES or (bare and status == _THROTTLED):
        return _slowed_down(operation, f"HTTP {code}" if bare else code, message)
    kind: Kind = "indeterminate" if status >= _SERVER_ERROR else "refused"
    code = f"HTTP {code} without an error code" if bare else code
    return SetupFailed(operation, code, kind, message, certain=kind == "refused")


def _not_readable(operation: str, status: int | None, body: str) -> SetupFailed:
    """What a body that botocore cannot read says about the call: its status, or that something is not supported at all."""
    code = f"HTTP {status}" if status else _MALFORMED
    if _SAYS_NOT_IMPLEMENTED.search(body):
        return SetupFailed(operation, code, "not-implemented", body)
    if status == _THROTTLED:
        return _slowed_down(operation, code)
    if status and str(status) in _NO_OPERATION:
        return SetupFailed(operation, code, "not-implemented")
    if status and status >= _SERVER_ERROR:
        return SetupFailed(operation, code, "indeterminate", certain=False)
    what = "got a response that cannot be read"
    return SetupFailed(operation, code, "indeterminate", certain=False, what=what)


def _slowed_down(operation: str, code: str, message: str = "") -> SetupFailed:
    return SetupFailed(
        operation, code, "indeterminate", message, what="was throttled until the run gave up", throttled=True
    )
